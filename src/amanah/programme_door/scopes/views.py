"""The desk's pages of the tree of subjects. They hold no rule."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.errors import RefusedError
from amanah.programme_door.scopes.actions import open_scope, record_scope_words
from amanah.programme_door.scopes.forms import NewScopeForm, ScopeChangeForm
from amanah.programme_door.scopes.queries import get_kept_scope, list_scopes
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice

READING = ["GET", "HEAD", "POST"]


@organiser_only
def show_tree(request: HttpRequest) -> HttpResponse:
    """The whole tree, hidden parts too."""
    scopes = list_scopes(_language(), with_hidden=True)
    return render(request, "scopes/tree.html", {"scopes": scopes})


@organiser_only
@require_http_methods(READING)
def open_new(request: HttpRequest) -> HttpResponse:
    """Write down a new subject."""
    wider = [(one.scope, f"{one.name} ({one.scope})") for one in list_scopes(_language())]
    initial = {"written_in": _language(), "inside": request.GET.get("inside", "")}
    form = NewScopeForm(request.POST or None, initial=initial, wider=wider)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            open_scope(scope=said["scope"], language=said["written_in"], texts=form.texts(*form.TEXTS))
        except RefusedError:
            form.add_error("slug", _("There is a subject with this short name. Choose another."))
        else:
            record_notice(request, "yes", _("The subject is written down."))
            return HttpResponseRedirect(reverse("desk-scopes"))
    return render(request, "scopes/new.html", {"form": form})


@organiser_only
@require_http_methods(READING)
def change(request: HttpRequest, scope: str) -> HttpResponse:
    """Change the words for a subject, one language at a time, or hide it."""
    row = get_kept_scope(scope)
    if row is None:
        raise Http404
    written_in = request.GET.get("words", row.language)
    initial = {"written_in": written_in, "is_shown": row.is_shown, **row.words.get(written_in, {})}
    form = ScopeChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        record_scope_words(
            scope=scope,
            language=said["written_in"],
            texts=form.texts(*form.TEXTS),
            is_shown=said["is_shown"],
        )
        record_notice(request, "yes", _("The words are changed. The short name stays as it is."))
        return HttpResponseRedirect(reverse("desk-scopes"))
    return render(request, "scopes/change.html", {"form": form, "row": row})


def _language() -> str:
    return get_language() or "en"
