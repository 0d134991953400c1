"""Results as a table for spreadsheets: one line for each question, target and group. No cell of it is a formula."""

import csv
import io
from collections.abc import Iterator, Mapping

from amanah.programme_door.programmes.queries import Words
from amanah.programme_door.results.reading import Interval, QuestionReading, SurveyReading, TargetReading
from amanah.programme_door.results.showing import SaidQuestion

# With it, spreadsheets read letters beyond English right.
BYTE_ORDER_MARK = "\ufeff"
MOST_DECIMALS = 6
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
COLUMNS = (
    "occasion", "question", "question_words", "kind", "mechanism", "weight", "group_by", "group", "group_words",
    "target", "target_words", "scale_lowest", "scale_highest", "shown", "reports", "estimate", "standard_error",
    "anytime_low", "anytime_high", "one_look_low", "one_look_high", "silent_low", "silent_high", "line",
    "share_due_to_bag", "too_few", "foreign", "gain", "crowd_epsilon",
)  # fmt: skip

Cell = str | int | float | bool | None


def encode_table(survey: SurveyReading, said: Mapping[str, SaidQuestion]) -> bytes:
    """Give all results as CSV (RFC 4180) in UTF-8; levels are parts of the scale, from 0 to 1."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for reading in survey.questions:
        writer.writerows(_list_rows(survey.occasion, reading, said, ("", "")))
    for group in survey.groups:
        for reading in group.questions.values():
            writer.writerows(_list_rows(survey.occasion, reading, said, (group.breakdown, group.choice)))
    return (BYTE_ORDER_MARK + buffer.getvalue()).encode()


def _list_rows(
    occasion: str, reading: QuestionReading, said: Mapping[str, SaidQuestion], group: tuple[str, str]
) -> Iterator[list[str]]:
    question, words = reading.question, said[reading.question.code]
    by, choice = group
    head: list[Cell] = [
        occasion, question.code, _say(words.words), question.kind, question.mechanism, question.weight, by, choice,
        _say(said[by].name(choice)) if by else "",
    ]  # fmt: skip
    tail: list[Cell] = [reading.foreign, reading.gain, reading.crowd]
    hidden = TargetReading("", None, None, None, shown="hidden")
    for target in reading.targets or (hidden,):
        own: list[Cell] = [
            target.code,
            _say(words.name(target.code)),
            reading.unit.lowest,
            reading.unit.highest,
            target.shown or "number",
        ]
        levels = _list_levels(target, reading)
        yield [_write(cell) for cell in [*head, *own, *levels, *tail]]


def _list_levels(target: TargetReading, reading: QuestionReading) -> list[Cell]:
    """List the numbers of one target; "over" and "under" stand beside the percentage that they are about."""
    estimate = target.estimate if target.percent is None else target.percent / 100
    return [
        0 if target.is_hidden else target.reports or reading.reports,
        estimate,
        target.error,
        *_open(target.anytime),
        *_open(target.one_look),
        *_open(target.nonresponse),
        target.line.value if target.line else None,
        target.share_due_to_bag,
        target.is_too_few,
    ]


def _open(interval: Interval | None) -> tuple[float | None, float | None]:
    return interval or (None, None)


def _say(words: Words | None) -> str:
    return words["wording"] if words else ""


def _write(cell: Cell) -> str:
    """Write a cell in plain decimals; a text that a spreadsheet would calculate with is quoted by an apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return f"{cell:.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
