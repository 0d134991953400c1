"""The community votes on whom it recognises and publishes numbered lists; those of others stand beside them."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from amanah.core.credentials.authorisations import Strength
from amanah.core.credentials.chains import Question
from amanah.core.credentials.reading import encode_jcs, parse_json
from amanah.core.credentials.root_lists import parse_root_list
from amanah.core.credentials.standing import compute_standing
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.credentials.queries import load_papers
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.programme_door.roots.actions import ListRules, RootListRefusedError, publish_roots
from amanah.programme_door.roots.models import Root
from amanah.programme_door.roots.queries import get_own_list, list_earlier_lists, list_other_lists
from amanah.programme_door.scopes.actions import open_scope
from amanah.web.pages import KEPT_PAGES
from tests.doors.credentials.town import (
    AMINA,
    DAY,
    ELDER,
    NOW,
    issue,
    make_key,
    name_everybody,
    recognise,
)
from tests.doors.roots.other_list import sign_other_list
from tests.support.desk import DATABASES, build_client, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


@pytest.fixture
def desk() -> Client:
    # The database of the last test is rolled back to the same version; what was drawn from it is not.
    KEPT_PAGES.pages.clear()
    client = build_signed_in_client()
    name_everybody()
    open_scope(scope="quran", language="en", texts={"name": "Qur'an", "about": ""})
    return client


def fill(**changes: Any) -> dict[str, Any]:
    return {
        "identifier": ELDER,
        "other": "",
        "name": "Elder Invented",
        "scopes": ["quran"],
        "from_day": "2020-01-01",
        "until_day": "",
        "held_on": "2019-12-20",
        "votes_for": "41",
        "votes_against": "3",
        "abstained": "6",
        "way": "meeting",
        "occasion": "",
        "reasons": "Has taught here in the open for thirty years.",
        "history": "Learnt from Old Invented\n\nwho learnt from Older Invented",
    } | changes


def list_stated() -> list[dict[str, Any]]:
    entries = [json.loads(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    return [entry["body"] for entry in entries if entry["kind"] == "roots_stated"]


def test_a_vote_counts_once_the_list_is_published(desk: Client) -> None:
    assert desk.post("/desk/roots/new/", fill()).status_code == 302
    assert get_own_list() is None
    assert (
        "not published yet" in desk.get("/desk/roots/").content.decode()
        or "Nothing is published yet" in desk.get("/desk/roots/").content.decode()
    )
    assert desk.post("/desk/roots/publish/", {"longest_chain": "8", "recorders": ""}).status_code == 302
    own = get_own_list()
    assert own is not None
    assert (own.number, own.longest_chain, own.previous) == (1, 8, None)
    assert own.recorders == (get_community_did(),)
    assert own.roots[0].history == ("Learnt from Old Invented", "who learnt from Older Invented")
    assert list_stated() == [{"list": own.document_hash.hex(), "number": 1, "roots": 1}]


def test_the_public_page_shows_votes_term_reasons_and_the_name_of_the_community(desk: Client) -> None:
    desk.post("/desk/roots/new/", fill(until_day="2030-01-01"))
    desk.post("/desk/roots/publish/", {"longest_chain": "8", "recorders": ""})
    page = build_client().get("/en/roots/").content.decode()
    for words in ("Elder Invented", "41", "thirty years", "who learnt from Older Invented", "2030"):
        assert words in page
    own = get_own_list()
    assert own is not None
    assert own.document_hash.hex() in page
    assert "certified" not in page
    assert "valid" not in page.replace("/en/", "").lower()


def test_the_community_itself_can_stand_on_its_list_and_its_key_is_there_to_compare(desk: Client) -> None:
    own_key = get_community_did()
    form = desk.get("/desk/roots/new/").content.decode()
    assert f'value="{own_key}"' in form
    assert "(this community itself)" in form
    assert desk.post("/desk/roots/new/", fill(identifier=own_key, name="Commons")).status_code == 302
    assert desk.get("/desk/roots/new/").content.decode().count(f'value="{own_key}"') == 1
    assert own_key not in desk.get("/desk/papers/people/lost-key/").content.decode()
    desk.post("/desk/roots/publish/", {"longest_chain": "8", "recorders": ""})
    issue(giver=own_key, holder=AMINA, strength=Strength.SIGNED, witnesses=())
    question = Question(AMINA, "quran", NOW + DAY)
    assert compute_standing(question, load_papers(AMINA, get_own_list())).is_good
    assert own_key in build_client().get("/en/roots/").content.decode()


def test_lists_are_numbered_name_the_one_before_and_stay_published(desk: Client) -> None:
    first = recognise()
    desk.post("/desk/roots/new/", fill(name="Second Vote"))
    desk.post("/desk/roots/publish/", {"longest_chain": "16", "recorders": ""})
    own = get_own_list()
    assert own is not None
    assert own.previous is not None
    assert (own.number, own.previous.hex()) == (2, first)
    assert [one.number for one in list_earlier_lists()] == [1]
    public = build_client()
    newest = parse_root_list(parse_json(public.get("/roots.json").content))
    assert newest.document_hash == own.document_hash
    earlier = parse_root_list(parse_json(public.get("/roots/1.json").content))
    assert (earlier.number, earlier.document_hash.hex()) == (1, first)
    assert public.get("/roots/3.json").status_code == 404
    assert "/roots/1.json" in public.get("/en/roots/").content.decode()


def test_nothing_new_is_not_published_again(desk: Client) -> None:
    recognise()
    page = desk.post("/desk/roots/publish/", {"longest_chain": "16", "recorders": ""}).content.decode()
    assert "Nothing has changed" in page
    with pytest.raises(RootListRefusedError):
        publish_roots(ListRules((), 16), now=NOW)
    assert len(list_stated()) == 1


def test_whoever_is_left_out_of_the_next_list_carries_no_line_any_more(desk: Client) -> None:
    recognise()
    issue()
    question = Question(AMINA, "quran", NOW + DAY)
    assert compute_standing(question, load_papers(AMINA, get_own_list())).is_good
    row = Root.objects.get()
    assert "stay published" in desk.get(f"/desk/roots/{row.root}/withdraw/").content.decode()
    desk.post(f"/desk/roots/{row.root}/withdraw/")
    assert compute_standing(question, load_papers(AMINA, get_own_list())).is_good, (
        "not before it is published"
    )
    desk.post("/desk/roots/publish/", {"longest_chain": "16", "recorders": ""})
    failed = compute_standing(question, load_papers(AMINA, get_own_list())).best_failed
    assert failed is not None
    assert [one.reason for one in failed.breaks] == ["not-a-root"]


def test_the_form_says_what_is_missing(desk: Client) -> None:
    for changes, words in (
        ({"scopes": []}, "Choose at least one subject."),
        ({"identifier": "", "other": ""}, "one of both"),
        ({"identifier": "", "other": "two words"}, "without spaces"),
        ({"until_day": "2019-01-01"}, "It ends before it begins."),
        ({"way": "survey"}, "so that anybody can recount it"),
        ({"votes_for": "-1"}, "Write a whole number."),
        ({"reasons": "\u202ehidden"}, "a mark that cannot be seen"),
    ):
        assert words in desk.post("/desk/roots/new/", fill(**changes)).content.decode()
    assert not Root.objects.exists()


def test_a_vote_is_changed_before_it_is_published(desk: Client) -> None:
    recognise()
    row = Root.objects.get()
    page = desk.get(f"/desk/roots/{row.root}/").content.decode()
    assert "thirty years" in page
    assert desk.post(f"/desk/roots/{row.root}/", fill(until_day="2031-05-06")).status_code == 302
    assert str(Root.objects.get().until_day) == "2031-05-06"
    assert desk.get(f"/desk/roots/{'0' * 16}/").status_code == 404


def test_the_list_of_another_community_stands_beside_ours_and_decides_nothing(desk: Client) -> None:
    recognise()
    data, digest = sign_other_list()
    answer = desk.post("/desk/roots/", {"file": BytesIO(data)})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert [one.name for one in list_other_lists()] == ["Other House Invented"]
    page = build_client().get("/en/roots/").content.decode()
    assert "Other House Invented" in page
    assert f"/credentials/{digest}.json" in page
    own = get_own_list()
    assert own is not None
    assert [root.name for root in own.roots] == ["Elder Invented"]
    assert len(list_stated()) == 1, "the list of others is not stated as ours"


def test_of_another_community_a_later_list_takes_the_place_and_an_older_or_rival_one_is_refused(
    desk: Client,
) -> None:
    key, did = make_key()
    second, _ = sign_other_list(2, key=key, did=did)
    for data in (sign_other_list(1, key=key, did=did)[0], second):
        assert desk.post("/desk/roots/", {"file": BytesIO(data)}).status_code == 302
    assert [one.number for one in list_other_lists()] == [2]
    rival, _ = sign_other_list(2, key=key, did=did, name="Rival House Invented")
    for data in (rival, sign_other_list(1, key=key, did=did)[0]):
        answer = desk.post("/desk/roots/", {"file": BytesIO(data)})
        assert "an older one than what is here" in answer.content.decode()
    answer = desk.post("/desk/papers/take-in/", {"text": rival.decode()})
    assert "it says something else" in answer.content.decode()
    assert [one.name for one in list_other_lists()] == ["Other House Invented"]


def test_a_list_that_was_changed_or_is_ours_is_refused(desk: Client) -> None:
    recognise()
    data, _ = sign_other_list()
    own = get_own_list()
    assert own is not None
    page = desk.post("/desk/roots/", {"file": BytesIO(data.replace(b"Other Elder", b"Mother Elder"))})
    assert "Nothing was kept." in page.content.decode()
    page = desk.post("/desk/roots/", {"file": BytesIO(encode_jcs(own.document))})
    assert "of this community itself" in page.content.decode()
    page = desk.post("/desk/roots/", {})
    assert "Choose the file." in page.content.decode()
    assert Document.objects.filter(kind="roots").count() == 1
