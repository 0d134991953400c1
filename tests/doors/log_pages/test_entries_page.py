"""Entries are found by kind, by day and by subject, fifty a page, with a form that needs no script."""

import html
import re
from datetime import UTC, datetime

import pytest

from amanah.programme_door.log.queries import PAGE_SIZE
from amanah.web.settings import get_config
from tests.core.public_log.build import OCCASION, OTHER_OCCASION, WAVE
from tests.doors.log_pages.reading_room import ReadingRoom, change_entry
from tests.support.desk import DATABASES, build_client, open_example

pytestmark = pytest.mark.django_db(databases=DATABASES)
PATH = "log/entries/"
NOON = int(datetime(2026, 6, 10, 12, tzinfo=UTC).timestamp())
DAY = 86_400


def list_indexes(page: str) -> list[int]:
    return [int(index) for index in re.findall(r'href="/../log/(\d+)/"', page)]


def list_page_links(page: str) -> dict[str, str]:
    links = re.findall(r'<a rel="(prev|next)" href="([^"]+)"', page)
    return {name: html.unescape(address) for name, address in links}


def test_a_kind_is_found_and_nothing_else(full_room: ReadingRoom) -> None:
    page = full_room.read(PATH, kind="occasion_closed")

    assert list_indexes(page) == [10]
    assert '<option value="occasion_closed" selected>Closed and counted</option>' in page
    assert "1 entry is as you asked." in page


def test_everything_about_one_subject_is_found(full_room: ReadingRoom) -> None:
    full_room.append(change_entry("occasion_closed", at=NOON, ref=OTHER_OCCASION))

    assert list_indexes(full_room.read(PATH, about=OCCASION)) == [11, 10, 6]
    assert list_indexes(full_room.read(PATH, about=WAVE)) == [9, 8, 7]
    assert list_indexes(full_room.read(PATH, about=OCCASION, kind="occasion_closed")) == [10]


def test_days_are_whole_days_of_the_community_s_time_zone(room: ReadingRoom) -> None:
    # London is an hour ahead in June: its day begins at 23:00 UTC.
    assert str(get_config().time_zone) == "Europe/London"
    midnight = int(datetime(2026, 6, 9, 23, tzinfo=UTC).timestamp())
    room.append_heartbeats([midnight - 1, midnight, midnight + DAY - 1, midnight + DAY])
    beats = {"kind": "heartbeat"}

    assert list_indexes(room.read(PATH, since="2026-06-10", until="2026-06-10", **beats)) == [2, 1]
    assert list_indexes(room.read(PATH, since="2026-06-10", **beats)) == [3, 2, 1]
    assert list_indexes(room.read(PATH, until="2026-06-10", **beats)) == [2, 1, 0]
    assert "No entry is as you asked" in room.read(PATH, since="2026-06-12")


def test_fifty_entries_stand_on_a_page_and_links_keep_what_was_asked_for(room: ReadingRoom) -> None:
    room.append_heartbeats([NOON + number for number in range(2 * PAGE_SIZE + 1)])
    page = room.read(PATH, kind="heartbeat", since="2026-06-01")
    seen = list_indexes(page)
    assert "Page 1 of 3" in page
    while "next" in list_page_links(page):
        address = list_page_links(page)["next"]
        assert "kind=heartbeat" in address
        assert "since=2026-06-01" in address
        page = build_client().get(address).content.decode()
        assert len(list_indexes(page)) <= PAGE_SIZE
        seen += list_indexes(page)

    assert seen == list(range(2 * PAGE_SIZE + 1))[::-1]
    assert "page=2" in list_page_links(page)["prev"]


def test_the_front_page_leads_on_to_the_second(room: ReadingRoom) -> None:
    room.append(
        *(change_entry("occasion_closed", at=NOON, redeemed=number) for number in range(PAGE_SIZE + 1))
    )

    assert list_indexes(room.read("log/")) == list(range(1, PAGE_SIZE + 1))[::-1]
    assert 'href="/en/log/entries/?page=2"' in room.read("log/")
    assert list_indexes(room.read(PATH, page="2")) == [0]


def test_signs_of_life_in_a_row_are_one_line_unless_they_are_asked_for(room: ReadingRoom) -> None:
    room.append_heartbeats([NOON, NOON + 1])
    room.append(change_entry("occasion_closed", at=NOON + 2))
    room.append_heartbeats([NOON + 3, NOON + 4, NOON + 5])
    page = room.read(PATH)

    assert list_indexes(page) == [2]
    assert "The log said 3 times in a row that it is still there." in page
    assert "The log said 2 times in a row that it is still there." in page
    assert list_indexes(room.read(PATH, kind="heartbeat")) == [5, 4, 3, 1, 0]


def test_seals_fill_no_page_and_push_nothing_out_of_it(room: ReadingRoom) -> None:
    room.append(change_entry("occasion_closed", at=NOON))
    room.append(*(change_entry("slots_sealed", at=NOON + 20 * n, ref=None, number=n) for n in range(1, 300)))
    room.append_heartbeats([NOON + 6_001])
    room.append(*(change_entry("occasion_closed", at=NOON + 6_002, redeemed=n) for n in range(PAGE_SIZE)))
    room.append(change_entry("slots_sealed", at=NOON + 6_020, ref=None, number=301))
    first, second = room.read(PATH), room.read(PATH, page="2")

    assert list_indexes(first) == [351, *range(350, 300, -1)]
    assert "Page 1 of 2" in first
    assert "sealed its records 299 times" in first
    assert "The log said 1 time in a row" in first
    assert list_indexes(second) == [0]
    assert "sealed its records" not in second
    assert room.find_status(PATH, page="3") == 404
    assert len(list_indexes(room.read(PATH, kind="slots_sealed"))) == PAGE_SIZE


def test_a_page_beyond_the_last_is_not_found(full_room: ReadingRoom) -> None:
    assert full_room.find_status(PATH, page="1") == 200
    assert full_room.find_status(PATH, page="2") == 404
    assert full_room.find_status(PATH, kind="heartbeat", page="2") == 404


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"until": "1066-10-14"},
        {"since": "9999-12-31"},
        {"kind": "member_named"},
        {"page": "-1"},
        {"page": "9" * 40},
        {"about": "<b>x</b>"},
        {"about": "a" * 65},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said_and_nothing_of_it_comes_back_as_markup(
    full_room: ReadingRoom, query: dict[str, str]
) -> None:
    page = full_room.read(PATH, **query)

    assert "This could not be read." in page
    assert list_indexes(page) == []
    assert "<b>" not in page


def test_two_who_ask_for_different_things_get_different_pages_and_the_same_mark_only_for_the_same(
    full_room: ReadingRoom,
) -> None:
    client = build_client()
    closed, printed, again, other = (
        client.get(f"/en/{PATH}?{query}")
        for query in (
            "kind=occasion_closed",
            "kind=invitations_printed",
            "page=&kind=occasion_closed&visitor=7",
            "",
        )
    )

    assert list_indexes(closed.content.decode()) == [10]
    assert list_indexes(printed.content.decode()) == [7]
    assert again.content == closed.content
    assert again.headers["ETag"] == closed.headers["ETag"]
    assert len({answer.headers["ETag"] for answer in (closed, printed, other)}) == 3
    assert not closed.cookies


def test_an_entry_that_has_come_is_on_the_page_at_once(full_room: ReadingRoom) -> None:
    (before,) = list_indexes(full_room.read(PATH, kind="occasion_closed"))
    full_room.append(change_entry("occasion_closed", at=NOON, ref=OTHER_OCCASION))
    assert list_indexes(full_room.read(PATH, kind="occasion_closed")) == [len(full_room.entries) - 1, before]


def test_the_form_asks_by_get_and_every_field_has_a_name(full_room: ReadingRoom) -> None:
    page = full_room.read(PATH, about=OCCASION)

    assert '<form method="get" action="/en/log/entries/"' in page
    for name in ("kind", "since", "until"):
        assert f'<label for="log-{name}">' in page
        assert f'id="log-{name}"' in page
    assert f'<input type="hidden" name="about" value="{OCCASION}"' in page
    assert page.count('type="date"') == 2


def test_an_entry_about_a_session_of_this_place_says_what_it_is_called_here(room: ReadingRoom) -> None:
    session = next(occasion for occasion in open_example() if occasion.kind == "session")
    room.append(change_entry("occasion_closed", at=NOON, ref=session.occasion))

    assert re.search(r"Called here: \w+", room.read(PATH))
    assert re.search(r"Called here: \w+", room.read("log/0/"))
    assert f'href="/en/recount/{session.occasion}/"' in room.read("log/0/")


def test_a_door_whose_clock_is_broken_does_not_take_the_page_away(room: ReadingRoom) -> None:
    room.append_heartbeats([2**53 - 1, 2**53 - 1])
    room.append(change_entry("wave_planned", at=NOON, ref=WAVE, fetch_until=2**53 - 1))

    assert "On a day that no calendar has" in room.read("log/")
    assert list_indexes(room.read(PATH)) == [2]
    assert list_indexes(room.read(PATH, kind="heartbeat")) == [1, 0]
    assert room.find_status("log/0/") == 200


def test_arabic_entries_are_told_in_arabic(full_room: ReadingRoom) -> None:
    page = full_room.read(PATH, language="ar", kind="occasion_key_destroyed")

    assert "أتلف باب البطاقات مفتاح المناسبة" in page
    assert list_indexes(page) == [11]
