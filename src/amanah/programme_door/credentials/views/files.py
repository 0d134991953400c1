"""Papers as files, for programs: each under its hash, and the community's newest status list. No page, no cookie."""

from django.http import Http404, HttpRequest, HttpResponse

from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.queries import find_document_text
from amanah.programme_door.credentials.queries.addresses import STATUS_LIST_NUMBER
from amanah.programme_door.credentials.queries.papers import find_newest_status_list
from amanah.programme_door.programmes.queries import get_lasting_version
from amanah.web.pages import public_page

JSON = "application/json; charset=utf-8"
JWT = "application/jwt"


def _version(**_parts: object) -> object:
    return get_lasting_version()


@public_page(_version)
def send_paper(_request: HttpRequest, document_hash: str) -> HttpResponse:
    """Give a paper, byte for byte as it is hashed."""
    text = find_document_text(document_hash)
    if text is None:
        raise Http404
    return HttpResponse(text, content_type=JSON if text.startswith("{") else JWT)


@public_page(_version)
def send_status_list(_request: HttpRequest, number: int) -> HttpResponse:
    """Give the newest status list of this community."""
    text = find_newest_status_list(get_community_did()) if number == STATUS_LIST_NUMBER else None
    if text is None:
        raise Http404
    return HttpResponse(text, content_type=JSON)
