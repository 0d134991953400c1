"""The staff's session and notices at the desk; outside `/desk/` there is no session and no cookie."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from amanah.web.settings import DESK_PATH

NOTICES = "notices"


def is_desk(request: HttpRequest) -> bool:
    """Say whether a request is for the staff's side."""
    return request.path_info == DESK_PATH or request.path_info.startswith(f"{DESK_PATH}/")


class DeskSessionMiddleware(SessionMiddleware):
    """Django's sessions, for the desk alone; who is signed in is the staff app's to say."""

    def process_request(self, request: HttpRequest) -> None:
        """Open the session of a desk request."""
        if is_desk(request):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session of a desk request."""
        return super().process_response(request, response) if is_desk(request) else response


def record_notice(request: HttpRequest, kind: str, text: str) -> None:
    """Keep one sentence for the next desk page; `kind` is info, yes, wait or no."""
    request.session[NOTICES] = [*request.session.get(NOTICES, []), [kind, str(text)]]


def list_new_notices(request: HttpRequest) -> list[list[str]]:
    """Give the sentences that wait to be shown, each only once."""
    session = getattr(request, "session", None)
    if session is None or NOTICES not in session:
        return []
    notices: list[list[str]] = session.pop(NOTICES)
    return notices
