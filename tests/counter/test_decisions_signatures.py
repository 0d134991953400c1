"""Signatures under decisions: what counts, what is refused and recorded, and what stepping aside does."""

from dataclasses import replace

import pytest

from amanah.core.data_requests.approvals import ApprovalRefusedError
from amanah.core.data_requests.documents import compute_document_hash, parse_document
from amanah.request_door.decisions.actions import (
    DecisionMadeError,
    RecusedAlreadyError,
    draft_decision,
    record_approval,
    record_recusal,
    record_refused_approval,
)
from amanah.request_door.decisions.models import Approval, Recusal
from amanah.request_door.decisions.queries import (
    get_decision,
    get_standing,
    list_waiting_for,
)
from tests.counter.decision_bench import (
    LESS,
    NOW,
    decide,
    draft,
    list_records,
    list_refusals,
    number,
    read_paper,
    receive,
    seat_panel,
    sign,
    sign_bytes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel():
    return seat_panel(members=3, deputies=2)


@pytest.fixture
def reference(panel) -> str:
    """Give a request with an order that a trustee has read."""
    taken_in = receive()
    read_paper(taken_in)
    return taken_in


REFUSED = {
    "stranger": ("not-on-panel", lambda document: replace(sign_bytes(2, document), trustee="f" * 16)),
    "somebody else's key": (
        "wrong-key",
        lambda document: replace(sign_bytes(2, document), trustee=number(3)),
    ),
    "deputy": ("not-yet-deputy", lambda document: sign_bytes(4, document)),
    "twice": ("twice", lambda document: sign_bytes(1, document)),
    "other document": (
        "wrong-document",
        lambda document: sign_bytes(2, document.replace(b"comply", b"contest")),
    ),
    "elsewhere": ("wrong-origin", lambda document: sign_bytes(2, document, origin="https://evil.example")),
    "framed": ("wrong-origin", lambda document: sign_bytes(2, document, said={"crossOrigin": True})),
    "unverified": ("not-verified-user", lambda document: sign_bytes(2, document, flags=1)),
    "forged": ("bad-signature", lambda document: replace(sign_bytes(2, document), signature=b"\x01" * 256)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_signature_that_does_not_count_is_refused_and_recorded(reference: str, name: str) -> None:
    decision = draft(reference)
    sign(decision, 1)
    reason, make = REFUSED[name]
    with pytest.raises(ApprovalRefusedError) as refusal:
        record_approval(decision, make(bytes(get_decision(decision).document)), now=NOW)

    assert refusal.value.reason == reason
    assert list_refusals() == [reason]
    assert list_records("approval-refused")[0].ref == decision
    assert Approval.objects.count() == 1
    assert get_decision(decision).state == "draft"


def test_a_signature_that_was_refused_before_anybody_read_its_document_is_recorded_too(
    reference: str,
) -> None:
    decision = draft(reference)
    record_refused_approval(decision, "wrong-key")

    assert list_refusals() == ["wrong-key"]


def test_a_replayed_signature_counts_for_no_other_decision(reference: str) -> None:
    first, second = draft(reference), draft(reference)
    approval = sign_bytes(2, bytes(get_decision(first).document))
    record_approval(first, approval, now=NOW)

    with pytest.raises(ApprovalRefusedError) as refusal:
        record_approval(second, approval, now=NOW)
    assert refusal.value.reason == "wrong-document"


def test_a_signature_more_than_is_needed_is_not_needed(reference: str) -> None:
    made = decide(reference)

    with pytest.raises(DecisionMadeError):
        sign(made.decision, 3)
    assert list_refusals() == []
    assert Approval.objects.count() == 2


def test_who_steps_aside_has_no_voice_and_everybody_signs_the_new_version(reference: str) -> None:
    decision = draft(reference)
    before = bytes(sign(decision, 1).document)
    record_recusal(reference, number(2), "works-for-the-body", now=NOW + 10)
    after = get_decision(decision)

    assert parse_document(bytes(after.document)).recused == ((number(2), "works-for-the-body"),)
    assert not after.approvals.exists()
    assert [record.body["document"] for record in list_records("decision-drafted")] == [
        compute_document_hash(before),
        compute_document_hash(bytes(after.document)),
    ]
    with pytest.raises(ApprovalRefusedError) as old:
        record_approval(decision, sign_bytes(1, before), now=NOW)
    with pytest.raises(ApprovalRefusedError) as recused:
        sign(decision, 2)
    with pytest.raises(ApprovalRefusedError) as next_deputy:
        sign(decision, 5)
    reasons = [error.value.reason for error in (old, recused, next_deputy)]
    assert reasons == ["wrong-document", "recused", "not-yet-deputy"] == list_refusals()
    assert sign(decision, 1, 4).state == "approved"


def test_stepping_aside_before_anything_is_drafted_holds_for_what_is_drafted_later(reference: str) -> None:
    record_recusal(reference, number(1), "asked-about", now=NOW)
    decision = draft(reference, by=number(2))

    assert parse_document(bytes(get_decision(decision).document)).recused == ((number(1), "asked-about"),)
    with pytest.raises(RecusedAlreadyError):
        record_recusal(reference, number(1), "related", now=NOW)
    assert Recusal.objects.count() == 1


def test_stepping_aside_from_a_decision_without_a_request_holds_for_that_one_alone(panel) -> None:
    body = {"codes": ["trustees-sign"], "expires_on": "2027-01-31"}
    first = draft_decision("statement-made", body, by=number(1), now=NOW)
    other = draft_decision("statement-made", body, by=number(1), now=NOW)
    record_recusal(first, number(3), "other-interest", now=NOW)

    assert parse_document(bytes(get_decision(first).document)).recused_trustees == (number(3),)
    assert parse_document(bytes(get_decision(other).document)).recused_trustees == ()


def test_when_too_many_step_aside_it_is_said_and_the_number_does_not_fall(reference: str) -> None:
    decision = draft(reference)
    for trustee in (1, 2, 4, 5):
        record_recusal(reference, number(trustee), "related", now=NOW)
    standing = get_standing(get_decision(decision))

    assert (standing.needed, standing.can_be_reached) == (2, False)
    assert sign(decision, 3).state == "draft"


def test_a_trustee_sees_what_waits_for_them_and_not_what_they_have_signed(reference: str) -> None:
    decision = draft(reference)
    waiting = {trustee: list_waiting_for(number(trustee)) for trustee in (1, 4)}
    assert [one.decision.decision for one in waiting[1]] == [decision]
    assert (waiting[1][0].reference, waiting[1][0].missing) == (reference, 2)
    assert waiting[4] == []

    sign(decision, 1)
    assert list_waiting_for(number(1)) == []
    assert list_waiting_for(number(2))[0].missing == 1
    read_paper(reference, LESS)
    assert list_waiting_for(number(2)) == []
