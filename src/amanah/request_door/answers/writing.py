"""Writes a letter: the paragraphs that core chose, in the language of the request, as text and ready for paper."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as translate

from amanah.core.data_requests.letters import Request, Section, build_letter, build_receipt
from amanah.request_door.answers.letter_words import (
    HEADINGS,
    OFFICE_WORDS,
    STAMPS,
    About,
    Block,
    write_paragraph,
)
from amanah.request_door.answers.queries import (
    build_decided,
    build_request,
    find_receipt_period,
    read_holdings,
)
from amanah.request_door.requests.queries import get_pack, get_request
from amanah.web.settings import get_config
from amanah.web.templating import format_day

if TYPE_CHECKING:
    from amanah.request_door.decisions.models import Decision
    from amanah.request_door.requests.models import DataRequest

_WIDTH = 78


@dataclass(frozen=True)
class WrittenSection:
    """One heading and what stands under it."""

    code: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class WrittenLetter:
    """A whole letter in one language; `sealed` is the period that holds its decision."""

    language: str
    is_rtl: bool
    title: str
    sender: str
    office: str
    address: str
    body_name: str
    reference: str
    day: str
    stamp: str
    sealed: int
    labels: tuple[tuple[str, str], ...]
    sections: tuple[WrittenSection, ...]

    @property
    def text(self) -> str:
        """Give the letter as plain text, the same words in the same order."""
        head = [self.sender, self.office, self.address, "", self.title, ""]
        head += [f"{label}: {words}" for label, words in self.labels]
        head += ["", f"[ {self.stamp} ]"]
        lines = [line for section in self.sections for line in _write_section(section)]
        return "\n".join([*head, *lines, ""])


def write_letter(decision: "Decision", today: date, *, check: str) -> WrittenLetter:
    """Write the answer that a decision gives; its record has to be sealed. `check` is printed on this letter alone."""
    stored = get_request(str(decision.reference))
    decided = build_decided(decision, today)
    request = build_request(str(decision.reference), decided.facts)
    with translation.override(stored.language):
        sections = build_letter(request, decided, read_holdings())
        title = translate("Answer to a request for data")
        written = _write(stored, request, sections, (title, decided.decided_on, decided.sealed))
        label = (translate("Check number"), check)
        return replace(written, labels=(*written.labels, label))


def write_receipt(reference: str) -> WrittenLetter | None:
    """Write that a request came and by when an answer does; None until its record is sealed."""
    sealed = find_receipt_period(reference)
    if sealed is None:
        return None
    stored, request = get_request(reference), build_request(reference)
    with translation.override(stored.language):
        title = translate("Receipt of a request for data")
        return _write(stored, request, build_receipt(request), (title, stored.received_on, sealed))


def _write(
    stored: "DataRequest", request: Request, sections: Sequence[Section], head: tuple[str, date, int]
) -> WrittenLetter:
    title, day, sealed = head
    about = About(str(stored.reference), request.instrument, _find_law(request))
    config = get_config()
    day_words = format_day(day, "long")
    labels = (
        (translate("To"), str(stored.body_name)),
        (translate("Reference"), str(stored.reference)),
        (translate("Date"), day_words),
    )
    return WrittenLetter(
        language=str(stored.language),
        is_rtl=get_language_bidi(),
        title=title,
        sender=config.community_name,
        office=str(OFFICE_WORDS["request-door"]),
        address=config.urls["request"],
        body_name=str(stored.body_name),
        reference=str(stored.reference),
        day=day_words,
        stamp=str(STAMPS[_find_stamp(sections)]),
        sealed=sealed,
        labels=labels,
        sections=tuple(_write_words(section, about) for section in sections),
    )


def _find_law(request: Request) -> str:
    """Give the law behind a paper; an informal ask has none, and of an unknown paper none is known."""
    pack, instrument = get_pack(), request.instrument
    is_lawless = instrument is None or instrument.code in {pack.informal_ask, pack.unknown_paper}
    return "" if instrument is None or is_lawless else instrument.law


def _find_stamp(sections: Sequence[Section]) -> str:
    codes = [paragraph.code for section in sections for paragraph in section.paragraphs]
    return next((code for code in codes if code in STAMPS), "received")


def _write_words(section: Section, about: About) -> WrittenSection:
    blocks = [
        block
        for paragraph in section.paragraphs
        for block in write_paragraph(paragraph.code, paragraph.values, about)
    ]
    return WrittenSection(section.code, str(HEADINGS[section.code]), tuple(blocks))


def _write_section(section: WrittenSection) -> list[str]:
    lines = ["", "", section.heading.upper(), ""]
    for block in section.blocks:
        if block.kind == "hash":
            lines.append(f"{block.label}: {block.text}")
        elif block.kind == "command":
            lines += ["", f"    {block.text}", ""]
        elif block.kind == "address":
            lines += [*_wrap(block.label), f"  {block.text}"]
        elif block.kind == "listing":
            lines += _wrap(block.text)
            for item in block.items:
                lines += _wrap(item, first="  - ", rest="    ")
        elif block.kind == "rule":
            lines += _wrap(f"{block.text} ({block.label})", first="  - ", rest="    ")
        else:
            lines += _wrap(f"{block.label}: {block.text}" if block.label else block.text)
    return lines


def _wrap(text: str, *, first: str = "", rest: str = "") -> list[str]:
    """Break lines between words alone: an address or a hash stays whole."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
