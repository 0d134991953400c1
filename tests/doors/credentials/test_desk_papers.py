"""At the desk: naming people, giving, taking in, ending with what falls, lost keys and lifetimes."""

import hashlib
import json
import re
import secrets
import uuid
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from amanah.core.credentials.authorisations import Draft, Strength, build_authorisation
from amanah.core.credentials.chains import Question
from amanah.core.credentials.proofs import sign_document
from amanah.core.credentials.standing import Standing, compute_standing
from amanah.core.credentials.times import encode_time
from amanah.programme_door.credentials.actions import record_name
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.models import Document, Party, StatusIndex
from amanah.programme_door.credentials.models import Draft as Waiting
from amanah.programme_door.credentials.queries import (
    find_authorisation,
    list_drafts,
    list_parties,
    load_papers,
)
from amanah.programme_door.roots.queries import get_own_list
from amanah.programme_door.scopes.actions import open_scope
from tests.doors.credentials.town import (
    AMINA,
    BILAL,
    DAY,
    ELDER,
    NOW,
    WITNESSES,
    build_root,
    find_id,
    issue,
    issue_line,
    make_key,
    name_everybody,
    recognise,
)
from tests.support.desk import DATABASES, build_client, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)
TODAY = datetime.now(UTC)


@pytest.fixture
def desk() -> Client:
    client = build_signed_in_client()
    name_everybody()
    for scope, name in (("quran", "Qur'an"), ("quran/hafs", "Hafs"), ("fiqh", "Fiqh")):
        open_scope(scope=scope, language="en", texts={"name": name, "about": ""})
    return client


def fill(**changes: Any) -> dict[str, Any]:
    return {
        "way": "witnessed",
        "holder": AMINA,
        "giver": ELDER,
        "parent": "",
        "scope": "quran",
        "may_authorise": "on",
        "valid_from": "2026-09-01",
        "valid_until": "",
        "description": "Elder Invented lets Amina Invented teach the Qur'an.",
        "criteria": "The whole was heard.",
        "first_witness": WITNESSES[0],
        "second_witness": WITNESSES[1],
        "scan_words": "A paper with two signatures.",
        "citation": "",
    } | changes


def stand(holder: str, scope: str) -> Standing:
    at = int(TODAY.timestamp()) + 60
    return compute_standing(Question(holder, scope, at), load_papers(holder, get_own_list()))


def find_only() -> Document:
    return Document.objects.get(kind="authorisation")


def test_a_witnessed_grant_is_signed_with_the_hash_of_the_scan_and_not_the_scan(desk: Client) -> None:
    recognise()
    scan = b"%PDF-1.7 an invented scan"
    answer = desk.post("/desk/papers/give/", fill(scan=BytesIO(scan)))
    assert answer.status_code == 302, re.findall(r"field-error.*", answer.content.decode())
    paper = find_only()
    assert hashlib.sha256(scan).hexdigest() in paper.original
    assert "an invented scan" not in paper.original
    assert stand(AMINA, "quran").is_good
    page = desk.get(answer["Location"]).content.decode()
    assert "recognised by" in page
    assert "Witnessed" in page
    assert paper.document_hash in page
    assert "Elder Invented" in page


def test_a_recorded_grant_cites_its_book(desk: Client) -> None:
    sent = fill(way="recorded", citation="Invented Book of Lines, page 12")
    assert desk.post("/desk/papers/give/", sent).status_code == 302
    read = find_authorisation(find_only().document_hash)
    assert read is not None
    assert (read.strength, read.witnesses) == (Strength.RECORDED, ())
    assert "page 12" in read.evidence[-1].narrative


def test_the_form_asks_for_what_the_way_needs(desk: Client) -> None:
    page = desk.post("/desk/papers/give/", fill(second_witness=WITNESSES[0])).content.decode()
    assert "Name two different witnesses" in page
    page = desk.post("/desk/papers/give/", fill(way="recorded")).content.decode()
    assert "Say which book or paper" in page
    page = desk.post("/desk/papers/give/", fill(giver="")).content.decode()
    assert "Say who gives it" in page
    page = desk.post("/desk/papers/give/", fill(description="Hidden \u202e words")).content.decode()
    assert "a mark that cannot be seen" in page
    assert not Document.objects.exists()


def test_the_desk_says_which_rule_of_the_line_a_grant_would_break(desk: Client) -> None:
    first = issue()
    sent = fill(parent=find_id(first), giver="", holder=BILAL, scope="fiqh", valid_from="2026-10-01")
    page = desk.post("/desk/papers/give/", sent).content.decode()
    assert "notice no" in page
    assert "Fiqh" in page
    assert Document.objects.filter(kind="authorisation").count() == 1


def test_a_giver_signs_with_a_key_of_their_own_through_an_address_that_works_once(desk: Client) -> None:
    _, did = make_key()
    record_name(did, "Keyed Giver Invented")
    sent = fill(way="own-key", giver=did, scan_words="")
    page = desk.post("/desk/papers/give/", sent).content.decode()
    found = re.search(r"/en/give/([0-9a-f]{48})/", page)
    assert found
    (draft,) = list_drafts(TODAY.date())
    assert draft.document["issuer"]["id"] == did
    assert not Document.objects.filter(kind="authorisation").exists()
    assert Waiting.objects.get().secret_hash == hashlib.sha256(found[1].encode()).hexdigest()
    overview = desk.get("/desk/papers/").content.decode()
    assert "Keyed Giver Invented signs: Qur&#39;an" in overview
    assert found[1] not in overview
    desk.post(f"/desk/papers/drafts/{draft.secret_hash}/withdraw/")
    assert list_drafts(TODAY.date()) == []


def test_ending_shows_first_who_is_under_re_examination(desk: Client) -> None:
    recognise()
    first, second = issue_line()
    sent = {"kind": "void", "ended_on": "", "name": "Fraud", "reason": "The paper was forged."}
    page = desk.post(f"/desk/papers/{first}/end/", sent).content.decode()
    assert "under re-examination" in page
    assert "Bilal Invented" in page
    assert not Document.objects.filter(kind="notice").exists(), "nothing is signed before it was confirmed"
    assert desk.post(f"/desk/papers/{first}/end/", sent | {"confirm": "yes"}).status_code == 302
    assert not stand(AMINA, "quran").is_good
    assert not stand(BILAL, "quran/hafs").is_good
    assert StatusIndex.objects.filter(is_ended=True).count() == 1
    assert "The paper was forged." in desk.get(f"/desk/papers/{first}/").content.decode()
    assert "not recognised by" in desk.get(f"/desk/papers/{second}/").content.decode()


def test_an_end_on_a_day_leaves_what_was_given_before(desk: Client) -> None:
    recognise()
    first, _ = issue_line()
    sent = {"kind": "ended", "ended_on": "2026-10-25", "name": "Retired", "reason": "Amina asked for it."}
    page = desk.post(f"/desk/papers/{first}/end/", sent).content.decode()
    assert "Nothing else falls with it." in page
    desk.post(f"/desk/papers/{first}/end/", sent | {"confirm": "yes"})
    assert not stand(AMINA, "quran").is_good
    assert stand(BILAL, "quran/hafs").is_good
    page = desk.post(f"/desk/papers/{first}/end/", sent | {"ended_on": "2026-10-01"}).content.decode()
    assert "Bilal Invented" in page, "what was given on a later day than the end falls"


def test_a_lost_key_ends_everything_held_under_it_on_that_day(desk: Client) -> None:
    recognise()
    _, did = make_key()
    record_name(did, "Keyed Holder Invented")
    issue(holder=did)
    issue(holder=did, scope="quran/hafs")
    sent = {"holder": did, "lost_on": "2026-10-20", "reason": "The phone was stolen."}
    answer = desk.post("/desk/papers/people/lost-key/", sent)
    assert answer.status_code == 302
    assert Document.objects.filter(kind="notice").count() == 2
    assert not stand(did, "quran").is_good
    assert "Authorities ended: 2." in desk.get("/desk/papers/").content.decode()


def test_a_name_is_removed_and_papers_stay(desk: Client) -> None:
    recognise()
    issue(holder=AMINA)
    papers = Document.objects.count()
    asked = desk.get(f"/desk/papers/people/name/?who={AMINA}").content.decode()
    assert "Remove the name" in asked
    assert desk.post(f"/desk/papers/people/name/?who={AMINA}", {"remove": "yes"}).status_code == 302
    assert AMINA not in dict(list_parties())
    assert Document.objects.count() == papers
    assert AMINA in desk.get("/desk/papers/people/").content.decode(), "still there, without a name"


def test_a_lost_key_of_whom_the_list_names_is_told_to_leave_the_list(desk: Client) -> None:
    _, did = make_key()
    record_name(did, "Keyed Root Invented")
    recognise(build_root(id=did))
    sent = {"holder": did, "lost_on": "2026-10-20", "reason": "The phone was stolen."}
    assert desk.post("/desk/papers/people/lost-key/", sent).status_code == 302
    said = desk.get("/desk/papers/").content.decode()
    assert "Authorities ended: 0." in said
    assert "This key is still on your list." in said


def test_a_life_dates_what_can_have_been_given(desk: Client) -> None:
    recognise()
    issue_line()
    sent = {"holder": ELDER, "lived_from": "1930-01-01", "lived_until": "2026-01-31", "reason": "The family."}
    assert desk.post("/desk/papers/people/lifetime/", sent).status_code == 302
    failed = stand(BILAL, "quran/hafs").best_failed
    assert failed is not None
    assert "giver-outside-life" in {one.reason for one in failed.breaks}


def sign_as_stranger() -> tuple[dict[str, Any], str]:
    key, did = make_key()
    draft = Draft(
        id=f"urn:uuid:{'a' * 8}-aaaa-4aaa-8aaa-{secrets.token_hex(6)}",
        issuer=did,
        issuer_name="Stranger Invented",
        giver=did,
        holder=BILAL,
        scope="quran",
        may_authorise=False,
        valid_from=NOW - DAY,
        name="Qur'an",
        description="A stranger lets Bilal Invented teach.",
        criteria="Heard.",
    )
    return sign_document(build_authorisation(draft), key, created=encode_time(NOW)), draft.id


def test_a_paper_that_somebody_brought_is_kept_once_and_stands_only_under_a_root(desk: Client) -> None:
    recognise()
    document, _ = sign_as_stranger()
    text = json.dumps(document)
    answer = desk.post("/desk/papers/take-in/", {"text": text})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert find_only().holder == BILAL
    assert not stand(BILAL, "quran").is_good
    desk.post("/desk/papers/take-in/", {"file": BytesIO(text.encode())})
    assert Document.objects.filter(kind="authorisation").count() == 1


def test_a_paper_that_was_changed_is_refused_with_the_step(desk: Client) -> None:
    document, _ = sign_as_stranger()
    document["name"] = "Everything"
    page = desk.post("/desk/papers/take-in/", {"text": json.dumps(document)}).content.decode()
    assert "notice no" in page
    assert "Step" in page
    assert not Document.objects.exists()


def test_another_paper_under_a_known_number_is_refused_and_takes_nothing_away(desk: Client) -> None:
    recognise()
    first = issue()
    key, did = make_key()
    draft = Draft(
        id=find_id(first),
        issuer=did,
        issuer_name="Stranger Invented",
        giver=did,
        holder=BILAL,
        scope="quran",
        may_authorise=True,
        valid_from=NOW - DAY,
        name="Qur'an",
        description="Another paper.",
        criteria="None.",
    )
    document = sign_document(build_authorisation(draft), key, created=encode_time(NOW))
    page = desk.post("/desk/papers/take-in/", {"text": json.dumps(document)}).content.decode()
    assert "Another paper with the same number" in page
    assert stand(AMINA, "quran").is_good


def test_nonsense_is_refused_in_words(desk: Client) -> None:
    for text in ("nonsense", "{}", '{"a":1,"a":2}', "[" * 50):
        page = desk.post("/desk/papers/take-in/", {"text": text}).content.decode()
        assert "notice no" in page
    assert "one of both" in desk.post("/desk/papers/take-in/", {"text": ""}).content.decode()


def test_people_are_named_by_a_key_or_by_a_random_number(desk: Client) -> None:
    before = set(Party.objects.values_list("identifier", flat=True))
    desk.post("/desk/papers/people/", {"name": "New Invented", "key": ""})
    (new,) = set(Party.objects.values_list("identifier", flat=True)) - before
    assert new.startswith("urn:uuid:")
    page = desk.post(
        "/desk/papers/people/", {"name": "Keyed Invented", "key": "did:key:zWrong"}
    ).content.decode()
    assert "not a key of this kind" in page
    page = desk.get(f"/desk/papers/people/name/?who={new}").content.decode()
    assert "New Invented" in page
    desk.post(f"/desk/papers/people/name/?who={new}", {"name": "Newer Invented"})
    assert Party.objects.get(identifier=new).name == "Newer Invented"


def test_papers_are_files_for_everybody_and_the_desk_for_organisers(desk: Client) -> None:
    first = issue()
    public = build_client()
    assert public.get(f"/credentials/{first}.json").status_code == 404, "every hash stands in the public log"
    assert public.get(f"/desk/papers/{first}.json").status_code != 200
    assert public.get(f"/desk/papers/{first}.png").status_code != 200
    assert public.get(f"/credentials/{uuid.uuid4()}/{first}.json").status_code == 404
    name = Document.objects.get(document_hash=first).document_id.removeprefix("urn:uuid:")
    answer = public.get(f"/credentials/{name}/{first}.json")
    assert desk.get(f"/desk/papers/{first}.json").content == answer.content
    assert answer["Content-Type"].startswith("application/json")
    assert hashlib.sha256(answer.content).hexdigest() == first, "the file is the bytes that are hashed"
    listed = json.loads(public.get("/credentials/status/1.json").content)
    assert listed["issuer"] == get_community_did()
    assert public.get(f"/credentials/{'0' * 64}.json").status_code == 404
    assert public.get("/credentials/status/2.json").status_code == 404
    for path in ("papers/", "papers/give/", "papers/take-in/", "papers/people/", f"papers/{first}/"):
        assert public.get(f"/desk/{path}").status_code == 302
        assert desk.get(f"/desk/{path}").status_code == 200
