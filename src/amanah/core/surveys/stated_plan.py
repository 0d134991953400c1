"""What a survey is, stated before its first answer (`spec/surveys.md` 8), and its one form in bytes.

It never holds words, only their hash; what is stated in the public log is the hash of the whole.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from amanah.core.encoding import JsonValue, NotCanonicalError, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError
from amanah.core.surveys.questions import Condition, Question, QuestionnaireError, verify_questionnaire
from amanah.core.surveys.release import MOST_BREAKDOWNS
from amanah.core.surveys.targets import MEAN, list_targets

KIND = "amanah-survey-plan"
MILLION = 1_000_000
ALPHA = 50_000
TRUST_QUESTION = "programme-trust"
HARM_QUESTIONS = "harm-"
HARMED = "a"
"""The choice of a question of harm that says it happened."""
LONGEST_PLAN = 65_535
_OCCASION = re.compile(r"[0-9a-f]{16}")
_HASH = re.compile(r"[0-9a-f]{64}")
_QUESTION_MEMBERS = {
    "block", "choices", "code", "family", "highest", "kind", "lowest", "mechanism", "only_if", "prefer_not_to_say",
    "required", "weight",
}  # fmt: skip
_PLAN_MEMBERS = {
    "alarms", "alpha", "breakdowns", "closes_at", "gate", "kind", "occasion", "questions", "season", "v", "words",
}  # fmt: skip


class UnreadablePlanError(InvalidInputError):
    """The bytes are no plan of a survey."""

    code = "plan-unreadable"


@dataclass(frozen=True)
class Claim:
    """A line drawn before anybody answered: the share (or mean on 0..1) of a target, in millionths."""

    question: str
    target: str
    line: int


@dataclass(frozen=True)
class Season:
    """The time over which the gate gathers evidence, in UTC seconds."""

    starts_at: int
    ends_at: int


@dataclass(frozen=True)
class SeasonLines:
    """The lines that a community drew in public for one season, in millionths: of trust, and of harm."""

    season: Season
    trust: int
    harm: int

    def covers(self, *, opens_at: int, closes_at: int) -> bool:
        """Tell whether a survey lies wholly in this season (4.1)."""
        return self.season.starts_at <= opens_at and closes_at <= self.season.ends_at


@dataclass(frozen=True)
class StatedPlan:
    """A survey's questions by their codes, its closing time, and every line and breakdown that results may use.

    `words` is the SHA-256 of what members read, so that a question cannot be reworded after it was answered.
    """

    occasion: str
    closes_at: int
    questions: tuple[Question, ...]
    words: str
    season: Season | None = None
    gate: Claim | None = None
    alarms: tuple[Claim, ...] = ()
    alpha: int = ALPHA
    breakdowns: tuple[str, ...] = field(default=())


def verify_plan(plan: StatedPlan) -> None:
    """Refuse a plan whose questions cannot be asked or whose lines and breakdowns hang on none of them (8.2)."""
    verify_questionnaire(plan.questions)
    if not _OCCASION.fullmatch(plan.occasion) or not _HASH.fullmatch(plan.words):
        raise QuestionnaireError("A plan names its occasion and the hash of its words in lower-case hex.")
    if not 1 <= plan.alpha <= MILLION // 2:
        raise QuestionnaireError("The chance of error lies between nothing and one half.")
    if plan.closes_at < 1:
        raise QuestionnaireError("A plan says when the survey closes.")
    if (plan.gate is None) != (plan.season is None):
        raise QuestionnaireError("A trust gate has a season, and a season has a gate.")
    if plan.season and not 0 < plan.season.starts_at < plan.season.ends_at:
        raise QuestionnaireError("A season ends after it starts.")
    asked = {question.code: question for question in plan.questions}
    for claim in (*plan.alarms, *filter(None, [plan.gate])):
        _verify_claim(claim, asked)
    _verify_breakdowns(plan.breakdowns, asked)


def _verify_claim(claim: Claim, asked: Mapping[str, Question]) -> None:
    question = asked.get(claim.question)
    if question is None or claim.target not in list_targets(question):
        raise QuestionnaireError("A line is drawn for something that a question asks.")
    if not question.is_randomised:
        raise QuestionnaireError(
            "A line is drawn for a randomised question; evidence tells plain counts exactly."
        )
    if not 0 < claim.line < MILLION:
        raise QuestionnaireError("A line lies between 0 and 1.")


def _verify_breakdowns(breakdowns: Sequence[str], asked: Mapping[str, Question]) -> None:
    if len(breakdowns) > MOST_BREAKDOWNS or len(set(breakdowns)) < len(breakdowns):
        raise QuestionnaireError(
            f"A survey is broken down by {MOST_BREAKDOWNS} questions at most, each once.",
            "too-many-breakdowns",
        )
    for code in breakdowns:
        question = asked.get(code)
        if question is None or question.kind != "single" or question.is_randomised:
            raise QuestionnaireError(
                "A breakdown is by a plain question with one choice.", "breakdown-not-plain"
            )


def build_plan(survey: StatedPlan, lines: SeasonLines | None) -> StatedPlan:
    """Draw the season's lines in a survey's plan (4.1, 4.2): for the trust index, and for every question of harm."""
    if lines is None:
        return survey
    asked = [question for question in survey.questions if question.is_randomised]
    has_gate = any(question.code == TRUST_QUESTION for question in asked)
    return replace(
        survey,
        season=lines.season if has_gate else None,
        gate=Claim(TRUST_QUESTION, MEAN, lines.trust) if has_gate else None,
        alarms=tuple(
            Claim(question.code, HARMED, lines.harm)
            for question in asked
            if question.code.startswith(HARM_QUESTIONS) and HARMED in list_targets(question)
        ),
    )


def encode_plan(plan: StatedPlan) -> bytes:
    """Give the canonical bytes of a plan (8.1); refuse one that could not be asked."""
    verify_plan(plan)
    season = plan.season
    return encode_canonical_json(
        {
            "alarms": [_encode_claim(claim) for claim in plan.alarms],
            "alpha": plan.alpha,
            "breakdowns": [*plan.breakdowns],
            "closes_at": plan.closes_at,
            "gate": _encode_claim(plan.gate) if plan.gate else None,
            "kind": KIND,
            "occasion": plan.occasion,
            "questions": [_encode_question(question) for question in plan.questions],
            "season": {"ends_at": season.ends_at, "starts_at": season.starts_at} if season else None,
            "v": 1,
            "words": plan.words,
        }
    )


def compute_plan_hash(data: bytes) -> str:
    """Give what the log states: the SHA-256 of a plan's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def parse_plan(data: bytes) -> StatedPlan:
    """Read a plan; refuse anything that this module would not have written."""
    try:
        document = parse_canonical_json(data, longest=LONGEST_PLAN)
        plan = _build_plan(document)
        is_ours = encode_plan(plan) == data
    except (NotCanonicalError, KeyError, TypeError, AttributeError) as error:
        raise UnreadablePlanError("These bytes are no plan of a survey.") from error
    if not is_ours:
        raise UnreadablePlanError("These bytes are no plan of a survey.")
    return plan


def _encode_claim(claim: Claim) -> JsonValue:
    return {"line": claim.line, "question": claim.question, "target": claim.target}


def _encode_question(question: Question) -> JsonValue:
    condition = question.only_if
    return {
        "block": question.is_in_block,
        "choices": [*question.choices],
        "code": question.code,
        "family": question.family,
        "highest": question.highest,
        "kind": question.kind,
        "lowest": question.lowest,
        "mechanism": question.mechanism,
        "only_if": {"choices": [*condition.choices], "code": condition.code} if condition else None,
        "prefer_not_to_say": question.prefer_not_to_say,
        "required": question.is_required,
        "weight": question.weight,
    }


def _build_plan(document: Any) -> StatedPlan:
    if set(document) != _PLAN_MEMBERS or document["kind"] != KIND or document["v"] != 1:
        raise UnreadablePlanError("These bytes are no plan of a survey.")
    season, gate = document["season"], document["gate"]
    numbers = [document["alpha"], document["closes_at"]]
    if season is not None:
        numbers += [season["starts_at"], season["ends_at"]]
    _check_types(numbers, int)
    return StatedPlan(
        occasion=_text(document["occasion"]),
        closes_at=document["closes_at"],
        questions=tuple(_build_question(item) for item in document["questions"]),
        words=_text(document["words"]),
        season=None if season is None else Season(season["starts_at"], season["ends_at"]),
        gate=None if gate is None else _build_claim(gate),
        alarms=tuple(_build_claim(item) for item in document["alarms"]),
        alpha=document["alpha"],
        breakdowns=tuple(_text(code) for code in document["breakdowns"]),
    )


def _build_claim(item: Any) -> Claim:
    _check_types([item["line"]], int)
    return Claim(_text(item["question"]), _text(item["target"]), item["line"])


def _build_question(item: Any) -> Question:
    if set(item) != _QUESTION_MEMBERS:
        raise UnreadablePlanError("These bytes are no plan of a survey.")
    _check_types([item["highest"], item["lowest"], item["weight"]], int)
    _check_types([item["block"], item["prefer_not_to_say"], item["required"]], bool)
    condition = item["only_if"]
    return Question(
        code=_text(item["code"]),
        kind=_text(item["kind"]),  # type: ignore[arg-type]
        choices=tuple(_text(choice) for choice in item["choices"]),
        lowest=item["lowest"],
        highest=item["highest"],
        is_required=item["required"],
        mechanism=_text(item["mechanism"]),  # type: ignore[arg-type]
        weight=item["weight"],
        family=_text(item["family"]),
        only_if=condition
        and Condition(_text(condition["code"]), tuple(_text(choice) for choice in condition["choices"])),
        prefer_not_to_say=item["prefer_not_to_say"],
        is_in_block=item["block"],
    )


def _text(value: Any) -> str:
    _check_types([value], str)
    return str(value)


def _check_types(values: Sequence[Any], wanted: type) -> None:
    if any(type(value) is not wanted for value in values):
        raise UnreadablePlanError("These bytes are no plan of a survey.")
