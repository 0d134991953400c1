"""What documents name is there: paths, pictures, modules; and the index of the documentation leaves nothing out."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "spec").rglob("*.md")]
LARGEST_PICTURE, LARGEST_GALLERY = 90_000, 8_500_000
# Places on a server or on a reader's own disk, and files that only a build or a first run makes.
ELSEWHERE = ("data/", "build/", "log/public/", "public/log.vkey", "keys/", "static/<", ".venv/", "/")
_TOP = {path.name for path in ROOT.iterdir()}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def list_code_spans(path: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [part for span in re.findall(r"`([^`\n]+)`", text) for part in span.split()]


def is_path_of_ours(span: str) -> bool:
    if span.startswith(ELSEWHERE) or re.search(r"[<>{}*…|=:?#]", span):
        return False
    return "/" in span and span.split("/", maxsplit=1)[0] in _TOP


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    missing = [
        span
        for span in (text.rstrip(".,") for text in list_code_spans(document))
        if is_path_of_ours(span) and not (ROOT / span).exists()
    ]
    assert missing == []


def test_every_python_module_that_a_document_runs_exists() -> None:
    named = {
        (name_of(document), module)
        for document in DOCUMENTS
        for module in re.findall(
            r"python3? -m ((?:amanah|tests|benchmarks)[a-z_.]*)", document.read_text("utf-8")
        )
    }
    assert named
    assert [item for item in sorted(named) if importlib.util.find_spec(item[1].rstrip(".")) is None] == []


def test_every_page_of_the_documentation_stands_in_its_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    listed = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^)#]+)\)", index)}
    pages = {path.resolve() for path in DOCS.rglob("*.md")}
    apart = {DOCS / "README.md", DOCS / "screenshots" / "README.md"}
    assert sorted(name_of(path) for path in pages - listed - apart) == []


def test_every_picture_is_shown_and_small() -> None:
    pictures = {path.resolve() for path in (DOCS / "screenshots").rglob("*.png")}
    pages = {path for path in pictures if "components" not in path.parts}
    shown = {
        (document.parent / target).resolve()
        for document in DOCS.rglob("*.md")
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
    }
    assert sorted(name_of(path) for path in pages - shown) == []
    assert [name_of(path) for path in sorted(pages) if path.stat().st_size > LARGEST_PICTURE] == []
    assert sum(path.stat().st_size for path in pages) <= LARGEST_GALLERY


def test_every_picture_says_in_words_what_it_shows() -> None:
    silent = [
        (name_of(document), target)
        for document in DOCUMENTS
        for words, target in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
        if len(words) < 10
    ]
    assert silent == []


def test_the_map_of_the_code_is_short_and_names_what_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "amanah").rglob("*.py"))
    types = set(re.findall(r"`([A-Z][a-z]+[A-Za-z]*)`", text))
    assert types
    assert [name for name in sorted(types) if f"class {name}" not in source] == []
