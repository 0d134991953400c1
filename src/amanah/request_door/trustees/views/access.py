"""Who may open a page of this desk. It never reads a cookie outside the desk."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from amanah.request_door.trustees.log_state import is_behind_log
from amanah.request_door.trustees.queries import (
    SIGNED_IN,
    SIGNED_IN_WITH,
    TRUSTED_ROLES,
    find_signed_in,
    has_panel,
)

if TYPE_CHECKING:
    from amanah.request_door.trustees.models import Account

View = Callable[..., HttpResponse]


def desk_only(view: View) -> View:
    """Send everybody who is not signed in to the sign-in page; a post that comes too late changes nothing."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if find_signed_in(request.session) is None:
            return HttpResponseRedirect(reverse("sign-in"))
        return view(request, **kwargs)

    return answer


def trustee_only(view: View) -> View:
    """Let in trustees and deputies of a panel that is in force; counter staff are told that this is not theirs."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        account = find_signed_in(request.session)
        if account is None:
            return HttpResponseRedirect(reverse("sign-in"))
        if account.role not in TRUSTED_ROLES:
            return render(request, "trustees/not_yours.html", {"account": account}, status=403)
        if is_behind_log():
            return render(request, "trustees/behind.html", {"account": account}, status=409)
        if not has_panel():
            return HttpResponseRedirect(reverse("founding"))
        return view(request, **kwargs)

    return answer


def require_account(request: HttpRequest) -> "Account":
    """Give who is signed in, on a page that lets nobody else in."""
    account = find_signed_in(request.session)
    if account is None:
        raise LookupError("This page is for somebody who is signed in.")
    return account


def open_desk_session(request: HttpRequest, account: "Account", credential: str) -> None:
    """Sign somebody in under a new session key, so that a key planted before is worth nothing."""
    language = request.session.get("language", account.language)
    request.session.flush()
    # Nobody else tidies up: what has expired would stay in the database for ever.
    request.session.clear_expired()
    request.session[SIGNED_IN] = account.account
    request.session[SIGNED_IN_WITH] = credential
    # For the row of places alone: what an account may do is asked of the account each time.
    request.session["role"] = account.role
    request.session["language"] = language
