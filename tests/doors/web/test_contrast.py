"""Every pair of colours that text or a control is set in can be read, in both themes."""

import re

import pytest

from amanah.web.assets import STATIC

TEXT, LARGE_OR_CONTROL = 4.5, 3.0
GROUNDS = ("paper", "raised")
TEXT_PAIRS = [
    *[
        (name, ground)
        for name in ("ink", "soft-ink", "deep", "warm", "yes", "wait", "no")
        for ground in GROUNDS
    ],
    ("paper", "deep"),  # a button's words, and the present step's number
]
CONTROL_PAIRS = [
    ("soft-ink", "raised"),  # the edge of a box to type in
    ("warm", "paper"),  # the focus ring
    ("warm", "raised"),
]


def _read_themes() -> dict[str, dict[str, str]]:
    css = (STATIC / "amanah" / "tokens.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    find = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
    return {"light": dict(find.findall(light)), "dark": dict(find.findall(light)) | dict(find.findall(dark))}


def _compute_luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _compute_contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_compute_luminance(first), _compute_luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_the_standards() -> None:
    assert _compute_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _compute_contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    colours = _read_themes()[theme]
    assert _compute_contrast(colours[text], colours[ground]) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("control", "ground"), CONTROL_PAIRS)
def test_controls_can_be_seen(theme: str, control: str, ground: str) -> None:
    colours = _read_themes()[theme]
    assert _compute_contrast(colours[control], colours[ground]) >= LARGE_OR_CONTROL


def test_both_themes_name_the_same_colours() -> None:
    themes = _read_themes()
    assert set(themes["light"]) == set(themes["dark"])
    assert all(themes["light"][name] != themes["dark"][name] for name in themes["light"])


def test_colours_stand_in_the_tokens_alone() -> None:
    for name in ("page.css", "components.css"):
        css = (STATIC / "amanah" / name).read_text()
        found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))
        # Codes for cameras are black on white whatever the theme.
        assert found <= {"#ffffff", "#000000"}
