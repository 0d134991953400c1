"""Sets one page and ends: the process that `paper.py` starts. It reads its template, our letters and what it was given.

`python -m amanah.web.typesetting FOLDER TEMPLATE` takes the data as JSON and gives the PDF. What is printed is data,
never markup; no font of the machine and no clock comes in.
"""

import json
import sys
from pathlib import Path

import typst

LETTERS = Path(__file__).parent / "typeset"
_NO_TIME = 0


def set_page(template: Path, inputs: dict[str, str]) -> bytes:
    """Give the PDF; nothing in the file depends on when or where it was made."""
    compiler = typst.Compiler(
        str(template),
        root=str(template.parent),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(LETTERS)]
        ),
        ignore_system_fonts=True,
    )
    try:
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=_NO_TIME)
    except typst.TypstError:
        # The standard for accessible files refuses a letter that our fonts do not have; a page is better than none.
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=_NO_TIME)
    if not isinstance(pdf, bytes):
        raise TypeError("One document is one file.")
    return pdf


if __name__ == "__main__":
    sys.stdout.buffer.write(set_page(Path(sys.argv[1]) / sys.argv[2], json.load(sys.stdin.buffer)))
