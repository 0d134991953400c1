"""What waits for signatures and what was decided, and putting statements and other numbers to signature."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amanah.core.data_requests.statements import STATEMENTS
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.decisions.forms import RulesForm, StatementForm
from amanah.request_door.decisions.queries import (
    get_standing,
    is_current,
    list_drafts,
    list_made,
    list_open_cases,
    list_waiting_for,
)
from amanah.request_door.decisions.wording import KIND_WORDS, describe_next_step
from amanah.request_door.requests.queries import compute_answer_day
from amanah.request_door.rules.actions import record_rules
from amanah.request_door.rules.queries import get_rules_in_force
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice

MOST_SHOWN = 50


@trustee_only
@require_safe
def show_decisions(request: HttpRequest) -> HttpResponse:
    """Show what waits for this trustee, what waits for others, which requests have no answer, what was decided."""
    waiting = list_waiting_for(require_account(request).account)
    own = {one.decision.decision for one in waiting}
    others = [draft for draft in list_drafts() if draft.decision not in own and is_current(draft)]
    context = {
        "waiting": waiting,
        "others": [(draft, get_standing(draft).missing) for draft in others],
        "cases": [
            (case, compute_answer_day(case.request), describe_next_step(case.verdict))
            for case in list_open_cases()
        ],
        "made": list_made(MOST_SHOWN),
        "kind_words": KIND_WORDS,
    }
    return render(request, "decisions/decisions.html", context)


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def draft_statements(request: HttpRequest) -> HttpResponse:
    """Put statements for the next report to signature."""
    form = StatementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _put(request, "statement-made", form.build_body())
    context = {
        "form": form,
        "statements": [(code, gettext(sentence)) for code, sentence in STATEMENTS.items()],
        "chosen": request.POST.getlist("codes"),
        "expires_on": request.POST.get("expires_on", ""),
    }
    return render(request, "decisions/statements.html", context, status=422 if form.errors else 200)


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def draft_rules(request: HttpRequest) -> HttpResponse:
    """Put other numbers of the rules to signature; the rules themselves nobody changes here."""
    rules, _document = get_rules_in_force()
    form = RulesForm(request.POST if request.method == "POST" else None, rules=rules)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            return _put(request, "rules-changed", {"next": record_rules(form.build_rules())})
    return render(request, "decisions/rules.html", {"form": form}, status=422 if form.errors else 200)


def _put(request: HttpRequest, kind: str, body: dict[str, object]) -> HttpResponse:
    now = int(timezone.now().timestamp())
    decision = draft_decision(kind, body, by=require_account(request).account, now=now)
    record_notice(request, "yes", _("It waits for signatures. Read it, and sign it if it is right."))
    return HttpResponseRedirect(reverse("decision", kwargs={"decision": decision}))
