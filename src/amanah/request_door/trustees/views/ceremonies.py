"""The passkey endpoints of this desk, in JSON. They never say why a passkey was not accepted."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import AmanahError
from amanah.request_door.trustees.actions import (
    COUNTER,
    PasskeyKnownError,
    record_passkey_use,
    register_at_counter,
)
from amanah.request_door.trustees.forms import NameForm
from amanah.request_door.trustees.founding import register_founder_or_seat
from amanah.request_door.trustees.queries import (
    find_account,
    find_open_link,
    find_passkey,
    find_signed_in,
    get_own_place,
)
from amanah.request_door.trustees.views.access import open_desk_session
from amanah.web import passkeys
from amanah.web.ceremonies import CEREMONY, parse_ceremony_body, take_ceremony
from amanah.web.settings import get_config

USER_HANDLE_SIZE = 16
CEREMONY_LASTS = 600


@require_POST
def ask_enrolment(request: HttpRequest, token: str) -> HttpResponse:
    """Start making the passkey that a one-time address is for."""
    link = find_open_link(token, now=timezone.now())
    if link is None or is_somebody_elses(request, link):
        return refuse_link()
    name = link.seat.name if link.seat is not None else ""
    if link.purpose == COUNTER:
        form = NameForm({"name": parse_ceremony_body(request).get("name", "")})
        if not form.is_valid():
            return JsonResponse({"words": form.errors["name"][0]}, status=400)
        name = form.cleaned_data["name"]
    elif link.seat is None or link.seat.proposal.origin != get_own_place()[0]:
        return refuse_link()
    return JsonResponse(_start(request, token=token, name=name))


@require_POST
def answer_enrolment(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the passkey. At the founding and at the counter it opens the desk; else it waits for signatures."""
    now = timezone.now()
    link = find_open_link(token, now=now)
    try:
        ceremony = take_ceremony(request)
        if link is None or ceremony.get("token") != token or is_somebody_elses(request, link):
            return refuse_link()
        new = passkeys.verify_registration(
            parse_ceremony_body(request),
            origin=get_own_place()[0],
            challenge=parse_base64url(ceremony["challenge"]),
        )
        language = get_language() or "en"
        if link.purpose == COUNTER:
            account = register_at_counter(
                token=token, name=ceremony["name"], language=language, passkey=new, now=now
            )
            open_desk_session(request, account, new.credential)
            return JsonResponse({"next": reverse("desk")})
        seat = register_founder_or_seat(token=token, language=language, passkey=new, now=now)
    except PasskeyKnownError:
        words = _("This passkey is known here already. Nothing was changed. Make a new one.")
        return JsonResponse({"words": words}, status=409)
    except AmanahError:
        return refuse()
    if seat.proposal.previous:
        request.session["enrolled"] = seat.seat
        return JsonResponse({"next": reverse("enrolled")})
    founder = find_account(seat.trustee)
    if founder is None:
        return refuse()
    open_desk_session(request, founder, new.credential)
    return JsonResponse({"next": reverse("founding")})


@require_POST
def ask_sign_in(request: HttpRequest) -> HttpResponse:
    """Start signing in; no account is named."""
    challenge = secrets.token_bytes(passkeys.CHALLENGE_SIZE)
    _keep_ceremony(request, {"challenge": encode_base64url(challenge)})
    return JsonResponse(passkeys.build_sign_in(origin=get_own_place()[0], challenge=challenge))


@require_POST
def answer_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, by a passkey that stands in the panel or at the counter."""
    try:
        ceremony = take_ceremony(request)
        credential = parse_ceremony_body(request)
        passkey = find_passkey(passkeys.parse_credential_id(credential))
        if passkey is None or "token" in ceremony:
            return refuse()
        count = passkeys.verify_sign_in(
            credential,
            origin=get_own_place()[0],
            challenge=parse_base64url(ceremony["challenge"]),
            public_key=bytes(passkey.public_key),
            sign_count=passkey.sign_count,
        )
    except AmanahError:
        return refuse()
    record_passkey_use(passkey, sign_count=count)
    open_desk_session(request, passkey.account, passkey.credential)
    return JsonResponse({"next": reverse("desk")})


def is_somebody_elses(request: HttpRequest, link: Any) -> bool:
    """Tell whether whoever is signed in here opened an address that is meant for another trustee."""
    account = find_signed_in(request.session)
    if account is None:
        return False
    return link.seat is None or link.seat.trustee != account.account


def refuse() -> JsonResponse:
    """Say that it did not work, in the same words whatever the reason."""
    return JsonResponse(
        {"words": _("The passkey was not accepted. Nothing was changed. Try again.")}, status=409
    )


def refuse_link() -> JsonResponse:
    """Say that an address does not work here, whether it was used, replaced, too old or somebody else's."""
    words = _("This address does not work here any more. Nothing was changed. Ask a trustee for a new one.")
    return JsonResponse({"words": words}, status=409)


def _keep_ceremony(request: HttpRequest, ceremony: dict[str, str]) -> None:
    """Remember what was asked; where nobody is signed in only for minutes, so that asking again fills no disk."""
    request.session[CEREMONY] = ceremony
    if find_signed_in(request.session) is None:
        request.session.set_expiry(CEREMONY_LASTS)


def _start(request: HttpRequest, *, token: str, name: str) -> dict[str, Any]:
    challenge = secrets.token_bytes(passkeys.CHALLENGE_SIZE)
    _keep_ceremony(request, {"challenge": encode_base64url(challenge), "token": token, "name": name})
    return passkeys.build_registration(
        origin=get_own_place()[0],
        community=get_config().community_name,
        # A new handle each time: on one device a second passkey under the same handle would take the first one's place.
        user_handle=secrets.token_bytes(USER_HANDLE_SIZE),
        name=name,
        challenge=challenge,
    )
