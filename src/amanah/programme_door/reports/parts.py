"""Sections that every report has: what was asked and how, who answered, plans in the log, and what it cannot tell."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from amanah.core.surveys.questions import Question
from amanah.core.surveys.report import (
    AlarmTold,
    Flow,
    QuestionReport,
    Reading,
    Statement,
    Unmeasured,
    Unreached,
)
from amanah.programme_door.programmes.queries import Words
from amanah.programme_door.reports.figures import MILLION, Scale, find_scale, show_count, show_number
from amanah.programme_door.reports.queries import GateClosing
from amanah.programme_door.reports.reasons import describe_limit, describe_reach, describe_reason
from amanah.programme_door.reports.written import (
    Block,
    Cell,
    Hash,
    Listing,
    Paragraph,
    Quote,
    Section,
    Table,
    say,
    say_here,
)
from amanah.programme_door.surveys.queries import QuestionOnShow
from amanah.web.templating import format_moment, format_percent

DASH = "–"


def describe_mechanism(question: Question, gain: int) -> str:
    """Say how a question was protected, with the weight and the number of kinds of ball."""
    if not question.is_randomised:
        return _("Asked plainly: the phone sends the answer as it is, without a name.")
    kinds = {"bag": len(question.choices), "scale3": 3, "change": 3}.get(question.mechanism, 2)
    first = {
        "bag": "",
        "scale3": _("The phone rounds the answer to low, middle or high, at random."),
        "change": _(
            "The phone takes the change since last time, and rounds it to low, middle or high, at random."
        ),
        "one_of_many": _(
            "The phone draws one of the options by lot, and answers only whether it was chosen."
        ),
        "pair": _("The phone draws one pair by lot, and answers only which of the two stands first."),
    }[question.mechanism]
    if question.kind == "index":
        first = _("The phone adds up the items, and rounds the sum to low, middle or high, at random.")
    bag = _(
        "Asked through a bag of balls (w = %(weight)s, k = %(kinds)s): %(weight)s of %(balls)s balls carry the answer, "
        "each other answer one; the phone draws one and sends only that. Whoever takes the server becomes at most "
        "%(weight)s times surer about anybody. One coached answer counts for %(gain)s."
    ) % {
        "weight": show_number(question.weight),
        "kinds": show_number(kinds),
        "balls": show_number(question.weight + kinds - 1),
        "gain": show_number(Decimal(gain) / MILLION, 2),
    }
    return f"{first} {bag}".strip()


def write_question(shown: QuestionOnShow, question: Question, gain: int) -> list[Block]:
    """Give a question's words and how it was protected; of an index also its items."""
    blocks: list[Block] = [Quote(say(shown.words, "wording"))]
    if question.kind == "index":
        blocks += [Quote(say(choice.words, "wording")) for choice in shown.choices]
    return [*blocks, Paragraph(describe_mechanism(question, gain))]


def write_readings(shown: QuestionOnShow, one: QuestionReport) -> Table:
    """Give every target of a question with its intervals and bounds."""
    scale = find_scale(one.question)
    rows = [
        (name_target(shown, reading.target), *tell_reading(reading, scale), tell_bounds(reading, scale))
        for reading in one.readings
    ]
    is_hidden = not one.question.is_randomised and not one.reports
    count = _("hidden") if is_hidden else show_count(one.reports)
    caption = _("Answers to it: %(count)s.") % {"count": count} + " " + scale.describe()
    columns = (
        _("What it is about"),
        _("Estimate"),
        _("95 %, however often one looks"),
        _("95 %, one look at a fixed time"),
        _("Share of the width due to the bag"),
        _("If all the silent had said the least or the most"),
    )
    return Table(caption, columns, tuple(rows))


def tell_reading(reading: Reading, scale: Scale) -> tuple[str, str, str, str]:
    """Tell the estimate, both intervals, and how much of their width is the bag's."""
    told = {
        "too-few": _("too few to say"),
        "nobody": _("nobody answered"),
        "hidden": _("hidden"),
        "over": _("over %(percent)s"),
        "under": _("under %(percent)s"),
    }.get(reading.shown)
    if told is None:
        told = scale.tell_level(reading.estimate) if reading.estimate is not None else DASH
    elif reading.percent is not None:
        told = told % {"percent": show_number(reading.percent)}
    is_empty = reading.shown in {"nobody", "hidden"}
    return (
        told,
        DASH if is_empty or not reading.anytime else scale.tell_interval(reading.anytime),
        DASH if is_empty or not reading.one_look else scale.tell_interval(reading.one_look),
        DASH if reading.share_due_to_bag is None else tell_percent(reading.share_due_to_bag),
    )


def tell_bounds(reading: Reading, scale: Scale) -> str:
    """Tell what the silent could have changed at the worst."""
    return scale.tell_interval(reading.nonresponse) if reading.nonresponse and reading.is_told else DASH


def tell_percent(millionths: int) -> str:
    """Tell a share of a width."""
    return format_percent(round(millionths / MILLION, 2))


def name_target(shown: QuestionOnShow | None, target: str) -> Cell:
    """Name what a number is about: a choice in its own words, or the mean."""
    for choice in shown.choices if shown else ():
        if choice.code == target:
            return say(choice.words, "wording")
    return say_here(_("Mean") if target == "mean" else target)


def write_flow(flow: Sequence[Flow], programmes: Mapping[str, Words], *, with_waves: bool) -> Table:
    """Give how many passes were handed out and used and how many answered, per programme and wave."""
    rows: list[tuple[Cell, ...]] = []
    for one in flow:
        wave: tuple[Cell, ...] = (show_number(one.wave + 1),) if with_waves else ()
        issued = DASH if one.issued is None else show_count(one.issued)
        counts = (issued, show_count(one.used), show_count(one.answered))
        rows.append((say(programmes[one.programme], "title"), *wave, *counts))
    columns = [_("Programme"), *([_("Wave")] if with_waves else [])]
    columns += [
        _("Passes issued"),
        _("Passes used"),
        _("Answered the question") if with_waves else _("Sheets that could be read"),
    ]
    return Table(_("Rounded down to 5"), tuple(columns), tuple(rows))


def write_alarms(
    alarms: Sequence[AlarmTold], closings: Sequence[GateClosing], names: Mapping[str, str]
) -> Section:
    """Say of every line of harm whether it was crossed, and whether the trust gate was closed for it."""
    places: dict[str, list[str]] = {}
    for alarm in alarms:
        told = _("The alarm rang.") if alarm.rang else _("No alarm in this report.")
        line = _(
            "Line drawn beforehand: more than %(line)s in 100. Surveys of this report that were looked at: %(count)s."
        ) % {
            "line": show_number(round(alarm.line * 100 / MILLION)),
            "count": show_number(alarm.batches),
        }
        places.setdefault(f"{told} {line}", []).append(names.get(alarm.question, alarm.question))
    items = _join_places(places)
    for closing in closings:
        told = (
            _("An alarm rang in the season of these surveys: %(moment)s, log entry %(entry)s.")
            if closing.reason == "alarm"
            else _("The trust gate was closed by the trustees: %(moment)s, log entry %(entry)s.")
        )
        items.append(told % {"moment": tell_moment(closing.at), "entry": show_number(closing.entry)})
    if not items:
        return Section(_("Alarms"), (Paragraph(_("No line of harm was drawn for these surveys.")),))
    return Section(_("Alarms"), (Listing(tuple(items)),))


def write_unreached(unreached: Unreached) -> Paragraph:
    """Say who is in no number."""
    if unreached.cards_without_pass is None or unreached.passes_unused is None:
        return Paragraph(
            _(
                "Whoever has no card is in no number. How many cards fetched no pass is not known: the card door has "
                "not said it yet."
            )
        )
    return Paragraph(
        _(
            "Whoever has no card is in no number. Cards that fetched no pass: about %(cards)s. Passes that were not "
            "used: about %(passes)s."
        )
        % {
            "cards": show_number(unreached.cards_without_pass),
            "passes": show_number(unreached.passes_unused),
        }
    )


def write_unmeasured(
    unmeasured: Sequence[Unmeasured],
    *,
    names: Mapping[str, str],
    asked: Mapping[str, Question],
    programmes: Mapping[str, Words],
) -> Section:
    """Say what was not measured and why, each reason once with the places where it holds."""
    places: dict[str, list[str]] = {}
    for one in unmeasured:
        places.setdefault(describe_reason(one), []).append(_name_place(one, names, programmes))
    for one in unmeasured:
        if "needed" in one.numbers:
            reach = describe_reach(one.numbers, asked.get(one.question))
            places.setdefault(reach, []).append(names.get(one.question, one.question))
    items = _join_places(places)
    heading = _("What could not be measured, and why")
    if not items:
        return Section(heading, (Paragraph(_("Everything that was asked could be measured.")),))
    return Section(heading, (Listing(tuple(items)),))


def write_limits(limits: Sequence[str]) -> Section:
    """Say what the numbers cannot tell."""
    items = tuple(describe_limit(limit) for limit in limits if not limit.startswith("design-"))
    return Section(_("Limits"), (Listing(items),))


def tell_statement(statement: Statement) -> str:
    """Say where a plan stands in the log, and whether it was before the first answer."""
    if statement.entry is None or statement.stated_at is None:
        return _("The plan does not stand in the public log.")
    where = _("Log entry %(entry)s, %(moment)s.") % {
        "entry": show_number(statement.entry),
        "moment": tell_moment(statement.stated_at),
    }
    before = (
        _("Stated before the first answer was possible.")
        if statement.was_before
        else _("Stated after answering was possible.")
    )
    return f"{where} {before}"


def write_statement(statement: Statement) -> list[Block]:
    """Give a plan's hash and where it stands."""
    return [Hash(_("Hash of the plan (SHA-256)"), statement.plan), Paragraph(tell_statement(statement))]


def tell_moment(at: int) -> str:
    """Tell a time of the log."""
    return format_moment(datetime.fromtimestamp(at, UTC), "medium")


def is_outside(readings: Iterable[Reading]) -> bool:
    """Tell whether an estimate lies outside of what is possible, which needs a word."""
    return any(one.estimate is not None and not 0 <= one.estimate <= MILLION for one in readings)


def _name_place(one: Unmeasured, names: Mapping[str, str], programmes: Mapping[str, Words]) -> str:
    if one.programme and one.wave is not None:
        title = programmes[one.programme]["title"] if one.programme in programmes else one.programme
        return _("%(programme)s, wave %(wave)s") % {"programme": title, "wave": show_number(one.wave + 1)}
    return names.get(one.question, one.question) if one.question and not one.programme else ""


def quote(words: str) -> str:
    """Put words between the language's own quotation marks."""
    return _("“%(words)s”") % {"words": words}


def _join_places(places: Mapping[str, Sequence[str]]) -> list[str]:
    """Say each sentence once, after all the places where it holds."""
    joined = [("; ".join(dict.fromkeys(filter(None, where))), what) for what, where in places.items()]
    return [
        _("%(where)s: %(what)s") % {"where": where, "what": what} if where else what for where, what in joined
    ]
