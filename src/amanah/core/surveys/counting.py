"""Counting answers, and how far a count may be read. It never gives a number for one person's answers together.

Most payloads are read by one regular expression made for the questionnaire: it matches only what `parse_answers` takes,
and hands every value on to the same reading; everything else goes through `parse_answers` itself.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from amanah.core.errors import InvalidInputError
from amanah.core.surveys.questions import (
    LONGEST_PAYLOAD,
    NoAnswer,
    Outcome,
    Question,
    UnreadableAnswerError,
    list_labels,
    list_places,
    parse_answer,
    parse_answers,
)

_BLOCK = 8_192
_SAFE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = b'{"answers":{'

Raw = bytes | None
Reader = Callable[[bytes], Sequence[Raw] | None]


@dataclass(frozen=True)
class QuestionCount:
    """How often each choice, step or ball was given, in the order of `list_labels`.

    Of all readable sheets `answered` gave one, `foreign` something that is none of the choices, `left_out` nothing.
    """

    question: Question
    counts: tuple[tuple[str, int], ...]
    answered: int
    foreign: int
    left_out: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """Give the counts without their labels."""
        return tuple(count for _, count in self.counts)


@dataclass(frozen=True)
class GroupCount:
    """The same questions, counted among those who gave one choice to a breakdown's question."""

    breakdown: str
    choice: str
    questions: tuple[QuestionCount, ...]


@dataclass(frozen=True)
class SurveyCount:
    """All questions of one survey; `unreadable` passes were spent on something that is no answer to it."""

    readable: int
    unreadable: int
    questions: tuple[QuestionCount, ...] = field(default=())
    groups: tuple[GroupCount, ...] = field(default=())


def count_answers(
    payloads: Iterable[bytes],
    *,
    occasion: str,
    questions: Sequence[Question],
    breakdowns: Sequence[str] = (),
) -> SurveyCount:
    """Count the payloads of a recount bundle; the same bytes give the same counts in any order."""
    tally = _Tally(occasion, questions, breakdowns)
    stream = iter(payloads)
    while block := list(islice(stream, _BLOCK)):
        tally.add(block)
    return tally.finish()


def count_balls(balls: bytes, kinds: int) -> tuple[tuple[int, ...], int]:
    """Count balls of one question that stand one a byte, and how many bytes are none of its kinds."""
    counts = []
    for kind in range(kinds):
        rest = balls.translate(None, bytes([kind]))
        counts.append(len(balls) - len(rest))
        balls = rest
    return tuple(counts), len(balls)


def add_counts(first: SurveyCount, second: SurveyCount) -> SurveyCount:
    """Add the counts of two parts of one survey's payloads."""
    if [one.question for one in first.questions] != [one.question for one in second.questions]:
        raise InvalidInputError("Only counts of the same questions can be added.")
    groups = [
        replace(one, questions=_add_questions(one.questions, other.questions))
        for one, other in zip(first.groups, second.groups, strict=True)
    ]
    return SurveyCount(
        first.readable + second.readable,
        first.unreadable + second.unreadable,
        _add_questions(first.questions, second.questions),
        tuple(groups),
    )


def _add_questions(
    first: Sequence[QuestionCount], second: Sequence[QuestionCount]
) -> tuple[QuestionCount, ...]:
    return tuple(
        QuestionCount(
            one.question,
            tuple((label, a + b) for (label, a), (_, b) in zip(one.counts, other.counts, strict=True)),
            one.answered + other.answered,
            one.foreign + other.foreign,
            one.left_out + other.left_out,
        )
        for one, other in zip(first, second, strict=True)
    )


class _Tally:
    """How often each outcome was seen for each question, and beside each outcome of a breakdown's question."""

    def __init__(self, occasion: str, questions: Sequence[Question], breakdowns: Sequence[str]) -> None:
        self._occasion, self._questions = occasion, questions
        codes = [question.code for question in questions]
        self._breakdowns = [codes.index(code) for code in breakdowns if code in codes]
        if len(self._breakdowns) < len(breakdowns):
            raise InvalidInputError("A breakdown is by one of the survey's questions.")
        self._read = _compile_reader(occasion, questions)
        self._known: list[dict[Raw, Outcome]] = [{None: NoAnswer.LEFT_OUT} for _ in questions]
        self._seen: list[Counter[Outcome]] = [Counter() for _ in questions]
        self._beside: list[list[Counter[tuple[Outcome, Outcome]]]] = [
            [Counter() for _ in questions] for _ in breakdowns
        ]
        self._readable = self._unreadable = 0

    def add(self, payloads: Sequence[bytes]) -> None:
        read = self._read
        rows = []
        for payload in payloads:
            row = read(payload)
            if row is None:
                self._add_slowly(payload)
            else:
                rows.append(row)
        if not rows:
            return
        self._readable += len(rows)
        columns = list(zip(*rows, strict=True))
        for place, column in enumerate(columns):
            for raw, count in Counter(column).items():
                self._seen[place][self._translate(place, raw)] += count
        for which, by in enumerate(self._breakdowns):
            for place, column in enumerate(columns):
                for (group, raw), count in Counter(zip(columns[by], column, strict=True)).items():
                    pair = (self._translate(by, group), self._translate(place, raw))
                    self._beside[which][place][pair] += count

    def finish(self) -> SurveyCount:
        questions = tuple(
            _build_count(question, seen) for question, seen in zip(self._questions, self._seen, strict=True)
        )
        groups = [
            GroupCount(self._questions[by].code, choice, self._build_group(which, choice))
            for which, by in enumerate(self._breakdowns)
            for choice in self._questions[by].choices
        ]
        return SurveyCount(self._readable, self._unreadable, questions, tuple(groups))

    def _build_group(self, which: int, choice: str) -> tuple[QuestionCount, ...]:
        counted = []
        for question, beside in zip(self._questions, self._beside[which], strict=True):
            seen = Counter({outcome: n for (group, outcome), n in beside.items() if group == choice})
            counted.append(_build_count(question, seen))
        return tuple(counted)

    def _translate(self, place: int, raw: Raw) -> Outcome:
        known = self._known[place]
        if raw not in known and raw is not None:
            known[raw] = parse_answer(json.loads(raw), self._questions[place])
        return known[raw]

    def _add_slowly(self, payload: bytes) -> None:
        try:
            sheet = parse_answers(payload, occasion=self._occasion, questions=self._questions)
        except UnreadableAnswerError:
            self._unreadable += 1
            return
        self._readable += 1
        outcomes: list[Outcome] = []
        for question in self._questions:
            is_foreign = question.code in sheet.foreign
            missing = NoAnswer.FOREIGN if is_foreign else NoAnswer.LEFT_OUT
            outcomes.append(sheet.given.get(question.code, missing))
        for place, outcome in enumerate(outcomes):
            self._seen[place][outcome] += 1
            for which, by in enumerate(self._breakdowns):
                self._beside[which][place][(outcomes[by], outcome)] += 1


def _build_count(question: Question, seen: Counter[Outcome]) -> QuestionCount:
    # Labels come from the questionnaire alone; nothing that somebody sent ever becomes one.
    labels = list_labels(question)
    counts = [0] * len(labels)
    answered = 0
    for outcome, count in seen.items():
        if not isinstance(outcome, NoAnswer):
            answered += count
            for place in list_places(question, outcome):
                counts[place] += count
    return QuestionCount(
        question=question,
        counts=tuple(zip(labels, counts, strict=True)),
        answered=answered,
        foreign=seen[NoAnswer.FOREIGN],
        left_out=seen[NoAnswer.LEFT_OUT],
    )


def _compile_reader(occasion: str, questions: Sequence[Question]) -> Reader:
    """Make a reader that gives the bytes of each question's value, or None for what has to be read slowly.

    What it matches is canonical: members in order, each at most once, with values whose only spelling is matched.
    """
    codes = [occasion, *(code for question in questions for code in (question.code, *question.choices))]
    if not all(_SAFE.fullmatch(code) for code in codes) or len(set(codes)) > 2_000:
        return lambda _: None
    tail = b'},"occasion":"%b","v":1}' % occasion.encode()
    ordered = sorted(range(len(questions)), key=lambda place: questions[place].code)
    # Each member ends with a comma, also the last: `_read` adds it.
    members = [b'(?:"%b":(%b),)?' % (questions[p].code.encode(), _match_value(questions[p])) for p in ordered]
    match = re.compile(b"".join(members)).fullmatch
    skip, cut, longest = len(_HEAD), len(tail), LONGEST_PAYLOAD
    order = sorted(range(len(questions)), key=lambda place: ordered[place])
    is_sorted = order == list(range(len(questions)))

    def read(payload: bytes) -> Sequence[Raw] | None:
        if len(payload) > longest or not payload.startswith(_HEAD) or not payload.endswith(tail):
            return None
        found = match(payload[skip:-cut] + b",")
        if found is None:
            return None
        groups = found.groups()
        return groups if is_sorted else [groups[place] for place in order]

    return read


def _match_value(question: Question) -> bytes:
    if question.is_randomised or question.kind in {"scale", "index", "change"}:
        return rb"0|-?[1-9][0-9]{0,2}"
    choice = b'"(?:%b)"' % b"|".join(code.encode() for code in question.choices)
    return choice if question.kind == "single" else rb"\[%b(?:,%b)*\]" % (choice, choice)
