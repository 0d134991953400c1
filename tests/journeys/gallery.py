"""What stands in the gallery of pages and how one picture of it is taken; it starts no process and drives no story."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import typst
from playwright.sync_api import Browser, Page

from tests.support.pictures import write_picture

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screenshots"
GALLERY = ROOT / "docs" / "pages.md"
MOST_BYTES = 8_500_000

PHONE, DESKTOP = "phone", "desktop"
SIZES = {PHONE: (360, 740), DESKTOP: (1280, 800)}
LANGUAGES = {"en": "English", "ar": "Arabic"}
TALLEST = {PHONE: 2600, DESKTOP: 2000}
TALLEST_TOP = {PHONE: 1500, DESKTOP: 1100}
# A page of code that a reader waits for: it is there when no state is still hidden that the script will show.
_SETTLED = "() => document.fonts.ready.then(() => true)"

ALL_FOUR = tuple((language, size) for language in LANGUAGES for size in SIZES)
BOTH_PHONES = (("en", PHONE), ("ar", PHONE))
ON_A_PHONE = (("en", PHONE),)
ON_A_DESK = (("en", DESKTOP), ("ar", DESKTOP))

Variant = tuple[str, str]


def visit(page: Page, address: str) -> None:
    """Open an address; where it is the one already open, load it again."""
    page.goto("about:blank")
    page.goto(address)


def opener(page: Page, address: str) -> Callable[[str], None]:
    """Give what opens an address in a language; `{}` stands for the language."""
    return lambda language: visit(page, address.format(language))


@dataclass(frozen=True)
class Shown:
    """One line of the gallery."""

    chapter: str
    name: str
    words: str
    variants: tuple[Variant, ...]


@dataclass
class Album:
    """Takes the pictures of one run and remembers them in order."""

    browser: Browser
    only: str = ""
    shown: list[Shown] = field(default_factory=list)
    _blank: Page | None = None

    @property
    def blank(self) -> Page:
        """Give the page that decodes screenshots."""
        if self._blank is None:
            self._blank = self.browser.new_page()
        return self._blank

    def take(
        self,
        page: Page,
        place: tuple[str, str, str],
        variants: tuple[Variant, ...] = ALL_FOUR,
        go: Callable[[str], None] | None = None,
        *,
        is_top: bool = False,
    ) -> None:
        """Take one page in each variant, or the top of it; `place` is chapter, name and words, `go` opens it."""
        chapter, name, words = place
        tallest = TALLEST_TOP if is_top else TALLEST
        self.shown.append(Shown(chapter, name, words, variants))
        for language, size in variants:
            if self.only and self.only not in f"{chapter}/{name}-{language}-{size}":
                continue
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            if go is not None:
                go(language)
            page.wait_for_function(_SETTLED)
            page.wait_for_timeout(250)
            self._write(page, FOLDER / chapter / f"{name}-{language}-{size}.png", tallest[size])

    def take_paper(self, place: tuple[str, str, str], papers: Mapping[str, bytes]) -> None:
        """Draw the first page of a paper in each of its languages, as wide as a screen on a desk."""
        chapter, name, words = place
        self.shown.append(Shown(chapter, name, words, tuple((language, DESKTOP) for language in papers)))
        for language, paper in papers.items():
            path = FOLDER / chapter / f"{name}-{language}-{DESKTOP}.png"
            if self.only in f"{chapter}/{path.stem}":
                write_picture(self.blank, draw_first_page(paper), path)

    def _write(self, page: Page, path: Path, tallest: int) -> None:
        width = page.viewport_size["width"] if page.viewport_size else 0
        tall = int(page.evaluate("document.documentElement.scrollHeight"))
        wide = int(page.evaluate("document.documentElement.scrollWidth"))
        if wide > width:
            print(f"{path.name}: the page is {wide} px wide on a screen of {width}")
        clip = {"x": 0, "y": 0, "width": width, "height": min(tall, tallest)}
        png = page.screenshot(full_page=True, clip=clip, animations="disabled")
        write_picture(self.blank, png, path)


def draw_first_page(paper: bytes) -> bytes:
    """Give the first page of a PDF as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "paper.pdf").write_bytes(paper)
        sheet = Path(folder, "sheet.typ")
        sheet.write_text(
            '#set page(width: 210mm, height: 297mm, margin: 0mm)\n#image("paper.pdf", width: 100%)'
        )
        drawn = typst.compile(str(sheet), format="png", ppi=96.0)
    return drawn if isinstance(drawn, bytes) else drawn[0]


def write_gallery(album: Album, chapters: Mapping[str, tuple[str, str]]) -> None:
    """Write `docs/pages.md` from what was taken."""
    lines = [
        "# Every page in pictures",
        "",
        "Taken from the worked example by `make screenshots`: real processes, a real browser, invented people.",
        "Times, codes and addresses differ on your machine. Very long pages are cut at the bottom.",
        "How the pictures are made: [screenshots](screenshots/README.md).",
        "",
    ]
    for chapter, (title, words) in chapters.items():
        lines += [f"## {title}", "", words, ""]
        for shown in (item for item in album.shown if item.chapter == chapter):
            lines += [f"### {shown.words}", "", *list_row(shown), ""]
    GALLERY.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def remove_stale(album: Album) -> None:
    """Remove the pictures of pages that the gallery shows no more."""
    shown = {
        FOLDER / item.chapter / f"{item.name}-{language}-{size}.png"
        for item in album.shown
        for language, size in item.variants
    }
    for path in list_pictures():
        if path not in shown:
            path.unlink()


def list_row(shown: Shown) -> list[str]:
    """Give one table with a picture for each variant."""
    titles = [f"{LANGUAGES[language]}, {size}" for language, size in shown.variants]
    cells = [
        f"![{shown.words}, in {LANGUAGES[language]} on a {size}]"
        f"(screenshots/{shown.chapter}/{shown.name}-{language}-{size}.png)"
        for language, size in shown.variants
    ]
    return [
        f"| {' | '.join(titles)} |",
        "|" + "---|" * len(titles),
        f"| {' | '.join(cells)} |",
    ]


def list_pictures() -> list[Path]:
    """List all pictures of pages."""
    return [path for path in FOLDER.rglob("*.png") if "components" not in path.parts]


def measure_gallery() -> int:
    """Give the bytes of all pictures of pages."""
    return sum(path.stat().st_size for path in list_pictures())
