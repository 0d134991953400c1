"""The desk's pages about who teaches: words, consent, picture, and where to turn with a concern. They hold no rule."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.programme_door.educators.actions import (
    EducatorExistsError,
    EducatorPage,
    destroy_photograph,
    open_educator,
    record_concern_routes,
    record_consent,
    record_educator,
    record_photograph,
    withdraw_consent,
)
from amanah.programme_door.educators.forms import (
    ConcernForm,
    ConsentForm,
    EducatorForm,
    NewEducatorForm,
    PhotographForm,
)
from amanah.programme_door.educators.queries import (
    find_educator_at_desk,
    find_photograph,
    get_concern_words,
    get_kept_concern_words,
    get_kept_educator,
    list_kept_educators,
)
from amanah.programme_door.educators.views.public import tell_address
from amanah.programme_door.programmes.queries import list_programmes
from amanah.programme_door.scopes.queries import list_scopes
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice

READING = ["GET", "HEAD", "POST"]


@organiser_only
def show_educators(request: HttpRequest) -> HttpResponse:
    """Every page, hidden ones too."""
    context = {"educators": list_kept_educators(_language()), "has_routes": bool(get_kept_concern_words())}
    return render(request, "educators/desk_list.html", context)


@organiser_only
@require_http_methods(READING)
def write_new_educator(request: HttpRequest) -> HttpResponse:
    """Write down a new page."""
    form = NewEducatorForm(request.POST or None, initial={"written_in": _language()}, **_list_choices())
    if request.method == "POST" and form.is_valid():
        slug = form.cleaned_data["slug"]
        try:
            open_educator(slug, _build_page(form))
        except EducatorExistsError:
            form.add_error("slug", _("There is a page with this short name, or with this name in papers."))
        else:
            record_notice(request, "yes", _("Written down. Nobody sees it before they agreed."))
            return _go_to(slug)
    return render(request, "educators/desk_new.html", {"form": form})


@organiser_only
def show_educator(request: HttpRequest, slug: str) -> HttpResponse:
    """One page at the desk: what is shown since when, and what can be done."""
    row = get_kept_educator(slug)
    educator = find_educator_at_desk(slug, _language(), now=timezone.now())
    if row is None or educator is None:
        raise Http404
    return render(request, "educators/desk_educator.html", {"row": row, "educator": educator})


@organiser_only
def show_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The page as everybody would see it, to be shown to the person whom it is about."""
    educator = find_educator_at_desk(slug, _language(), now=timezone.now())
    if educator is None:
        raise Http404
    context = {
        "educator": educator,
        "concern": get_concern_words(_language()),
        "address": tell_address(slug),
    }
    return render(request, "educators/educator.html", context | {"is_preview": True})


@organiser_only
@require_http_methods(READING)
def change_educator(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the words of a page, one language at a time, and what it answers for."""
    kept = get_kept_educator(slug)
    if kept is None:
        raise Http404
    language = request.GET.get("words", kept.language)
    initial = {
        "written_in": language,
        "holder": kept.holder,
        "scopes": kept.scopes,
        "programmes": kept.programmes,
        "safeguarding_on": kept.safeguarding_on,
        **kept.words.get(language, {}),
    }
    form = EducatorForm(request.POST or None, initial=initial, **_list_choices())
    if request.method == "POST" and form.is_valid():
        try:
            record_educator(slug, _build_page(form))
        except EducatorExistsError:
            form.add_error("holder", _("Somebody else's page has this name in papers."))
        else:
            record_notice(request, "yes", _("Saved."))
            return _go_to(slug)
    return render(request, "educators/desk_change.html", {"form": form, "slug": slug})


@organiser_only
@require_http_methods(READING)
def change_consent(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down since when they agree, and show or hide the page."""
    kept = get_kept_educator(slug)
    if kept is None:
        raise Http404
    initial = {"consent_on": kept.consent_on, "is_shown": kept.is_shown}
    form = ConsentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        record_consent(
            slug, consent_on=said["consent_on"], is_shown=said["is_shown"], today=timezone.localdate()
        )
        record_notice(request, "yes", _("Saved."))
        return _go_to(slug)
    return render(request, "educators/desk_consent.html", {"form": form, "slug": slug})


@organiser_only
@require_http_methods(READING)
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a page down for good, because the person takes their consent back."""
    kept = get_kept_educator(slug)
    if kept is None:
        raise Http404
    if request.method == "POST":
        withdraw_consent(slug)
        record_notice(request, "yes", _("The page is down, and what it said is destroyed."))
        return HttpResponseRedirect(reverse("desk-educators"))
    return render(request, "educators/desk_withdraw.html", {"row": kept})


@organiser_only
@require_http_methods(READING)
def change_photograph(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a picture, or none any more."""
    if get_kept_educator(slug) is None:
        raise Http404
    if request.method == "POST" and "remove" in request.POST:
        destroy_photograph(slug)
        record_notice(request, "yes", _("The picture is destroyed."))
        return _go_to(slug)
    form = PhotographForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        record_photograph(slug, form.cleaned_data["photograph"])
        record_notice(request, "yes", _("Saved."))
        return _go_to(slug)
    context = {"form": form, "slug": slug, "has_photograph": find_photograph(slug, now=None) is not None}
    return render(request, "educators/desk_photograph.html", context)


@organiser_only
def send_photograph(_request: HttpRequest, slug: str) -> HttpResponse:
    """A picture for the desk, before anybody else may see it."""
    photograph = find_photograph(slug, now=None)
    if photograph is None:
        raise Http404
    return HttpResponse(bytes(photograph.data), content_type=photograph.kind)


@organiser_only
@require_http_methods(READING)
def change_concern_routes(request: HttpRequest) -> HttpResponse:
    """Write down where to turn with a concern."""
    language = request.GET.get("words", _language())
    kept = get_kept_concern_words().get(language, {})
    form = ConcernForm(request.POST or None, initial={"written_in": language, **kept})
    if request.method == "POST" and form.is_valid():
        record_concern_routes(form.cleaned_data["written_in"], form.texts(*ConcernForm.TEXTS))
        record_notice(request, "yes", _("Saved."))
        return HttpResponseRedirect(reverse("desk-educators"))
    return render(request, "educators/desk_concerns.html", {"form": form})


def _build_page(form: EducatorForm) -> EducatorPage:
    said = form.cleaned_data
    return EducatorPage(
        language=said["written_in"],
        texts=form.texts(*EducatorForm.TEXTS),
        holder=said["holder"],
        scopes=said["scopes"],
        programmes=said["programmes"],
        safeguarding_on=said["safeguarding_on"],
    )


def _list_choices() -> dict[str, Any]:
    language = _language()
    programmes = list_programmes(language, with_hidden=True)
    return {
        # A hidden subject stays where it was ticked before.
        "subjects": [
            (one.scope, f"{one.name} ({one.scope})") for one in list_scopes(language, with_hidden=True)
        ],
        "programmes": [(one.slug, one.words["title"]) for one in programmes],
    }


def _go_to(slug: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk-educator", kwargs={"slug": slug}))


def _language() -> str:
    return get_language() or "en"
