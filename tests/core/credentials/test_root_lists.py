"""A root list speaks for one community, says how each root was chosen, and comes back as it was meant."""

import copy
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.credentials.proofs import JCS, RDFC, CredentialProofError, sign_document
from amanah.core.credentials.reading import CredentialError, compute_document_hash
from amanah.core.credentials.root_lists import (
    Root,
    RootList,
    RootListDraft,
    Vote,
    build_root_list,
    find_roots,
    parse_root_list,
    parse_root_list_draft,
    verify_succession,
)
from tests.core.credentials.changes import Change, drop, list_members, list_objects, put
from tests.core.credentials.root_list_changes import CHANGES
from tests.core.credentials.written import (
    COLLEGE,
    COMMUNITY,
    CREATED,
    OTHER,
    RECOGNISED,
    ROOT,
    ROOT_LIST,
    TEACHER,
    build_did,
    build_key,
    build_uuid,
    count_seconds,
    sign,
    sign_list,
)

WORDS = st.sampled_from(["Zaynab Invented", "زينب", "Taught here for years.", "x"])
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
COUNTS = st.integers(0, 2**53 - 1)
SCOPES = st.sampled_from(["quran", "quran/hafs", "fiqh", "arabic/grammar"])
VOTES = st.builds(
    Vote,
    held_on=DAYS,
    votes_for=COUNTS,
    votes_against=COUNTS,
    abstained=COUNTS,
    way=st.sampled_from(["meeting", "survey", "panel"]),
    occasion=st.none() | st.from_regex("[0-9a-f]{16}", fullmatch=True),
)


@st.composite
def roots(draw: st.DrawFn) -> Root:
    """Draw any root that section 6 admits."""
    first, last = sorted(draw(st.tuples(DAYS, DAYS)))
    identifiers = st.sampled_from([build_did(4), build_uuid(4), "https://college.invalid/issuer"])
    return Root(
        id=draw(identifiers),
        name=draw(WORDS),
        scopes=tuple(draw(st.lists(SCOPES, min_size=1, max_size=4, unique=True))),
        from_day=first,
        until_day=draw(st.sampled_from([last, None])),
        vote=draw(VOTES),
        reasons=draw(WORDS),
        history=tuple(draw(st.lists(WORDS, max_size=3))),
        achievements=draw(st.dictionaries(st.sampled_from(["https://college.invalid/1", "urn:x:2"]), SCOPES)),
    )


@st.composite
def drafts(draw: st.DrawFn) -> RootListDraft:
    """Draw any root list that section 6 admits."""
    number = draw(st.integers(1, 2**53 - 1))
    return RootListDraft(
        community=build_did(1),
        name=draw(WORDS),
        number=number,
        dated=draw(st.integers(0, 2**33)),
        previous=None if number == 1 else draw(st.binary(min_size=32, max_size=32)),
        recorders=tuple(draw(st.lists(st.integers(2, 9).map(build_did), max_size=3, unique=True))),
        longest_chain=draw(st.integers(1, 64)),
        roots=tuple(draw(st.lists(roots(), max_size=3))),
    )


def get_draft(read: RootList) -> RootListDraft:
    said = {field.name: getattr(read, field.name) for field in fields(RootListDraft)}
    return RootListDraft(**said | {"recorders": read.recorders[1:]})


def sign_next(before: RootList, **changed: Any) -> RootList:
    draft = replace(ROOT_LIST, number=before.number + 1, previous=before.document_hash)
    return parse_root_list(sign_list(build_root_list(replace(draft, **changed)), COMMUNITY))


@given(drafts())
@settings(max_examples=60, deadline=None)
def test_what_was_meant_is_what_is_read(draft: RootListDraft) -> None:
    document = sign_list(build_root_list(draft), COMMUNITY)
    read = parse_root_list(document)
    assert get_draft(read) == draft
    assert (read.document, read.document_hash) == (document, compute_document_hash(document))


def test_the_community_is_always_a_recorder_and_stands_first() -> None:
    own = replace(ROOT_LIST, recorders=(build_did(OTHER), build_did(COMMUNITY)))
    for draft in (ROOT_LIST, own):
        read = parse_root_list(sign_list(build_root_list(draft), COMMUNITY))
        assert read.recorders == (build_did(COMMUNITY), build_did(OTHER))
    alone = parse_root_list(sign_list(build_root_list(replace(ROOT_LIST, recorders=())), COMMUNITY))
    assert alone.recorders == (build_did(COMMUNITY),)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_what_the_specification_refuses_is_refused_with_its_step(change: Change) -> None:
    changed = change.build(build_root_list(ROOT_LIST))
    with pytest.raises(CredentialError) as refused:
        parse_root_list_draft(changed)
    assert refused.value.step == change.step


def test_500_roots_are_read() -> None:
    assert (
        len(parse_root_list_draft(build_root_list(replace(ROOT_LIST, roots=(COLLEGE,) * 500))).roots) == 500
    )


def test_no_object_takes_a_member_that_is_not_named() -> None:
    good = build_root_list(ROOT_LIST)
    for place in list_objects(good):
        for unknown in ("note", "@context", "valid", "certified_by"):
            changed = copy.deepcopy(good)
            put(*place, unknown, value="also a judge")(changed)
            with pytest.raises(CredentialError):
                parse_root_list_draft(changed)


@pytest.mark.parametrize("value", [7.5, True, "", [None], {"id": []}, [[]], [{}]], ids=repr)
def test_no_value_of_another_kind_brings_the_reader_down(value: object) -> None:
    good = build_root_list(ROOT_LIST)
    for place in list_members(good):
        changed = copy.deepcopy(good)
        put(*place, value=value)(changed)
        with pytest.raises(CredentialError):
            parse_root_list_draft(changed)


def test_every_member_of_a_list_is_needed() -> None:
    good = build_root_list(ROOT_LIST)
    for place in list_members(good):
        if "achievements" in place[:-1]:
            continue
        changed = copy.deepcopy(good)
        drop(*place)(changed)
        with pytest.raises(CredentialError):
            parse_root_list_draft(changed)


def test_a_list_that_its_community_did_not_sign_is_refused() -> None:
    unsigned = build_root_list(ROOT_LIST)
    good = sign_list(unsigned, COMMUNITY)
    with pytest.raises(CredentialProofError):
        parse_root_list(good | {"community": build_did(9)})
    with pytest.raises(CredentialProofError):
        parse_root_list(good | {"longest_chain": 17})
    with pytest.raises(CredentialProofError):
        parse_root_list(good | {"proof": []})
    with pytest.raises(CredentialError):
        parse_root_list(unsigned)


def test_a_list_with_an_issuer_of_its_own_is_refused() -> None:
    document = build_root_list(ROOT_LIST) | {"issuer": build_did(9)}
    with pytest.raises(CredentialError):
        parse_root_list(sign(document, 9))


def test_words_of_a_list_are_held_up_by_every_word_of_it_and_not_by_a_graph() -> None:
    both = sign_document(
        build_root_list(ROOT_LIST),
        build_key(COMMUNITY),
        created=CREATED,
        suites=(JCS,),
        issuer=build_did(COMMUNITY),
    )
    both["proof"][0]["cryptosuite"] = RDFC
    with pytest.raises((CredentialError, CredentialProofError)):
        parse_root_list(both)


def test_a_root_is_found_for_what_lies_inside_its_scopes_alone() -> None:
    read = parse_root_list(sign_list(build_root_list(ROOT_LIST), COMMUNITY))
    assert [root.name for root in find_roots(read, build_did(ROOT), "quran/hafs")] == [RECOGNISED.name]
    assert find_roots(read, build_did(ROOT), "quranic") == ()
    assert find_roots(read, build_did(TEACHER), "quran/hafs") == ()
    assert find_roots(read, COLLEGE.id, "arabic") == ()
    assert find_roots(read, COLLEGE.id, "arabic/grammar/verbs") == (read.roots[1],)


def test_two_entries_of_one_root_are_both_found() -> None:
    later = replace(RECOGNISED, from_day=date(2031, 1, 1), until_day=None)
    draft = replace(ROOT_LIST, roots=(RECOGNISED, later))
    read = parse_root_list(sign_list(build_root_list(draft), COMMUNITY))
    assert find_roots(read, build_did(ROOT), "quran") == (RECOGNISED, later)


def test_the_first_and_the_last_day_belong_to_a_term() -> None:
    begins, ends = count_seconds(2015, 1, 1), count_seconds(2031, 1, 1)
    assert [RECOGNISED.is_in_term(at) for at in (begins - 1, begins, ends - 1, ends)] == [
        False,
        True,
        True,
        False,
    ]
    assert COLLEGE.is_in_term(count_seconds(2199))


def test_a_list_follows_the_one_before() -> None:
    first = parse_root_list(sign_list(build_root_list(ROOT_LIST), COMMUNITY))
    second = sign_next(first, dated=ROOT_LIST.dated + 1, roots=())
    verify_succession(first, second)
    verify_succession(first, sign_next(first, dated=ROOT_LIST.dated))
    third = sign_next(second, dated=ROOT_LIST.dated + 2)
    verify_succession(second, third)
    for before, after in ((first, third), (second, first), (first, first), (second, second)):
        with pytest.raises(CredentialError) as refused:
            verify_succession(before, after)
        assert refused.value.step == "6.1"


def test_a_list_that_follows_another_history_is_refused() -> None:
    first = parse_root_list(sign_list(build_root_list(ROOT_LIST), COMMUNITY))
    with pytest.raises(CredentialError):
        verify_succession(first, sign_next(first, previous=bytes(32)))
    with pytest.raises(CredentialError):
        verify_succession(first, sign_next(first, dated=ROOT_LIST.dated - 1))
    with pytest.raises(CredentialError):
        verify_succession(first, sign_next(first, number=3))
    theirs = replace(
        ROOT_LIST, community=build_did(OTHER), number=2, previous=first.document_hash, recorders=()
    )
    with pytest.raises(CredentialError):
        verify_succession(first, parse_root_list(sign_list(build_root_list(theirs), OTHER)))


@pytest.mark.parametrize(
    ("draft", "step"),
    [
        (replace(ROOT_LIST, number=2), "6.1"),
        (replace(ROOT_LIST, previous=bytes(32)), "6.1"),
        (replace(ROOT_LIST, number=2, previous=bytes(31)), "6.1"),
        (replace(ROOT_LIST, longest_chain=65), "6.1"),
        (replace(ROOT_LIST, roots=(COLLEGE,) * 501), "6.1"),
        (replace(ROOT_LIST, roots=(replace(COLLEGE, reasons=""),)), "2.6"),
        (replace(ROOT_LIST, roots=(replace(COLLEGE, scopes=()),)), "6.2"),
        (replace(ROOT_LIST, roots=(replace(COLLEGE, until_day=date(2019, 1, 1)),)), "6.2"),
        (replace(ROOT_LIST, roots=(replace(COLLEGE, achievements={"x": "quran"}),)), "6.2"),
    ],
)
def test_no_draft_is_built_that_its_reader_would_not_take_back(draft: RootListDraft, step: str) -> None:
    with pytest.raises(CredentialError) as refused:
        build_root_list(draft)
    assert refused.value.step == step
