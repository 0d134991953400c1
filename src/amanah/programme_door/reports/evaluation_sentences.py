"""The report of an evaluation in words, and its plan. It never says more than the typed report."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from amanah.core.surveys.evaluation import Cell as ReadCell
from amanah.core.surveys.evaluation import Change, EvaluationReport, WedgeEffect
from amanah.core.surveys.evaluation_plan import EvaluationPlan
from amanah.programme_door.reports.figures import MILLION, Scale, find_scale, show_count, show_number
from amanah.programme_door.reports.parts import (
    DASH,
    is_outside,
    name_target,
    quote,
    tell_bounds,
    tell_percent,
    tell_reading,
    write_alarms,
    write_flow,
    write_limits,
    write_question,
    write_statement,
    write_unmeasured,
    write_unreached,
)
from amanah.programme_door.reports.queries import EvaluationOnShow
from amanah.programme_door.reports.reasons import describe_design
from amanah.programme_door.reports.written import (
    Block,
    Cell,
    Paragraph,
    Said,
    Section,
    Table,
    WrittenReport,
    say,
    say_here,
)
from amanah.web.settings import get_config
from amanah.web.templating import format_day


def write_evaluation_report(on_show: EvaluationOnShow, *, address: str) -> WrittenReport:
    """Give the report of an evaluation in the language on show."""
    report = on_show.report
    asked = {cell.question.question.code: cell.question.question for cell in report.cells}
    outside = is_outside(cell.reading for cell in report.cells)
    told = {cell.batch.occasion for cell in report.cells}
    untold = [one for one in report.flow if one.occasion not in told]
    names = {code: quote(one.words["wording"]) for code, one in on_show.questions.items()}
    flow: list[Block] = [Paragraph(_("Numbers of passes and answers are rounded down to 5."))]
    if untold:
        flow.append(write_flow(untold, on_show.programmes, with_waves=True))
    return WrittenReport(
        title=_("Report on an evaluation"),
        about=say(on_show.question.words, "wording") if on_show.question else say_here(on_show.plan.question),
        standing=get_config().community_name,
        lead=write_lead(on_show),
        sections=(
            *_write_results(on_show),
            write_design(on_show),
            Section(
                _("Who answered, and who was not reached"),
                (*flow, write_unreached(report.unreached)),
            ),
            write_alarms(report.alarms, on_show.gate_closings, names),
            write_unmeasured(report.unmeasured, names=names, asked=asked, programmes=on_show.programmes),
            write_limits((*report.limits, "outside") if outside else report.limits),
            write_planned(on_show),
        ),
        address=address,
    )


def write_lead(on_show: EvaluationOnShow) -> str:
    """Say in two sentences what was found, or that nothing can be said yet."""
    report = on_show.report
    scale = _find_scale(report)
    effect = report.wedge or report.difference or _find_last_change(report)
    if effect is None or scale is None:
        return _(
            "Nothing can be said yet. Every number appears here when it is published, whatever it shows."
        )
    interval = effect.interval if isinstance(effect, WedgeEffect) else effect.anytime
    is_told = isinstance(effect, WedgeEffect) or effect.is_told
    if not is_told or interval is None or effect.estimate is None:
        return _("Too few answered to say anything.")
    if not report.statement.was_before:
        return _(
            "This was not planned before the first answer: read the numbers below as a search, not as a test."
        )
    opening = {
        "before-after": _(
            "From the first wave to the last the answer changed by %(effect)s (95 %%: %(interval)s)."
        ),
        "comparison": _(
            "From the first wave to the last the first group changed by %(effect)s more than the second (95 %%: "
            "%(interval)s)."
        ),
        "stepped-wedge": _("Having the programme changed the answer by %(effect)s (95 %%: %(interval)s)."),
    }[report.plan.design] % {
        "effect": scale.describe_points(scale.tell_change(effect.estimate)),
        "interval": scale.tell_change_interval(interval),
    }
    if interval[0] <= 0 <= interval[1]:
        return opening + " " + _("No change at all is among what cannot be excluded.")
    return opening + " " + _("No change at all is excluded.")


def _find_last_change(report: EvaluationReport) -> Change | None:
    """Find the change of the whole evaluation: from the first wave to the last, where both were told."""
    last = len(report.plan.waves) - 1
    return next((one for one in report.changes if one.waves[1] == last), None)


def write_design(on_show: EvaluationOnShow) -> Section:
    """Say how strong the design is, and of a wedge in which order the lot lets the programmes start."""
    blocks: list[Block] = [Paragraph(describe_design(on_show.plan.design))]
    if on_show.report.starts:
        rows: list[tuple[Cell, ...]] = [
            (say(on_show.programmes[site], "title"), tell_start(start, on_show.plan))
            for site, start in zip(on_show.plan.sites, on_show.report.starts, strict=True)
        ]
        columns = (_("Programme"), _("Has the programme from"))
        blocks.append(Table(_("The order drawn by lot"), columns, tuple(rows)))
    if on_show.report.wedge:
        lots = on_show.report.wedge.lots
        blocks.append(
            Paragraph(
                _(
                    "Lots that could have been drawn, or were looked at: %(lots)s. No p-value can be below %(least)s. "
                    "The interval takes the effect to be alike in all programmes and waves."
                )
                % {"lots": show_number(lots), "least": show_number(Decimal(1) / lots, 4)}
            )
        )
    return Section(_("How strong the design is"), tuple(blocks))


def write_planned(on_show: EvaluationOnShow) -> Section:
    """Give the plan in words and where its hash stands."""
    plan = on_show.plan
    target = name_target(on_show.question, plan.target)
    outcome = target.text if isinstance(target, Said) else target
    waves = "; ".join(
        _("wave %(number)s from %(first)s to %(last)s")
        % {
            "number": show_number(place),
            "first": _tell_day(wave.starts_at),
            "last": _tell_day(wave.ends_at),
        }
        for place, wave in enumerate(plan.waves, start=1)
    )
    return Section(
        _("Planned in public"),
        (
            Paragraph(
                _("Compared: %(outcome)s of the question %(code)s. Waves: %(waves)s.")
                % {"outcome": outcome, "code": plan.question, "waves": waves}
            ),
            *write_statement(on_show.report.statement),
            Paragraph(
                _("A stated evaluation cannot be taken back: it stays on this page, whatever it shows.")
            ),
        ),
    )


def tell_start(start: int, plan: EvaluationPlan) -> str:
    """Tell from which wave on a programme takes part."""
    if start == len(plan.waves):
        return _("never: only asked")
    return _("wave %(number)s") % {"number": show_number(start + 1)}


def _write_results(on_show: EvaluationOnShow) -> list[Section]:
    report = on_show.report
    scale = _find_scale(report)
    if on_show.question is None or scale is None:
        words = on_show.question.words["wording"] if on_show.question else on_show.plan.question
        return [Section(_("The question"), (Paragraph(words),), is_wide=True)]
    first = report.cells[0].question
    blocks = [
        *write_question(on_show.question, first.question, first.gain),
        _write_cells(report.cells, on_show, scale),
    ]
    if report.changes:
        blocks.append(_write_changes([*report.changes, *filter(None, [report.difference])], on_show, scale))
    if report.wedge:
        blocks.append(_write_wedge(report.wedge, scale))
    return [Section(_("The question and what was found"), tuple(blocks), is_wide=True)]


def _write_cells(cells: Sequence[ReadCell], on_show: EvaluationOnShow, scale: Scale) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for cell in cells:
        estimate, anytime, one_look, _bag = tell_reading(cell.reading, scale)
        rows.append(
            (
                say(on_show.programmes[on_show.plan.sites[cell.site]], "title"),
                show_number(cell.wave + 1),
                _tell_flow(on_show.report, cell),
                estimate,
                anytime,
                one_look,
                tell_bounds(cell.reading, scale),
            )
        )
    columns = (
        _("Programme"),
        _("Wave"),
        _("Passes issued / used / answered"),
        _("Estimate"),
        _("95 %, however often one looks"),
        _("95 %, one look at a fixed time"),
        _("If all the silent had said the least or the most"),
    )
    return Table(_("Levels.") + " " + scale.describe(), columns, tuple(rows))


def _tell_flow(report: EvaluationReport, cell: ReadCell) -> str:
    """Tell how far people came in one site and wave, rounded down to 5."""
    flow = next(one for one in report.flow if one.occasion == cell.batch.occasion)
    issued = DASH if flow.issued is None else show_count(flow.issued)
    answered = DASH if cell.reading.shown == "hidden" else show_count(flow.answered)
    return " / ".join((issued, show_count(flow.used), answered))


def _write_changes(changes: Sequence[Change], on_show: EvaluationOnShow, scale: Scale) -> Table:
    rows = [_write_change(change, on_show, scale) for change in changes]
    columns = (
        _("What changed"),
        _("Estimate"),
        _("In standard deviations"),
        _("95 %, however often one looks"),
        _("95 %, one look at a fixed time"),
        _("Share of the width due to the bag"),
        _("If all the silent had said the least or the most"),
    )
    return Table(_("Changes between waves"), columns, tuple(rows))


def _write_change(change: Change, on_show: EvaluationOnShow, scale: Scale) -> tuple[Cell, ...]:
    titles = [on_show.programmes[on_show.plan.sites[site]]["title"] for site in change.sites]
    waves = {"first": show_number(change.waves[0] + 1), "last": show_number(change.waves[1] + 1)}
    if len(titles) == 2:
        name = _("%(one)s minus %(other)s, wave %(first)s to %(last)s") % {
            "one": titles[0],
            "other": titles[1],
            **waves,
        }
    else:
        name = _("%(programme)s, wave %(first)s to %(last)s") % {"programme": titles[0], **waves}
    return (
        name,
        _tell_estimate(change, scale),
        tell_sd(change.in_sd) if change.is_told else DASH,
        scale.tell_change_interval(change.anytime) if change.anytime else DASH,
        scale.tell_change_interval(change.one_look) if change.one_look else DASH,
        DASH if change.share_due_to_bag is None else tell_percent(change.share_due_to_bag),
        scale.tell_change_interval(change.bounds) if change.bounds and change.is_told else DASH,
    )


def _tell_estimate(change: Change, scale: Scale) -> str:
    if not change.is_told:
        return _("too few to say")
    return DASH if change.estimate is None else scale.tell_change(change.estimate)


def _write_wedge(wedge: WedgeEffect, scale: Scale) -> Table:
    row = (
        _("Having the programme, against not yet"),
        scale.tell_change(wedge.estimate),
        tell_sd(wedge.in_sd),
        scale.tell_change_interval(wedge.interval),
        show_number(_as_decimal(wedge.p_value), 3),
        show_number(wedge.lots),
    )
    columns = (
        _("Effect"),
        _("Estimate"),
        _("In standard deviations"),
        _("95 %: by the lots"),
        _("p-value"),
        _("Lots looked at"),
    )
    return Table(_("The stepped wedge"), columns, (row,))


def tell_sd(millionths: int | None) -> str:
    """Tell an effect in standard deviations of single answers in the first wave."""
    return DASH if millionths is None else show_number(_as_decimal(millionths), 2, is_signed=True)


def _as_decimal(millionths: int) -> Decimal:
    return Decimal(millionths) / MILLION


def _find_scale(report: EvaluationReport) -> Scale | None:
    return find_scale(report.cells[0].question.question) if report.cells else None


def _tell_day(at: int) -> str:
    return format_day(datetime.fromtimestamp(at, UTC), "medium")
