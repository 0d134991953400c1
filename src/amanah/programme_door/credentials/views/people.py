"""Who is named in papers: their names, keys that they make themselves, lost keys and lifetimes."""

import secrets
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.programme_door.credentials.actions import (
    open_key_request,
    record_lifetime,
    record_lost_key,
    record_name,
)
from amanah.programme_door.credentials.actions.drafts import DRAFT_RANDOM_SIZE
from amanah.programme_door.credentials.actions.endings import NOTICE_RANDOM_SIZE
from amanah.programme_door.credentials.actions.papers import destroy_name
from amanah.programme_door.credentials.forms import (
    KeyRequestForm,
    LifetimeForm,
    LostKeyForm,
    PersonForm,
    as_moment,
)
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.queries import list_held_by, list_parties
from amanah.programme_door.credentials.queries.papers import list_unnamed
from amanah.programme_door.credentials.queries.standing import find_root_list
from amanah.programme_door.credentials.views.issuing import show_address
from amanah.programme_door.credentials.views.papers import READING, read_clock
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice


@organiser_only
@require_http_methods(READING)
def show_people(request: HttpRequest) -> HttpResponse:
    """Everybody whom papers name, and a form for one more."""
    form = PersonForm(request.POST or None, initial={"key": request.GET.get("key", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        record_name(said["key"] or uuid.uuid4().urn, said["name"])
        record_notice(request, "yes", _("The name is written down."))
        return HttpResponseRedirect(reverse("desk-people"))
    context = {"form": form, "people": list_parties(), "unnamed": list_unnamed()}
    return render(request, "credentials/people.html", context)


@organiser_only
@require_http_methods(READING)
def change_name(request: HttpRequest) -> HttpResponse:
    """Change what somebody is called, or name somebody whom a paper brought."""
    identifier = request.GET.get("who", "")
    named = dict(list_parties())
    form = KeyRequestForm(request.POST or None, initial={"name": named.get(identifier, "")})
    if identifier not in named and identifier not in list_unnamed():
        return HttpResponseRedirect(reverse("desk-people"))
    if request.method == "POST" and "remove" in request.POST:
        destroy_name(identifier)
        record_notice(request, "yes", _("The name is removed. Papers that name them stay as they are."))
        return HttpResponseRedirect(reverse("desk-people"))
    if request.method == "POST" and form.is_valid():
        record_name(identifier, form.cleaned_data["name"])
        record_notice(request, "yes", _("The name is written down."))
        return HttpResponseRedirect(reverse("desk-people"))
    return render(request, "credentials/name.html", {"form": form, "identifier": identifier})


@organiser_only
@require_http_methods(READING)
def ask_for_key(request: HttpRequest) -> HttpResponse:
    """Ask somebody to make a key of their own, through an address that works once."""
    form = KeyRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        secret = open_key_request(name, now=read_clock(), random_bytes=secrets.token_bytes(DRAFT_RANDOM_SIZE))
        return show_address(request, secret, name)
    return render(request, "credentials/ask_for_key.html", {"form": form})


def _is_recognised(holder: str) -> bool:
    published = find_root_list(get_community_did())
    return published is not None and any(root.id == holder for root in published.roots)


@organiser_only
@require_http_methods(READING)
def lose_key(request: HttpRequest) -> HttpResponse:
    """End everything held under a lost key on the day that it was lost."""
    keyed = [(identifier, name) for identifier, name in list_parties() if identifier.startswith("did:key:")]
    form = LostKeyForm(request.POST or None, people=keyed)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        ended = record_lost_key(
            said["holder"],
            lost_at=as_moment(said["lost_on"]),
            words=(_("Lost key"), said["reason"]),
            now=read_clock(),
            random_bytes=secrets.token_bytes(NOTICE_RANDOM_SIZE * max(len(list_held_by(said["holder"])), 1)),
        )
        words = _("Authorities ended: %(count)s. Ask them for a new key, then give each of them anew.")
        record_notice(request, "yes" if ended else "wait", words % {"count": ended})
        if _is_recognised(said["holder"]):
            record_notice(
                request,
                "no",
                _(
                    "This key is still on your list. Leave it out and publish the list again: "
                    "until then, whoever found it can give authority in their name."
                ),
            )
        return HttpResponseRedirect(reverse("desk-papers"))
    return render(request, "credentials/lost_key.html", {"form": form, "has_keys": bool(keyed)})


@organiser_only
@require_http_methods(READING)
def date_life(request: HttpRequest) -> HttpResponse:
    """Write down when somebody lived."""
    people = [(identifier, name) for identifier, name in list_parties()]
    form = LifetimeForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        record_lifetime(
            said["holder"],
            lived=(said["lived_from"], said["lived_until"]),
            words=(_("Lifetime"), said["reason"]),
            now=read_clock(),
            random_bytes=secrets.token_bytes(NOTICE_RANDOM_SIZE),
        )
        record_notice(request, "yes", _("It is signed. Nothing can have been given outside this time."))
        return HttpResponseRedirect(reverse("desk-people"))
    return render(request, "credentials/lifetime.html", {"form": form})
