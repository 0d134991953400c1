"""The desk is loud about a trust season that has not asked about harm, and one button mends it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amanah.core.surveys.stated_plan import Season, SeasonLines
from amanah.programme_door.occasions.models import Occasion
from amanah.programme_door.surveys.models import Survey
from amanah.programme_door.surveys.queries import list_asked_questions
from amanah.programme_door.trust.actions import publish_season
from tests.doors.question_library.test_adding import add
from tests.doors.question_library.test_template_page import read, write_survey
from tests.support.desk import DATABASES, as_field, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


@pytest.fixture
def client() -> Client:
    return build_signed_in_client()


def state_season(ends_at: datetime) -> None:
    now = int(timezone.now().timestamp())
    lines = SeasonLines(Season(now, int(ends_at.timestamp())), trust=600_000, harm=50_000)
    publish_season(lines, now=now, random_bytes=b"\x07" * 8)


def announce(client: Client, fetch_until: datetime) -> str:
    fields = {"fetch_until": as_field(fetch_until)}
    return client.post("/desk/season/", fields, follow=True).content.decode()


def test_today_and_the_season_page_say_what_is_missing_and_one_button_adds_it(client: Client) -> None:
    state_season(timezone.now() + timedelta(days=60))
    occasion = write_survey()
    add(occasion, "session-feedback")
    for address in ("/desk/", "/desk/season/"):
        page = read(client, address)
        assert "This trust season has not asked about harm yet." in page
        assert f'action="/desk/surveys/{occasion}/templates/"' in page
        assert "harm-opposite" in page
    client.post(f"/desk/surveys/{occasion}/templates/", {"template": "harm"})
    assert len(list_asked_questions(occasion)) == 4 + 4
    assert "has not asked about harm" not in read(client, "/desk/")


def test_without_a_survey_the_way_to_write_one_is_shown(client: Client) -> None:
    state_season(timezone.now() + timedelta(days=60))
    assert "No survey for this season is written down yet." in read(client, "/desk/")


def test_without_a_season_nothing_is_said(client: Client) -> None:
    add(write_survey(), "session-feedback")
    assert "about harm" not in read(client, "/desk/")


@pytest.mark.parametrize(("seconds_more", "is_last"), [(21, False), (20, True)])
def test_the_last_chance_is_refused_in_words_and_the_button_opens_it(
    client: Client, seconds_more: int, is_last: bool
) -> None:
    # A survey that is announced after this wave closes 21 seconds after it at the earliest, in the pace of tests.
    fetched = timezone.now().replace(second=0, microsecond=0) + timedelta(days=2)
    state_season(fetched + timedelta(seconds=seconds_more))
    occasion = write_survey()
    Survey.objects.update(closes_at=fetched + timedelta(seconds=10))
    add(occasion, "session-feedback")
    words = announce(client, fetched)
    assert ("This trust season would end without asking about harm." in words) == is_last
    assert Occasion.objects.count() == (0 if is_last else 1)
    if is_last:
        client.post(f"/desk/surveys/{occasion}/templates/", {"template": "harm"})
        announce(client, fetched)
        assert Occasion.objects.count() == 1
