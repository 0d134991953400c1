"""Decisions: the rules refuse by themselves, k trustees sign the rest, and no signature counts for other bytes."""

from dataclasses import replace
from datetime import date

import pytest

from amanah.core.data_requests.approvals import ApprovalRefusedError
from amanah.core.data_requests.deciding import ChoiceBeyondRulesError
from amanah.core.data_requests.decision_files import verify_decision_file
from amanah.core.data_requests.documents import compute_document_hash, parse_document
from amanah.core.data_requests.facts import compute_facts_hash, encode_facts
from amanah.core.data_requests.panels import compute_panel_hash, encode_panel
from amanah.core.data_requests.scopes import Scope, encode_scope
from amanah.core.errors import RefusedError
from amanah.request_door.decisions.actions import (
    AnswerMadeError,
    NoPanelError,
    NotOnPanelError,
    Telling,
    TellingUnfitError,
    decide_by_rules,
    destroy_decisions,
    draft_decision,
    record_approval,
    record_recusal,
)
from amanah.request_door.decisions.models import Approval, Decision, Recusal
from amanah.request_door.decisions.queries import (
    DecisionUnknownError,
    NoDocumentError,
    build_decision_file,
    find_answer,
    find_decision,
    get_case,
    get_decision,
    get_standing,
    has_answer,
    list_drafts,
)
from amanah.request_door.jurisdictions.queries import get_pack_in_force
from amanah.request_door.requests.models import DataRequest, Facts
from amanah.request_door.trustees.models import Panel as KeptPanel
from tests.core.data_requests.signing import make_next
from tests.counter.decision_bench import (
    ASKED,
    CLASS,
    LESS,
    NOW,
    ORDER,
    SECRECY_LAW,
    SECRET_ORDER,
    decide,
    draft,
    get_stored,
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


def test_what_the_rules_refuse_is_refused_on_receipt_without_any_signature() -> None:
    reference = receive(CLASS, instrument="uk-informal-ask", signed_by="nobody", paper=None)
    made = find_answer(reference)

    assert made is not None
    assert made.is_by_rule
    assert made.state == "approved"
    assert made.body["outcome"] == "refuse"
    assert made.body["reasons"] == ["bring-an-order"]
    assert made.body["facts"] == get_stored(reference).facts_hash
    assert [record.kind for record in list_records()] == ["request-received", "decision-made"]
    assert list_records("decision-made")[0].body == {
        "approvals": 0,
        "decision": None,
        "document": None,
        "kind": "request-answered",
        "outcome": "refuse",
        "people": 0,
        "reasons": ["bring-an-order"],
    }
    with pytest.raises(NoDocumentError):
        build_decision_file(made)
    with pytest.raises(NoDocumentError):
        get_standing(made)


def test_an_order_waits_for_the_trustees(panel) -> None:
    reference = receive()

    assert find_answer(reference) is None
    assert get_case(reference).verdict.reasons == ("paper-read",)
    assert [record.kind for record in list_records()] == ["request-received"]


def test_what_a_trustee_read_in_the_paper_is_refused_by_k_and_not_by_the_one_who_read_it(panel) -> None:
    reference = receive()
    read_paper(reference, signed_by="somebody-else")

    assert get_case(reference).verdict.outcome == "refuse"
    assert find_answer(reference) is None
    with pytest.raises(ChoiceBeyondRulesError):
        draft(reference, "contest", None)
    made = decide(reference, "refuse", None)
    assert not made.is_by_rule
    assert made.body["reasons"] == ["right-signature"]
    assert list_records("decision-made")[0].body["approvals"] == 2


def test_a_reading_can_be_corrected_before_the_refusal_is_signed(panel) -> None:
    reference = receive()
    read_paper(reference, signed_by="somebody-else")
    refusal = draft(reference, "refuse", None)
    sign(refusal, 1)
    read_paper(reference, signed_by="judge")

    assert get_decision(refusal).state == "stale"
    assert get_case(reference).verdict.outcome == "comply"


def test_a_secret_request_that_the_rules_refuse_stays_secret(panel) -> None:
    reference = receive(instrument=SECRET_ORDER, secrecy="ordered", signed_by="somebody-else")

    made = find_answer(reference)
    assert made is not None
    assert made.body["telling"] == {"reason": SECRECY_LAW, "until": None}


def test_k_signatures_make_a_decision_and_one_less_makes_none(reference: str) -> None:
    decision = draft(reference)

    assert sign(decision, 2).state == "draft"
    assert find_answer(reference) is None
    made = sign(decision, 3)
    assert made.state == "approved"
    assert find_answer(reference) == made
    assert made.body["scope"] == encode_scope(ASKED)
    body = list_records("decision-made")[0].body
    assert (body["approvals"], body["people"], body["outcome"]) == (2, 1, "comply")
    assert body["document"] == compute_document_hash(bytes(made.document))
    checked = verify_decision_file(build_decision_file(made))
    assert [one.trustee for one in checked.signers] == [number(2), number(3)]


def test_before_there_is_a_panel_nobody_drafts_anything() -> None:
    reference = receive()

    with pytest.raises(NoPanelError):
        draft(reference, "refuse", None)
    assert list_drafts() == []


def test_nobody_drafts_who_is_not_on_the_panel(reference: str) -> None:
    with pytest.raises(NotOnPanelError):
        draft(reference, by="f" * 16)
    with pytest.raises(NotOnPanelError):
        record_recusal(reference, "f" * 16, "related", now=NOW)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "scope"),
    [
        ("comply", replace(ASKED, categories=("attendance", "identity", "messages"))),
        ("comply", replace(ASKED, people=("Nobody Known", "Somebody Else"))),
        ("comply", replace(ASKED, until=date(2026, 4, 1))),
        ("comply", replace(ASKED, since=None)),
        ("comply", CLASS),
        ("comply", None),
        ("refuse", LESS),
        ("narrow", None),
        ("narrow", Scope((), (), None, None)),
    ],
)
def test_nobody_can_sign_more_than_the_rules_leave(reference: str, outcome: str, scope: Scope | None) -> None:
    with pytest.raises(ChoiceBeyondRulesError):
        draft(reference, outcome, scope)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "scope"), [("comply", ASKED), ("narrow", LESS), ("refuse", None), ("contest", None)]
)
def test_less_than_the_rules_leave_can_always_be_signed(
    reference: str, outcome: str, scope: Scope | None
) -> None:
    made = decide(reference, outcome, scope)

    assert made.body["outcome"] == outcome
    assert parse_document(bytes(made.document)).body == made.body


def test_a_paper_that_names_less_leaves_less(panel) -> None:
    reference = receive()
    read_paper(reference, LESS)

    assert get_case(reference).verdict.outcome == "narrow"
    with pytest.raises(ChoiceBeyondRulesError):
        draft(reference, "comply", ASKED)
    assert decide(reference, "narrow", LESS).body["scope"] == encode_scope(LESS)


def test_an_answer_that_was_made_is_not_made_again(reference: str) -> None:
    decide(reference)

    assert has_answer(reference)
    with pytest.raises(AnswerMadeError):
        draft(reference, "refuse", None)
    with pytest.raises(AnswerMadeError):
        read_paper(reference, LESS)
    assert get_case(reference).facts.ordered == ASKED


def test_of_two_drafts_the_first_that_enough_sign_is_the_answer(reference: str) -> None:
    giving, refusing = draft(reference), draft(reference, "refuse", None)
    sign(giving, 1)
    sign(refusing, 1, 3)

    assert find_answer(reference).decision == refusing
    assert get_decision(giving).state == "stale"
    with pytest.raises(ApprovalRefusedError) as refusal:
        sign(giving, 2)
    assert refusal.value.reason == "stale"
    assert get_decision(giving).state == "stale"
    assert len(list_records("decision-made")) == 1


def test_an_order_that_was_contested_can_be_answered_once_the_court_has_spoken(reference: str) -> None:
    decide(reference, "contest", None)
    assert not has_answer(reference)
    second = sign(draft(reference, "narrow", LESS, now=NOW + 50), 2, 3)

    assert find_answer(reference) == second
    assert has_answer(reference)
    assert [record.body["outcome"] for record in list_records("decision-made")] == ["contest", "narrow"]


def test_new_facts_void_every_signature_over_the_old_ones(reference: str) -> None:
    decision = draft(reference)
    sign(decision, 1)
    read_paper(reference, LESS)

    assert get_decision(decision).state == "stale"
    with pytest.raises(ApprovalRefusedError) as refusal:
        sign(decision, 2)
    assert refusal.value.reason == "stale"
    assert find_answer(reference) is None
    assert sign(draft(reference, "narrow", LESS), 1, 2).state == "approved"


def test_other_rules_void_every_signature_over_an_answer_under_the_old_ones(reference: str) -> None:
    from amanah.core.data_requests.rules import build_default_rules
    from amanah.request_door.decisions.carrying_out import carry_out
    from amanah.request_door.rules.actions import record_rules
    from amanah.request_door.rules.queries import get_rules_in_force
    from amanah.web.settings import get_config

    decision = draft(reference)
    stricter = record_rules(replace(build_default_rules(get_config().community), most_people=1))
    change = draft_decision("rules-changed", {"next": stricter}, by=number(2), now=NOW + 1)
    sign(change, 2, 3)
    assert carry_out(change, now=NOW + 2)

    assert get_rules_in_force()[0].most_people == 1
    assert get_decision(decision).state == "stale"


def test_another_pack_voids_every_signature_over_an_answer_under_the_old_one(
    reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = draft(reference)
    pack, data = get_pack_in_force()
    monkeypatch.setattr(
        "amanah.request_door.decisions.queries.get_pack_in_force", lambda: (pack, data + b"\n")
    )
    with pytest.raises(ApprovalRefusedError) as refusal:
        sign(decision, 1)

    assert refusal.value.reason == "stale"
    assert get_decision(decision).state == "stale"
    assert list_refusals() == ["stale"]


def test_another_panel_voids_what_was_drafted_under_the_old_one(panel, reference: str) -> None:
    decision = draft(reference)
    following = make_next(panel, least=3)
    KeptPanel.objects.create(
        panel_hash=compute_panel_hash(encode_panel(following)),
        number=2,
        document=encode_panel(following),
        in_force_from=NOW + 1,
    )
    with pytest.raises(ApprovalRefusedError) as refusal:
        sign(decision, 1)

    assert refusal.value.reason == "stale"
    assert get_decision(decision).state == "stale"


def test_rules_that_would_refuse_later_refuse_nothing_that_was_answered(reference: str) -> None:
    decide(reference)
    Facts.objects.filter(reference=reference).delete()
    refused = encode_facts(replace(get_case(receive()).facts, reference=reference, signed_by="nobody"))
    Facts.objects.create(facts_hash=compute_facts_hash(refused), reference=reference, document=refused)
    DataRequest.objects.filter(reference=reference).update(facts_hash=compute_facts_hash(refused))

    assert get_case(reference).verdict.outcome == "refuse"
    assert decide_by_rules(get_stored(reference), now=NOW) is None


def test_people_are_not_told_only_where_the_law_of_the_paper_says_so(panel) -> None:
    reference = receive(instrument=SECRET_ORDER, secrecy="ordered")
    read_paper(reference)
    for telling in (
        Telling("some-other-law"),
        Telling(None, date(2027, 1, 1)),
        Telling(SECRECY_LAW, date(2026, 1, 1)),
    ):
        with pytest.raises(TellingUnfitError):
            draft(reference, telling=telling)

    made = sign(draft(reference, telling=Telling(SECRECY_LAW, date(2027, 3, 1))), 1, 2)
    assert made.body["telling"] == {"reason": SECRECY_LAW, "until": "2027-03-01"}


def test_an_order_without_a_secrecy_law_keeps_nobody_in_the_dark(reference: str) -> None:
    with pytest.raises(TellingUnfitError):
        draft(reference, telling=Telling(SECRECY_LAW))


def test_an_answer_is_drafted_from_its_case_alone(reference: str) -> None:
    body = decide(reference).body
    with pytest.raises(RefusedError):
        draft_decision("request-answered", body, by=number(1), now=NOW)


def test_what_was_decided_goes_with_its_case(reference: str) -> None:
    decision = draft(reference)
    record_recusal(reference, number(3), "related", now=NOW)
    sign(decision, 1, 2)
    records = len(list_records())
    destroy_decisions(reference)

    assert find_decision(decision) is None
    assert not (Approval.objects.exists())
    assert not (Recusal.objects.exists())
    assert len(list_records()) == records
    with pytest.raises(DecisionUnknownError):
        record_approval(decision, sign_bytes(1, b""), now=NOW)


def test_the_instrument_of_these_tests_is_one_that_binds(panel) -> None:
    instrument = get_case(receive()).instrument

    assert instrument is not None
    assert (instrument.code, instrument.force) == (ORDER, "compulsory")
