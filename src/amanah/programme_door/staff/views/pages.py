"""First run, sign-in and sign-out as pages that work without JavaScript. They never keep a password."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.programme_door.programmes.actions import record_community_words
from amanah.programme_door.programmes.forms import CommunityForm
from amanah.programme_door.programmes.queries import get_kept_community_words
from amanah.programme_door.staff.actions import (
    Newcomer,
    answer_sign_in,
    register_organiser_by_password,
)
from amanah.programme_door.staff.forms import PasswordAccountForm, SignInForm
from amanah.programme_door.staff.one_time_codes import (
    SECRET_SIZE,
    decide_step,
    encode_enrolment,
    encode_secret,
)
from amanah.programme_door.staff.queries import find_signed_in, has_organisers, is_setup_open
from amanah.programme_door.staff.views.access import find_first_page, open_desk_session
from amanah.web.desk import record_notice
from amanah.web.settings import get_config

_ENROLMENT = "enrolment"


def setup_community(request: HttpRequest, token: str) -> HttpResponse:
    """Screen 1 of the first run: the community's words; a colleague finds them written and goes on."""
    _require_setup(token)
    if has_organisers():
        return HttpResponseRedirect(reverse("setup-account", kwargs={"token": token}))
    language = get_language() or "en"
    kept = get_kept_community_words().get(language, {})
    form = CommunityForm(request.POST or None, initial={"written_in": language, **kept})
    if request.method == "POST" and form.is_valid():
        record_community_words(form.cleaned_data["written_in"], form.texts(*CommunityForm.TEXTS))
        return HttpResponseRedirect(reverse("setup-account", kwargs={"token": token}))
    return render(request, "staff/setup_community.html", {"form": form, "step": 1})


def setup_account(request: HttpRequest, token: str) -> HttpResponse:
    """Screen 2: an account by passkey, or by password and one-time code."""
    _require_setup(token)
    if _ENROLMENT not in request.session:
        request.session[_ENROLMENT] = encode_base64url(secrets.token_bytes(SECRET_SIZE))
    secret = parse_base64url(request.session[_ENROLMENT])
    form = PasswordAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if decide_step(secret, form.cleaned_data["code"], last_step=0, now=timezone.now()) is None:
            form.add_error(
                "code", _("These digits do not fit. Look at the app again: they change every half minute.")
            )
        else:
            return _register(request, form, secret, token)
    context = {
        "form": form,
        "step": 0 if has_organisers() else 2,
        "token": token,
        "code_secret": encode_secret(secret),
        "enrolment": encode_enrolment(secret, name=_("organiser"), community=get_config().community_name),
    }
    return render(request, "staff/setup_account.html", context)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by password and one-time code; the page's script adds the passkey."""
    if find_signed_in(request.session) is not None:
        return HttpResponseRedirect(reverse("desk"))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        account = answer_sign_in(
            name=cleaned["name"], password=cleaned["password"], code=cleaned["code"], now=timezone.now()
        )
        if account is not None:
            open_desk_session(request, account)
            return HttpResponseRedirect(reverse("desk"))
        form.refuse()
    return render(request, "staff/sign_in.html", {"form": form, "is_first_run": not has_organisers()})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the desk session on this device."""
    request.session.flush()
    return HttpResponseRedirect(reverse("sign-in"))


def _register(request: HttpRequest, form: PasswordAccountForm, secret: bytes, token: str) -> HttpResponse:
    is_first = not has_organisers()
    account = register_organiser_by_password(
        newcomer=Newcomer(form.cleaned_data["name"], get_language() or "en", token, timezone.now()),
        password=form.cleaned_data["password"],
        code_secret=secret,
        random_bytes=secrets.token_bytes(32),
    )
    open_desk_session(request, account)
    record_notice(request, "yes", _("Your account is ready."))
    return HttpResponseRedirect(find_first_page(is_first=is_first))


def _require_setup(token: str) -> None:
    """An address that no longer works looks like one that never was."""
    if not is_setup_open(token, now=timezone.now()):
        raise Http404
