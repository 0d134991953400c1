"""The public page of whom communities recognise, its files, and the desk's pages behind it. They hold no rule."""

import secrets
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.credentials.reading import CredentialError, encode_jcs
from amanah.core.errors import InvalidInputError, RefusedError, VerificationError
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.queries import find_paper, list_parties
from amanah.programme_door.credentials.showing import build_teller
from amanah.programme_door.programmes.queries import get_lasting_version
from amanah.programme_door.roots.actions import (
    ROOT_ID_SIZE,
    publish_roots,
    record_achievement,
    record_other_list,
    record_root,
    withdraw_root,
)
from amanah.programme_door.roots.forms import (
    MapForm,
    OtherListForm,
    PublishForm,
    RootForm,
    build_initial,
)
from amanah.programme_door.roots.queries import (
    build_listed_root,
    find_next_root,
    find_numbered_list,
    get_next_list,
    get_own_list,
    list_earlier_lists,
    list_next_roots,
    list_other_lists,
)
from amanah.programme_door.roots.showing import show_list
from amanah.programme_door.scopes.queries import list_scopes
from amanah.programme_door.staff.views.access import organiser_only
from amanah.programme_door.surveys.queries import list_surveys
from amanah.web.desk import record_notice
from amanah.web.pages import public_page
from amanah.web.settings import get_config

READING = ["GET", "HEAD", "POST"]
JSON = "application/json; charset=utf-8"


def _version(**_parts: object) -> object:
    """A term begins and ends by the day, so that the day is part of it."""
    return get_lasting_version(), timezone.now().date()


@public_page(_version)
def show_roots(request: HttpRequest) -> HttpResponse:
    """Whom this community recognises, and beside it whom others do."""
    teller, at = build_teller(_language()), _read_clock()
    own = get_own_list()
    context = {
        "ours": show_list(own, teller, at=at) if own else None,
        "earlier": [(one.number, datetime.fromtimestamp(one.dated, UTC)) for one in list_earlier_lists()],
        "others": [show_list(one, teller, at=at) for one in list_other_lists()],
    }
    return render(request, "roots/roots.html", context)


@public_page(_version)
def send_own_list(_request: HttpRequest) -> HttpResponse:
    """Give our newest list, byte for byte as it is hashed."""
    own = get_own_list()
    if own is None:
        raise Http404
    return HttpResponse(encode_jcs(own.document), content_type=JSON)


@public_page(_version)
def send_numbered_list(_request: HttpRequest, number: int) -> HttpResponse:
    """Give one of our lists."""
    found = find_numbered_list(number)
    if found is None:
        raise Http404
    return HttpResponse(encode_jcs(found.document), content_type=JSON)


@organiser_only
@require_http_methods(READING)
def show_desk(request: HttpRequest) -> HttpResponse:
    """Whom the next list names, what stands, and the lists of others."""
    teller, at = build_teller(_language()), _read_clock()
    coming = get_next_list()
    is_sent = request.method == "POST"
    form = OtherListForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            brought = record_other_list(form.cleaned_data["file"].read(), now=at)
        except (InvalidInputError, VerificationError) as error:
            refusal = getattr(error, "sentence", "") or str(error)
        except RefusedError:
            refusal = _("This is a list of this community itself, or an older one than what is here.")
        else:
            record_notice(request, "yes", _("Their list is kept: %(name)s.") % {"name": brought.name})
            return HttpResponseRedirect(reverse("desk-roots"))
    context = {
        "coming": coming,
        "rows": list(zip(list_next_roots(), coming.roots, strict=True)),
        "own": show_list(coming.published, teller, at=at) if coming.published else None,
        "others": [show_list(one, teller, at=at) for one in list_other_lists()],
        "form": form,
        "refusal": refusal,
        "tell_scope": teller.tell_scope,
    }
    return render(request, "roots/desk.html", context)


def _name_own_community() -> tuple[str, str]:
    """Offer the community itself: what it gives with its own key counts only where it stands on its list."""
    words = _("%(name)s (this community itself)") % {"name": get_config().community_name}
    return get_community_did(), words


@organiser_only
@require_http_methods(READING)
def write_root(request: HttpRequest, root: str = "") -> HttpResponse:
    """Write down a vote that recognises somebody, or change what the next list will say."""
    row = find_next_root(root) if root else None
    if root and row is None:
        raise Http404
    listed = build_listed_root(row) if row else None
    people = [_name_own_community(), *list_parties()]
    initial: dict[str, Any] = build_initial(listed) if listed else {"from_day": timezone.localdate()}
    if listed and listed.id in dict(people):
        initial["other"] = ""
    form = RootForm(
        request.POST or None,
        initial=initial,
        people=people,
        scopes=[(one.scope, f"{one.name} ({one.scope})") for one in list_scopes(_language())],
        surveys=[(one.occasion, one.words["title"]) for one in list_surveys(_language())],
    )
    if request.method == "POST" and form.is_valid():
        built = form.build_root(achievements=dict(listed.achievements) if listed else {})
        try:
            record_root(built, root=root, random_bytes=secrets.token_bytes(ROOT_ID_SIZE))
        except CredentialError as error:
            form.add_error(None, error.sentence)
        else:
            record_notice(request, "yes", _("It is written down. It counts once the list is published."))
            return HttpResponseRedirect(reverse("desk-roots"))
    return render(request, "roots/root.html", {"form": form, "row": row})


@organiser_only
@require_http_methods(READING)
def withdraw(request: HttpRequest, root: str) -> HttpResponse:
    """Leave somebody out of the next list, once it was asked in words."""
    row = find_next_root(root)
    if row is None:
        raise Http404
    if request.method == "POST":
        withdraw_root(root)
        record_notice(request, "yes", _("The next list leaves them out. Publish it, and it counts."))
        return HttpResponseRedirect(reverse("desk-roots"))
    return render(request, "roots/withdraw.html", {"row": row})


@organiser_only
@require_http_methods(READING)
def publish(request: HttpRequest) -> HttpResponse:
    """Show what the next list says, then sign and publish it."""
    coming = get_next_list()
    before = coming.published
    initial: dict[str, Any] = {}
    if before:
        others = [one for one in before.recorders if one != before.community]
        initial = {"longest_chain": before.longest_chain, "recorders": "\n".join(others)}
    form = PublishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            publish_roots(form.build_rules(), now=_read_clock())
        except CredentialError as error:
            form.add_error(None, error.sentence)
        except RefusedError:
            form.add_error(None, _("Nothing has changed since the last list. Nothing was published."))
        else:
            record_notice(
                request, "yes", _("The list is signed and published, and stated in the public log.")
            )
            return HttpResponseRedirect(reverse("desk-roots"))
    return render(request, "roots/publish.html", {"form": form, "coming": coming})


@organiser_only
@require_http_methods(READING)
def map_achievement(request: HttpRequest, document_hash: str) -> HttpResponse:
    """Say which subject of ours the paper of another body means."""
    paper = find_paper(document_hash)
    if paper is None or paper.kind != "foreign":
        raise Http404
    form = MapForm(
        request.POST or None,
        roots=[(row.root, row.name) for row in list_next_roots() if row.identifier == paper.issuer],
        scopes=[(one.scope, f"{one.name} ({one.scope})") for one in list_scopes(_language())],
    )
    if request.method == "POST" and form.is_valid():
        record_achievement(form.cleaned_data["root"], paper.achievement, form.cleaned_data["scope"])
        record_notice(request, "yes", _("It is written down. It counts once the list is published."))
        return HttpResponseRedirect(reverse("desk-roots"))
    return render(request, "roots/map.html", {"form": form, "paper": paper})


def _read_clock() -> int:
    return int(timezone.now().timestamp())


def _language() -> str:
    return get_language() or "en"
