"""Ending an authority: what would fall is shown before anything is signed."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.programme_door.credentials.actions import end_authority
from amanah.programme_door.credentials.actions.endings import NOTICE_RANDOM_SIZE, Ending
from amanah.programme_door.credentials.forms import EndForm, as_moment
from amanah.programme_door.credentials.queries import find_paper
from amanah.programme_door.credentials.queries.overview import list_fallen_with
from amanah.programme_door.credentials.showing import build_teller, explain_breaks, tell_party
from amanah.programme_door.credentials.views.papers import READING, read_clock
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice


@organiser_only
@require_http_methods(READING)
def end(request: HttpRequest, document_hash: str) -> HttpResponse:
    """Ask how it ends and why, show what falls with it, then sign."""
    paper = find_paper(document_hash)
    if paper is None or paper.kind != "authorisation":
        raise Http404
    form = EndForm(request.POST or None)
    teller = build_teller(get_language() or "en")
    context = {"form": form, "paper": paper, "holder": tell_party(paper.holder), "fallen": None}
    if request.method == "POST" and form.is_valid():
        now = read_clock()
        ending = build_ending(form, now)
        if "confirm" in request.POST:
            end_authority(
                document_hash, ending, now=now, random_bytes=secrets.token_bytes(NOTICE_RANDOM_SIZE)
            )
            record_notice(
                request, "yes", _("The notice is signed and dated. Its hash goes into the public log.")
            )
            return HttpResponseRedirect(reverse("desk-paper", kwargs={"document_hash": document_hash}))
        fallen = list_fallen_with(paper.id, kind=ending.kind, valid_from=ending.valid_from, at=now)
        context["fallen"] = [
            {
                "hash": one.document_hash,
                "holder": tell_party(one.authorisation.holder),
                "scope": teller.tell_scope(one.authorisation.scope),
                "reasons": explain_breaks(one.chain.breaks, teller),
            }
            for one in fallen
            if one.document_hash != document_hash
        ]
        return render(request, "credentials/end_preview.html", context)
    return render(request, "credentials/end.html", context)


def build_ending(form: EndForm, now: int) -> Ending:
    """Give what will be signed."""
    said = form.cleaned_data
    kind = "void" if said["kind"] == "void" else "ended"
    return Ending(
        kind="void" if kind == "void" else "ended",
        valid_from=now if kind == "void" else as_moment(said["ended_on"]),
        name=said["name"],
        reason=said["reason"],
    )
