"""What a written report consists of, the same for the web page and for paper. Every number in it is text already."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import get_language, get_language_bidi

from amanah.programme_door.programmes.queries import Words


@dataclass(frozen=True)
class Said:
    """Words that organisers wrote, with the language and direction in which they wrote them."""

    text: str
    language: str
    direction: str


Cell = str | Said


@dataclass(frozen=True)
class Paragraph:
    """One sentence or several."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Quote:
    """A question as members read it."""

    said: Said
    kind: str = "quote"


@dataclass(frozen=True)
class Listing:
    """Sentences that stand beside each other."""

    items: tuple[str, ...]
    kind: str = "listing"


@dataclass(frozen=True)
class Hash:
    """A hash in full, under what it is the hash of."""

    label: str
    digits: str
    kind: str = "hash"


@dataclass(frozen=True)
class Table:
    """Figures with the names of rows and columns; the first cell names its row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: str = "table"


Block = Paragraph | Quote | Listing | Hash | Table


@dataclass(frozen=True)
class Section:
    """One heading and what stands under it; a wide one takes the whole width of the paper."""

    heading: str
    blocks: tuple[Block, ...]
    is_wide: bool = False


@dataclass(frozen=True)
class WrittenReport:
    """A whole report in one language; `standing` says under the title what it is about."""

    title: str
    about: Said
    standing: str
    lead: str
    sections: tuple[Section, ...]
    address: str


def say(words: Words, name: str) -> Said:
    """Give one of an organiser's texts."""
    return Said(words[name].strip(), words.language, words.direction)


def say_here(text: str) -> Said:
    """Give a text of our own in the language on show."""
    return Said(text, get_language() or "en", "rtl" if get_language_bidi() else "ltr")


def encode_for_paper(report: WrittenReport) -> dict[str, Any]:
    """Give a report as plain values for the typesetter."""
    document = asdict(report)
    document["language"] = get_language() or "en"
    document["is_rtl"] = get_language_bidi()
    for section in document["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "table":
                block["rows"] = [_encode_row(row, document["language"]) for row in block["rows"]]
    return document


def _encode_row(row: Sequence[Any], language: str) -> list[dict[str, Any]]:
    here = asdict(say_here(""))
    return [cell if isinstance(cell, dict) else here | {"text": cell, "language": language} for cell in row]
