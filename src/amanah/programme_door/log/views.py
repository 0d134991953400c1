"""Pages about the public log. They read no cookie and no header, and of the query only which entries are asked for."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from amanah.programme_door.log.feed import build_feed
from amanah.programme_door.log.forms import ChoiceForm, encode_choice
from amanah.programme_door.log.queries import (
    find_entry_page,
    get_log,
    get_log_version,
    list_entries,
    list_newest,
)
from amanah.programme_door.programmes.queries import get_lasting_version
from amanah.web.pages import public_page
from amanah.web.settings import get_config


def _get_log_version(**_kwargs: Any) -> object:
    return get_log_version(timezone.now())


def _get_entries_version(**_kwargs: Any) -> object:
    return get_lasting_version()


@public_page(_get_log_version)
def show_log(request: HttpRequest) -> HttpResponse:
    """What the log is, how fresh it is, who witnesses it, how to check it, and its newest entries."""
    context = {"log": get_log(timezone.now()), "listed": list_entries(), "form": ChoiceForm()}
    return render(request, "log/log.html", context)


@public_page(_get_entries_version, choice=encode_choice)
def show_entries(request: HttpRequest) -> HttpResponse:
    """The entries that were asked for, page by page."""
    form = ChoiceForm(request.GET)
    if not form.is_valid():
        return render(request, "log/entries.html", {"form": form, "listed": None})
    listed = list_entries(form.build_choice(), page=form.get_page())
    if form.get_page() > listed.pages:
        raise Http404
    return render(request, "log/entries.html", {"form": form, "listed": listed})


@public_page(_get_entries_version)
def send_feed(_request: HttpRequest) -> HttpResponse:
    """The newest entries for a reader's own program, the same for everybody."""
    feed = build_feed(list_newest(), config=get_config(), language=get_language() or "en")
    return HttpResponse(feed, content_type="application/atom+xml; charset=utf-8")


@public_page(_get_entries_version)
def show_entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: in words, as it was written, and how to check that it stands in the log."""
    page = find_entry_page(index)
    if page is None:
        raise Http404
    return render(request, "log/entry.html", {"page": page, "entry": page.entry})
