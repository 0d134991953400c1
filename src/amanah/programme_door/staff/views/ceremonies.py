"""The passkey endpoints that the desk's script talks to, in JSON. They never say why a passkey was not accepted."""

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
from amanah.programme_door.staff.actions import (
    ORGANISER_ID_SIZE,
    Newcomer,
    SetupClosedError,
    record_passkey,
    record_passkey_use,
    register_organiser_by_passkey,
)
from amanah.programme_door.staff.forms import NameForm
from amanah.programme_door.staff.queries import (
    find_passkey,
    find_signed_in,
    has_organisers,
    is_setup_open,
)
from amanah.programme_door.staff.views.access import find_first_page, open_desk_session, organiser_only
from amanah.web import passkeys
from amanah.web.ceremonies import CEREMONY, CeremonyError, parse_ceremony_body, take_ceremony
from amanah.web.passkeys import NewPasskey
from amanah.web.settings import get_config


@require_POST
def ask_setup_passkey(request: HttpRequest, token: str) -> HttpResponse:
    """Start making a new account's passkey."""
    if not is_setup_open(token, now=timezone.now()):
        return _refuse()
    form = NameForm({"name": parse_ceremony_body(request).get("name", "")})
    if not form.is_valid():
        return JsonResponse({"words": form.errors["name"][0]}, status=400)
    return JsonResponse(_start(request, name=form.cleaned_data["name"]))


@require_POST
def answer_setup_passkey(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account with the passkey, and sign in."""
    is_first = not has_organisers()
    try:
        ceremony, new = _finish(request)
    except AmanahError:
        return _refuse()
    form = NameForm({"name": ceremony["name"]})
    if not form.is_valid():
        return JsonResponse({"words": form.errors["name"][0]}, status=400)
    newcomer = Newcomer(ceremony["name"], get_language() or "en", token, timezone.now())
    try:
        account = register_organiser_by_passkey(
            organiser=ceremony["organiser"], newcomer=newcomer, passkey=new
        )
    except SetupClosedError:
        return _refuse()
    open_desk_session(request, account)
    return JsonResponse({"next": find_first_page(is_first=is_first)})


@require_POST
@organiser_only
def ask_further_passkey(request: HttpRequest) -> HttpResponse:
    """Start adding a passkey to the account that is signed in."""
    account = find_signed_in(request.session)
    if account is None:
        return _refuse()
    return JsonResponse(_start(request, name=account.name, organiser=account.organiser))


@require_POST
@organiser_only
def answer_further_passkey(request: HttpRequest) -> HttpResponse:
    """Add the passkey to the account that is signed in."""
    account = find_signed_in(request.session)
    try:
        ceremony, new = _finish(request)
    except AmanahError:
        return _refuse()
    if account is None or ceremony["organiser"] != account.organiser or find_passkey(new.credential):
        return _refuse()
    record_passkey(account, new)
    return JsonResponse({"next": reverse("settings")})


@require_POST
def ask_sign_in(request: HttpRequest) -> HttpResponse:
    """Start signing in by passkey; no account is named."""
    challenge = secrets.token_bytes(passkeys.CHALLENGE_SIZE)
    request.session[CEREMONY] = {"challenge": encode_base64url(challenge)}
    return JsonResponse(passkeys.build_sign_in(origin=get_config().urls["programme"], challenge=challenge))


@require_POST
def answer_sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in by passkey."""
    try:
        ceremony = take_ceremony(request)
        credential = parse_ceremony_body(request)
        passkey = find_passkey(passkeys.parse_credential_id(credential))
        if passkey is None:
            return _refuse()
        count = passkeys.verify_sign_in(
            credential,
            origin=get_config().urls["programme"],
            challenge=parse_base64url(ceremony["challenge"]),
            public_key=bytes(passkey.public_key),
            sign_count=passkey.sign_count,
        )
    except AmanahError:
        return _refuse()
    record_passkey_use(passkey, sign_count=count)
    open_desk_session(request, passkey.organiser)
    return JsonResponse({"next": reverse("desk")})


def _start(request: HttpRequest, *, name: str, organiser: str = "") -> dict[str, Any]:
    config = get_config()
    challenge = secrets.token_bytes(passkeys.CHALLENGE_SIZE)
    organiser = organiser or secrets.token_hex(ORGANISER_ID_SIZE)
    request.session[CEREMONY] = {
        "challenge": encode_base64url(challenge),
        "organiser": organiser,
        "name": name,
    }
    return passkeys.build_registration(
        origin=config.urls["programme"],
        community=config.community_name,
        user_handle=bytes.fromhex(organiser),
        name=name,
        challenge=challenge,
    )


def _finish(request: HttpRequest) -> tuple[dict[str, str], NewPasskey]:
    ceremony = take_ceremony(request)
    if "organiser" not in ceremony:
        raise CeremonyError("This ceremony was not started here.")
    new = passkeys.verify_registration(
        parse_ceremony_body(request),
        origin=get_config().urls["programme"],
        challenge=parse_base64url(ceremony["challenge"]),
    )
    return ceremony, new


def _refuse() -> JsonResponse:
    words = _("The passkey was not accepted. Nothing was changed. Try again, or use password and code.")
    return JsonResponse({"words": words}, status=409)
