"""A report on paper, in the same words as its page. It reads nothing but a report."""

from pathlib import Path

from amanah.programme_door.reports.written import WrittenReport, encode_for_paper
from amanah.web.paper import print_document

_FOLDER = Path(__file__).parent / "typeset"


def print_report(report: WrittenReport) -> bytes:
    """Give a report as PDF; nothing in it depends on when or where it was made."""
    return print_document(_FOLDER, "report.typ", {"report": encode_for_paper(report)})
