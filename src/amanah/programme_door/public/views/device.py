"""What lets the card work without a connection and stand on a phone's first screen. The same bytes for everybody."""

import json

from django.http import HttpRequest, HttpResponse

from amanah.web.pages import public_page
from amanah.web.settings import get_config
from amanah.web.templating import find_static_url


@public_page(version=lambda: "device")
def send_worker(_request: HttpRequest) -> HttpResponse:
    """The service worker of this release: it has to stand at the root, and changes exactly when a release does."""
    script = f'import "{find_static_url("client/service_worker.js")}";\n'
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@public_page(version=lambda: "device")
def send_manifest(_request: HttpRequest) -> HttpResponse:
    """What a phone asks for before it puts the card on its first screen."""
    manifest = {
        "name": get_config().community_name,
        "start_url": "/card/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf7f0",
        "theme_color": "#0f5b5c",
        "icons": [{"src": find_static_url("amanah/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return HttpResponse(
        json.dumps(manifest, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8"
    )
