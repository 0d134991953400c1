"""Nobody is shown before they agreed, and taking consent back takes everything down at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from amanah.programme_door.credentials.models import Document
from amanah.programme_door.educators.actions import (
    ConsentMissingError,
    EducatorPage,
    open_educator,
    record_consent,
    record_photograph,
    withdraw_consent,
)
from amanah.programme_door.educators.models import Educator, Photograph
from amanah.programme_door.educators.photographs import parse_photograph
from tests.doors.educators.pictures import build_png
from tests.support.desk import DATABASES, build_client
from tests.support.educators import open_educators

pytestmark = pytest.mark.django_db(databases=DATABASES)
EVERYWHERE = (
    "/en/educators/amina/",
    "/ar/educators/amina/",
    "/educators/amina/bundle.json",
    "/educators/amina/badge.png",
    "/educators/amina/photograph",
)
PAGE = EducatorPage(
    language="en", texts={"name": "Nobody Yet"}, holder="", scopes=(), programmes=(), safeguarding_on=None
)


def get(address):
    return build_client().get(address)


def test_nothing_is_shown_before_a_day_of_consent():
    open_educator("nobody-yet", PAGE)
    assert get("/en/educators/nobody-yet/").status_code == 404
    assert "Nobody Yet" not in get("/en/educators/").content.decode()
    today = timezone.localdate()
    record_consent("nobody-yet", consent_on=today, is_shown=True, today=today)
    assert get("/en/educators/nobody-yet/").status_code == 200
    assert "Nobody Yet" in get("/en/educators/").content.decode()


def test_nobody_agrees_on_a_day_that_is_still_to_come():
    open_educator("nobody-yet", PAGE)
    today = timezone.localdate()
    with pytest.raises(ConsentMissingError):
        record_consent("nobody-yet", consent_on=today + timedelta(days=1), is_shown=True, today=today)
    assert get("/en/educators/nobody-yet/").status_code == 404


def test_the_database_itself_shows_nobody_without_a_day():
    open_educator("nobody-yet", PAGE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Educator.objects.filter(slug="nobody-yet").update(is_shown=True)


def test_a_day_after_today_in_the_database_shows_nothing_yet():
    open_educator("nobody-yet", PAGE)
    later = timezone.localdate() + timedelta(days=1)
    Educator.objects.filter(slug="nobody-yet").update(is_shown=True, consent_on=later)
    assert get("/en/educators/nobody-yet/").status_code == 404


def test_taking_consent_back_takes_down_page_file_picture_and_mention_at_once():
    open_educators()
    record_photograph("amina", parse_photograph(build_png(120, 120)))
    for address in EVERYWHERE:
        assert get(address).status_code == 200, address
    papers = Document.objects.count()
    withdraw_consent("amina")
    for address in EVERYWHERE:
        assert get(address).status_code == 404, address
    for address in ("/en/educators/", "/en/programmes/solid-ground/"):
        assert "Amina" not in get(address).content.decode()
    assert not Educator.objects.filter(slug="amina").exists()
    assert not Photograph.objects.exists()
    assert Document.objects.count() == papers, "papers stand for others too"


def test_a_hidden_page_is_nowhere_and_keeps_its_words():
    open_educators()
    today = timezone.localdate()
    record_consent("amina", consent_on=today, is_shown=False, today=today)
    assert get("/en/educators/amina/").status_code == 404
    assert get("/educators/amina/bundle.json").status_code == 404
    assert Educator.objects.get(slug="amina").words["en"]["name"] == "Amina Invented"
