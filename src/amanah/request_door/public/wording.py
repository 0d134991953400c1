"""Reports in words: what each opened case was, in the reader's language. It says nothing that the report does not hold.

The words beside the bands are the same whether or not there is anything in them.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from amanah.core.data_requests.jurisdictions import choose_text
from amanah.core.data_requests.periods import ReportPeriod
from amanah.core.data_requests.records import Record
from amanah.core.data_requests.rules import RULES
from amanah.request_door.jurisdictions.queries import get_pack_in_force
from amanah.request_door.requests.words import CATEGORY_WORDS, CHANNEL_WORDS
from amanah.web.settings import get_config
from amanah.web.templating import format_clock, format_day, format_number

Text = str | Promise
OUTCOME_WORDS: Mapping[str, Text] = {
    "refuse": _("Refused."),
    "narrow": _("Only a part of what was asked for was in the order; the rest was refused."),
    "comply": _("The order was obeyed, as far as what it names exists."),
    "contest": _("The trustees challenge the order before the court."),
}
COLUMN_WORDS: Mapping[str, Text] = {
    "received": _("Received"),
    "refused": _("Refused"),
    "narrowed": _("Narrowed"),
    "complied": _("Obeyed"),
    "contested": _("Challenged"),
    "pending": _("Open"),
    "people": _("People"),
}
TOTAL_WORDS: Mapping[str, Text] = {
    "asked": _("Requests that this report opens"),
    "refused": _("Refused"),
    "narrowed": _("Obeyed in part, refused for the rest"),
    "complied": _("Obeyed, as far as what the order names exists"),
    "contested": _("Challenged before a court"),
    "pending": _("Not answered yet"),
    "people": _("People whose details were given"),
}
_OTHER_WORDS: Mapping[str, Text] = {
    "request-amended": _("The facts were written down again, after a trustee read the paper."),
    "file-refused": _("A file was refused because it could not be read safely."),
    "decision-drafted": _("A decision was drafted for the trustees."),
    "approval-refused": _("A signature was refused: it did not belong to what was decided."),
    "letter-released": _("The letter was given out."),
    "hold-begun": _("Material that existed was kept from being destroyed, because an order said so."),
    "hold-ended": _("That ended."),
    "telling-withheld": _("For a time the law forbade to speak of it."),
    "people-told": _("People were told by a report."),
    "case-closed": _("The case was closed."),
    "case-destroyed": _("Names, letters and files of the case were destroyed."),
}

_COURSE = (
    "request-received",
    "file-refused",
    "request-amended",
    "decision-drafted",
    "approval-refused",
    "decision-made",
    "disclosure-made",
    "letter-released",
    "hold-begun",
    "hold-ended",
    "telling-withheld",
    "people-told",
    "case-closed",
    "case-destroyed",
)


@dataclass
class OpenedCase:
    """One request, as far as its records were opened."""

    reference: str
    body: str = ""
    instrument: str = ""
    channel: Text = ""
    asked: str = ""
    days: str = ""
    sentences: list[str] = field(default_factory=list)
    seals: list[tuple[int, int]] = field(default_factory=list)
    is_told: bool = False


def find_order(record: Record) -> int:
    """Tell where a record stands in the course of a case; its place in a seal is drawn by chance and says nothing."""
    return _COURSE.index(record.kind)


def name_period(period: ReportPeriod) -> str:
    """Name what a report covers: a quarter by its months, a demonstration by its times."""
    begins = datetime.fromtimestamp(period.starts_at, UTC)
    ends = datetime.fromtimestamp(period.ends_at - 1, UTC)
    if period.name.startswith("demo-"):
        return gettext("%(day)s, %(begins)s to %(ends)s") % {
            "day": format_day(begins.astimezone(get_config().time_zone).date(), "long"),
            "begins": format_clock(begins),
            "ends": format_clock(datetime.fromtimestamp(period.ends_at, UTC)),
        }
    return gettext("%(begins)s to %(ends)s") % {
        "begins": format_day(begins.date(), "long"),
        "ends": format_day(ends.date(), "long"),
    }


def name_instrument(code: str) -> str:
    """Give the name of an instrument; one that the pack in force does not know is shown by its code."""
    instrument = get_pack_in_force()[0].find(code)
    return choose_text(instrument.names, get_language() or "en")[0] if instrument else code


def describe_receipt(case: OpenedCase, record: Record) -> None:
    """Say who asked for what, on which paper."""
    body = record.body
    case.body = body["body_name"]
    case.instrument = name_instrument(body["instrument"])
    case.channel = CHANNEL_WORDS[body["channel"]]
    asked = [str(CATEGORY_WORDS[code]) for code in body["categories"]]
    about = (
        gettext("about everybody, or a group, without naming anyone")
        if body["asks_class"]
        else ngettext("about %(count)s named person", "about %(count)s named people", body["people"])
        % {"count": format_number(body["people"])}
    )
    case.asked = (
        "; ".join([*asked, about]) if asked else gettext("That something be collected; nothing that exists")
    )
    case.days = _tell_days(body["since"], body["until"])


def describe_record(record: Record) -> Iterable[str]:
    """Say what one record says beside the receipt."""
    if record.kind == "decision-made":
        yield from _describe_decision(record.body)
    elif record.kind == "disclosure-made":
        people = format_number(record.body["people"])
        items = format_number(record.body["items"])
        yield gettext("Given to the body. Items: %(items)s; people: %(people)s.") % {
            "items": items,
            "people": people,
        }
    elif record.kind != "request-received":
        yield str(_OTHER_WORDS[record.kind])


def describe_nothing_given(record: Record, given: Container[str | None]) -> Iterable[str]:
    """Say of an order that was obeyed that nothing opened with it tells of anything given; what came later may."""
    is_obeyed = record.kind == "decision-made" and record.body["outcome"] in ("narrow", "comply")
    if is_obeyed and record.ref not in given:
        yield gettext("This report opens no record of anything given.")


def _describe_decision(body: Mapping[str, Any]) -> Iterable[str]:
    if body["outcome"] is None:
        yield gettext("The trustees signed a decision. Signatures: %(count)s.") % {
            "count": format_number(body["approvals"])
        }
        return
    yield str(OUTCOME_WORDS[body["outcome"]])
    yield from (gettext(RULES[rule]) for rule in body["reasons"])
    if body["decision"] is None:
        yield gettext("The rules decided this by themselves; anybody can run them again.")
    else:
        yield gettext("Trustees who signed: %(count)s.") % {"count": format_number(body["approvals"])}


def _tell_days(since: str | None, until: str | None) -> str:
    days = [format_day(date.fromisoformat(day), "long") if day else "" for day in (since, until)]
    if all(days):
        return gettext("%(begins)s to %(ends)s") % {"begins": days[0], "ends": days[1]}
    if days[0]:
        return gettext("from %(day)s on") % {"day": days[0]}
    return gettext("until %(day)s") % {"day": days[1]} if days[1] else gettext("any time")
