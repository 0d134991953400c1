"""One entry: in words, byte for byte as it was written, and with what anybody needs to check it."""

import html
import re
from hashlib import sha256

import pytest

from amanah.core.public_log.entries import encode_entry
from amanah.core.public_log.merkle import compute_leaf_hash
from amanah.core.public_log.wording import describe_entry
from amanah.programme_door.log.queries import MOST_RELATED
from amanah.web.settings import get_config
from tests.core.public_log.build import BODIES, NOW, OCCASION
from tests.doors.log_pages.reading_room import ReadingRoom, change_entry
from tests.support.desk import DATABASES, build_client, open_example

pytestmark = pytest.mark.django_db(databases=DATABASES)


def list_related(page: str) -> list[int]:
    _, _, related = page.partition('id="related"')
    return [int(index) for index in re.findall(r'href="/en/log/(\d+)/"', related.partition("</section>")[0])]


def test_every_entry_has_a_page_with_its_words_and_its_very_bytes(full_room: ReadingRoom) -> None:
    for index, entry in enumerate(full_room.entries):
        page = full_room.read(f"log/{index}/")
        (written,) = re.findall(r'<pre[^>]* id="entry-text"><code>(.*?)</code></pre>', page, flags=re.DOTALL)
        assert html.unescape(written).encode() == encode_entry(entry)
        assert compute_leaf_hash(encode_entry(entry)).hex() in page
        if entry.kind not in {
            "wave_planned",
            "join_key_opened",
            "season_stated",
        }:  # these tell times in the reader's way
            assert describe_entry(entry) in html.unescape(page)


def test_the_proof_is_fetched_from_the_log_and_the_command_checks_it(full_room: ReadingRoom) -> None:
    page = full_room.read("log/5/")
    log = get_config().urls["log"]

    assert f'href="{log}/proof/5" download="entry-5.tlog-proof"' in page
    assert "python -m amanah.verify entry" in page
    assert "--policy log.policy" in page
    assert "It does not prove that the office told the truth." in page


def test_the_neighbours_are_linked_and_the_ends_have_one_only(full_room: ReadingRoom) -> None:
    def list_links(index: int) -> dict[str, str]:
        return dict(
            re.findall(r'<a rel="(prev|next)" href="/en/log/(\d+)/"', full_room.read(f"log/{index}/"))
        )

    assert list_links(5) == {"prev": "4", "next": "6"}
    assert list_links(0) == {"next": "1"}
    assert list_links(len(full_room.entries) - 1) == {"prev": str(len(full_room.entries) - 2)}


def test_entries_about_the_same_stand_beside_each_other(full_room: ReadingRoom) -> None:
    assert list_related(full_room.read("log/10/")) == [11, 6]
    assert list_related(full_room.read("log/7/")) == [9, 8]
    assert 'id="related"' not in full_room.read(f"log/{len(full_room.entries) - 1}/")


def test_of_very_many_about_the_same_the_newest_stand_there_with_a_link_to_all(room: ReadingRoom) -> None:
    for number in range(MOST_RELATED + 2):
        room.append(change_entry("programme_stated", at=NOW + number, ref="solid-ground"))
    page = room.read("log/0/")

    assert list_related(page) == list(range(MOST_RELATED + 1, 1, -1))
    assert 'href="/en/log/entries/?about=solid-ground"' in page


@pytest.mark.parametrize("index", [str(len(BODIES)), "007", "-1", "1e3", "9" * 15, "9" * 40, "x"])
def test_an_index_that_is_none_is_not_found(full_room: ReadingRoom, index: str) -> None:
    assert full_room.find_status(f"log/{index}/") == 404


def test_the_next_entry_is_linked_as_soon_as_it_is_there(full_room: ReadingRoom) -> None:
    last = len(full_room.entries) - 1
    assert 'rel="next"' not in full_room.read(f"log/{last}/")
    full_room.append_heartbeats([NOW])
    assert 'rel="next"' in full_room.read(f"log/{last}/")


def test_an_address_without_a_language_leads_to_the_reader_s(full_room: ReadingRoom) -> None:
    for path in ("log/", "log/entries/", "log/3/"):
        answer = build_client().get(f"/{path}", HTTP_ACCEPT_LANGUAGE="ar")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/ar/{path}")


def test_pages_lead_to_what_the_log_says_about_them(room: ReadingRoom) -> None:
    session = next(occasion for occasion in open_example() if occasion.kind == "session")
    address = f"/en/log/entries/?about={session.occasion}"
    room.append(change_entry("occasion_closed", at=NOW, ref=session.occasion))

    assert address in room.read(f"recount/{session.occasion}/")
    assert 'href="/en/log/"' in room.read("").partition('id="held"')[2]
    assert 'href="/en/log/"' in room.read("what-we-hold/").partition("<footer")[2]


def test_a_programme_says_how_often_it_was_changed_and_whether_the_log_knows(room: ReadingRoom) -> None:
    open_example()
    page = html.unescape(room.read("programmes/solid-ground/"))
    assert "is not in the public log yet" in page
    facts = build_client().get("/programmes/solid-ground/facts.json").content
    room.append(change_entry("programme_stated", at=NOW, ref="solid-ground"))
    room.append(
        change_entry("programme_stated", at=NOW + 1, ref="solid-ground", facts=sha256(facts).hexdigest())
    )
    page = html.unescape(room.read("programmes/solid-ground/"))
    assert "was published or changed 2 times, in public." in page
    assert "is not in the public log yet" not in page
    assert "/en/log/entries/?kind=programme_stated&about=solid-ground" in page
    assert room.find_status("log/entries/", kind="programme_stated", about="solid-ground") == 200
    assert OCCASION not in page


def test_the_arabic_page_keeps_what_was_written_from_left_to_right(full_room: ReadingRoom) -> None:
    page = full_room.read("log/11/", language="ar")

    assert '<html lang="ar" dir="rtl">' in page
    assert '<pre class="copied" dir="ltr" id="entry-text">' in page
    assert "أتلف باب البطاقات" in page
