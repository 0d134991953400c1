"""Occasions: one descriptor, one hash, one challenge."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.encoding import parse_canonical_json
from amanah.core.passes.occasions import Occasion, OccasionError, OccasionKind, parse_descriptor
from tests.core.passes.material import JOIN, SESSION

slugs = st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,10}){0,3}", fullmatch=True)
kinds: st.SearchStrategy[OccasionKind] = st.sampled_from(["session", "survey"])


@given(
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    kinds,
    slugs,
    slugs,
    st.integers(0, 2**40),
    st.integers(1, 2**30),
)
def test_a_descriptor_gives_back_its_occasion(
    name: str, kind: OccasionKind, community: str, programme: str, opens_at: int, lasts: int
) -> None:
    occasion = Occasion(name, kind, community, programme, opens_at, opens_at + lasts)
    assert parse_descriptor(occasion.descriptor()) == occasion
    assert parse_canonical_json(occasion.descriptor_bytes()) == occasion.descriptor()
    assert occasion.hash() == hashlib.sha256(occasion.descriptor_bytes()).digest()


def test_joining_belongs_to_no_programme() -> None:
    assert parse_descriptor(JOIN.descriptor()) == JOIN
    with pytest.raises(OccasionError):
        Occasion(JOIN.occasion, "join", "riverside", "evening-class", 1, 2)


def test_the_challenge_is_the_structure_of_rfc_9577() -> None:
    challenge = SESSION.challenge("riverside.amanah")
    assert challenge == b"\x00\x02" + b"\x00\x10riverside.amanah" + b"\x20" + SESSION.hash() + b"\x00\x00"
    assert SESSION.challenge_digest("riverside.amanah") == hashlib.sha256(challenge).digest()


def test_any_other_time_or_place_is_another_occasion() -> None:
    others = (
        replace(SESSION, opens_at=1),
        replace(SESSION, community="hillside"),
        replace(SESSION, kind="survey"),
    )
    digests = {other.challenge_digest("riverside.amanah") for other in others}
    assert len(digests | {SESSION.challenge_digest("riverside.amanah")}) == 4


@pytest.mark.parametrize("value", [None, [], "x", 7, {}, {"v": 1}])
def test_what_is_no_object_of_seven_members_is_no_descriptor(value: object) -> None:
    with pytest.raises(OccasionError):
        parse_descriptor(value)
