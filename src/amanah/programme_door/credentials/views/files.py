"""Papers as files, for programs, and the community's newest status list. No page, and outside the desk no cookie.

The public log holds the hash of every paper, so that a hash alone never opens one that is about a person: whoever
fetches it must know its random name too, as those do who signed it, hold it or were handed a bundle.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.queries import find_document_text, find_paper
from amanah.programme_door.credentials.queries.addresses import STATUS_LIST_NUMBER
from amanah.programme_door.credentials.queries.papers import find_newest_status_list
from amanah.programme_door.programmes.queries import get_lasting_version
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.pages import public_page

JSON = "application/json; charset=utf-8"
JWT = "application/jwt"
STATEMENTS = {"roots", "status", "notice"}


def _version(**_parts: object) -> object:
    return get_lasting_version()


@public_page(_version)
def send_statement(_request: HttpRequest, document_hash: str) -> HttpResponse:
    """Give a list or a notice, byte for byte as it is hashed; never a paper that somebody holds."""
    paper = find_paper(document_hash)
    if paper is None or paper.kind not in STATEMENTS:
        raise Http404
    return _send(paper.original)


@public_page(_version)
def send_paper(_request: HttpRequest, name: UUID, document_hash: str) -> HttpResponse:
    """Give an authorisation to those who know its name."""
    paper = find_paper(document_hash)
    if paper is None or paper.kind != "authorisation" or paper.id != name.urn:
        raise Http404
    return _send(paper.original)


@organiser_only
def send_paper_at_desk(_request: HttpRequest, document_hash: str) -> HttpResponse:
    """Give any paper to those who keep them."""
    text = find_document_text(document_hash)
    if text is None:
        raise Http404
    return _send(text)


def _send(text: str) -> HttpResponse:
    return HttpResponse(text, content_type=JSON if text.startswith("{") else JWT)


@public_page(_version)
def send_status_list(_request: HttpRequest, number: int) -> HttpResponse:
    """Give the newest status list of this community."""
    text = find_newest_status_list(get_community_did()) if number == STATUS_LIST_NUMBER else None
    if text is None:
        raise Http404
    return HttpResponse(text, content_type=JSON)
