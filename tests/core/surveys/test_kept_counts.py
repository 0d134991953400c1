"""Kept counts are read back as they were counted, and nothing else is taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.encoding import encode_canonical_json
from amanah.core.surveys.counting import count_answers
from amanah.core.surveys.kept_counts import UnreadableCountsError, encode_counts, parse_counts
from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import StatedPlan

OCCASION = "00112233445566aa"
PLAN = StatedPlan(
    OCCASION,
    1_900_000_000,
    (
        Question("by", "single", ("a", "b")),
        Question("q1", "single", ("a", "b"), mechanism="bag", weight=7),
        Question("q2", "scale", (), 0, 4),
    ),
    "0" * 64,
    breakdowns=("by",),
)
SHEETS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "x"]), st.integers(0, 2), st.integers(0, 4)), max_size=20
)


def count(sheets: list[tuple[str, int, int]]):  # type: ignore[no-untyped-def]
    payloads = [
        encode_canonical_json({"answers": {"by": by, "q1": ball, "q2": step}, "occasion": OCCASION, "v": 1})
        for by, ball, step in sheets
    ]
    return count_answers(payloads, occasion=OCCASION, questions=PLAN.questions, breakdowns=PLAN.breakdowns)


@given(SHEETS)
def test_counts_come_back_as_they_were_with_their_groups(sheets: list[tuple[str, int, int]]) -> None:
    counted = count(sheets)
    assert parse_counts(encode_counts(counted, PLAN), PLAN) == counted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"v":1', b'"v":2'),
        (b'"kind":"amanah-survey-counts"', b'"kind":"counts"'),
        (b'"readable":2', b'"readable":"2"'),
        (b'"answered":2', b'"answered":-2'),
        (b'"answered":2', b'"answered":true'),
        (b'"code":"q1"', b'"code":"q9"'),
        (OCCASION.encode(), b"ffffffffffffffff"),
        (b"}", b"} "),
    ],
)
def test_anything_else_is_refused(before: bytes, after: bytes) -> None:
    data = encode_counts(count([("a", 0, 1), ("b", 1, 2)]), PLAN)
    assert before in data
    with pytest.raises(UnreadableCountsError):
        parse_counts(data.replace(before, after, 1), PLAN)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null"])
def test_what_is_no_object_of_counts_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableCountsError):
        parse_counts(data, PLAN)
