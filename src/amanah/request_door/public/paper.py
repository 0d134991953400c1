"""A report on requests on paper, in the words of its page. It reads nothing but the report."""

from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_noop

from amanah.core.data_requests.statements import WHAT_THEY_CANNOT_SAY
from amanah.request_door.public.queries import ReportOnShow, ShownStatement
from amanah.request_door.public.wording import OpenedCase
from amanah.web.paper import print_document
from amanah.web.settings import get_config
from amanah.web.templating import format_day, format_number, get_direction

_FOLDER = Path(__file__).parent / "typeset"
_CASE_WORDS = {
    "reference": gettext_noop("Reference"),
    "instrument": gettext_noop("Paper"),
    "channel": gettext_noop("How it came"),
    "asked": gettext_noop("Asked for"),
    "days": gettext_noop("Of which days"),
}
Item = dict[str, Any]


def print_report(report: ReportOnShow) -> bytes:
    """Give a report as PDF; nothing in it depends on when or where it was made."""
    config = get_config()
    address = config.urls["request"] + reverse("request-report", kwargs={"report": report.line.name})
    document = {
        "address": address,
        "community": config.community_name,
        "is_rtl": get_direction() == "rtl",
        "items": list_items(report),
        "language": get_language() or "en",
        "title": gettext("Report on requests, %(title)s") % {"title": report.line.title},
    }
    return print_document(_FOLDER, "report.typ", {"report": document})


def list_items(report: ReportOnShow) -> list[Item]:
    """Give what stands on the page, in its order."""
    published = format_day(report.line.published_on, "long")
    return [
        _say(
            gettext("What outside bodies asked for, as this report opened it on %(day)s.")
            % {"day": published}
        ),
        _head(gettext("In short")),
        {"kind": "sums", "rows": [[str(words), format_number(number)] for words, number in report.totals]},
        _head(gettext("By the paper that was shown")),
        *_list_rows(report),
        *_list_unused(report),
        *_list_banded(report),
        _head(gettext("What was asked, one by one")),
        *(item for case in report.cases for item in _list_case(case)),
        *([] if report.cases else [_say(gettext("This report opens no request."))]),
        *_list_others(report),
        _head(gettext("What the community states")),
        *(item for one in report.statements for item in _list_statement(one)),
        *([] if report.statements else [_say(gettext("This report makes no statement."))]),
        _say(gettext(WHAT_THEY_CANNOT_SAY)),
        _head(gettext("To check this report")),
        _say(
            gettext(
                "Its fingerprint stands in the public log. "
                "A program that trusts nobody opens every record against its seal and counts again:"
            )
        ),
        {"kind": "small", "text": _write_command()},
        {"kind": "hash", "label": gettext("Fingerprint of the report:"), "digits": report.document_hash},
    ]


def _list_rows(report: ReportOnShow) -> list[Item]:
    if not report.rows:
        return []
    return [
        _tabulate(
            gettext("People are those whose details were given, never those who were asked about"),
            [gettext("Paper"), *map(str, report.columns)],
            [[name, *map(format_number, numbers)] for name, numbers in report.rows],
        )
    ]


def _list_unused(report: ReportOnShow) -> list[Item]:
    if not report.unused:
        return []
    words = gettext("No request that this report opens came with one of these papers:")
    return [_say(words), {"kind": "listing", "items": [*report.unused]}]


def _list_banded(report: ReportOnShow) -> list[Item]:
    if not report.banded:
        return []
    return [
        _head(gettext("Papers of which the law can forbid to speak")),
        _say(
            gettext(
                "For these only a range is told, in every report and in the same words, whether or not there was any. "
                "They count in no other number."
            )
        ),
        _tabulate(
            gettext("In which range the numbers lie"),
            [gettext("Paper"), gettext("Received"), gettext("People")],
            [
                [name, _write_range(received), _write_range(people)]
                for name, received, people in report.banded
            ],
        ),
    ]


def _list_case(case: OpenedCase) -> list[Item]:
    facts = [[gettext(words), str(getattr(case, name))] for name, words in _CASE_WORDS.items()]
    sentences = case.sentences or [gettext("Not answered when this report was made.")]
    return [
        {"kind": "heading", "level": 3, "text": case.body},
        {"kind": "facts", "rows": facts},
        {"kind": "listing", "items": sentences},
    ]


def _list_others(report: ReportOnShow) -> list[Item]:
    # Under a heading of their own: they belong to no request, and not to the last one on the page.
    if not report.others:
        return []
    heading = {"kind": "heading", "level": 3, "text": gettext("What else is opened")}
    return [heading, {"kind": "listing", "items": [*report.others]}]


def _list_statement(one: ShownStatement) -> list[Item]:
    days = {"made": format_day(one.made_on, "long"), "expires": format_day(one.expires_on, "long")}
    return [
        _say(one.sentence),
        {"kind": "small", "text": gettext("Made on %(made)s. It expires on %(expires)s.") % days},
    ]


def _head(text: str) -> Item:
    return {"kind": "heading", "level": 2, "text": text}


def _say(text: str) -> Item:
    return {"kind": "paragraph", "text": text}


def _tabulate(caption: str, columns: list[str], rows: list[list[str]]) -> Item:
    return {"kind": "table", "caption": caption, "columns": columns, "rows": rows}


def _write_command() -> str:
    # All reports at once: the numbers of one follow from the reports before it too. Isolated, like a range.
    urls = get_config().urls
    addresses = f"--log {urls['log']} --policy log.policy --door {urls['request']}"
    return f"\u2066python -m amanah.verify requests {addresses}\u2069"


def _write_range(band: str) -> str:
    # Isolated, so that a range keeps its order between words from right to left.
    return f"\u2066{band.replace('-', '–')}\u2069"
