"""Who may open a desk page. It never reads a cookie outside the desk."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from amanah.programme_door.staff.queries import SIGNED_IN, find_signed_in

if TYPE_CHECKING:
    from amanah.programme_door.staff.models import Organiser

View = Callable[..., HttpResponse]


def organiser_only(view: View) -> View:
    """Send everybody who is not signed in to the sign-in page; a post that comes too late changes nothing."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if find_signed_in(request.session) is None:
            return HttpResponseRedirect(reverse("sign-in"))
        return view(request, **kwargs)

    return answer


def open_desk_session(request: HttpRequest, account: "Organiser") -> None:
    """Sign an organiser in under a new session key, so that a key planted before is worth nothing."""
    language = request.session.get("language", account.language)
    request.session.flush()
    # Nobody else tidies up: what has expired would stay in the database for ever.
    request.session.clear_expired()
    request.session[SIGNED_IN] = account.organiser
    request.session["language"] = language


def find_first_page(*, is_first: bool) -> str:
    """Give where a new organiser goes: the first one writes down a programme, a colleague sees what is on."""
    return f"{reverse('new-programme')}?first" if is_first else reverse("desk")
