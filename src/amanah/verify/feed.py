"""The Atom feed (RFC 4287) of a watched log: one entry for each new log entry, and one for each alarm.

It never holds more than the newest two hundred, and says nothing that the log does not say in public.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree

from amanah.verify.report import LATEST_TIME, quote_for_terminal
from amanah.verify.sources import is_address

MOST_ITEMS = 200
_ATOM = "http://www.w3.org/2005/Atom"
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


class FeedItem(NamedTuple):
    """One thing to tell; `name` tells it from all others of this log for ever."""

    name: str
    at: int
    title: str
    content: str


def encode_feed(origin: str, place: str, items: Iterable[FeedItem], *, now: int) -> bytes:
    """Give the feed, newest first; without items it is as old as this moment."""
    newest = sorted(items, key=lambda item: item.at, reverse=True)[:MOST_ITEMS]
    feed = ElementTree.Element("feed", {"xmlns": _ATOM})
    _add(feed, "id", _make_id(origin, "feed"))
    _add(feed, "title", f"Public log of {origin}")
    _add(feed, "updated", _encode_time(newest[0].at if newest else now))
    _add(ElementTree.SubElement(feed, "author"), "name", origin)
    if is_address(place):
        ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": _escape(place)})
    for item in newest:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "id", _make_id(origin, item.name))
        _add(entry, "title", item.title)
        _add(entry, "updated", _encode_time(item.at))
        _add(entry, "content", item.content)
    ElementTree.indent(feed, " ")
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    # XML has no form at all for most control characters; an entry of an unknown kind can hold any.
    ElementTree.SubElement(parent, tag).text = quote_for_terminal(text)


def _make_id(origin: str, name: str) -> str:
    """Give a tag URI (RFC 4151); a log whose origin does not begin with a host name is given a reserved one."""
    host = origin.partition("/")[0]
    authority = host if _HOST.fullmatch(host) else "amanah.invalid"
    return f"tag:{authority},2026:{quote(origin)}:{quote(name)}"


def _escape(place: str) -> str:
    return quote(place, safe=":/?#[]@!$&'()*+,;=%~")


def _encode_time(at: int) -> str:
    return datetime.fromtimestamp(min(max(at, 0), LATEST_TIME), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
