"""Pages are set on paper in a process of their own: the same bytes each time, no memory kept, failures in words."""

import sys
from pathlib import Path

import pytest

from amanah.web.paper import PaperNotSetError, print_document

GOOD = '#set document(title: "t")\n#set text(font: "Noto Sans")\n= #json(bytes(sys.inputs.words))\n'


def write_template(folder: Path, text: str) -> Path:
    (folder / "page.typ").write_text(text)
    return folder


def test_a_page_is_the_same_bytes_each_time_and_this_process_never_loads_the_typesetter(
    tmp_path: Path,
) -> None:
    was_loaded = "typst" in sys.modules
    folder = write_template(tmp_path, GOOD)
    first, second = (print_document(folder, "page.typ", {"words": "given as data"}) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF-")
    assert ("typst" in sys.modules) == was_loaded


def test_what_is_given_is_never_read_as_markup(tmp_path: Path) -> None:
    folder = write_template(tmp_path, GOOD)
    assert print_document(folder, "page.typ", {"words": '#read("/etc/passwd")'}).startswith(b"%PDF-")


@pytest.mark.parametrize("text", ["#unknown", '#read("../../etc/passwd")', '#read("/etc/passwd")'])
def test_a_template_that_cannot_be_set_says_so_without_its_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(PaperNotSetError, match="on the screen") as refused:
        print_document(write_template(tmp_path, GOOD + text), "page.typ", {"words": "somebody's name"})
    assert "somebody" not in str(refused.value)
