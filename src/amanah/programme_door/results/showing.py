"""Puts what is published about a question together with its words, sentences, pictures and tables.

It never computes a result: numbers come from the published document, changes from the core.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language_bidi, gettext

from amanah.core.surveys.targets import list_targets
from amanah.programme_door.programmes.queries import Words
from amanah.programme_door.results.change_wording import tell_own_change
from amanah.programme_door.results.drawing import Picture, Row, Tick, draw_picture
from amanah.programme_door.results.reading import (
    QuestionReading,
    SurveyReading,
    TargetReading,
    Unit,
)
from amanah.programme_door.results.wording import (
    choose_digits,
    describe_picture,
    explain_line,
    is_beyond,
    tell_bag,
    tell_crowd,
    tell_foreign,
    tell_gain,
    tell_interval,
    tell_level,
    tell_line,
    tell_nonresponse,
    tell_number,
    tell_promise,
    tell_reports,
    tell_sample,
    tell_shown,
    tell_target,
)
from amanah.web.templating import format_number, format_percent

MOST_LABELLED = 7
MARKS_IN_HUNDRED = 4


@dataclass(frozen=True)
class SaidQuestion:
    """The words of a question in a reader's language; of an index `choices` are its items."""

    words: Words
    choices: Mapping[str, Words]

    def name(self, target: str) -> Words | None:
        """Give the words of a target; a mean has none of its own."""
        return self.choices.get(target)


@dataclass(frozen=True)
class TargetOnShow:
    """One thing that a question asks: a sentence, what else is to be said, its picture, its row of a table."""

    code: str
    words: Words | None
    sentence: str
    notes: tuple[str, ...]
    picture: Picture | None
    description: str
    cells: tuple[str, ...]
    has_line: bool = False


@dataclass(frozen=True)
class GroupedTarget:
    """One target, group by group; `words` of each row are the group's."""

    words: Words | None
    groups: tuple[TargetOnShow, ...]


@dataclass(frozen=True)
class Breakdown:
    """A question's results among those who gave each answer to another question."""

    words: Words
    columns: tuple[str, ...]
    targets: tuple[GroupedTarget, ...]


@dataclass(frozen=True)
class AskedOf:
    """The earlier question whose answer decides who is asked, and the answers that lead on, as words or as steps."""

    words: Words
    choices: tuple[Words, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True)
class QuestionOnShow:
    """Everything that a page says about one question."""

    code: str
    said: SaidQuestion
    kind: str
    is_randomised: bool
    reports: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    targets: tuple[TargetOnShow, ...]
    breakdowns: tuple[Breakdown, ...] = ()
    asked_of: AskedOf | None = None

    @property
    def pictured(self) -> tuple[TargetOnShow, ...]:
        """Give the targets that are drawn: of yes and no only the first, because the other says the same."""
        is_mirrored = self.kind == "single" and len(self.targets) == 2 and not self.targets[1].has_line
        return self.targets[:1] if is_mirrored else self.targets

    @property
    def is_on_scale(self) -> bool:
        """Tell whether the words of a scale's ends stand at the ends of its picture; a change has other ends."""
        return self.kind in {"scale", "index"}


Column = tuple[str, Callable[[TargetReading], str]]


def show_question(
    reading: QuestionReading, said: SaidQuestion, all_said: Mapping[str, SaidQuestion]
) -> QuestionOnShow:
    """Show one question without its groups and earlier waves."""
    columns = _list_columns(reading.targets, reading.unit)
    return QuestionOnShow(
        code=reading.question.code,
        said=said,
        kind=reading.question.kind,
        is_randomised=reading.question.is_randomised,
        reports=tell_reports(reading),
        notes=_list_notes(reading),
        columns=tuple(title for title, _ in columns),
        targets=tuple(
            _show_target(target, said.name(target.code), reading, columns) for target in reading.targets
        ),
        asked_of=_find_asked_of(reading, all_said),
    )


def _find_asked_of(reading: QuestionReading, all_said: Mapping[str, SaidQuestion]) -> AskedOf | None:
    condition = reading.question.only_if
    if condition is None:
        return None
    earlier = all_said[condition.code]
    named = [(code, earlier.name(code)) for code in condition.choices]
    return AskedOf(
        words=earlier.words,
        choices=tuple(words for _, words in named if words),
        steps=tuple(format_number(int(code)) for code, words in named if not words),
    )


def show_breakdowns(
    reading: QuestionReading, said: SaidQuestion, survey: SurveyReading, all_said: Mapping[str, SaidQuestion]
) -> tuple[Breakdown, ...]:
    """Show a question group by group, for each breakdown of the plan but its own."""
    return tuple(
        _show_breakdown(reading, said, survey, (by, all_said[by]))
        for by in dict.fromkeys(group.breakdown for group in survey.groups)
        if by != reading.question.code
    )


def _show_breakdown(
    reading: QuestionReading, said: SaidQuestion, survey: SurveyReading, by: tuple[str, SaidQuestion]
) -> Breakdown:
    code, breakdown = by
    groups = [group for group in survey.groups if group.breakdown == code]
    parts = [(group.choice, group.questions[reading.question.code]) for group in groups]
    columns = _list_columns([target for _, part in parts for target in part.targets], reading.unit)
    targets = []
    for place, target in enumerate(list_targets(reading.question)):
        rows = [
            _show_target(_pick(part, place, target), breakdown.name(choice), part, columns)
            for choice, part in parts
        ]
        targets.append(GroupedTarget(said.name(target), tuple(rows)))
    return Breakdown(breakdown.words, tuple(title for title, _ in columns), tuple(targets))


def _pick(part: QuestionReading, place: int, code: str) -> TargetReading:
    """Give a group's target; a hidden group has none, and is shown as hidden."""
    if part.targets:
        return part.targets[place]
    return TargetReading(code, None, None, None, shown="hidden")


def _list_notes(reading: QuestionReading) -> tuple[str, ...]:
    question = reading.question
    notes = [tell_promise(question.weight), tell_gain(reading.gain)] if question.is_randomised else []
    if reading.crowd is not None:
        notes.append(tell_crowd(reading.crowd, question.weight))
    if question.is_in_block:
        notes.append(gettext("A random third of the devices asked this question."))
    if question.prefer_not_to_say:
        notes.append(gettext("Who preferred not to say sent nothing, and counts among the silent."))
    if question.kind == "multiple":
        notes.append(
            gettext("Several answers could be given, so the shares may add up to more than 100 in 100.")
        )
    if question.kind == "index":
        notes.append(
            gettext("Each person's answers to all parts were put together, and this is their average.")
        )
    if question.kind == "change":
        notes.append(
            gettext(
                "Devices compared two answers themselves and sent only the difference, at most 2 either way."
            )
        )
    if any(is_beyond(target) for target in reading.targets):
        notes.append(
            gettext(
                "A number beyond the ends of the scale is the bag's noise; cutting it off would be wrong."
            )
        )
    notes += [explain_line(target.line) for target in reading.targets if target.line]
    notes.append(tell_foreign(reading.foreign))
    return tuple(note for note in notes if note)


def _list_columns(targets: Sequence[TargetReading], unit: Unit) -> list[Column]:
    """List the columns of a table that have anything in them."""
    columns: list[tuple[str, bool, Callable[[TargetReading], str]]] = [
        (gettext("Best estimate"), True, lambda one: tell_shown(one, unit)),
        (
            gettext("Interval, however often one looks"),
            True,
            lambda one: tell_interval(one.anytime, unit),
        ),
        (
            gettext("Interval for one look"),
            any(one.one_look for one in targets),
            lambda one: tell_interval(one.one_look, unit),
        ),
        (
            gettext("Line"),
            any(one.line for one in targets),
            lambda one: tell_level(one.line.value if one.line else None, unit),
        ),
        (
            gettext("If all the silent agreed"),
            any(one.nonresponse for one in targets),
            lambda one: tell_interval(one.nonresponse, unit),
        ),
        (
            gettext("Standard error"),
            any(one.error is not None for one in targets),
            lambda one: _tell_error(one, unit),
        ),
        (
            gettext("Due to the bag"),
            any(one.share_due_to_bag is not None for one in targets),
            lambda one: "–" if one.share_due_to_bag is None else format_percent(one.share_due_to_bag),
        ),
        (
            gettext("Answers"),
            any(one.reports for one in targets),
            lambda one: format_number(one.reports) if one.reports else "–",
        ),
    ]
    return [(title, tell) for title, is_used, tell in columns if is_used]


def _tell_error(target: TargetReading, unit: Unit) -> str:
    if target.error is None:
        return "–"
    width = unit.length * target.error
    return tell_number(width, choose_digits(width, unit))


def _show_target(
    target: TargetReading, words: Words | None, reading: QuestionReading, columns: Sequence[Column]
) -> TargetOnShow:
    unit = reading.unit
    notes = [
        tell_sample(target, unit),
        tell_line(target, unit),
        tell_nonresponse(target, unit),
        tell_bag(target.share_due_to_bag, is_at_least=reading.question.kind not in {"single", "multiple"}),
    ]
    return TargetOnShow(
        code=target.code,
        words=words,
        sentence=_tell_sentence(target, unit),
        notes=tuple(note for note in notes if note),
        picture=draw_target(target, unit),
        description=describe_picture(target, unit),
        cells=tuple(tell(target) for _, tell in columns),
        has_line=target.line is not None,
    )


def _tell_sentence(target: TargetReading, unit: Unit) -> str:
    is_told_by_people = unit.kind == "change" and not target.shown and not target.is_too_few
    if is_told_by_people and target.anytime:
        return tell_own_change(unit.place_all(target.anytime), unit)
    return tell_target(target, unit)


def draw_target(target: TargetReading, unit: Unit) -> Picture | None:
    """Draw one target over its scale; what is hidden has no picture."""
    if target.is_hidden or target.anytime is None:
        return None
    return draw_picture(
        [build_row(target)],
        list_ticks(unit),
        line=target.line.value if target.line else None,
        is_mirrored=get_language_bidi(),
    )


@dataclass(frozen=True)
class Key:
    """Samples of what pictures are made of."""

    band: Picture
    inner: Picture
    point: Picture
    line: Picture
    has_line: bool


def draw_key(*, has_line: bool) -> Key:
    """Draw the samples beside which a page says how to read its pictures."""
    band, is_mirrored = (0.1, 0.9), get_language_bidi()
    return Key(
        band=draw_picture([Row(band)], (), is_mirrored=is_mirrored),
        inner=draw_picture([Row(band, (0.3, 0.7))], (), is_mirrored=is_mirrored),
        point=draw_picture([Row(band, point=0.5)], (), is_mirrored=is_mirrored),
        line=draw_picture([Row()], (), line=0.5, is_mirrored=is_mirrored),
        has_line=has_line,
    )


def build_row(target: TargetReading) -> Row:
    """Give one target as a row of a picture."""
    # Too few to say: a dot would be read as a number.
    point = None if target.is_too_few else target.estimate
    return Row(target.anytime, target.one_look, point)


def list_ticks(unit: Unit) -> tuple[Tick, ...]:
    """List the marks of a scale: quarters of a hundred, or every step."""
    if unit.is_in_hundred:
        places = [place / MARKS_IN_HUNDRED for place in range(MARKS_IN_HUNDRED + 1)]
        return tuple(Tick(place, format_number(round(100 * place))) for place in places)
    steps = round(unit.length)
    skip = 1 if steps < MOST_LABELLED else 2 if steps % 2 == 0 else steps
    return tuple(
        Tick(step / steps, format_number(unit.lowest + step) if step % skip == 0 else "")
        for step in range(steps + 1)
    )
