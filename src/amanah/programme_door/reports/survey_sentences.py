"""The report of one survey in words. It never says more than the typed report."""

from django.utils.translation import gettext as _

from amanah.programme_door.reports.figures import show_number
from amanah.programme_door.reports.parts import (
    is_outside,
    tell_moment,
    write_alarms,
    write_flow,
    write_limits,
    write_question,
    write_readings,
    write_statement,
    write_unmeasured,
    write_unreached,
)
from amanah.programme_door.reports.queries import SurveyReportOnShow
from amanah.programme_door.reports.reasons import describe_design
from amanah.programme_door.reports.written import Block, Hash, Paragraph, Section, WrittenReport, say
from amanah.web.settings import get_config


def write_survey_report(on_show: SurveyReportOnShow, *, address: str) -> WrittenReport:
    """Give the report of one survey in the language on show."""
    report, survey = on_show.report, on_show.survey
    names = {one.question.code: _name_question(place) for place, one in enumerate(report.questions, start=1)}
    asked = {one.question.code: one.question for one in report.questions}
    programmes = {survey.programme: on_show.programme}
    readings = [reading for one in report.questions for reading in one.readings]
    limits = (*report.limits, "outside") if is_outside(readings) else report.limits
    return WrittenReport(
        title=_("Report on a survey"),
        about=say(survey.words, "title"),
        standing=_("%(community)s. Closing time stated beforehand: %(moment)s.")
        % {"community": get_config().community_name, "moment": tell_moment(report.batch.plan.closes_at)},
        lead=_lead(on_show),
        sections=(
            *_write_results(on_show),
            Section(_("How strong the design is"), (Paragraph(describe_design(report.design)),)),
            Section(
                _("Who answered, and who was not reached"),
                (write_flow([report.flow], programmes, with_waves=False), write_unreached(report.unreached)),
            ),
            write_alarms(report.alarms, on_show.gate_closings, names),
            write_unmeasured(report.unmeasured, names=names, asked=asked, programmes=programmes),
            write_limits(limits),
            Section(_("Planned in public"), tuple(_write_plan(on_show))),
        ),
        address=address,
    )


def _lead(on_show: SurveyReportOnShow) -> str:
    told = sum(reading.is_told for one in on_show.report.questions for reading in one.readings)
    whole = sum(len(one.readings) for one in on_show.report.questions)
    return _(
        "Numbers that can be told: %(told)s of %(whole)s. They are published whatever they show. No person's answer "
        "is in this report."
    ) % {"told": show_number(told), "whole": show_number(whole)}


def _write_results(on_show: SurveyReportOnShow) -> list[Section]:
    shown = {one.code: one for one in on_show.survey.questions}
    sections = []
    said: dict[str, int] = {}
    for place, one in enumerate(on_show.report.questions, start=1):
        words = shown[one.question.code]
        asked = _say_once(write_question(words, one.question, one.gain), said, place)
        blocks: list[Block] = [*asked, write_readings(words, one)]
        if one.foreign:
            blocks.append(
                Paragraph(_("None of its answers: %(count)s.") % {"count": show_number(one.foreign)})
            )
        sections.append(Section(_name_question(place), tuple(blocks), is_wide=True))
    return sections


def _name_question(place: int) -> str:
    return _("Question %(number)s") % {"number": show_number(place)}


def _say_once(blocks: list[Block], said: dict[str, int], place: int) -> list[Block]:
    """Where an earlier question was protected in the same words, name it instead."""
    last = blocks[-1]
    if not isinstance(last, Paragraph):
        return blocks
    before = said.setdefault(last.text, place)
    if before == place:
        return blocks
    return [*blocks[:-1], Paragraph(_("Asked like question %(number)s.") % {"number": show_number(before)})]


def _write_plan(on_show: SurveyReportOnShow) -> list[Block]:
    plan = on_show.report.batch.plan
    return [
        *write_statement(on_show.report.batch.statement),
        Hash(_("Hash of what people read (SHA-256)"), plan.words),
        Paragraph(
            _(
                "Closing publishes the results by itself, and no page offers to choose. If they stayed away, the log "
                "would still show that they were promised. Everybody can compute every number again from the public "
                "file: python -m amanah.verify results"
            )
        ),
    ]
