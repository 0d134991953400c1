"""A report on paper: tagged PDF with its own letters in it, the same bytes each time. It reads nothing but a report."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from amanah.programme_door.reports.written import WrittenReport, encode_for_paper

FOLDER = Path(__file__).parent / "typeset"
_NO_TIME = 0


def print_report(report: WrittenReport) -> bytes:
    """Give a report as PDF; nothing in it depends on when or where it was made."""
    import typst

    inputs = {"report": json.dumps(encode_for_paper(report), ensure_ascii=False, sort_keys=True)}
    # One for each page: a compiler keeps what it was last given, and pages are made in several threads.
    compiler = typst.Compiler(
        str(FOLDER / "report.typ"), root=str(FOLDER), font_paths=_read_letters(), ignore_system_fonts=True
    )
    try:
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=_NO_TIME)
    except typst.TypstError:
        # The standard for accessible files refuses a letter that our fonts do not have; a report is better than none.
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=_NO_TIME)
    if not isinstance(pdf, bytes):
        raise TypeError("One report is one file.")
    return pdf


@lru_cache(maxsize=1)
def _read_letters() -> Any:
    """Read the letters once; no file outside of their folder is ever read."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
