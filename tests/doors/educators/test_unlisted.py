"""Pages about people ask search engines to stay out, are kept like other pages, and change with the hour."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amanah.programme_door.educators.actions import EducatorPage, record_educator
from amanah.programme_door.educators.models import Educator
from amanah.programme_door.educators.queries import find_educator, get_page_version, list_educators
from tests.support.desk import DATABASES, build_client
from tests.support.educators import open_educators

pytestmark = pytest.mark.django_db(databases=DATABASES)
PLACES = (
    "/en/educators/",
    "/en/educators/amina/",
    "/educators/amina/bundle.json",
    "/educators/amina/badge.png",
)
MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_asks_not_to_be_listed_the_kept_one_too(place):
    open_educators()
    first, second = (build_client().get(place) for _ in range(2))
    again = build_client().get(place, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert [answer.status_code for answer in (first, second, again)] == [200, 200, 304]
    for answer in (first, second, again):
        assert answer.headers["X-Robots-Tag"].startswith("noindex")
        assert not answer.cookies


def test_pages_say_so_themselves_too():
    open_educators()
    for place in PLACES[:2]:
        assert '<meta name="robots" content="noindex' in build_client().get(place).content.decode()


def test_programs_are_asked_to_stay_away_by_a_file_that_names_nobody():
    open_educators()
    answer = build_client().get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    rules = answer.content.decode()
    assert "User-agent: *\nDisallow: /educators/\nDisallow: /en/educators/" in rules
    assert not any(row.slug in rules for row in Educator.objects.all())


def test_the_list_is_by_name_and_has_no_search():
    open_educators()
    page = build_client().get("/en/educators/").content.decode()
    names = ["Amina Invented", "Jonah Sample", "Layla Learner", "Maryam Example", "Tariq Formerly"]
    places = [page.index(name) for name in names]
    assert places == sorted(places)
    assert "<form" not in page
    assert build_client().get("/en/educators/?sort=vouches").content == page.encode()


def test_a_kept_page_asks_the_database_once():
    open_educators()
    build_client().get("/en/educators/amina/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = build_client().get("/en/educators/amina/")
    assert answer.status_code == 200
    assert len(asked) == 1


@pytest.mark.parametrize("later", [timedelta(hours=1), timedelta(days=1)])
def test_a_page_is_kept_for_an_hour_of_a_day_at_most(later):
    assert get_page_version(MORNING) == get_page_version(MORNING + timedelta(minutes=29))
    assert get_page_version(MORNING) != get_page_version(MORNING + later)


def test_a_change_is_seen_at_once():
    open_educators()
    before = build_client().get("/en/educators/amina/").content.decode()
    row = Educator.objects.get(slug="amina")
    page = EducatorPage("en", row.words["en"] | {"about": "Changed."}, row.holder, row.scopes, (), None)
    record_educator("amina", page)
    after = build_client().get("/en/educators/amina/").content.decode()
    assert "Changed." not in before
    assert "Changed." in after
    assert "no check is written down here" in after


def test_when_the_term_of_the_root_is_over_nothing_is_recognised_any_more():
    open_educators(MORNING)
    later = MORNING + timedelta(days=4 * 365)
    assert find_educator("amina", "en", now=MORNING).brief.may_teach
    assert all(not one.may_teach for one in list_educators("en", now=later))
