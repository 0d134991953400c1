"""Giving an authority: with the community's key, as recorder, or as a draft that its giver signs."""

import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.credentials.reading import CredentialError
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.actions import (
    GrantRefusedError,
    issue_authorisation,
    open_draft,
)
from amanah.programme_door.credentials.actions.drafts import DRAFT_RANDOM_SIZE
from amanah.programme_door.credentials.actions.issuing import ISSUING_RANDOM_SIZE
from amanah.programme_door.credentials.forms import GiveForm
from amanah.programme_door.credentials.queries import find_names, list_papers, list_parties
from amanah.programme_door.credentials.queries.papers import find_by_id, has_authority_to_give
from amanah.programme_door.credentials.showing import build_teller, explain_breaks, tell_party
from amanah.programme_door.credentials.views.papers import READING, read_clock
from amanah.programme_door.scopes.queries import find_scope_words, list_scopes
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice
from amanah.web.settings import get_config


@organiser_only
@require_http_methods(READING)
def give(request: HttpRequest) -> HttpResponse:
    """Fill in who gives whom what, and sign it or hand it to its giver."""
    form = _build_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            return _sign_or_hand_over(request, form)
        except GrantRefusedError as error:
            words = explain_breaks(error.breaks, build_teller(_language()))
            for sentence in words or [_("The authority under which this is given is not here any more.")]:
                form.add_error(None, sentence)
        except CredentialError as error:
            form.add_error(None, f"{error.sentence} ({_('step')} {error.step})")
        except RefusedError:
            form.add_error(None, _("The list of endings of this community is full. Nothing was signed."))
    context = {"form": form, "has_people": bool(list_parties()), "has_scopes": bool(list_scopes(_language()))}
    return render(request, "credentials/give.html", context)


def _build_form(request: HttpRequest) -> GiveForm:
    scopes = [(one.scope, f"{one.name} ({one.scope})") for one in list_scopes(_language())]
    teller = build_teller(_language())
    parents = [
        (paper.id, f"{tell_party(paper.holder)}: {teller.tell_scope(paper.scope)} ({paper.given_on})")
        for paper in list_papers("authorisation")
        if has_authority_to_give(paper)
    ]
    initial = {
        "valid_from": timezone.localdate(),
        "way": "witnessed",
        "parent": request.GET.get("under", ""),
        "citation": request.POST.get("cite", ""),
    }
    posted = request.POST if "way" in request.POST else None
    return GiveForm(
        posted,
        request.FILES or None,
        initial=initial,
        people=[(identifier, name) for identifier, name in list_parties()],
        parents=parents,
        scopes=scopes,
    )


def _sign_or_hand_over(request: HttpRequest, form: GiveForm) -> HttpResponse:
    said = form.cleaned_data
    above = find_by_id(said["parent"]) if said["parent"] else None
    giver = above.holder if above else said["giver"]
    name = find_scope_words(said["scope"], _language())["name"] or said["scope"]
    grant = form.build_grant(name=name, giver=giver)
    if said["way"] != "own-key":
        digest = issue_authorisation(
            grant, now=read_clock(), random_bytes=secrets.token_bytes(ISSUING_RANDOM_SIZE)
        )
        record_notice(request, "yes", _("It is signed. Its hash goes into the public log."))
        return HttpResponseRedirect(reverse("desk-paper", kwargs={"document_hash": digest}))
    secret = open_draft(
        grant,
        giver_name=find_names([giver]).get(giver, ""),
        now=read_clock(),
        random_bytes=secrets.token_bytes(DRAFT_RANDOM_SIZE),
    )
    return show_address(request, secret, find_names([giver]).get(giver, ""))


def show_address(request: HttpRequest, secret: str, name: str) -> HttpResponse:
    """Show a one-time address once: only its hash is kept."""
    address = f"{get_config().urls['programme']}/{_language()}/give/{secret}/"
    return render(request, "credentials/address.html", {"address": address, "name": name})


def _language() -> str:
    return get_language() or "en"
