"""One request at the desk: what is asked, what its paper names, what the rules say, and drafting an answer."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amanah.core.data_requests.deciding import ChoiceBeyondRulesError
from amanah.core.data_requests.facts import SALT_LENGTH
from amanah.core.data_requests.scopes import Scope
from amanah.core.errors import RefusedError
from amanah.request_door.decisions.actions import draft_answer
from amanah.request_door.decisions.forms import AnswerForm, ReadingForm
from amanah.request_door.decisions.queries import Case, find_case, list_recused
from amanah.request_door.decisions.wording import (
    ANSWER_WORDS,
    CASE_PAGES,
    KIND_WORDS,
    RECUSAL_WORDS,
    compare_scopes,
    describe_rules,
    describe_scope,
    describe_verdict,
)
from amanah.request_door.requests.actions import record_facts
from amanah.request_door.requests.queries import compute_answer_day, has_instrument_file
from amanah.request_door.requests.showing import LABELS, build_choices, describe_instrument, describe_request
from amanah.request_door.requests.words import CATEGORY_WORDS, SECRECY_WORDS, describe_signer
from amanah.request_door.trustees.queries import find_account
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice


@trustee_only
@require_safe
def show_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request with everything that decides about it."""
    case = _require_case(reference)
    language = get_language() or "en"
    recused = list_recused(reference)
    account = require_account(request)
    signer, signer_in = describe_signer(case.pack, case.facts.signed_by, language)
    context = {
        "case": case,
        "asked": describe_request(case.request, case.facts),
        "paper": describe_instrument(case.request, language),
        "has_paper": has_instrument_file(reference),
        "answer_day": compute_answer_day(case.request),
        "signer": {"words": signer, "language": signer_in},
        "secrecy": SECRECY_WORDS[case.facts.secrecy],
        "is_read": case.facts.ordered is not None,
        "scopes": compare_scopes(
            asked=case.facts.asked, ordered=case.facts.ordered, given=case.verdict.scope
        ),
        "verdict": describe_verdict(case.verdict, case.facts),
        "reasons": describe_rules(case.verdict.reasons),
        "recused": [(_name(trustee), RECUSAL_WORDS[reason]) for trustee, reason in recused],
        "has_stepped_aside": account.account in dict(recused),
        "pages": CASE_PAGES,
        "answer_words": ANSWER_WORDS,
        "kind_words": KIND_WORDS,
    }
    return render(request, "decisions/case.html", context)


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def read_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """Take down what a trustee read in the paper."""
    case = _require_case(reference)
    if not case.is_open:
        return _say_answered(request, reference)
    form = ReadingForm(request.POST if request.method == "POST" else None, pack=case.pack)
    if request.method == "POST" and form.is_valid():
        return _record_reading(request, reference, form)
    values = _read_values(request) if request.method == "POST" else _fill_reading(case)
    context = {
        "case": case,
        "errors": form.list_errors() if request.method == "POST" else {},
        "labels": _get_labels() | {"people": _("About whom, as the paper names them")},
        "values": values,
        "choices": build_choices(case.pack, get_language() or "en"),
        "has_paper": has_instrument_file(reference),
    }
    return render(request, "decisions/reading.html", context, status=422 if context["errors"] else 200)


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Draft an answer within what the rules leave, and put it to signature."""
    case = _require_case(reference)
    if not case.is_open:
        return _say_answered(request, reference)
    form = AnswerForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            decision = draft_answer(
                reference,
                form.chosen_answer,
                form.scope,
                form.build_telling(),
                by=require_account(request).account,
                now=int(timezone.now().timestamp()),
            )
        except ChoiceBeyondRulesError:
            form.add_error(None, _("This is more than the rules leave. Take something away."))
        else:
            record_notice(request, "yes", _("It waits for signatures. Read it, and sign it if it is right."))
            return HttpResponseRedirect(reverse("decision", kwargs={"decision": decision}))
    values = _read_values(request) if request.method == "POST" else _fill_answer(case)
    context = {
        "case": case,
        "errors": form.list_errors() if request.method == "POST" else {},
        "labels": _get_labels(),
        "values": values,
        "answers": [(answer, ANSWER_WORDS[answer]) for answer in case.answers],
        "categories": _list_categories(case.verdict.scope),
        "at_most": describe_scope(case.verdict.scope) if case.verdict.scope else None,
        "law": case.instrument.secrecy if case.instrument else None,
    }
    return render(request, "decisions/answer.html", context, status=422 if context["errors"] else 200)


def _record_reading(request: HttpRequest, reference: str, form: ReadingForm) -> HttpResponse:
    try:
        record_facts(reference, form.build_reading(), salt=secrets.token_bytes(SALT_LENGTH))
    except RefusedError:
        return _say_answered(request, reference)
    record_notice(
        request, "yes", _("Written down. Whatever was signed over the older version counts no more.")
    )
    return HttpResponseRedirect(reverse("case", kwargs={"reference": reference}))


def _require_case(reference: str) -> Case:
    case = find_case(reference)
    if case is None:
        raise Http404
    return case


def _say_answered(request: HttpRequest, reference: str) -> HttpResponse:
    record_notice(request, "info", _("This request was answered. Nothing about it changes any more."))
    return HttpResponseRedirect(reverse("case", kwargs={"reference": reference}))


def _read_values(request: HttpRequest) -> dict[str, Any]:
    names = (
        "instrument",
        "signed_by",
        "people",
        "since",
        "until",
        "secrecy",
        "outcome",
        "telling",
        "silent_until",
    )
    values: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    return values | {"categories": request.POST.getlist("categories")}


def _fill_scope(scope: Scope | None) -> dict[str, Any]:
    return {
        "people": "\n".join(scope.people) if scope else "",
        "categories": [*scope.categories] if scope else [],
        "since": scope.since.isoformat() if scope and scope.since else "",
        "until": scope.until.isoformat() if scope and scope.until else "",
    }


def _fill_reading(case: Case) -> dict[str, Any]:
    """Begin with what was read before, never with what the body typed: the paper is to be read, not agreed to."""
    facts = case.facts
    kept = {"instrument": facts.instrument, "signed_by": facts.signed_by, "secrecy": facts.secrecy}
    return _fill_scope(facts.ordered) | (kept if facts.ordered else dict.fromkeys(kept, ""))


def _fill_answer(case: Case) -> dict[str, Any]:
    """Begin with the most that the rules leave; less can be chosen."""
    return _fill_scope(case.verdict.scope) | {"outcome": "", "telling": "", "silent_until": ""}


def _list_categories(scope: Scope | None) -> list[tuple[str, str]]:
    return [(code, str(CATEGORY_WORDS[code])) for code in (scope.categories if scope else ())]


def _get_labels() -> dict[str, str]:
    return {name: str(words) for name, words in LABELS.items()} | {
        "outcome": _("Answer"),
        "telling": _("Telling people"),
        "silent_until": _("Until which day the law forbids to speak of it"),
        "instrument": _("What kind of paper it is"),
    }


def _name(trustee: str) -> str:
    account = find_account(trustee)
    return str(account.name) if account is not None else trustee
