"""The desk's pages about papers and roots, and the public list of roots, in a real browser: nothing clipped or tiny."""

import secrets
from typing import Any

import pytest

from tests.doors.results.test_in_browser import FIND_BAD_WORDS, FIND_SKIPPED_HEADINGS, OPEN_ALL, Kept
from tests.doors.web.test_look_in_browser import FIND_CLIPPED, FIND_SMALL_TARGETS

pytestmark = pytest.mark.browser


@pytest.fixture
def beside_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django work in the thread of a browser that waits; name it before the fixtures that use the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def kept(beside_browser: None, db: None) -> Kept:
    """Give every page about papers and roots of a community that gave, ended and recognised, in both languages."""
    from amanah.programme_door.credentials.actions import open_draft, record_name
    from amanah.programme_door.credentials.actions.drafts import DRAFT_RANDOM_SIZE
    from amanah.programme_door.roots.actions import record_other_list
    from amanah.programme_door.roots.models import Root
    from amanah.programme_door.scopes.actions import open_scope, record_scope_words
    from amanah.web.pages import KEPT_PAGES
    from tests.doors.credentials import town
    from tests.doors.roots.other_list import sign_other_list
    from tests.support.desk import build_signed_in_client

    KEPT_PAGES.pages.clear()
    client = build_signed_in_client()
    town.name_everybody()
    for scope, name, arabic in (
        ("quran", "Qur'an", "القرآن الكريم"),
        ("quran/hafs", "Reading Hafs from Asim", "رواية حفص عن عاصم"),
        ("fiqh", "Fiqh", "الفقه"),
    ):
        open_scope(
            scope=scope,
            language="en",
            texts={"name": name, "about": "Reading aloud from memory, with its rules."},
        )
        record_scope_words(scope=scope, language="ar", texts={"name": arabic, "about": ""}, is_shown=True)
    town.recognise(town.build_root(history=("Learnt from Old Invented", "who learnt from Older Invented")))
    first, second = town.issue_line()
    record_other_list(sign_other_list()[0], now=town.NOW)
    _, did = town.make_key()
    record_name(did, "Keyed Giver Invented")
    grant = town.build_grant(giver=did, strength=town.Strength.SIGNED, witnesses=(), evidence=())
    chance = secrets.token_bytes(DRAFT_RANDOM_SIZE)
    open_draft(grant, giver_name="Keyed Giver Invented", now=town.NOW, random_bytes=chance)
    kept = Kept(client)
    root = Root.objects.get().root
    for language in ("en", "ar"):
        kept.keep(f"/{language}/roots/")
    for path in (
        "papers/", f"papers/{second}/", f"papers/{first}/end/", "papers/give/", "papers/take-in/", "papers/people/",
        "papers/people/lost-key/", "papers/people/lifetime/", "papers/people/key/", "scopes/", "scopes/new/",
        "scopes/quran/hafs/", "roots/", "roots/new/", f"roots/{root}/", f"roots/{root}/withdraw/", "roots/publish/",
    ):  # fmt: skip
        kept.keep(f"/desk/{path}")
    return kept


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_clipped_or_too_small_to_touch(kept: Kept, browser: Any, width: int) -> None:
    from tests.doors.web.conftest import opened_page

    for path in kept.answers:
        if path.startswith("/static/"):
            continue
        with opened_page(browser, kept, path, viewport={"width": width, "height": 740}) as page:
            page.evaluate(OPEN_ALL)
            found = {
                name: page.evaluate(script)
                for name, script in (
                    ("clipped", FIND_CLIPPED),
                    ("words", FIND_BAD_WORDS),
                    ("small", FIND_SMALL_TARGETS),
                    ("headings", FIND_SKIPPED_HEADINGS),
                )
            }
            assert found == {"clipped": [], "words": [], "small": [], "headings": []}, path
