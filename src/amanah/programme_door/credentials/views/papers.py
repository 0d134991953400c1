"""The desk's list of who holds what, the page of one paper, and taking in what somebody brought."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.reading import CredentialError
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.actions import import_credential, withdraw_draft
from amanah.programme_door.credentials.forms import TakeInForm
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.papers_read import Paper
from amanah.programme_door.credentials.queries import (
    find_paper,
    find_root_list,
    list_drafts,
    load_papers,
)
from amanah.programme_door.credentials.queries.overview import find_chain, list_holders
from amanah.programme_door.credentials.queries.papers import (
    find_words,
    list_children,
    list_notices_about,
    list_papers,
)
from amanah.programme_door.credentials.reading_papers import read_papers
from amanah.programme_door.credentials.showing import build_teller, tell_chain, tell_party
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice

READING = ["GET", "HEAD", "POST"]


def read_clock() -> int:
    """Give the time as papers write it: UTC seconds."""
    return int(timezone.now().timestamp())


@organiser_only
def show_overview(request: HttpRequest) -> HttpResponse:
    """Who holds what, what waits for a signature, and what was brought from elsewhere."""
    root_list = find_root_list(get_community_did())
    context = {
        "holders": list_holders(root_list, at=read_clock()),
        "drafts": list_drafts(timezone.localdate()),
        "brought": list_papers("foreign"),
        "has_list": root_list is not None,
        "tell_party": tell_party,
        "tell_scope": build_teller(get_language() or "en").tell_scope,
    }
    return render(request, "credentials/overview.html", context)


@organiser_only
def show_paper(request: HttpRequest, document_hash: str) -> HttpResponse:
    """One paper: its words, its line under our list, what was given under it, and what was said about it."""
    paper = find_paper(document_hash)
    if paper is None or paper.kind == "roots":
        raise Http404
    root_list = find_root_list(get_community_did())
    papers = load_papers(paper.holder, root_list)
    chain = find_chain(document_hash, papers, at=read_clock()) if paper.holder else None
    teller = build_teller(get_language() or "en")
    context: dict[str, Any] = {
        "paper": paper,
        "chain": tell_chain(chain, root_list, teller) if chain else None,
        "list_name": root_list.name if root_list else "",
        "words": find_words(paper),
        "find_words": find_words,
        "children": list_children(paper.id),
        "notices": list_notices_about(paper.id),
        "tell_party": tell_party,
        "tell_scope": teller.tell_scope,
    }
    return render(request, "credentials/paper.html", context)


@organiser_only
@require_http_methods(READING)
def take_in(request: HttpRequest) -> HttpResponse:
    """Read what somebody brought, in a process of its own, and keep what can be kept."""
    is_sent = request.method == "POST"
    form = TakeInForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    refusal = None
    if is_sent and form.is_valid():
        try:
            papers = read_papers(form.build_data())
            older = [paper for paper in papers if paper.kind == "older"]
            kept = [import_credential(paper, now=read_clock()) for paper in papers if paper not in older]
        except (CredentialError, CredentialProofError) as error:
            refusal = {"sentence": error.sentence, "step": error.step}
        except RefusedError as error:
            refusal = {"sentence": _explain(error), "step": ""}
        else:
            return _answer(request, papers, older, kept)
    return render(request, "credentials/take_in.html", {"form": form, "refusal": refusal})


@organiser_only
@require_http_methods(["POST"])
def withdraw(request: HttpRequest, secret_hash: str) -> HttpResponse:
    """Take back what nobody signed."""
    withdraw_draft(secret_hash)
    record_notice(request, "yes", _("The draft is withdrawn. Its address works no more."))
    return HttpResponseRedirect(reverse("desk-papers"))


def _answer(
    request: HttpRequest, papers: tuple[Paper, ...], older: list[Paper], kept: list[str]
) -> HttpResponse:
    """Show what was taken in; an older form is shown once, to be cited, and never kept."""
    if older:
        return render(request, "credentials/older.html", {"papers": older})
    if len(kept) == 1 and papers[0].kind != "roots":
        record_notice(request, "yes", _("The paper holds and is kept. Its hash goes into the public log."))
        return HttpResponseRedirect(reverse("desk-paper", kwargs={"document_hash": kept[0]}))
    record_notice(request, "yes", _("The papers hold and are kept. Their hashes go into the public log."))
    return HttpResponseRedirect(reverse("desk-papers"))


def _explain(error: RefusedError) -> str:
    if error.code == "upload-reader-busy":
        return _("Another file is being read. Send this one again in a minute.")
    return _("Another paper with the same number is here, and it says something else. Nothing was changed.")
