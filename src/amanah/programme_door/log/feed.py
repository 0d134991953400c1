"""The newest entries of the public log as an Atom feed (RFC 4287), for a reader's own program. It names no person."""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from django.urls import reverse
from django.utils.translation import gettext

from amanah.core.public_log.wording import KIND_NAMES
from amanah.programme_door.log.queries import LAST_MOMENT, EntryOnShow
from amanah.web.config import Config

ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def build_feed(entries: Sequence[EntryOnShow], *, config: Config, language: str) -> bytes:
    """Give the feed in one language; an entry keeps its address for good, so that no reader shows it twice."""
    ET.register_namespace("", ATOM)
    door = config.urls["programme"]
    page, own = door + reverse("log"), door + reverse("log-feed")
    feed = ET.Element(f"{{{ATOM}}}feed", {LANG: language})
    _append(feed, "id", page)
    _append(feed, "title", f"{gettext('The public log')} · {config.community_name}")
    _append(feed, "updated", _write_moment(max((entry.at for entry in entries), default=0)))
    _append(feed, "link", rel="alternate", type="text/html", href=page)
    _append(feed, "link", rel="self", type="application/atom+xml", href=own)
    for entry in entries:
        _append_entry(feed, entry, door + reverse("log-entry", kwargs={"index": entry.index}))
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _append_entry(feed: ET.Element, entry: EntryOnShow, address: str) -> None:
    element = ET.SubElement(feed, f"{{{ATOM}}}entry")
    _append(element, "id", address)
    _append(element, "title", f"{entry.index} · {entry.kind_name}")
    _append(element, "updated", _write_moment(entry.at))
    _append(ET.SubElement(element, f"{{{ATOM}}}author"), "name", entry.office)
    _append(element, "link", rel="alternate", type="text/html", href=address)
    # The name of a kind that nobody knows is text of whoever wrote it; XML has no place for all of that.
    if entry.kind in KIND_NAMES:
        _append(element, "category", term=entry.kind)
    _append(element, "summary", entry.sentence)


def _append(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes).text = text


def _write_moment(at: int) -> str:
    return datetime.fromtimestamp(min(at, LAST_MOMENT), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
