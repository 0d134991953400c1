"""The newest entries as an Atom feed that any feed reader takes, in two languages, with nothing about anybody."""

from xml.etree import ElementTree as ET

import pytest

from amanah.core.public_log.entries import Entry
from amanah.programme_door.log.feed import ATOM
from amanah.programme_door.log.queries import PAGE_SIZE
from amanah.web.settings import get_config
from tests.core.public_log.build import NOW, sign_anything
from tests.doors.log_pages.reading_room import ReadingRoom, change_entry
from tests.support.desk import DATABASES, build_client

pytestmark = pytest.mark.django_db(databases=DATABASES)
NAMES = {"a": ATOM}


def read_feed(language: str = "en") -> ET.Element:
    answer = build_client().get(f"/{language}/log/atom.xml")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert not answer.cookies
    return ET.fromstring(answer.content)


def find_text(element: ET.Element, path: str) -> str:
    return element.findtext(path, default="", namespaces=NAMES)


def test_the_feed_has_what_rfc_4287_asks_for(full_room: ReadingRoom) -> None:
    feed = read_feed()

    for name in ("id", "title", "updated"):
        assert find_text(feed, f"a:{name}")
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", NAMES)}
    assert links["self"] == f"{get_config().urls['programme']}/en/log/atom.xml"
    entries = feed.findall("a:entry", NAMES)
    assert len(entries) == len([entry for entry in full_room.entries if entry.kind != "slots_sealed"])
    for entry in entries:
        for path in ("a:id", "a:title", "a:updated", "a:author/a:name", "a:summary"):
            assert find_text(entry, path), path
    assert len({find_text(entry, "a:id") for entry in entries}) == len(entries)
    assert find_text(entries[0], "a:id").endswith(f"/en/log/{len(full_room.entries) - 1}/")
    assert "Sign of life" in find_text(entries[0], "a:title")


def test_the_newest_fifty_stand_in_it(room: ReadingRoom) -> None:
    room.append_heartbeats([NOW + number for number in range(PAGE_SIZE + 3)])
    feed = read_feed()
    ids = [find_text(entry, "a:id") for entry in feed.findall("a:entry", NAMES)]

    assert len(ids) == PAGE_SIZE
    assert ids[0].endswith(f"/log/{PAGE_SIZE + 2}/")
    assert find_text(feed, "a:updated") == "2026-09-21T14:14:12Z"


def test_the_arabic_feed_is_arabic(full_room: ReadingRoom) -> None:
    feed = read_feed("ar")

    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    assert "السجل العلني" in find_text(feed, "a:title")
    assert "أتلف باب البطاقات" in ET.tostring(feed, encoding="unicode")


def test_an_empty_log_and_a_broken_clock_give_a_feed_all_the_same(room: ReadingRoom) -> None:
    assert read_feed().findall("a:entry", NAMES) == []
    room.append_heartbeats([2**53 - 1])
    assert len(read_feed().findall("a:entry", NAMES)) == 1


def test_what_an_unknown_kind_holds_never_comes_into_the_feed(room: ReadingRoom) -> None:
    strange: Entry = sign_anything("card-door", "\x01</feed>", "x", {"words": "\x02"})
    room.append(strange, change_entry("occasion_closed", at=NOW))

    assert len(read_feed().findall("a:entry", NAMES)) == 2


def test_the_front_page_names_its_feed(room: ReadingRoom) -> None:
    assert '<link rel="alternate" type="application/atom+xml"' in room.read("log/")
