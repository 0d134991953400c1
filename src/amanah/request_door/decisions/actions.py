"""Drafting decisions, signing them, stepping aside, and what the rules refuse by themselves.

It writes what core has judged: no signature counts here that does not count for whoever has the decision file.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction

from amanah.core.data_requests.approvals import (
    Approval,
    ApprovalRefusedError,
    RefusalReason,
    encode_approval,
    is_approved,
    verify_approval,
)
from amanah.core.data_requests.deciding import Answer, needs_signatures, verify_answer
from amanah.core.data_requests.documents import (
    SALT_LENGTH,
    SALTED,
    DecisionDocument,
    Kind,
    Recusal,
    compute_document_hash,
    encode_document,
)
from amanah.core.data_requests.panels import Panel, compute_panel_hash
from amanah.core.data_requests.scopes import Scope, encode_scope
from amanah.core.encoding import JsonValue, encode_base64url, encode_canonical_json
from amanah.core.errors import RefusedError
from amanah.request_door.decisions.carrying_out import get_day
from amanah.request_door.decisions.models import Approval as KeptApproval
from amanah.request_door.decisions.models import Decision, State
from amanah.request_door.decisions.models import Recusal as KeptRecusal
from amanah.request_door.decisions.queries import (
    ANSWERED,
    Case,
    DecisionUnknownError,
    get_case,
    get_decision,
    has_answer,
    is_current,
    list_approvals,
    list_recused,
)
from amanah.request_door.records.actions import append_record, lock_log
from amanah.request_door.records.queries import find_secrecy
from amanah.request_door.trustees.queries import get_panel_in_force
from amanah.web.settings import get_config

if TYPE_CHECKING:
    from amanah.request_door.requests.models import DataRequest

ID_SIZE = 8


class NoPanelError(RefusedError):
    """Before there is a panel nobody can decide."""

    code = "no-panel"


class NotOnPanelError(RefusedError):
    """Only trustees and deputies of the panel in force draft decisions and step aside from them."""

    code = "not-on-panel"


class AnswerMadeError(RefusedError):
    """The request was answered; what it was answered about does not change any more."""

    code = "answer-made"


class DecisionMadeError(RefusedError):
    """Enough trustees had signed already."""

    code = "decision-made"


class TellingUnfitError(RefusedError):
    """People are kept in the dark only by the law of the paper itself, and at most until a day to come."""

    code = "telling-unfit"


class RecusedAlreadyError(RefusedError):
    """Somebody steps aside from a case once, and for good."""

    code = "recused-already"


@dataclass(frozen=True)
class Telling:
    """Whether people are told by the next report, or which law forbids it and until when (9.5)."""

    reason: str | None = None
    until: date | None = None

    def encode(self) -> dict[str, JsonValue]:
        """Give it as decisions hold it."""
        return {"reason": self.reason, "until": self.until.isoformat() if self.until else None}


def draft_decision(kind: str, body: Mapping[str, Any], *, by: str, now: int) -> str:
    """Put a decision to signature and give its number; answers to requests go through `draft_answer`.

    A body that names people gets its salt here, so that the hash that reports open lets nobody try names.
    """
    if kind == ANSWERED:
        raise DecisionUnknownError("An answer to a request is drafted from its case.")
    salted = {**body, "salt": _draw_salt()} if kind in SALTED else body
    with transaction.atomic():
        return _draft(kind, salted, by=by, now=now)


def draft_answer(
    reference: str, outcome: Answer, scope: Scope | None, telling: Telling, *, by: str, now: int
) -> str:
    """Put an answer to a request to signature: within what the rules leave to the trustees, never beyond (5.4)."""
    with transaction.atomic():
        lock_log()
        case = get_case(reference)
        if not case.is_open:
            raise AnswerMadeError("This request was answered already.")
        verify_answer(case.verdict, outcome, scope)
        _check_telling(case, telling, get_day(now))
        body = _build_answer(case, outcome, scope, telling)
        return _draft(ANSWERED, body, by=by, now=now)


def record_approval(decision: str, approval: Approval, *, now: int) -> Decision:
    """Take one trustee's signature; when it is the last that was missing, the decision is made in the same moment.

    A signature that does not count is recorded before it is refused (6.9).
    """
    with transaction.atomic():
        lock_log()
        held = _hold(decision)
        refusal = _take_approval(held, approval, now=now)
        if refusal is not None:
            _record_refusal(held, refusal.reason)
    if refusal is not None:
        raise refusal
    return held


def record_refused_approval(decision: str, reason: RefusalReason) -> None:
    """Record a signature that was refused before anybody looked at its document."""
    with transaction.atomic():
        lock_log()
        _record_refusal(_hold(decision), reason)


def record_recusal(case: str, trustee: str, reason: Recusal, *, now: int) -> None:
    """Let a trustee step aside from a case; every draft of it becomes a new version that nobody has signed (6.7).

    `case` is the reference of a request, or the number of a decision that is about none.
    """
    with transaction.atomic():
        lock_log()
        _get_panel_with(trustee)
        _row, is_new = KeptRecusal.objects.get_or_create(
            case_ref=case,
            trustee=trustee,
            defaults={"recusal": secrets.token_hex(ID_SIZE), "reason": reason},
        )
        if not is_new:
            raise RecusedAlreadyError("You have stepped aside from this already.")
        for draft in _hold_drafts(case):
            _write_version(draft, now=now)


def decide_by_rules(request: "DataRequest", *, now: int) -> Decision | None:
    """Decide what the rules refuse by themselves, in the transaction in which the request came in.

    What a trustee has read in a paper is never refused here: nobody refuses alone an order that may bind (5.1).
    """
    reference = str(request.reference)
    case = get_case(reference)
    if needs_signatures(case.verdict, case.facts) or not case.is_open:
        return None
    secrecy = find_secrecy(reference)
    is_secret = secrecy is not None and secrecy.holds(get_day(now))
    telling = Telling(secrecy.reason, secrecy.until) if secrecy is not None and is_secret else Telling()
    body = _build_answer(case, "refuse", None, telling)
    made = Decision(
        decision=secrets.token_hex(ID_SIZE),
        kind=ANSWERED,
        reference=reference,
        by_rule=encode_canonical_json(body),
        state=State.APPROVED,
    )
    _record_made(made, approvals=0, now=now)
    made.save(force_insert=True)
    return made


def follow_reading(request: "DataRequest") -> None:
    """Overtake the drafts over older facts; the answer over the new ones is drafted and signed by trustees."""
    reference = str(request.reference)
    lock_log()
    if has_answer(reference):
        raise AnswerMadeError(
            "This request was answered already; what its paper says changes nothing any more."
        )
    overtake_answers(reference)


def overtake_answers(reference: str) -> None:
    """Let nobody sign a draft of an answer any more."""
    drafts = Decision.objects.filter(reference=reference, kind=ANSWERED, state=State.DRAFT)
    drafts.update(state=State.STALE)


def overtake_disclosures(reference: str) -> None:
    """Let nobody sign a package any more that was put together anew."""
    drafts = Decision.objects.filter(reference=reference, kind="disclosure-made", state=State.DRAFT)
    drafts.update(state=State.STALE)


def overtake_all_drafts() -> None:
    """Let nobody sign what was drafted under a panel that is in force no more (6.7)."""
    Decision.objects.filter(state=State.DRAFT).update(state=State.STALE)


def overtake_all_answers() -> None:
    """Let nobody sign an answer that was drafted under other rules."""
    Decision.objects.filter(kind=ANSWERED, state=State.DRAFT).update(state=State.STALE)


def destroy_decisions(reference: str) -> None:
    """Destroy what was decided about a request, with signatures and recusals; the private log keeps its records."""
    KeptRecusal.objects.filter(case_ref=reference).delete()
    Decision.objects.filter(reference=reference).delete()


def _draft(kind: str, body: Mapping[str, Any], *, by: str, now: int) -> str:
    lock_log()
    _get_panel_with(by)
    reference = str(body.get("reference", ""))
    draft = Decision(decision=secrets.token_hex(ID_SIZE), kind=kind, reference=reference, state=State.DRAFT)
    _write_version(draft, now=now, body=body)
    return str(draft.decision)


def _write_version(draft: Decision, *, now: int, body: Mapping[str, Any] | None = None) -> None:
    """Write the document as it stands now, with who has stepped aside; signatures under older bytes are void."""
    case = str(draft.reference or draft.decision)
    document = DecisionDocument(
        at=now,
        body=draft.body if body is None else body,
        community=get_config().community,
        decision=str(draft.decision),
        kind=cast("Kind", draft.kind),  # the document itself refuses a kind that there is not
        panel=compute_panel_hash(_get_panel()[1]),
        recused=list_recused(case),
    )
    draft.document = encode_document(document)
    draft.save()
    draft.approvals.all().delete()
    record: dict[str, JsonValue] = {
        "document": compute_document_hash(draft.document),
        "kind": document.kind,
    }
    append_record("decision-drafted", document.decision, record, case=draft.reference or None)


def _take_approval(held: Decision, approval: Approval, *, now: int) -> ApprovalRefusedError | None:
    """Keep an approval that counts, or give why it does not; decide when enough have signed."""
    if held.is_made or held.state == State.VOID:
        raise DecisionMadeError("Enough trustees have signed this already. Nothing more is needed.")
    if held.state == State.DRAFT and not is_current(held):
        _overtake(held)
    if held.state == State.STALE:
        return ApprovalRefusedError("stale")
    document, panel = bytes(held.document), _get_panel()[0]
    earlier = list_approvals(held)
    try:
        verify_approval(approval, document, panel, earlier)
    except ApprovalRefusedError as refusal:
        return refusal
    KeptApproval.objects.create(
        approval=secrets.token_hex(ID_SIZE),
        decision=held,
        trustee=approval.trustee,
        document=encode_canonical_json(encode_approval(approval)),
    )
    voices = [*earlier, approval]
    if is_approved(voices, document, panel):
        held.state = State.APPROVED
        _record_made(held, approvals=len(voices), now=now)
        held.save()
        if held.kind == ANSWERED:
            overtake_answers(str(held.reference))
    return None


def _record_made(made: Decision, *, approvals: int, now: int) -> None:
    """Write into the private log that a decision was made; nothing of it leaves before that is sealed (7.5)."""
    body, is_answer = made.body, made.kind == ANSWERED
    scope = body["scope"] if is_answer else None
    record: dict[str, JsonValue] = {
        "approvals": approvals,
        "decision": None if made.is_by_rule else str(made.decision),
        "document": None if made.is_by_rule else compute_document_hash(bytes(made.document)),
        "kind": str(made.kind),
        "outcome": body["outcome"] if is_answer else None,
        "people": len(scope["people"]) if scope else 0,
        "reasons": body["reasons"] if is_answer else [],
    }
    made.decided_on = get_day(now)
    made.record = append_record("decision-made", made.reference or made.decision, record)


def _record_refusal(held: Decision, reason: RefusalReason) -> None:
    append_record("approval-refused", held.decision, {"reason": reason}, case=held.reference or None)


def _build_answer(case: Case, outcome: Answer, scope: Scope | None, telling: Telling) -> dict[str, JsonValue]:
    return {
        "facts": str(case.request.facts_hash),
        "outcome": outcome,
        "pack": case.pack_hash,
        "reasons": [*case.verdict.reasons],
        "reference": str(case.request.reference),
        "rules": case.rules_hash,
        "salt": _draw_salt(),
        "scope": None if scope is None else dict(encode_scope(scope)),
        "telling": telling.encode(),
    }


def _draw_salt() -> str:
    return encode_base64url(secrets.token_bytes(SALT_LENGTH))


def _check_telling(case: Case, telling: Telling, today: date) -> None:
    law = case.instrument.secrecy if case.instrument is not None else None
    is_past = telling.until is not None and telling.until <= today
    is_by_law = law is not None and telling.reason == law.code
    if is_past or (telling != Telling() and not is_by_law):
        raise TellingUnfitError(
            "People are told by the next report, unless the law of this very paper forbids it; a day lies ahead."
        )


def _hold(decision: str) -> Decision:
    held = Decision.objects.select_for_update().filter(decision=get_decision(decision).decision).first()
    if held is None or held.is_by_rule:
        raise DecisionUnknownError("There is no decision with this number that trustees sign.")
    return held


def _hold_drafts(case: str) -> list[Decision]:
    """Lock the drafts of a case that can still be signed."""
    drafts = Decision.objects.select_for_update().filter(state=State.DRAFT)
    held = []
    for draft in [*drafts.filter(reference=case), *drafts.filter(decision=case)]:
        if is_current(draft):
            held.append(draft)
        else:
            _overtake(draft)
    return held


def _overtake(draft: Decision) -> None:
    draft.state = State.STALE
    draft.save(update_fields=["state"])


def _get_panel() -> tuple[Panel, bytes]:
    known = get_panel_in_force()
    if known is None:
        raise NoPanelError("There is no panel of trustees yet. Found it first.")
    return known


def _get_panel_with(trustee: str) -> Panel:
    panel, _document = _get_panel()
    if panel.find_trustee(trustee) is None:
        raise NotOnPanelError("Only trustees of the panel in force decide here.")
    return panel
