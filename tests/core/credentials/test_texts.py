"""Names and texts hide nothing, turn nothing round and pose as nobody, and people of any language can write theirs."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.texts import LONGEST_TEXT, verify_name, verify_text
from tests.core.credentials.reading_vectors import FILE, NAMES, NOT_NAMES, VECTORS

HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
WRITTEN = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))["names"]
ONE_LINE_ONLY = {
    "too long",
    "Cyrillic in Latin",
    "Greek in Latin",
    "Greek and Cyrillic",
    "wide Latin in Cyrillic",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_language_is_shown_as_it_is(name: str) -> None:
    assert verify_name(name, "2.1") == name
    assert verify_text(name, "2.1") == name


@pytest.mark.parametrize("why", NOT_NAMES)
def test_a_name_that_hides_or_poses_is_refused_by_the_step_that_asked(why: str) -> None:
    with pytest.raises(CredentialError) as caught:
        verify_name(NOT_NAMES[why], "6.2")
    assert caught.value.step == "6.2"


@pytest.mark.parametrize("why", sorted(set(NOT_NAMES) - ONE_LINE_ONLY))
def test_a_text_hides_as_little_as_a_name(why: str) -> None:
    with pytest.raises(CredentialError):
        verify_text(NOT_NAMES[why], "2.6")


@pytest.mark.parametrize("why", sorted(ONE_LINE_ONLY))
def test_a_text_may_be_longer_and_quote_other_scripts(why: str) -> None:
    assert verify_text(NOT_NAMES[why], "2.6") == NOT_NAMES[why]


def test_the_longest_text_is_shown_and_a_longer_one_is_not() -> None:
    assert verify_text("x" * LONGEST_TEXT, "2.6")
    with pytest.raises(CredentialError, match="longer than 2,000"):
        verify_text("x" * (LONGEST_TEXT + 1), "2.6")


@pytest.mark.parametrize("value", [None, 5, True, ["a"], {"a": 1}, b"a"])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(CredentialError, match="missing or empty"):
        verify_name(value, "2.6")


def test_the_vectors_are_those_of_the_tests() -> None:
    shown = {why: [f"U+{ord(letter):04X}" for letter in text] for why, text in NOT_NAMES.items()}
    assert {"shown": NAMES, "refused": shown} == WRITTEN


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_joiner_stands_between_letters_that_join_and_nowhere_else(joiner: str) -> None:
    assert verify_name(f"می{joiner}روم", "2.6")
    assert verify_name(f"ক্{joiner}ষ", "2.6")
    for wrong in (f"pay{joiner}ment", f"می{joiner} روم", f"1{joiner}2", f"م{joiner}1", f"и{joiner}и"):
        with pytest.raises(CredentialError, match="joiner"):
            verify_name(wrong, "2.6")


@given(st.text(alphabet=st.characters(), min_size=1, max_size=12))
def test_no_text_that_passes_holds_what_cannot_be_seen(text: str) -> None:
    try:
        shown = verify_text(text, "2.6")
    except CredentialError:
        return
    assert shown == text == unicodedata.normalize("NFC", text)
    hidden = {letter for letter in text if unicodedata.category(letter) in HIDDEN}
    assert hidden <= {"\u200c", "\u200d"}


@given(
    st.text(alphabet="abcdef", min_size=1, max_size=4),
    st.text(alphabet="абвгде", min_size=1, max_size=4),
    st.sampled_from(["", " ", "-", ", "]),
)
def test_no_name_mixes_letters_that_look_alike(latin: str, cyrillic: str, between: str) -> None:
    assert verify_name(latin, "2.6")
    assert verify_name(cyrillic, "2.6")
    for mixed in (latin + between + cyrillic, cyrillic + between + latin):
        with pytest.raises(CredentialError, match="mixes"):
            verify_name(mixed, "2.6")
