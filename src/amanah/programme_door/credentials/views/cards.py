"""A paper inside a picture, to carry and hand on; programs that keep badges read it out again.

It is given out at the desk alone: the public log holds the hash of every paper, also of whom no page shows.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from amanah.core.credentials.reading import CredentialError
from amanah.programme_door.credentials.cards import draw_card
from amanah.programme_door.credentials.queries import find_paper
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.settings import get_config

_CARRIED = {"authorisation", "foreign"}


@organiser_only
def send_card(_request: HttpRequest, document_hash: str) -> HttpResponse:
    """Give an authorisation or a badge baked into a code of its entry in the public log."""
    paper = find_paper(document_hash)
    if paper is None or paper.kind not in _CARRIED:
        raise Http404
    address = get_config().urls["programme"] + f"{reverse('log-entries')}?about={paper.log_ref}"
    try:
        picture = draw_card(address, paper.original)
    except CredentialError as error:
        raise Http404 from error
    return HttpResponse(picture, content_type="image/png")
