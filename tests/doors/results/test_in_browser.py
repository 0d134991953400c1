"""Results in a real browser: named pictures, tables, both directions and themes, narrow screens, and paper."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.web.test_look_in_browser import FIND_CLIPPED, FIND_SMALL_TARGETS

if TYPE_CHECKING:
    from tests.doors.results.published import Town

pytestmark = pytest.mark.browser
OPEN_ALL = "document.querySelectorAll('details').forEach((node) => { node.open = true; })"
FIND_SKIPPED_HEADINGS = """() => {
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5")].filter((node) => node.checkVisibility())
    .map((node) => Number(node.nodeName[1]));
  return levels.filter((level, place) => level > (levels[place - 1] ?? 0) + 1);
}"""
# Words in a picture must neither leave it nor lie on each other; marks of a scale are the closest to each other.
FIND_BAD_WORDS = """() => [...document.querySelectorAll("svg.plot")].flatMap((plot) => {
  const frame = plot.getBoundingClientRect();
  const texts = [...plot.querySelectorAll("text")].filter((node) => node.checkVisibility());
  const boxes = texts.map((node) => ({ words: node.textContent, box: node.getBoundingClientRect() }));
  const outside = boxes.filter(({ box }) => box.left < -1 || box.right > innerWidth + 1 ||
    box.top < frame.top - 2 || box.bottom > frame.bottom + 4).map(({ words }) => `outside: ${words}`);
  const lying = boxes.flatMap((one, place) => boxes.slice(place + 1).filter((other) =>
    one.box.left < other.box.right && other.box.left < one.box.right &&
    one.box.top < other.box.bottom - 3 && other.box.top < one.box.bottom - 3,
  ).map((other) => `${one.words} on ${other.words}`));
  return outside.concat(lying);
})"""
FIND_OUTSIDE_SHAPES = """() => [...document.querySelectorAll("svg.plot")].flatMap((plot) => {
  const frame = plot.getBoundingClientRect();
  return [...plot.querySelectorAll("rect, circle, line")].filter((shape) => {
    const box = shape.getBoundingClientRect();
    return box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2;
  }).map((shape) => shape.outerHTML);
})"""
NAMES = """() => [...document.querySelectorAll("svg[role=img]")].map((plot) =>
  plot.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id)?.textContent ?? ""))"""


@dataclass
class Kept:
    """Answers that were rendered before the browser asks for them; a browser's own turn has no database."""

    client: Any
    answers: dict[str, Any] = field(default_factory=dict)

    def keep(self, path: str) -> str:
        """Render a page and give its address."""
        self.answers[path] = self.client.get(path)
        return path

    def get(self, path: str) -> Any:
        """Give a kept page, or a file that needs no database."""
        return self.answers.get(path) or self.client.get(path)


@dataclass
class Shown:
    """Two waves with every kind of question, and their pages."""

    kept: Kept
    results: dict[str, str]
    compared: dict[str, str]


@pytest.fixture
def shown(beside_browser: None, town: "Town") -> Shown:
    from tests.doors.results.published import answer_all
    from tests.doors.results.questions import EVERYTHING, answer_everything
    from tests.support.desk import build_client

    waves = []
    for luck, people in ((1, 300), (2, 500)):
        occasion = town.announce(EVERYTHING, breakdowns=["age"])
        sheets = answer_all(occasion, EVERYTHING, people, answer_everything, luck=luck)
        town.close(occasion, sheets, served=people + 90)
        waves.append(occasion)
    kept = Kept(build_client())
    return Shown(
        kept,
        {language: kept.keep(f"/{language}/surveys/{waves[1]}/results/") for language in ("en", "ar")},
        {
            language: kept.keep(f"/{language}/surveys/{waves[1]}/compare/{waves[0]}/")
            for language in ("en", "ar")
        },
    )


def test_every_picture_has_a_name_and_a_description_and_the_same_numbers_stand_in_a_table(
    shown: Shown, browser: Any
) -> None:
    from tests.doors.web.conftest import opened_page

    for path in (shown.results["en"], shown.compared["en"]):
        with opened_page(browser, shown.kept, path) as page:
            page.evaluate(OPEN_ALL)
            names = page.evaluate(NAMES)
            assert len(names) > 20
            assert all(title.strip() and description.strip() for title, description in names)
            assert page.get_by_role("img").count() == len(names)
            assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map((n) => n.id)).size") == (
                page.evaluate("document.querySelectorAll('[id]').length")
            )
            for table in page.get_by_role("table").all():
                assert table.get_by_role("columnheader").count() > 2
                assert table.get_by_role("rowheader").count() >= 1
            assert page.evaluate(FIND_SKIPPED_HEADINGS) == []


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_clipped_or_lies_on_something_else(
    shown: Shown, browser: Any, language: str, width: int
) -> None:
    from tests.doors.web.conftest import opened_page

    for path in (shown.results[language], shown.compared[language]):
        size = {"width": width, "height": 740}
        with opened_page(browser, shown.kept, path, viewport=size) as page:
            page.evaluate(OPEN_ALL)
            assert page.evaluate(FIND_CLIPPED) == []
            assert page.evaluate(FIND_BAD_WORDS) == []
            assert page.evaluate(FIND_OUTSIDE_SHAPES) == []
            assert page.evaluate(FIND_SMALL_TARGETS) == []


def test_a_language_that_reads_leftwards_has_its_pictures_mirrored(shown: Shown, browser: Any) -> None:
    from tests.doors.web.conftest import opened_page

    shares = {}
    for language, path in shown.results.items():
        with opened_page(browser, shown.kept, path) as page:
            shares[language] = (
                page.evaluate("""() => [...document.querySelectorAll("svg.plot circle.plot-dot")]
              .filter((dot) => dot.checkVisibility()).map((dot) => {
                const [box, frame] = [dot, dot.closest("svg")].map((node) => node.getBoundingClientRect());
                return (box.left + box.width / 2 - frame.left) / frame.width;
              })""")
            )
    assert len(shares["en"]) > 10
    assert [1 - share for share in shares["en"]] == pytest.approx(shares["ar"], abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_stand_out_from_the_page_in_both_themes(shown: Shown, browser: Any, scheme: str) -> None:
    from tests.doors.web.conftest import opened_page

    with opened_page(browser, shown.kept, shown.results["en"], color_scheme=scheme) as page:
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        seen = page.evaluate("""() => [".plot-dot", ".plot-inner", ".plot-band-end", ".plot-line", ".plot text"]
          .map((name) => getComputedStyle(document.querySelector(name)))
          .map((style) => style.stroke === "none" ? style.fill : [style.fill, style.stroke].join(" "))""")
    assert len(set(seen)) > 3
    assert all(colours != paper for colours in seen)


def test_on_paper_everything_is_open_and_black(shown: Shown, browser: Any) -> None:
    from tests.doors.web.conftest import opened_page

    size = {"width": 794, "height": 1123}
    with opened_page(browser, shown.kept, shown.results["en"], viewport=size) as page:
        hidden = "[...document.querySelectorAll('.numbers table')].filter((t) => !t.checkVisibility(" + (
            "{ contentVisibilityAuto: true })).length"
        )
        assert page.evaluate(hidden) > 10
        page.emulate_media(media="print")
        # The browser lays paper out with its next frame.
        page.wait_for_function(f"() => {hidden} === 0")
        colours = page.evaluate("""() => [...document.querySelectorAll(".plot *")].flatMap((node) => {
          const style = getComputedStyle(node);
          return [style.fill, style.stroke];
        })""")
        greys = {"none", "rgb(0, 0, 0)", "rgb(51, 51, 51)", "rgb(119, 119, 119)", "rgb(255, 255, 255)"}
        assert set(colours) <= greys
        assert page.evaluate("document.documentElement.scrollWidth") <= 794
