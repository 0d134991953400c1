"""A page on paper: tagged PDF with our own letters in it, the same bytes each time. It reads nothing but its template.

What is printed is given as data, never as markup; no font of the machine and no clock comes in.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

_LETTERS = Path(__file__).parent / "typeset"
_NO_TIME = 0


def print_document(template_folder: Path, template: str, inputs: Mapping[str, object]) -> bytes:
    """Set one template with its data as PDF; nothing in the file depends on when or where it was made."""
    import typst

    given = {
        name: json.dumps(value, ensure_ascii=False, sort_keys=True) for name, value in sorted(inputs.items())
    }
    # One for each page: a compiler keeps what it was last given, and pages are made in several threads.
    compiler = typst.Compiler(
        str(template_folder / template),
        root=str(template_folder),
        font_paths=_read_letters(),
        ignore_system_fonts=True,
    )
    try:
        pdf = compiler.compile(format="pdf", sys_inputs=given, pdf_standards=["ua-1"], timestamp=_NO_TIME)
    except typst.TypstError:
        # The standard for accessible files refuses a letter that our fonts do not have; a page is better than none.
        pdf = compiler.compile(format="pdf", sys_inputs=given, timestamp=_NO_TIME)
    if not isinstance(pdf, bytes):
        raise TypeError("One document is one file.")
    return pdf


@lru_cache(maxsize=1)
def _read_letters() -> Any:
    """Read the letters once; no file outside of their folder is ever read."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_LETTERS)])
