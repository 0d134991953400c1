"""The counts of one survey as they are kept beside its published answers, so that no page has to count again.

They say nothing that the published answers do not say. It never holds an answer together with another.
"""

from typing import Any

from amanah.core.encoding import JsonValue, NotCanonicalError, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError
from amanah.core.surveys.counting import GroupCount, QuestionCount, SurveyCount
from amanah.core.surveys.questions import Question, list_labels
from amanah.core.surveys.stated_plan import StatedPlan

KIND = "amanah-survey-counts"
LONGEST_COUNTS = 2**24


class UnreadableCountsError(InvalidInputError):
    """The bytes are no counts of this survey."""

    code = "counts-unreadable"


def encode_counts(counted: SurveyCount, plan: StatedPlan) -> bytes:
    """Give the canonical bytes of a survey's counts, question by question in the plan's order."""
    return encode_canonical_json(
        {
            "groups": [
                {
                    "breakdown": group.breakdown,
                    "choice": group.choice,
                    "questions": _encode_all(group.questions),
                }
                for group in counted.groups
            ],
            "kind": KIND,
            "occasion": plan.occasion,
            "questions": _encode_all(counted.questions),
            "readable": counted.readable,
            "unreadable": counted.unreadable,
            "v": 1,
        }
    )


def parse_counts(data: bytes, plan: StatedPlan) -> SurveyCount:
    """Read the counts of the survey that this plan asked; refuse anything that `encode_counts` would not write."""
    try:
        document = parse_canonical_json(data, longest=LONGEST_COUNTS)
        counted = SurveyCount(
            readable=_number(document["readable"]),
            unreadable=_number(document["unreadable"]),
            questions=_build_all(document["questions"], plan),
            groups=tuple(
                GroupCount(group["breakdown"], group["choice"], _build_all(group["questions"], plan))
                for group in document["groups"]
            ),
        )
        is_ours = encode_counts(counted, plan) == data
    except (NotCanonicalError, InvalidInputError, KeyError, TypeError, ValueError) as error:
        raise UnreadableCountsError("These bytes are no counts of this survey.") from error
    if not is_ours:
        raise UnreadableCountsError("These bytes are no counts of this survey.")
    return counted


def _encode_all(questions: tuple[QuestionCount, ...]) -> JsonValue:
    return [
        {
            "answered": one.answered,
            "code": one.question.code,
            "counts": [*one.numbers],
            "foreign": one.foreign,
            "left_out": one.left_out,
        }
        for one in questions
    ]


def _build_all(items: Any, plan: StatedPlan) -> tuple[QuestionCount, ...]:
    return tuple(_build(item, question) for item, question in zip(items, plan.questions, strict=True))


def _build(item: Any, question: Question) -> QuestionCount:
    if item["code"] != question.code:
        raise UnreadableCountsError("These bytes are no counts of this survey.")
    counts = tuple(zip(list_labels(question), map(_number, item["counts"]), strict=True))
    return QuestionCount(
        question, counts, _number(item["answered"]), _number(item["foreign"]), _number(item["left_out"])
    )


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise UnreadableCountsError("These bytes are no counts of this survey.")
    return value
