"""One decision at the desk: its words and its bytes, signing it with a passkey, stepping aside, its file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanah.core.data_requests.approvals import ApprovalRefusedError
from amanah.core.data_requests.documents import compute_document_hash
from amanah.core.errors import AmanahError, RefusedError
from amanah.request_door.decisions.actions import (
    DecisionMadeError,
    record_approval,
    record_recusal,
    record_refused_approval,
)
from amanah.request_door.decisions.carrying_out import carry_out_soon
from amanah.request_door.decisions.forms import StepAsideForm
from amanah.request_door.decisions.queries import (
    build_decision_file,
    find_case,
    find_decision,
    find_next_rules,
    get_decision,
    get_standing,
    is_current,
    is_released,
)
from amanah.request_door.decisions.wording import (
    KIND_WORDS,
    RECUSAL_WORDS,
    RULE_NUMBER_WORDS,
    SHOW,
    SIGNED_FILES,
    describe_body,
    list_fingerprints,
)
from amanah.request_door.trustees.differences import compute_differences
from amanah.request_door.trustees.queries import build_shown_panel, find_panel
from amanah.request_door.trustees.refusals import find_refusal_words
from amanah.request_door.trustees.signing import build_signing_options, parse_signature
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.request_door.trustees.views.ceremonies import refuse
from amanah.web.ceremonies import parse_ceremony_body
from amanah.web.desk import record_notice


@trustee_only
@require_safe
def show_decision(request: HttpRequest, decision: str) -> HttpResponse:
    """Show a decision in words and as the bytes that are signed, who has signed, and what there is to do."""
    found = find_decision(decision)
    if found is None:
        raise Http404
    account = require_account(request)
    context: dict[str, Any] = {
        "decision": found,
        "kind": KIND_WORDS[found.kind],
        "lines": describe_body(found.kind, found.body),
        "fingerprints": list_fingerprints(found.body),
        "more": SHOW[found.kind](found) if found.kind in SHOW else (),
        "signed_file": SIGNED_FILES.get(found.kind),
        "is_open": False,
        "is_released": found.is_made and is_released(found),
        "recusal_words": RECUSAL_WORDS,
    }
    if not found.is_by_rule:
        standing = get_standing(found)
        is_open = found.state == "draft" and is_current(found)
        context |= {
            "standing": standing,
            "own": standing.find_line(account.account),
            "is_open": is_open,
            "is_overtaken": found.state == "stale" or (found.state == "draft" and not is_open),
            "document": bytes(found.document).decode(),
            "document_hash": compute_document_hash(bytes(found.document)),
            **_show_next(found.kind, found.body, standing.document.panel),
        }
    return render(request, "decisions/decision.html", context)


@trustee_only
@require_POST
def ask_signature(request: HttpRequest, decision: str) -> HttpResponse:
    """Give what the browser asks the passkey: the document as it stands, and no account but this one."""
    found = find_decision(decision)
    if found is None or found.is_by_rule or found.state != "draft" or not is_current(found):
        words = _("Nobody can sign this any more. Load the page again: it says why.")
        return JsonResponse({"words": words}, status=409)
    return JsonResponse(build_signing_options(require_account(request), bytes(found.document)))


@trustee_only
@require_POST
def answer_signature(request: HttpRequest, decision: str) -> HttpResponse:
    """Take one trustee's signature; the last one that was missing decides, and what follows begins at once."""
    found = find_decision(decision)
    if found is None or found.is_by_rule:
        raise Http404
    now = int(timezone.now().timestamp())
    page = reverse("decision", kwargs={"decision": decision})
    try:
        approval = parse_signature(require_account(request), parse_ceremony_body(request))
    except ApprovalRefusedError as refused:
        record_refused_approval(decision, refused.reason)
        return JsonResponse({"words": find_refusal_words(refused)}, status=409)
    except AmanahError:
        return refuse()
    try:
        held = record_approval(decision, approval, now=now)
    except ApprovalRefusedError as refused:
        return JsonResponse({"words": find_refusal_words(refused)}, status=409)
    except DecisionMadeError:
        record_notice(request, "info", _("Enough of you had signed already. Your signature is not needed."))
        return JsonResponse({"next": page})
    if held.is_made:
        carry_out_soon(decision, now=now)
        record_notice(request, "yes", _("You were the last who was needed. It is decided."))
    else:
        record_notice(request, "yes", _("You have signed. It is decided when enough of you have."))
    return JsonResponse({"next": page})


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def step_aside(request: HttpRequest, decision: str) -> HttpResponse:
    """Step aside from a decision, and where it is about a request from the whole case."""
    found = find_decision(decision)
    if found is None or found.is_by_rule:
        raise Http404
    if found.reference:
        return HttpResponseRedirect(reverse("step-aside-from-case", kwargs={"reference": found.reference}))
    page = reverse("decision", kwargs={"decision": decision})
    return _step_aside(request, decision, page, str(KIND_WORDS[found.kind]))


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def step_aside_from_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Step aside from everything that is decided about a request."""
    if find_case(reference) is None:
        raise Http404
    page = reverse("case", kwargs={"reference": reference})
    return _step_aside(request, reference, page, reference)


@trustee_only
@require_safe
def send_document(_request: HttpRequest, decision: str) -> HttpResponse:
    """Send the bytes that are signed."""
    found = find_decision(decision)
    if found is None or found.is_by_rule:
        raise Http404
    return HttpResponse(bytes(found.document), content_type="application/json")


@trustee_only
@require_safe
def send_file(_request: HttpRequest, decision: str) -> HttpResponse:
    """Send the decision file, once the record of the decision is sealed into the public log (7.5)."""
    found = find_decision(decision)
    if found is None or found.is_by_rule or not found.is_made or not is_released(get_decision(decision)):
        raise Http404
    response = HttpResponse(build_decision_file(found), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="decision-{decision}.json"'
    return response


def _step_aside(request: HttpRequest, case: str, page: str, about: str) -> HttpResponse:
    form = StepAsideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        account = require_account(request).account
        try:
            record_recusal(case, account, form.chosen_reason, now=int(timezone.now().timestamp()))
        except RefusedError:
            record_notice(request, "info", _("You have stepped aside from this already."))
        else:
            record_notice(request, "yes", _("You have stepped aside. Everybody else signs the new version."))
        return HttpResponseRedirect(page)
    context = {
        "form": form,
        "reasons": [(code, str(words)) for code, words in RECUSAL_WORDS.items()],
        "chosen": request.POST.get("reason", ""),
        "back": page,
        "about": about,
    }
    return render(request, "decisions/step_aside.html", context, status=422 if form.errors else 200)


def _show_next(kind: str, body: dict[str, Any], panel: str) -> dict[str, Any]:
    """Give the panel or the numbers that a decision would bring into force, from their own bytes."""
    if kind == "panel-changed":
        before, document = find_panel(panel), find_panel(body["next"])
        if before is None or document is None:
            return {}
        return {
            "differences": compute_differences(before, document),
            "next_panel": build_shown_panel(document, body["next"]),
        }
    if kind == "rules-changed":
        rules = find_next_rules(body["next"])
        numbers = (
            [(words, getattr(rules, name)) for name, words in RULE_NUMBER_WORDS.items()] if rules else []
        )
        return {"next_rules": numbers}
    return {}
