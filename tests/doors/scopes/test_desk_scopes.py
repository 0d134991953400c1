"""The community writes down what can be taught; a scope's name stands in signed papers, so it never changes."""

import pytest
from django.test import Client

from amanah.programme_door.scopes.actions import ScopeRefusedError, open_scope
from amanah.programme_door.scopes.models import Scope
from amanah.programme_door.scopes.queries import find_scope_words, list_scopes
from tests.support.desk import DATABASES, build_client, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


@pytest.fixture
def desk() -> Client:
    return build_signed_in_client()


def fill(**changes: str) -> dict[str, str]:
    return {"written_in": "en", "name": "Reading Hafs", "about": "", "inside": "", "slug": "quran"} | changes


def add(scope: str, name: str) -> None:
    open_scope(scope=scope, language="en", texts={"name": name, "about": ""})


def test_a_tree_grows_from_the_top(desk: Client) -> None:
    assert desk.post("/desk/scopes/new/", fill(name="Qur'an")).status_code == 302
    assert desk.post("/desk/scopes/new/", fill(inside="quran", slug="hafs")).status_code == 302
    assert [(one.scope, one.depth) for one in list_scopes("en")] == [("quran", 0), ("quran/hafs", 1)]
    page = desk.get("/desk/scopes/").content.decode()
    assert "Reading Hafs" in page
    assert "quran/hafs" in page


def test_from_subjects_the_way_leads_on_to_people_papers_and_the_list(desk: Client) -> None:
    page = desk.get("/desk/scopes/").content.decode()
    for address in ("/desk/papers/", "/desk/papers/people/", "/desk/roots/", "/desk/educators/"):
        assert f'href="{address}"' in page


def test_a_scope_stands_after_what_it_is_part_of_and_not_after_its_like(desk: Client) -> None:
    for scope in ("fiqh", "fiqh-basics", "fiqh/prayer"):
        add(scope, scope)
    assert [one.scope for one in list_scopes("en")] == ["fiqh", "fiqh/prayer", "fiqh-basics"]


def test_words_change_in_each_language_and_the_name_of_the_scope_never(desk: Client) -> None:
    add("quran", "Qur'an")
    page = desk.get("/desk/scopes/quran/?words=ar").content.decode()
    assert 'name="slug"' not in page
    sent = {"written_in": "ar", "name": "القرآن الكريم", "about": "", "is_shown": "on", "slug": "other"}
    assert desk.post("/desk/scopes/quran/", sent).status_code == 302
    assert Scope.objects.get().scope == "quran"
    assert find_scope_words("quran", "ar")["name"] == "القرآن الكريم"
    assert find_scope_words("quran", "en")["name"] == "Qur'an"


def test_a_hidden_scope_hides_its_parts_and_stays_for_papers_that_name_it(desk: Client) -> None:
    add("quran", "Qur'an")
    add("quran/hafs", "Hafs")
    desk.post("/desk/scopes/quran/", {"written_in": "en", "name": "Qur'an", "about": ""})
    assert list_scopes("en") == []
    assert [one.is_shown for one in list_scopes("en", with_hidden=True)] == [False, False]
    assert find_scope_words("quran/hafs", "en")["name"] == "Hafs"


def test_a_name_that_is_taken_or_unfit_is_refused_in_words(desk: Client) -> None:
    add("quran", "Qur'an")
    assert (
        "There is a subject with this short name." in desk.post("/desk/scopes/new/", fill()).content.decode()
    )
    for slug in ("Hafs", "a/b", "-a", "new", "x" * 65):
        assert desk.post("/desk/scopes/new/", fill(slug=slug)).status_code == 200
    inside = "/".join(["quran", "a" * 40])
    add(inside, "Long")
    page = desk.post("/desk/scopes/new/", fill(inside=inside, slug="b" * 30)).content.decode()
    assert "too long together" in page
    assert Scope.objects.count() == 2


def test_a_scope_without_what_it_is_part_of_is_refused() -> None:
    with pytest.raises(ScopeRefusedError):
        add("fiqh/prayer", "Prayer")
    assert not Scope.objects.exists()


def test_an_unknown_scope_keeps_its_own_name_as_word() -> None:
    assert find_scope_words("arabic/grammar", "en")["name"] == "arabic/grammar"


def test_nobody_reads_the_desk_without_signing_in() -> None:
    assert build_client().get("/desk/scopes/").status_code == 302
