"""A paper inside a picture, to carry and hand on; programs that keep badges read it out again. No page, no cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from amanah.core.credentials.reading import CredentialError
from amanah.programme_door.credentials.cards import draw_card
from amanah.programme_door.credentials.queries import find_paper
from amanah.programme_door.programmes.queries import get_lasting_version
from amanah.web.pages import public_page
from amanah.web.settings import get_config

_CARRIED = {"authorisation", "foreign"}


def _version(**_parts: object) -> object:
    return get_lasting_version()


@public_page(_version)
def send_card(_request: HttpRequest, document_hash: str) -> HttpResponse:
    """Give an authorisation or a badge baked into a code of its own address."""
    paper = find_paper(document_hash)
    if paper is None or paper.kind not in _CARRIED:
        raise Http404
    address = get_config().urls["programme"] + reverse("paper-file", kwargs={"document_hash": document_hash})
    try:
        picture = draw_card(address, paper.original)
    except CredentialError as error:
        raise Http404 from error
    return HttpResponse(picture, content_type="image/png")
