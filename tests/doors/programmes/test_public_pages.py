"""Public pages answer everybody with the same bytes: no cookie, no script needed, nobody else contacted."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.programme_door.occasions.models import LoggedEntry
from amanah.programme_door.programmes.actions import record_content_change, record_programme_words
from amanah.programme_door.programmes.models import Programme
from amanah.programme_door.programmes.queries import get_lasting_version
from amanah.web.settings import get_config
from tests.support.desk import DATABASES, build_client, give_key, open_example, publish_bundle

pytestmark = pytest.mark.django_db(databases=DATABASES)
LANGUAGES = ("en", "ar")
NOW = 1_790_000_000
PLACES = (
    "",
    "programmes/solid-ground/",
    "what-we-hold/",
    "join/",
    "card/",
    "card/restore/",
    "kiosk/",
    "components/",
    "sessions/{session}/here/",
    "surveys/{survey}/answer/",
    "recount/{session}/",
    "log/",
    "log/entries/",
)
MEMBER_PLACES = PLACES[3:7] + PLACES[8:10]


def find_addresses(places=PLACES, languages=LANGUAGES):
    occasions = {occasion.kind: occasion.occasion for occasion in open_example()}
    return [f"/{language}/{place}".format(**occasions) for language in languages for place in places]


def test_no_public_page_sets_a_cookie_or_names_a_third_party():
    ours = {urlsplit(url).netloc for url in get_config().urls.values()} | {"", "www.w3.org"}
    for address in find_addresses():
        answer = build_client().get(address)
        page = answer.content.decode()
        assert answer.status_code == 200, address
        assert not answer.cookies, address
        named = {urlsplit(url).netloc for url in re.findall(r"""https?://[^\s"'<>)]+""", page)}
        assert named <= ours, (address, named - ours)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page), address


def test_a_page_does_not_depend_on_who_asks():
    for address in find_addresses():
        plain = build_client().get(address)
        curious = build_client().get(
            f"{address}?visitor=7",
            HTTP_COOKIE="desk=abc; a=b",
            HTTP_USER_AGENT="x",
            REMOTE_ADDR="203.0.113.7",
        )
        assert plain.content == curious.content, address
        again = build_client().get(address, HTTP_IF_NONE_MATCH=plain.headers["ETag"])
        assert again.status_code in {200, 304}


@pytest.mark.parametrize("place", ["join/", "card/restore/", "kiosk/", "sessions/{session}/here/"])
def test_a_page_that_scans_may_use_the_camera_whether_or_not_it_was_kept(place):
    [address] = find_addresses((place,), ("en",))
    first = build_client().get(address)
    kept = build_client().get(address)
    unchanged = build_client().get(address, HTTP_IF_NONE_MATCH=kept.headers["ETag"])
    for answer in (first, kept, unchanged):
        assert "camera=(self)" in answer.headers["Permissions-Policy"], answer.status_code


def test_every_page_says_its_language_and_direction():
    for address in find_addresses():
        page = build_client().get(address).content.decode()
        direction = "rtl" if address.startswith("/ar/") else "ltr"
        assert f'<html lang="{address[1:3]}" dir="{direction}">' in page


def test_the_home_page_answers_the_four_questions_in_their_order():
    for address in find_addresses(("", "programmes/solid-ground/"), ("en",)):
        page = build_client().get(address).content.decode()
        places = [page.index(f'id="{name}"') for name in ("on", "teaches", "pays", "held")]
        assert places == sorted(places)
    assert page.index('id="held"') < page.index('id="join"')
    assert f"{get_config().urls['request']}/en/" in page


def test_an_address_without_a_language_leads_to_the_browsers_own():
    open_example()
    for place in ("", "join/", "card/restore/", "programmes/solid-ground/"):
        answer = build_client().get(f"/{place}", HTTP_ACCEPT_LANGUAGE="ar,en;q=0.5")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/ar/{place}")


def test_words_that_are_missing_in_a_language_stand_in_the_first_one_and_say_so():
    open_example()
    programme = Programme.objects.get()
    del programme.words["ar"]
    programme.save()
    record_programme_words(
        slug="solid-ground", language="en", texts=programme.words["en"], is_shown=True, now=NOW
    )
    page = build_client().get("/ar/programmes/solid-ground/").content.decode()
    assert '<span lang="en" dir="ltr">Solid Ground</span>' in page


def test_an_official_in_the_room_is_named_before_anybody_joins():
    open_example()
    page = build_client().get("/en/programmes/solid-ground/").content.decode()
    named = page.index("An official will be in the room")
    duty = page.index("This official has said that they report to nobody about this session.")
    assert named < duty < page.index('id="join"')


@pytest.mark.parametrize("place", ["", "programmes/solid-ground/"])
def test_who_asked_for_data_is_told_as_the_last_report_counts_it(place):
    open_example()
    address = f"/en/{place}"
    assert "no report has come out yet" in build_client().get(address).content.decode()
    for position, (asked, given) in enumerate([(1_200, 0), (1_201, 1)]):
        publish_log_entry(
            position, "report_stated", f"demo-{position}", asked=asked, given=given, people=2 * given
        )
        page = build_client().get(address).content.decode()
        assert f"How often data was asked for: {asked:,}. How often something was given: {given}." in page
    assert "People whose details were given: 2." in page
    assert "They leave out what came after it" in page
    assert f'href="{get_config().urls["request"]}/en/reports/"' in page


def publish_log_entry(position, kind, ref, **body):
    """Copy an entry of the request door, as the clerk does when it has verified the log."""
    entry = sign_entry(
        bytes(32), at=NOW, by="request-door", kind=kind, ref=ref, body=body | {"report": "ab" * 32}
    )
    LoggedEntry.objects.create(position=position, kind=kind, ref=ref, at=NOW, entry=encode_entry(entry))


def test_a_hidden_programme_is_nowhere():
    open_example()
    words = Programme.objects.get().words["en"]
    record_programme_words(slug="solid-ground", language="en", texts=words, is_shown=False, now=NOW)
    assert build_client().get("/en/programmes/solid-ground/").status_code == 404
    assert build_client().get("/en/programmes/solid-ground/calendar.ics").status_code == 404
    assert "solid-ground" not in build_client().get("/en/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/en/programmes/nowhere/",
        "/en/recount/0000000000000000/",
        "/en/sessions/0000000000000000/here/",
        "/en/surveys/0000000000000000/answer/",
        "/recounts/0000000000000000.json",
        "/recounts/..%2f..%2fkeys.json",
        "/en/recount/ABCDEF0000000000/",
    ],
)
def test_what_does_not_exist_is_no_page(address):
    assert build_client().get(address).status_code == 404


def test_a_change_at_the_desk_is_seen_at_once():
    open_example()
    before = build_client().get("/en/programmes/solid-ground/").content.decode()
    words = {**Programme.objects.get().words["en"], "summary": "Nine evenings."}
    record_programme_words(slug="solid-ground", language="en", texts=words, is_shown=True, now=NOW)
    after = build_client().get("/en/programmes/solid-ground/").content.decode()
    assert "Nine evenings." not in before
    assert "Nine evenings." in after


def test_the_calendar_keeps_the_names_of_its_events():
    open_example()
    address = "/en/programmes/solid-ground/calendar.ics"
    first = build_client().get(address)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    feed = Calendar.from_ical(first.content)
    events = feed.walk("VEVENT")
    listed = json.loads(build_client().get("/occasions.json").content)["occasions"]
    sessions = {item["occasion"] for item in listed if item["kind"] == "session"}
    assert len(events) == 3
    assert {str(event["UID"]).split("@")[0] for event in events} == sessions
    assert all(event["DTEND"].dt - event["DTSTART"].dt >= timedelta(minutes=90) for event in events)
    assert "ATTENDEE" not in first.content.decode()
    [declared] = [event for event in events if "DESCRIPTION" in event]
    assert "A councillor of the invented town council" in declared["DESCRIPTION"]
    assert "they report to nobody" in declared["DESCRIPTION"]
    words = {**Programme.objects.get().words["en"], "title": "Another name"}
    record_programme_words(slug="solid-ground", language="en", texts=words, is_shown=True, now=NOW)
    again = Calendar.from_ical(build_client().get(address).content).walk("VEVENT")
    assert [event["UID"] for event in again] == [event["UID"] for event in events]


def test_the_list_of_occasions_has_titles_times_and_states_for_all():
    occasions = open_example()
    listed = json.loads(build_client().get("/occasions.json").content)["occasions"]
    assert {item["occasion"] for item in listed} == {occasion.occasion for occasion in occasions}
    assert {item["state"] for item in listed} == {"planned"}
    assert all(item["titles"]["en"] and item["titles"]["ar"] for item in listed)
    assert set(listed[0]) == {
        *("occasion", "kind", "programme", "begins_at", "opens_at", "closes_at", "state", "titles")
    }


def test_a_recount_appears_only_after_closing():
    session = next(occasion for occasion in open_example() if occasion.kind == "session")
    give_key(session)
    page = f"/en/recount/{session.occasion}/"
    assert "Not closed yet" in build_client().get(page).content.decode()
    assert build_client().get(f"/recounts/{session.occasion}.json").status_code == 404
    bundle = publish_bundle(session, spent=12)
    assert build_client().get(f"/recounts/{session.occasion}.json").content == bundle


def test_member_pages_hand_their_words_and_facts_to_the_script():
    for address in find_addresses(MEMBER_PLACES):
        page = build_client().get(address).content.decode()
        assert 'id="amanah-facts"' in page, address
        assert '<script type="module" src="/static/' in page, address
        assert "data-state=" in page, address
        assert "<noscript>" in page, address


def test_the_example_is_written_once_and_starts_five_minutes_ago():
    now = timezone.now()
    occasions = open_example(now)
    first = min(occasion.opens_at for occasion in occasions if occasion.kind == "session")
    assert 0 <= now.timestamp() - 20 * 60 - first < 60
    assert [occasion.kind for occasion in occasions].count("session") == 3
    from amanah.programme_door.worked_example.actions import EXAMPLE_RANDOM_SIZE, open_worked_example

    assert not open_worked_example(get_config(), now=now, random_bytes=bytes(EXAMPLE_RANDOM_SIZE))


def test_asking_whether_a_kept_page_still_holds_is_one_statement_that_reads_two_keys():
    open_example()
    client = build_client()
    client.get("/en/")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/en/")
    assert answer.status_code == 200
    assert len(asked) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}").fetchall()
        assert [row[3] for row in plan if "SCAN programmes" in row[3] or "SCAN occ" in row[3]] == []


def test_the_version_counts_every_change_of_words_and_every_entry_of_the_log():
    assert get_lasting_version() == (0, 0)
    open_example()
    content, entries = get_lasting_version()
    assert content > 0
    for position in range(2):
        LoggedEntry.objects.create(position=position, kind="heartbeat", entry=b"{}")
        assert get_lasting_version() == (content, entries + position + 1)
    record_content_change()
    assert get_lasting_version() == (content + 1, entries + 2)
