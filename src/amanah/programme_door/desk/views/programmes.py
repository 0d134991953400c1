"""Programmes, community words and invitations. It never sees a code: only hashes come here."""

import json
import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.encoding import parse_base64url
from amanah.core.errors import AmanahError, InvalidInputError
from amanah.programme_door.programmes.actions import (
    BATCH_ID_SIZE,
    HASH_SIZE,
    MOST_IN_A_BATCH,
    ProgrammeExistsError,
    open_programme,
    print_invitations,
    record_community_words,
    record_programme_words,
)
from amanah.programme_door.programmes.forms import CommunityForm, NewProgrammeForm, ProgrammeChangeForm
from amanah.programme_door.programmes.queries import (
    count_invitations,
    find_programme,
    get_kept_community_words,
    get_kept_programme,
    list_invitation_batches,
    list_programmes,
)
from amanah.programme_door.sessions.queries import list_sessions
from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.surveys.queries import list_surveys
from amanah.web.desk import record_notice

READING = ["GET", "HEAD", "POST"]


def read_clock() -> int:
    """Give the time as the public log writes it: UTC seconds."""
    return int(timezone.now().timestamp())


@organiser_only
def show_programmes(request: HttpRequest) -> HttpResponse:
    """List all programmes, hidden ones too."""
    programmes = list_programmes(get_language() or "en", with_hidden=True)
    return render(request, "desk/programmes.html", {"programmes": programmes})


@organiser_only
@require_http_methods(READING)
def write_new_programme(request: HttpRequest) -> HttpResponse:
    """Write down a new programme."""
    form = NewProgrammeForm(request.POST or None, initial={"written_in": get_language()})
    if request.method == "POST" and form.is_valid():
        slug, texts = form.cleaned_data["slug"], form.texts(*NewProgrammeForm.TEXTS)
        try:
            open_programme(slug=slug, language=form.cleaned_data["written_in"], texts=texts, now=read_clock())
        except ProgrammeExistsError:
            form.add_error("slug", _("There is a programme with this short name. Choose another."))
        else:
            record_notice(
                request, "yes", _("The programme is on the public pages. Add its first session now.")
            )
            return HttpResponseRedirect(reverse("desk-programme", kwargs={"slug": slug}))
    context = {"form": form, "is_first_run": "first" in request.GET}
    return render(request, "desk/programme_new.html", context)


@organiser_only
def show_programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one programme with its sessions and surveys."""
    language = get_language() or "en"
    programme = find_programme(slug, language, with_hidden=True)
    if programme is None:
        raise Http404
    context = {
        "programme": programme,
        "sessions": list_sessions(language, programme=slug),
        "surveys": list_surveys(language, programme=slug),
    }
    return render(request, "desk/programme.html", context)


@organiser_only
@require_http_methods(READING)
def change_programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a programme's words, or add them in another language."""
    kept = get_kept_programme(slug)
    if kept is None:
        raise Http404
    language = find_written_in(request, kept.language)
    initial = {"written_in": language, "is_shown": kept.is_shown, **kept.words.get(language, {})}
    form = ProgrammeChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        record_programme_words(
            slug=slug,
            language=form.cleaned_data["written_in"],
            texts=form.texts(*ProgrammeChangeForm.TEXTS),
            is_shown=form.cleaned_data["is_shown"],
            now=read_clock(),
        )
        record_notice(request, "yes", _("Saved."))
        return HttpResponseRedirect(reverse("desk-programme", kwargs={"slug": slug}))
    return render(request, "desk/programme_change.html", {"form": form, "slug": slug})


@organiser_only
@require_http_methods(READING)
def change_community(request: HttpRequest) -> HttpResponse:
    """Change the community's own words, or add them in another language."""
    language = find_written_in(request, get_language() or "en")
    kept = get_kept_community_words().get(language, {})
    form = CommunityForm(request.POST or None, initial={"written_in": language, **kept})
    if request.method == "POST" and form.is_valid():
        record_community_words(form.cleaned_data["written_in"], form.texts(*CommunityForm.TEXTS))
        record_notice(request, "yes", _("Saved."))
        return HttpResponseRedirect(reverse("settings"))
    return render(request, "desk/community.html", {"form": form})


@organiser_only
@require_http_methods(READING)
def work_invitations(request: HttpRequest) -> HttpResponse:
    """Show the page whose script draws codes; take the hashes of a batch as JSON."""
    if request.method == "POST":
        return _take_batch(request)
    context = {
        "batches": list_invitation_batches(),
        "printed": count_invitations(),
        "most": MOST_IN_A_BATCH,
    }
    return render(request, "desk/invitations.html", context)


def find_written_in(request: HttpRequest, otherwise: str) -> str:
    """Give the language whose words are to be written, which the page's own links choose."""
    return request.GET.get("words", otherwise)


def _take_batch(request: HttpRequest) -> HttpResponse:
    try:
        document = _parse_batch(request.body)
        batch = print_invitations(
            hashes=[parse_base64url(text, length=HASH_SIZE) for text in document["hashes"]],
            medium=document["medium"],
            is_replacement=document["replacement"],
            now=read_clock(),
            random_bytes=secrets.token_bytes(BATCH_ID_SIZE),
        )
    except AmanahError:
        words = _(
            "These invitations were not registered. Do not hand them out. Reload the page and try again."
        )
        return JsonResponse({"words": words}, status=409)
    return JsonResponse({"batch": batch})


def _parse_batch(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise InvalidInputError("This is not JSON.") from error
    is_batch = (
        isinstance(document, dict)
        and set(document) == {"hashes", "medium", "replacement"}
        and isinstance(document["hashes"], list)
        and all(isinstance(text, str) for text in document["hashes"])
        and document["medium"] in {"sheet", "sealed"}
        and isinstance(document["replacement"], bool)
    )
    if not is_batch:
        raise InvalidInputError("This is not a batch of invitations.")
    parsed: dict[str, Any] = document
    return parsed
