"""The parts of every page in a real browser: nothing is clipped in any language, everything can be touched."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from amanah.web.messages import extract_messages
from tests.doors.web.conftest import OpenPage

pytestmark = pytest.mark.browser

FIND_CLIPPED = """() => {
  const problems = [];
  const name = (node) => `${node.nodeName.toLowerCase()}.${node.className?.baseVal ?? node.className}`;
  const hidden = (element) => element.closest(".visually-hidden, .skip, svg, option, thead");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const parent = text.parentElement;
    if (!text.data.trim() || hidden(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const slack = parent.closest(".stamp") ? 8 : 1.5;
    for (const box of range.getClientRects()) {
      if (box.left < -slack || box.right > innerWidth + slack) {
        problems.push(`outside the screen: ${name(parent)}: ${text.data.trim().slice(0, 40)}`);
      }
      for (let frame = parent; frame && frame !== document.body; frame = frame.parentElement) {
        const edge = frame.getBoundingClientRect();
        if (getComputedStyle(frame).display.startsWith("inline") && frame.matches(":not(.button, .stamp)")) continue;
        if (box.left < edge.left - slack || box.right > edge.right + slack) {
          problems.push(`outside ${name(frame)}: ${text.data.trim().slice(0, 40)}`);
        }
        if (box.top < edge.top - 8 || box.bottom > edge.bottom + 8) {
          problems.push(`above or below ${name(frame)}: ${text.data.trim().slice(0, 40)}`);
        }
      }
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) problems.push("the page scrolls sideways");
  return [...new Set(problems)];
}"""

FIND_SMALL_TARGETS = """() => {
  const targets = "a.button, button, select, .links a, .brand, .choice, textarea, "
    + "input:not([type=radio], [type=checkbox])";
  const small = [];
  for (const target of document.querySelectorAll(targets)) {
    const box = target.getBoundingClientRect();
    if (box.width < 47.5 || box.height < 47.5) {
      small.push(`${target.outerHTML.slice(0, 60)}: ${Math.round(box.width)} x ${Math.round(box.height)}`);
    }
  }
  return small;
}"""


def _lengthen(text: str) -> str:
    """Write a text the way German would at its worst: a third more of it, and words as long as compound nouns."""
    parts = re.split(r"(%\([a-z]+\)s)", text)
    return "".join(
        part if part.startswith("%(") else re.sub(r"\w{4,}", r"\g<0>sverordnungs", part) for part in parts
    )


def _shorten(text: str) -> str:
    """Write a text the way Chinese would: two signs a word, no spaces to break at."""
    parts = re.split(r"(%\([a-z]+\)s)", text)
    return "".join(part if part.startswith("%(") else re.sub(r"\s*\w+\s*", "許可", part) for part in parts)


def _write_language(folder: Path, code: str, change: Any) -> None:
    catalog = Catalog(locale=code.replace("zh-hans", "zh_Hans"))
    for message in extract_messages("web"):
        if isinstance(message.id, str) and message.id:
            catalog.add(message.id, change(message.id))
        elif message.id:
            catalog.add(message.id, tuple(change(message.id[-1]) for _ in range(catalog.num_plurals)))
    path = folder / code.replace("zh-hans", "zh_Hans") / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)


@pytest.fixture
def invented_languages(tmp_path: Path, settings: Any) -> None:
    _write_language(tmp_path, "de", _lengthen)
    _write_language(tmp_path, "zh-hans", _shorten)
    settings.LANGUAGES = [
        ("en", "English"),
        ("ar", "العربية"),
        ("de", "Langwortsprachenprüfung"),
        ("zh-hans", "短"),
    ]
    settings.LOCALE_PATHS = [str(tmp_path), *settings.LOCALE_PATHS]


def test_invented_languages_are_longer_and_shorter() -> None:
    assert _lengthen("Keep the backup %(day)s.") == "Keepsverordnungs the backupsverordnungs %(day)s."
    assert _shorten("Keep the backup %(day)s.") == "許可許可許可%(day)s."


@pytest.mark.usefixtures("invented_languages")
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("language", ["en", "ar", "de", "zh-hans"])
def test_no_words_are_clipped(open_page: OpenPage, language: str, width: int) -> None:
    with open_page(f"/{language}/components/", viewport={"width": width, "height": 740}) as page:
        assert page.evaluate(FIND_CLIPPED) == []


@pytest.mark.usefixtures("invented_languages")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_everything_that_is_touched_is_large_enough(open_page: OpenPage, language: str) -> None:
    with open_page(f"/{language}/components/") as page:
        assert page.evaluate(FIND_SMALL_TARGETS) == []


def test_the_search_for_clipped_words_finds_them(open_page: OpenPage) -> None:
    with open_page("/en/components/") as page:
        page.evaluate("document.querySelector('.button').style.setProperty('max-inline-size', '40px')")
        page.evaluate("document.querySelector('.button').style.setProperty('white-space', 'nowrap')")
        page.evaluate("document.querySelectorAll('.button')[1].style.setProperty('min-block-size', '20px')")
        page.evaluate("document.querySelectorAll('.button')[1].style.setProperty('block-size', '20px')")
        assert any("outside a.button" in problem for problem in page.evaluate(FIND_CLIPPED))
        assert page.evaluate(FIND_SMALL_TARGETS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_device(open_page: OpenPage, scheme: Any) -> None:
    with open_page("/en/components/", color_scheme=scheme) as page:
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(251, 247, 240)" if scheme == "light" else "rgb(20, 25, 27)")


def test_the_keyboard_reaches_the_page_first_and_always_sees_where_it_is(open_page: OpenPage) -> None:
    with open_page("/en/components/") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        for _ in range(6):
            outline = page.evaluate("getComputedStyle(document.activeElement).outline")
            assert "solid 3px" in outline
            page.keyboard.press("Tab")


def test_a_text_that_is_written_as_markup_is_an_error(open_page: OpenPage) -> None:
    with open_page("/en/components/", complaints=["This document requires 'TrustedHTML'"]) as page:
        caught = page.evaluate(
            "() => { try { document.body.innerHTML = 'x'; return 'written'; } catch (error) { return error.name; } }"
        )
    assert caught == "TypeError"


def test_movement_stops_for_those_who_asked(open_page: OpenPage) -> None:
    with open_page("/en/components/", reduced_motion="reduce") as page:
        assert page.evaluate("getComputedStyle(document.querySelector('.button')).transitionDuration") == "0s"


def test_paper_is_black_on_white_without_buttons(open_page: OpenPage) -> None:
    with open_page("/en/components/", color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert not page.is_visible(".actions")


def test_the_clients_worker_starts_under_the_pages_policy_and_no_other_does(
    open_page: OpenPage, settings: Any
) -> None:
    with open_page("/en/components/", complaints=["This document requires 'TrustedScriptURL'"]) as page:
        started = page.evaluate(
            "(address) => import(address).then(async ({ openSurroundings }) => "
            "(await openSurroundings({}, {})).maker.blind([], () => {}))",
            f"{settings.STATIC_URL}client/protocol.js",
        )
        assert started == []
        refused = page.evaluate(
            "(address) => { try { new Worker(address); return 'started'; } catch (error) { return error.name; } }",
            f"{settings.STATIC_URL}client/worker.js",
        )
        assert refused == "TypeError"
