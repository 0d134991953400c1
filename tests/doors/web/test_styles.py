"""What styles and templates promise by leaving something out."""

import gzip
import re
from pathlib import Path

import pytest

from amanah.web.assets import STATIC, WEB

SHEETS = sorted((STATIC / "amanah").glob("*.css"))
TEMPLATES = sorted(path for path in WEB.parent.glob("**/templates/**/*.html"))
LOADED = re.compile(r'static\("amanah/([\w.-]+\.css)"\)')
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border|scroll-margin|scroll-padding)-(left|right|top|bottom)|left|right|top|bottom"
    r"|width|height|(min|max)-(width|height)|overflow-[xy])(-[a-z]+)?\s*:"
    r"|text-align\s*:\s*(left|right)|float\s*:|(?<![\w-])(margin|padding)\s*:\s*\S+ \S+ \S+ \S+\s*;"
)


def _read(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_styles_know_start_and_end_but_not_left_and_right(path: Path) -> None:
    # Conditions such as (min-width: 48em) measure the screen, which has no direction.
    css = re.sub(r"@media[^{]*\{", "{", _read(path))
    assert [match.group() for match in PHYSICAL.finditer(css)] == []


def test_the_rule_against_left_and_right_finds_them() -> None:
    for line in (
        "margin-left: 1px;",
        "a { left: 0; }",
        "width: 3px;",
        "text-align: right;",
        "padding: 1px 2px 3px 4px;",
    ):
        assert PHYSICAL.search(line), line
    for line in (
        "margin-inline: 1px;",
        "inset-inline-start: 0;",
        "inline-size: 3px;",
        "stroke-width: 2;",
        "padding: 1px 2px;",
    ):
        assert not PHYSICAL.search(line), line


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_styles_load_nothing_and_paint_no_gradients(path: Path) -> None:
    css = _read(path)
    for word in ("url(", "@import", "@font-face", "gradient("):
        assert word not in css


def list_loaded_sheets(template: Path) -> set[str]:
    """List the sheets of a page: those of every page, and those that its template names."""
    skeleton = (WEB / "templates" / "skeleton.html").read_text(encoding="utf-8")
    return set(LOADED.findall(skeleton)) | set(LOADED.findall(template.read_text(encoding="utf-8")))


def test_the_styles_of_each_page_are_small() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in SHEETS}
    large = {
        str(template): total
        for template in TEMPLATES
        if (total := sum(sizes[name] for name in list_loaded_sheets(template))) >= 10_000
    }
    assert large == {}
    assert {name for template in TEMPLATES for name in list_loaded_sheets(template)} == set(sizes)


def test_movement_is_short_and_only_for_those_who_want_it() -> None:
    for path in SHEETS:
        css = _read(path)
        calm = css.split("@media (prefers-reduced-motion: no-preference)")[0]
        assert "transition" not in calm
        assert "animation" not in css
        assert all(int(time) < 200 for time in re.findall(r"(\d+)ms", css))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_a_style_or_a_script_of_its_own(path: Path) -> None:
    text = _read(path)
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert "javascript:" not in text
    for script in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in script or 'type="application/json"' in script, script


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_names_a_foreign_address(path: Path) -> None:
    loaded = re.findall(r"""(?:src|href|action)\s*=\s*["'](https?:)?//""", _read(path))
    assert loaded == []
