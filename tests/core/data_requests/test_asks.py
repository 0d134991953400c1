"""An ask has one form in bytes; whatever is admitted is exactly what the log holds the hash of."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.data_requests.asks import (
    LENGTHS,
    Ask,
    AskUnreadableError,
    compute_ask_hash,
    encode_ask,
    parse_ask,
    tidy_text,
)
from amanah.core.encoding import encode_canonical_json

ASK = Ask(
    ask="a" * 16,
    body="Invented Water Board",
    channel="waterboard.invalid/answers",
    community="riverside",
    season="5" * 16,
    text="Which street floods first?\nTell us where, not who you are.",
    title="Where does it flood?",
)
TEXTS = st.text(min_size=1, max_size=80).map(tidy_text).filter(bool)


@given(st.builds(replace, st.just(ASK), body=TEXTS, channel=TEXTS, text=TEXTS, title=TEXTS))
def test_every_ask_is_read_back_as_it_was_written(ask: Ask) -> None:
    assert parse_ask(encode_ask(ask)) == ask


@given(st.text(max_size=200))
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy_text(tidy_text(text)) == tidy_text(text)


def test_a_letter_that_is_changed_is_another_ask() -> None:
    other = replace(ASK, text=ASK.text.replace("first", "worst"))
    assert compute_ask_hash(encode_ask(other)) != compute_ask_hash(encode_ask(ASK))


def test_line_ends_and_invisible_signs_make_no_second_spelling() -> None:
    assert tidy_text(" a\r\nb\u200b\x00\rc\u202e ") == "a\nb\nc"


@pytest.mark.parametrize("name", sorted(LENGTHS))
def test_a_text_is_neither_empty_nor_too_long_nor_untidy(name: str) -> None:
    longest = LENGTHS[name]
    assert getattr(replace(ASK, **{name: "x" * longest}), name)
    for wrong in ("", "x" * (longest + 1), " x", "x\r\ny", "x\u202ey", 7):
        with pytest.raises(AskUnreadableError):
            replace(ASK, **{name: wrong})


@pytest.mark.parametrize("change", [{"ask": "A" * 16}, {"season": "5"}, {"community": "River Side"}])
def test_names_are_in_their_one_form(change: dict[str, str]) -> None:
    with pytest.raises(AskUnreadableError):
        replace(ASK, **change)


def build_document(**changes: object) -> bytes:
    return encode_canonical_json({**json.loads(encode_ask(ASK)), **changes})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        encode_ask(ASK) + b" ",
        encode_ask(ASK).replace(b'":"', b'": "', 1),
        build_document(answers=[]),
        build_document(v=2),
        build_document(v=True),
        build_document(text=None),
        build_document(season=[]),
        b"x" * 40_000,
    ],
)
def test_bytes_in_another_form_are_no_ask(data: bytes) -> None:
    with pytest.raises(AskUnreadableError):
        parse_ask(data)
