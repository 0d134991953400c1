"""Trustees who sign at the same moment, and a door that loses its power between deciding and carrying out."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amanah.core.data_requests.approvals import ApprovalRefusedError
from amanah.core.errors import RefusedError
from amanah.request_door.decisions import carrying_out
from amanah.request_door.decisions.actions import (
    DecisionMadeError,
    RecusedAlreadyError,
    draft_decision,
    record_approval,
    record_recusal,
)
from amanah.request_door.decisions.carrying_out import CARRY_OUT, carry_out, carry_out_due
from amanah.request_door.decisions.models import Approval, Decision
from amanah.request_door.decisions.queries import find_answer, get_decision
from amanah.request_door.records.actions import append_record
from tests.counter.decision_bench import (
    CLASS,
    LESS,
    NOW,
    decide,
    draft,
    list_records,
    list_refusals,
    number,
    on_disk,
    read_paper,
    receive,
    run_together,
    seat_panel,
    sign,
    sign_bytes,
)

pytestmark = pytest.mark.django_db(transaction=True)

SEASON = "0123456789abcdef"


@pytest.fixture(autouse=True)
def file(transactional_db, tmp_path: Path) -> Iterator[None]:
    with on_disk(tmp_path / "request.db"):
        yield


@pytest.fixture
def panel():
    return seat_panel(members=5, deputies=1, least=3)


@pytest.fixture
def reference(panel) -> str:
    taken_in = receive()
    read_paper(taken_in)
    return taken_in


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Carry decisions out by writing a record and a line in this list."""
    carried: list[str] = []

    def carry(decision: Decision, _now: int) -> None:
        append_record("case-closed", decision.reference, {})
        carried.append(str(decision.decision))

    monkeypatch.setitem(CARRY_OUT, "request-answered", carry)
    return carried


def approve(decision: str, trustee: int, document: bytes) -> bool:
    """Sign as a page does: the signature, then what follows if it was the last."""
    record_approval(decision, sign_bytes(trustee, document), now=NOW)
    return carry_out(decision, now=NOW)


def test_all_sign_at_the_same_moment_and_the_decision_is_made_and_carried_out_once(
    reference: str, done
) -> None:
    for _round in range(4):
        decision = draft(reference if not _round else take_in_another())
        document = bytes(get_decision(decision).document)
        given = run_together(partial(approve, decision, trustee, document) for trustee in (1, 2, 3, 4, 5))

        assert done.count(decision) == 1, given
        assert given.count(True) == 1
        assert sum(isinstance(one, DecisionMadeError) for one in given) == 2
        assert get_decision(decision).state == "done"
        assert Approval.objects.filter(decision=decision).count() == 3
    assert len(list_records("decision-made")) == len(list_records("case-closed")) == 4
    assert {record.body["approvals"] for record in list_records("decision-made")} == {3}
    assert list_refusals() == []


def take_in_another() -> str:
    taken_in = receive()
    read_paper(taken_in)
    return taken_in


def test_one_trustee_who_signs_on_two_devices_at_the_same_moment_has_one_voice(reference: str, done) -> None:
    decision = draft(reference)
    document = bytes(get_decision(decision).document)
    given = run_together([partial(approve, decision, 1, document)] * 4)

    refused = [one for one in given if isinstance(one, ApprovalRefusedError)]
    assert [one.reason for one in refused] == ["twice"] * 3
    assert Approval.objects.count() == 1
    assert list_refusals() == ["twice"] * 3
    assert done == []


def test_two_answers_that_are_signed_at_the_same_moment_are_one_answer(reference: str, done) -> None:
    giving, refusing = draft(reference), draft(reference, "refuse", None)
    sign(giving, 1, 2)
    sign(refusing, 3, 4)
    given = run_together(
        [
            partial(approve, giving, 5, bytes(get_decision(giving).document)),
            partial(approve, refusing, 5, bytes(get_decision(refusing).document)),
        ]
    )

    assert given.count(True) == 1
    assert len(done) == 1
    assert len(list_records("decision-made")) == 1
    assert sorted(get_decision(one).state for one in (giving, refusing)) == ["done", "stale"]


def test_stepping_aside_at_the_moment_of_the_last_signature_is_before_it_or_after_it(
    reference: str, done
) -> None:
    decision = draft(reference)
    sign(decision, 1, 2)
    document = bytes(get_decision(decision).document)
    given = run_together(
        [
            partial(approve, decision, 3, document),
            partial(record_recusal, reference, number(2), "related", now=NOW),
        ]
    )

    if given[0] is True:
        assert bytes(get_decision(decision).document) == document
        assert done == [decision]
    else:
        assert isinstance(given[0], ApprovalRefusedError)
        assert given[0].reason == "wrong-document"
        assert not Approval.objects.exists()
        assert done == []


def test_two_who_step_aside_at_the_same_moment_are_both_in_the_document(reference: str) -> None:
    decision = draft(reference)
    steps = [partial(record_recusal, reference, number(one), "related", now=NOW) for one in (1, 2, 2)]
    given = run_together(steps)

    assert sum(isinstance(one, RecusedAlreadyError) for one in given) == 1
    assert b'"recused":[["0000000000000001","related"],["0000000000000002","related"]]' in bytes(
        get_decision(decision).document
    )


def test_facts_that_change_at_the_moment_of_the_last_signature_change_before_it_or_not_at_all(
    reference: str,
) -> None:
    decision = draft(reference)
    sign(decision, 1, 2)
    document = bytes(get_decision(decision).document)
    given = run_together([partial(approve, decision, 3, document), partial(read_paper, reference, LESS)])

    answer = find_answer(reference)
    if answer is None:
        assert isinstance(given[0], ApprovalRefusedError)
        assert get_decision(decision).state == "stale"
    else:
        assert isinstance(given[1], RefusedError)
        assert bytes(answer.document) == document


def test_a_crash_between_deciding_and_carrying_out_loses_nothing(reference: str, done) -> None:
    made = decide_by_three(reference)
    assert (made.state, done) == ("approved", [])

    carry_out_due(NOW)
    carry_out_due(NOW + 1)
    assert done == [made.decision]
    assert get_decision(made.decision).state == "done"
    assert carry_out(made.decision, now=NOW) is False


def decide_by_three(reference: str) -> Decision:
    return sign(draft(reference), 1, 2, 3)


def test_a_crash_while_the_last_signature_is_taken_takes_it_back_and_it_can_be_given_again(
    reference: str, done, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = draft(reference)
    sign(decision, 1, 2)

    def lose_power(*_args: Any, **_options: Any) -> bytes:
        raise OSError("power is gone")

    with monkeypatch.context() as outage:
        outage.setattr("amanah.request_door.decisions.actions.append_record", lose_power)
        with pytest.raises(OSError, match="power"):
            sign(decision, 3)
    assert Approval.objects.count() == 2
    assert get_decision(decision).state == "draft"
    assert list_records("decision-made") == []
    assert sign(decision, 3).state == "approved"
    carry_out_due(NOW)
    assert done == [decision]


def test_a_crash_in_the_middle_of_carrying_out_leaves_nothing_half_done(
    reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = decide_by_three(reference)
    before = len(list_records())

    def lose_power(decision: Decision, _now: int) -> None:
        append_record("case-closed", decision.reference, {})
        raise OSError("power is gone")

    monkeypatch.setitem(CARRY_OUT, "request-answered", lose_power)
    for _attempt in range(3):
        with pytest.raises(OSError, match="power"):
            carry_out_due(NOW)
    assert len(list_records()) == before
    assert get_decision(made.decision).state == "approved"


def test_one_decision_that_cannot_be_carried_out_now_holds_up_no_other(
    panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = take_in_another(), take_in_another()
    made = [decide_by_three(first), decide_by_three(second)]
    carried: list[str] = []

    def carry(decision: Decision, _now: int) -> None:
        if decision.reference == first:
            raise OSError("the disk is full")
        carried.append(str(decision.reference))

    monkeypatch.setitem(CARRY_OUT, "request-answered", carry)
    with pytest.raises(OSError, match="full"):
        carry_out_due(NOW)
    assert carried == [second]
    assert [get_decision(one.decision).state for one in made] == ["approved", "done"]


def test_what_can_never_be_carried_out_is_void_and_leaves_nothing_behind(
    reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = decide_by_three(reference)
    before = len(list_records())

    def refuse(decision: Decision, _now: int) -> None:
        append_record("case-closed", decision.reference, {})
        raise RefusedError("This can never be.")

    monkeypatch.setitem(CARRY_OUT, "request-answered", refuse)
    carry_out_due(NOW)
    carry_out_due(NOW)
    assert get_decision(made.decision).state == "void"
    assert len(list_records()) == before


def test_what_the_rules_refused_is_carried_out_by_the_clock(done) -> None:
    reference = receive(CLASS, instrument="uk-informal-ask", signed_by="nobody", paper=None)
    carry_out_due(NOW)

    made = find_answer(reference)
    assert made is not None
    assert made.state == "done"
    assert done == [made.decision]


def test_a_kind_that_nobody_carries_out_is_done_when_it_is_decided(
    panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(carrying_out.CARRY_OUT, "season-confirmed", raising=False)
    decision = draft_decision("season-confirmed", {"season": SEASON}, by=number(1), now=NOW)
    sign(decision, 1, 2, 3)
    carry_out_due(NOW)

    assert get_decision(decision).state == "done"
    assert list_records("decision-made")[0].ref == decision


def test_statements_that_were_decided_are_kept_for_the_next_report(panel) -> None:
    from datetime import date

    from amanah.request_door.records.queries import list_statements

    body: dict[str, Any] = {"codes": ["no-list-of-members", "trustees-sign"], "expires_on": "2027-01-31"}
    decision = draft_decision("statement-made", body, by=number(1), now=NOW)
    sign(decision, 1, 2, 3)
    carry_out_due(NOW)

    made = list_statements(date(2026, 12, 1))
    assert sorted(one.code for one in made) == body["codes"]
    assert {one.made_on for one in made} == {get_decision(decision).decided_on}


def test_statements_that_were_decided_after_their_last_day_are_void(panel) -> None:
    body: dict[str, Any] = {"codes": ["trustees-sign"], "expires_on": "2027-01-31"}
    decision = draft_decision("statement-made", body, by=number(1), now=NOW)
    late = NOW + 100 * 86_400
    sign(decision, 1, 2, 3, now=late)
    carry_out_due(late)

    assert get_decision(decision).state == "void"


def test_a_decision_on_paper_is_that_of_the_two_who_signed_it(reference: str, done) -> None:
    assert decide(reference).state == "draft"
    carry_out_due(NOW)
    assert done == []
