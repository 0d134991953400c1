"""Putting other numbers of the rules, or statements, to signature. Nothing is in force by these pages alone."""

from datetime import UTC, datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.encoding import JsonValue
from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.desk.forms import RulesForm, StatementsForm
from amanah.request_door.records.queries import compute_next_report
from amanah.request_door.rules.actions import record_rules
from amanah.request_door.rules.queries import get_rules_in_force
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def write_rules(request: HttpRequest) -> HttpResponse:
    """Write other numbers down, and ask the trustees to sign them."""
    form = RulesForm(request.POST or None, rules=get_rules_in_force()[0])
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            rules_hash = record_rules(form.build_rules())
            return _put(request, "rules-changed", {"next": rules_hash})
    return render(request, "desk/rules.html", {"form": form}, status=422 if form.errors else 200)


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def write_statements(request: HttpRequest) -> HttpResponse:
    """Choose sentences of the list, and ask the trustees to sign them; the next report shows them."""
    form = StatementsForm(request.POST or None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        chosen = {
            "codes": sorted(form.cleaned_data["codes"]),
            "expires_on": form.cleaned_data["expires_on"].isoformat(),
        }
        with transaction.atomic():
            return _put(request, "statement-made", chosen)
    published_at = compute_next_report(int(timezone.now().timestamp())).published_at
    shown_on = datetime.fromtimestamp(published_at, UTC)
    context = {"form": form, "shown_on": shown_on}
    return render(request, "desk/statements.html", context, status=422 if form.errors else 200)


def _put(request: HttpRequest, kind: str, body: dict[str, JsonValue]) -> HttpResponse:
    account = require_account(request).account
    decision = draft_decision(kind, body, by=account, now=int(timezone.now().timestamp()))
    record_notice(request, "yes", _("The trustees are asked to sign this. You too."))
    return HttpResponseRedirect(reverse("decision", kwargs={"decision": decision}))
