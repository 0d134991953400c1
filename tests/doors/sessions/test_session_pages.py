"""Sessions at the desk: written down, announced, let in by code, closed, counted. Never a list of who came."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from amanah.core.passes.rooms import POSTER, compute_room_code, compute_screen_slot, is_room_code_valid
from amanah.programme_door.occasions.models import Occasion, OutboxEntry, Wave
from amanah.programme_door.sessions.models import Session
from tests.support.desk import (
    DATABASES,
    as_field,
    build_client,
    build_signed_in_client,
    give_key,
    open_example,
    publish_bundle,
)

pytestmark = pytest.mark.django_db(databases=DATABASES)


def build_form(**changed):
    start = timezone.now() + timedelta(days=3)
    form = {
        "written_in": "en",
        "title": "A new evening",
        "place": "Hall",
        "starts_at": as_field(start),
        "minutes": "90",
        "official_present": "",
        "official_duty": "",
    }
    return form | changed


@pytest.fixture
def client():
    return build_signed_in_client()


@pytest.fixture
def session():
    found = next(occasion for occasion in open_example() if occasion.kind == "session")
    give_key(found)
    return found


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_session_is_written_down_then_announced_with_the_season(client):
    open_example()
    Wave.objects.update(fetch_until=0)
    answer = client.post("/desk/programmes/solid-ground/sessions/new/", build_form())
    address = answer.headers["Location"]
    assert "Nobody can check in before the season is opened." in read(client, address)
    assert "A new evening" in read(client, "/desk/season/")
    assert "A new evening" in read(client, "/desk/")
    until = as_field(timezone.now() + timedelta(hours=1))
    assert client.post("/desk/season/", {"fetch_until": until}).headers["Location"] == "/desk/"
    occasion = address.split("/")[3]
    announced = Occasion.objects.get(occasion=occasion)
    assert json.loads(bytes(announced.descriptor))["programme"] == "solid-ground"
    assert b"A new evening" not in b"".join(bytes(entry.entry) for entry in OutboxEntry.objects.all())
    assert "There is nothing to announce" in read(client, "/desk/season/")


def test_a_window_that_is_too_short_or_too_late_is_refused_in_words(client):
    open_example()
    Wave.objects.update(fetch_until=0)
    client.post("/desk/programmes/solid-ground/sessions/new/", build_form())
    early = client.post("/desk/season/", {"fetch_until": as_field(timezone.now() - timedelta(hours=2))})
    late = client.post("/desk/season/", {"fetch_until": as_field(timezone.now() + timedelta(days=30))})
    assert "That is too soon" in early.content.decode()
    assert "the first session or survey is over" in late.content.decode()
    assert Wave.objects.count() == 1


def test_a_second_season_waits_until_devices_have_fetched_the_first(client):
    open_example()
    client.post("/desk/programmes/solid-ground/sessions/new/", build_form())
    until = as_field(timezone.now() + timedelta(hours=1))
    assert "Announce all of it" not in read(client, "/desk/season/")
    page = client.post("/desk/season/", {"fetch_until": until}).content.decode()
    assert "Nothing was announced." in page
    assert "Devices are still fetching." in page
    assert Wave.objects.count() == 1


def test_the_page_says_what_a_second_season_takes_away_before_it_is_announced(client, session):
    Wave.objects.update(fetch_until=0)
    client.post("/desk/programmes/solid-ground/sessions/new/", build_form())
    page = read(client, "/desk/season/")
    assert f"/desk/sessions/{session.occasion}/" in page
    assert page.index("Whoever has not fetched them when you go on never can") < page.index(
        "Announce all of it"
    )
    # The example has more occasions than this one, and those have no key yet.
    assert "The card door has not made all keys for these yet." in page
    for occasion in Occasion.objects.filter(spki=None):
        give_key(occasion)
    assert "The card door has not made all keys" not in read(client, "/desk/season/")


def test_a_first_season_and_one_after_everything_is_over_take_nothing_away(client):
    open_example()
    Wave.objects.update(fetch_until=0)
    for occasion in Occasion.objects.all():
        publish_bundle(occasion)
    client.post("/desk/programmes/solid-ground/sessions/new/", build_form())
    page = read(client, "/desk/season/")
    assert "What you announced before" not in page
    assert "Announce all of it" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": ""}, "Give the session a name."),
        ({"starts_at": "yesterday"}, "Write the day and the time like this"),
        ({"starts_at": "2001-01-01T10:00"}, "This time has passed."),
        ({"minutes": "5"}, "at least 15 minutes"),
        ({"official_present": "A constable"}, "Say whether this official has to report."),
        ({"official_duty": "prevent"}, "Say who comes, or choose that nobody does."),
        ({"official_present": "A constable", "official_duty": "secret"}, "Say whether this official"),
    ],
)
def test_a_mistake_is_explained_and_keeps_what_was_typed(client, changed, words):
    open_example()
    form = build_form(**changed)
    page = client.post("/desk/programmes/solid-ground/sessions/new/", form).content.decode()
    assert words in page
    assert 'value="Hall"' in page
    assert 'aria-invalid="true"' in page
    assert Session.objects.count() == 3


def test_times_of_an_announced_session_stay_and_its_words_may_change(client, session):
    address = f"/desk/sessions/{session.occasion}/change/"
    kept = Session.objects.get(occasion=session.occasion)
    same = {"starts_at": as_field(kept.starts_at), "minutes": str(kept.minutes)}
    moved = client.post(address, build_form())
    assert "announced and signed; they stay" in moved.content.decode()
    assert client.post(address, build_form(**same)).status_code == 302
    changed = Session.objects.get(occasion=session.occasion)
    assert changed.words["en"]["title"] == "A new evening"
    assert changed.starts_at == kept.starts_at
    assert "A new evening" in read(build_client(), "/en/programmes/solid-ground/")


def test_words_are_added_in_another_language_without_losing_the_first(client, session):
    address = f"/desk/sessions/{session.occasion}/change/?words=ar"
    assert "الأمسية" in read(client, address)
    kept = Session.objects.get(occasion=session.occasion)
    same = {"starts_at": as_field(kept.starts_at), "minutes": str(kept.minutes)}
    client.post(address, build_form(written_in="ar", title="أمسية", **same))
    words = Session.objects.get(occasion=session.occasion).words
    assert words["ar"]["title"] == "أمسية"
    assert words["en"] == kept.words["en"]


def test_who_comes_and_whether_they_must_report_is_read_before_anybody_checks_in(client, session):
    kept = Session.objects.get(occasion=session.occasion)
    same = {"starts_at": as_field(kept.starts_at), "minutes": str(kept.minutes)}
    declared = {"official_present": "A constable of the ward, invited", "official_duty": "prevent"}
    address = f"/desk/sessions/{session.occasion}/change/"
    assert client.post(address, build_form(**same, **declared)).status_code == 302
    assert '<option value="prevent" selected>' in read(client, address)
    for place in (f"/en/sessions/{session.occasion}/here/", "/en/", "/en/programmes/solid-ground/"):
        page = read(build_client(), place)
        assert page.index("A constable of the ward, invited") < page.index(
            "This official must report concerns"
        )
    client.post(address + "?words=ar", build_form(**same, written_in="ar", official_duty="prevent"))
    assert "This official must report concerns" in read(client, f"/desk/sessions/{session.occasion}/")
    client.post(address, build_form(**same))
    assert "An official will be" not in read(build_client(), f"/en/sessions/{session.occasion}/here/")
    assert Session.objects.get(occasion=session.occasion).official_duty == ""


def test_a_duty_that_was_never_asked_for_is_told_as_not_known(session):
    Session.objects.filter(occasion=session.occasion).update(
        official_present={"en": {"official_present": "A councillor"}}
    )
    page = read(build_client(), f"/en/sessions/{session.occasion}/here/")
    assert "Whether this official has to report to anybody is not known." in page


def test_only_what_is_not_announced_can_be_removed(client, session):
    address = client.post("/desk/programmes/solid-ground/sessions/new/", build_form()).headers["Location"]
    assert client.post(f"{address}remove/").status_code == 302
    assert client.post(f"/desk/sessions/{session.occasion}/remove/").status_code == 409
    assert Session.objects.count() == 3


def test_the_screen_shows_a_code_that_the_gate_accepts_for_three_minutes(client, session):
    page = read(client, f"/desk/sessions/{session.occasion}/screen/")
    code = re.search(r'id="room-code">([0-9A-Z]{4})-([0-9A-Z]{4})<', page)
    shown = code[1] + code[2]
    now = int(timezone.now().timestamp())
    secret = bytes(session.room_secret)
    assert shown in {compute_room_code(secret, compute_screen_slot(now - back)) for back in (0, 5)}
    assert is_room_code_valid(secret, shown, now)
    assert not is_room_code_valid(secret, shown, now + 240)
    seconds = int(re.search(r'http-equiv="refresh" content="(\d+)"', page)[1])
    assert 5 <= seconds <= 60
    assert "qr-code" in page


def test_the_poster_carries_its_own_code_and_prints(client, session):
    page = read(client, f"/desk/sessions/{session.occasion}/poster/")
    code = compute_room_code(bytes(session.room_secret), POSTER)
    assert f"{code[:4]}-{code[4:]}" in page
    assert 'print.css" media="all"' in page.replace("\n", "")


def test_the_scanner_gets_what_it_needs_to_work_without_a_connection(client, session):
    answer = client.get(f"/desk/sessions/{session.occasion}/scanner/")
    page = answer.content.decode()
    block = re.search(r'id="amanah-scanner">(.*?)</script>', page, re.DOTALL)[1]
    facts = json.loads(block)
    assert facts["occasion"] == session.occasion
    assert is_room_code_valid(bytes(session.room_secret), facts["room_code"], 0)
    assert set(facts) == {"occasion", "descriptor", "spki", "challenge_digest", "room_code"}
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    for state in ("yes", "again", "other", "no"):
        assert f'data-state="{state}"' in page


@pytest.mark.parametrize("page", ["screen", "poster", "scanner"])
def test_there_is_no_code_before_the_key_and_after_closing(client, session, page):
    address = f"/desk/sessions/{session.occasion}/{page}/"
    Occasion.objects.filter(occasion=session.occasion).update(spki=None)
    assert client.get(address).status_code == 404
    give_key(session)
    assert client.get(address).status_code == 200
    publish_bundle(session, spent=3)
    assert client.get(address).status_code == 404


def test_attendance_is_a_number_and_only_after_closing(client, session):
    address = f"/desk/sessions/{session.occasion}/"
    page = read(client, address)
    assert "The count appears after closing." in page
    assert "This cannot be undone." in read(client, f"/desk/close/{session.occasion}/")
    assert client.post(f"/desk/close/{session.occasion}/").headers["Location"] == address
    assert Occasion.objects.get(occasion=session.occasion).state == "closing"
    publish_bundle(session, spent=23)
    page = read(client, address)
    assert "23 passes were used." in page
    assert "Who came is not collected." in page


def test_the_desk_says_what_is_not_collected_and_what_waits(client, session):
    page = read(client, "/desk/")
    assert "Not collected." in page
    assert "The card door is making keys." in page
    Occasion.objects.filter(occasion=session.occasion).update(closes_at=1)
    Session.objects.filter(occasion=session.occasion).update(starts_at=timezone.now() - timedelta(days=2))
    assert "Over, and not closed" in read(client, "/desk/")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_desk_page_can_be_read_in_both_languages(client, session, language):
    for address in (
        "/desk/",
        "/desk/season/",
        "/desk/settings/",
        "/desk/community/",
        "/desk/invitations/",
        "/desk/programmes/",
        "/desk/programmes/new/",
        "/desk/programmes/solid-ground/",
        "/desk/programmes/solid-ground/change/",
        "/desk/programmes/solid-ground/sessions/new/",
        "/desk/programmes/solid-ground/surveys/new/",
        f"/desk/sessions/{session.occasion}/",
        f"/desk/sessions/{session.occasion}/change/",
        f"/desk/close/{session.occasion}/",
    ):
        page = read(client, f"{address}?language={language}")
        assert f'<html lang="{language}"' in page
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page), address
