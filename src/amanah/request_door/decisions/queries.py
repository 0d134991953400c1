"""Reads of decisions: what a case comes to by the rules, who may sign what, what was answered, decision files.

It decides nothing: the rules and the panel do, and both are pure functions of core.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from amanah.core.data_requests.approvals import Approval, count_needed, list_voices, parse_approval
from amanah.core.data_requests.deciding import Answer, Verdict, decide_request, list_answers
from amanah.core.data_requests.decision_files import DecisionFile, PanelStep, encode_decision_file
from amanah.core.data_requests.documents import DecisionDocument, Recusal, parse_document
from amanah.core.data_requests.facts import RequestFacts
from amanah.core.data_requests.jurisdictions import Instrument, Pack
from amanah.core.data_requests.panels import Panel, Trustee, compute_panel_hash, list_signers, parse_panel
from amanah.core.data_requests.rules import RuleSet, compute_rules_hash, parse_rules
from amanah.core.encoding import parse_canonical_json
from amanah.core.errors import RefusedError
from amanah.request_door.decisions.models import MADE, Decision, State
from amanah.request_door.decisions.models import Recusal as KeptRecusal
from amanah.request_door.jurisdictions.queries import compute_pack_hash, get_pack_in_force
from amanah.request_door.records.queries import is_sealed_in_log
from amanah.request_door.requests.models import DataRequest
from amanah.request_door.requests.queries import (
    RequestUnknownError,
    find_instrument,
    get_facts,
    get_request,
    list_open_requests,
)
from amanah.request_door.rules.queries import find_rules, get_rules_in_force
from amanah.request_door.trustees.log_state import is_behind_log
from amanah.request_door.trustees.queries import PanelLink, find_panel, get_panel_in_force, list_panel_chain

ANSWERED = "request-answered"
CONTEST = "contest"


class DecisionUnknownError(RefusedError):
    """There is no such decision, or it was destroyed with its case."""

    code = "decision-unknown"


class NoDocumentError(RefusedError):
    """The rules refused by themselves: nobody signed anything, so there is no file of signatures."""

    code = "decision-without-document"


@dataclass(frozen=True)
class Case:
    """One request with everything that decides about it: the facts in force, the pack, the rules, the verdict."""

    request: DataRequest
    facts: RequestFacts
    pack: Pack
    pack_hash: str
    instrument: Instrument | None
    rules_hash: str
    verdict: Verdict
    decisions: tuple[Decision, ...]

    @property
    def answer(self) -> Decision | None:
        """Give the newest answer that was made; a contested order can be answered once more."""
        return next((one for one in self.decisions if one.kind == ANSWERED and one.is_made), None)

    @property
    def is_open(self) -> bool:
        """Tell whether an answer can still be drafted."""
        return self.answer is None or self.answer.body["outcome"] == CONTEST

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Give the answers that the rules leave to the trustees."""
        return list_answers(self.verdict)


@dataclass(frozen=True)
class SignerLine:
    """One trustee beside a decision: signs, has signed, has stepped aside and why, or stands by."""

    trustee: Trustee
    may_sign: bool
    has_signed: bool
    recused: Recusal | None


@dataclass(frozen=True)
class Standing:
    """How far a decision has come: every trustee of its panel, how many have signed and how many must."""

    document: DecisionDocument
    panel: Panel
    lines: tuple[SignerLine, ...]
    needed: int

    @property
    def signed(self) -> int:
        """Count the voices."""
        return sum(line.has_signed for line in self.lines)

    @property
    def missing(self) -> int:
        """Count the voices that are still needed."""
        return max(self.needed - self.signed, 0)

    @property
    def can_be_reached(self) -> bool:
        """Tell whether enough trustees are left who have not stepped aside."""
        return sum(line.may_sign for line in self.lines) >= self.needed

    def find_line(self, trustee: str) -> SignerLine | None:
        """Find one trustee's line."""
        return next((line for line in self.lines if line.trustee.trustee == trustee), None)


@dataclass(frozen=True)
class WaitingDecision:
    """A draft that one trustee may sign and has not."""

    decision: Decision
    reference: str
    missing: int


def find_decision(decision: str) -> Decision | None:
    """Find a decision by its random name."""
    return Decision.objects.filter(decision=decision).first()


def get_decision(decision: str) -> Decision:
    """Give a decision that must be there."""
    found = find_decision(decision)
    if found is None:
        raise DecisionUnknownError("There is no decision with this number.")
    return found


def find_answer(reference: str) -> Decision | None:
    """Find the newest answer to a request that was made: by trustees, or by the rules themselves."""
    made = Decision.objects.filter(reference=reference, kind=ANSWERED, state__in=MADE)
    return next(iter(_list_newest_first(made)), None)


def has_answer(reference: str) -> bool:
    """Tell whether a request was answered for good; an order that is contested was not."""
    answer = find_answer(reference)
    return answer is not None and answer.body["outcome"] != CONTEST


def list_decisions(reference: str) -> list[Decision]:
    """List every decision about a request, the newest first."""
    return _list_newest_first(Decision.objects.filter(reference=reference))


def list_references_decided() -> list[str]:
    """List the requests of which a decision is kept, made or not."""
    kept = Decision.objects.exclude(reference="").order_by("reference")
    return [*kept.values_list("reference", flat=True).distinct()]


def list_drafts() -> list[Decision]:
    """List what waits for signatures."""
    return _list_newest_first(Decision.objects.filter(state=State.DRAFT))


def list_made(most: int) -> list[Decision]:
    """List what was decided last."""
    made = Decision.objects.filter(state__in=(*MADE, State.VOID)).order_by("-decided_on", "decision")
    return [*made[:most]]


def list_recused(case: str) -> tuple[tuple[str, Recusal], ...]:
    """List who has stepped aside from a case, as documents hold it."""
    rows = KeptRecusal.objects.filter(case_ref=case).order_by("trustee")
    return tuple((row.trustee, cast("Recusal", row.reason)) for row in rows)


def list_waiting_for(trustee: str) -> list[WaitingDecision]:
    """List the drafts that a trustee may sign and has not; what was overtaken waits for nobody."""
    waiting = []
    for draft in filter(is_current, list_drafts()):
        standing = get_standing(draft)
        line = standing.find_line(trustee)
        if line is not None and line.may_sign and not line.has_signed:
            waiting.append(WaitingDecision(draft, str(draft.reference), standing.missing))
    return waiting


def list_approvals(decision: Decision) -> list[Approval]:
    """List the approvals under a decision, by trustee."""
    rows = decision.approvals.order_by("trustee").values_list("document", flat=True)
    return [parse_approval(parse_canonical_json(bytes(row))) for row in rows]


def get_standing(decision: Decision) -> Standing:
    """Give who may sign, who has, and who has stepped aside."""
    if decision.is_by_rule:
        raise NoDocumentError("The rules refused by themselves. Nobody signs anything.")
    data = bytes(decision.document)
    document, panel = parse_document(data), _get_panel(parse_document(data).panel)
    voices = set(list_voices(list_approvals(decision), data, panel))
    may_sign = set(list_signers(panel, document.recused_trustees))
    reasons = dict(document.recused)
    lines = tuple(
        SignerLine(
            trustee=one,
            may_sign=one.trustee in may_sign,
            has_signed=one.trustee in voices,
            recused=reasons.get(one.trustee),
        )
        for one in panel.trustees
    )
    return Standing(document, panel, lines, count_needed(document, panel))


def get_case(reference: str) -> Case:
    """Read one request by the pack and the rules in force."""
    request = get_request(reference)
    facts = get_facts(reference)
    pack, pack_bytes = get_pack_in_force()
    rules, rules_bytes = get_rules_in_force()
    instrument = find_instrument(request, pack)
    return Case(
        request=request,
        facts=facts,
        pack=pack,
        pack_hash=compute_pack_hash(pack_bytes),
        instrument=instrument,
        rules_hash=compute_rules_hash(rules_bytes),
        verdict=decide_request(facts, instrument, rules),
        decisions=tuple(list_decisions(reference)),
    )


def find_case(reference: str) -> Case | None:
    """Find a request that can be decided; None where there is none, or where what it held was destroyed."""
    try:
        return get_case(reference)
    except RequestUnknownError:
        return None


def list_open_cases() -> list[Case]:
    """List what no answer was made to yet, the longest waiting first."""
    cases = (find_case(str(request.reference)) for request in list_open_requests())
    return [case for case in cases if case is not None and case.is_open]


def is_current(decision: Decision) -> bool:
    """Tell whether what a draft was made over still stands: panel, and for an answer facts, pack and rules (6.7)."""
    known = get_panel_in_force()
    if known is None or parse_document(bytes(decision.document)).panel != compute_panel_hash(known[1]):
        return False
    if decision.kind != ANSWERED:
        return True
    case, body = get_case(str(decision.reference)), decision.body
    stated = (body["facts"], body["pack"], body["rules"])
    return case.is_open and stated == (case.request.facts_hash, case.pack_hash, case.rules_hash)


def find_next_rules(rules_hash: str) -> RuleSet | None:
    """Find the rules that a decision would bring into force."""
    document = find_rules(rules_hash)
    return None if document is None else parse_rules(document)


def is_released(decision: Decision) -> bool:
    """Tell whether the record of a decision stands in a sealed period of the verified log (7.5).

    Where the log knows a newer panel, this is an old backup, and nothing that is decided in it leaves.
    """
    return bool(decision.record) and is_sealed_in_log(bytes(decision.record)) and not is_behind_log()


def build_decision_file(decision: Decision) -> bytes:
    """Give the file that anybody can check without this door (6.8): panels up to the one that decided."""
    if decision.is_by_rule:
        raise NoDocumentError(
            "The rules refused by themselves. The letter names them; nobody signed anything."
        )
    data = bytes(decision.document)
    wanted = parse_document(data).panel
    steps: list[PanelStep] = []
    for link in list_panel_chain():
        steps.append(_build_step(link))
        if compute_panel_hash(link.panel) == wanted:
            break
    return encode_decision_file(DecisionFile(data, tuple(list_approvals(decision)), tuple(steps)))


def _build_step(link: PanelLink) -> PanelStep:
    approvals = tuple(parse_approval(parse_canonical_json(approval)) for approval in link.approvals)
    return PanelStep(parse_panel(link.panel), link.decision, approvals)


def _get_panel(panel_hash: str) -> Panel:
    document = find_panel(panel_hash)
    if document is None:
        raise DecisionUnknownError("The panel of this decision is not known here any more.")
    return parse_panel(document)


def _list_newest_first(decisions: Iterable[Decision]) -> list[Decision]:
    """Sort by the time that stands in each document; what the rules refused has none and is the oldest."""
    return sorted(decisions, key=_get_time, reverse=True)


def _get_time(decision: Decision) -> int:
    return 0 if decision.is_by_rule else parse_document(bytes(decision.document)).at
