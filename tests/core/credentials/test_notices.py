"""A notice says one thing of one credential or one life, and comes back as it was meant."""

import copy
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.credentials.notices import (
    Notice,
    NoticeDraft,
    build_notice,
    parse_notice,
    parse_notice_draft,
)
from amanah.core.credentials.proofs import JCS, RDFC, CredentialProofError, sign_document
from amanah.core.credentials.reading import CredentialError, compute_document_hash
from tests.core.credentials.changes import Change, list_members, list_objects, put
from tests.core.credentials.notice_changes import NOTICES
from tests.core.credentials.written import (
    COMMUNITY,
    CREATED,
    ELDER,
    ENDED,
    LIFETIME,
    ROOT,
    VOID,
    build_did,
    build_key,
    build_uuid,
    count_seconds,
    sign,
)

DRAFTS = {"ended": ENDED, "void": VOID, "lifetime": LIFETIME}
WORDS = st.sampled_from(["Retired", "تقاعد", "At her own wish.", "x"])
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))


@st.composite
def drafts(draw: st.DrawFn) -> NoticeDraft:
    """Draw any notice that section 5 admits."""
    kind = draw(st.sampled_from(["ended", "void", "lifetime"]))
    if kind == "lifetime":
        subject = draw(st.sampled_from([ELDER, build_did(4)]))
        first, last = sorted(draw(st.tuples(DAYS, DAYS)))
        lived = {"lived_from": first, "lived_until": draw(st.sampled_from([last, None]))}
    else:
        subject = draw(st.sampled_from([build_uuid(1), "https://college.invalid/badges/7?x=1#y"]))
        lived = {}
    return NoticeDraft(
        id=build_uuid(draw(st.integers(200, 2**40))),
        kind=kind,
        subject=subject,
        issuer=build_did(1),
        valid_from=draw(st.integers(0, 2**33)),
        name=draw(WORDS),
        reason=draw(WORDS),
        **lived,
    )


def get_draft(read: Notice) -> NoticeDraft:
    return NoticeDraft(**{field.name: getattr(read, field.name) for field in fields(NoticeDraft)})


def count_noon(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


@given(drafts())
@settings(max_examples=20, deadline=None)
def test_whatever_can_be_built_can_be_signed_for_readers_of_both_proofs(draft: NoticeDraft) -> None:
    read = parse_notice(sign_document(build_notice(draft), build_key(1), created=CREATED))
    assert (get_draft(read), read.suites) == (draft, (JCS, RDFC))


@given(drafts())
@settings(max_examples=60, deadline=None)
def test_what_was_meant_is_what_is_read(draft: NoticeDraft) -> None:
    document = sign_document(build_notice(draft), build_key(1), created=CREATED, suites=(JCS,))
    read = parse_notice(document)
    assert get_draft(read) == draft
    assert (read.suites, read.document_hash) == ((JCS,), compute_document_hash(document))


@pytest.mark.parametrize("name", DRAFTS)
def test_both_proofs_hold_up_a_notice(name: str) -> None:
    number = ROOT if name == "ended" else COMMUNITY
    assert parse_notice(sign(build_notice(DRAFTS[name]), number)).suites == (JCS, RDFC)


@pytest.mark.parametrize("change", NOTICES, ids=lambda change: change.name)
def test_what_the_specification_refuses_is_refused_with_its_step(change: Change) -> None:
    changed = change.build(build_notice(DRAFTS[change.base]))
    with pytest.raises(CredentialError) as refused:
        parse_notice_draft(changed)
    assert refused.value.step == change.step


@pytest.mark.parametrize("name", DRAFTS)
def test_no_object_takes_a_member_that_is_not_named(name: str) -> None:
    good = build_notice(DRAFTS[name])
    for place in list_objects(good):
        for unknown in ("note", "@id", "validUntil", "urn:amanah:note"):
            changed = copy.deepcopy(good)
            put(*place, unknown, value="2030-01-01T00:00:00Z")(changed)
            with pytest.raises(CredentialError):
                parse_notice_draft(changed)


@pytest.mark.parametrize("name", DRAFTS)
@pytest.mark.parametrize("value", [None, 7, True, [], {}, [None], {"id": []}], ids=repr)
def test_no_value_of_another_kind_brings_the_reader_down(name: str, value: object) -> None:
    good = build_notice(DRAFTS[name])
    for place in list_members(good):
        changed = copy.deepcopy(good)
        put(*place, value=value)(changed)
        with pytest.raises(CredentialError):
            parse_notice_draft(changed)


@pytest.mark.parametrize("name", DRAFTS)
def test_a_notice_of_somebody_else_or_of_nobody_is_refused(name: str) -> None:
    good = sign(build_notice(DRAFTS[name]), ROOT if name == "ended" else COMMUNITY)
    with pytest.raises(CredentialError):
        parse_notice({member: value for member, value in good.items() if member != "proof"})
    with pytest.raises(CredentialProofError):
        parse_notice(good | {"issuer": build_did(9)})
    with pytest.raises(CredentialProofError):
        parse_notice(good | {"description": "Another reason."})


def test_a_void_notice_does_not_become_an_ended_one_by_a_change_of_word() -> None:
    signed = sign(build_notice(VOID), COMMUNITY)
    signed["credentialSubject"]["type"] = "urn:amanah:EndedFrom"
    with pytest.raises(CredentialProofError):
        parse_notice(signed)


def test_the_first_and_the_last_day_belong_to_a_life() -> None:
    read = parse_notice(sign(build_notice(LIFETIME), COMMUNITY))
    assert [
        read.lived_at(count_noon(day))
        for day in (
            date(1930, 12, 31),
            date(1931, 1, 1),
            date(1980, 6, 1),
            date(2021, 9, 30),
            date(2021, 10, 1),
        )
    ] == [False, True, True, True, False]
    assert read.lived_at(count_seconds(2021, 10, 1) - 1)
    assert not read.lived_at(count_seconds(2021, 10, 1))
    assert not read.lived_at(count_seconds(1931, 1, 1) - 1)


def test_who_is_not_known_to_have_died_lives() -> None:
    read = parse_notice(sign(build_notice(replace(LIFETIME, lived_until=None)), COMMUNITY))
    assert read.lived_at(count_seconds(2026, 11, 25))


def test_an_end_is_no_lifetime() -> None:
    assert not parse_notice(sign(build_notice(ENDED), ROOT)).lived_at(ENDED.valid_from)


@pytest.mark.parametrize(
    ("draft", "step"),
    [
        (replace(ENDED, lived_from=date(1931, 1, 1)), "5.2"),
        (replace(LIFETIME, lived_from=None), "5.3"),
        (replace(LIFETIME, lived_until=date(1930, 1, 1)), "5.3"),
        (replace(LIFETIME, subject="https://college.invalid/1"), "5.3"),
        (replace(ENDED, subject="nothing"), "5.2"),
        (replace(ENDED, reason=""), "2.6"),
    ],
)
def test_no_draft_is_built_that_its_reader_would_not_take_back(draft: NoticeDraft, step: str) -> None:
    with pytest.raises(CredentialError) as refused:
        build_notice(draft)
    assert refused.value.step == step
