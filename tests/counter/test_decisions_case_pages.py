"""Trustees at the desk read a case, write down what its paper names, and draft an answer within the rules."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from amanah.core.data_requests.documents import parse_document
from amanah.request_door.decisions.queries import find_answer, get_decision, list_drafts
from amanah.request_door.decisions.wording import CASE_PAGES, SHOW
from tests.counter.decision_bench import (
    ASKED,
    CLASS,
    NOBODY_KNOWN,
    SECRECY_LAW,
    SECRET_ORDER,
    draft,
    list_records,
    read_paper,
    receive,
)
from tests.counter.decision_town import ANSWER, READING, Town, found_town, list_addresses, put, read
from tests.support.trustees import build_browser, find_trustee

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return found_town()


def test_a_case_says_what_is_asked_what_the_rules_say_and_where_the_paper_is(town: Town) -> None:
    reference = receive(words="All who came in spring")
    page = read(town.amina.browser.get(f"/desk/decisions/case/{reference}/"))

    for words in (
        reference,
        "Invented Police",
        NOBODY_KNOWN,
        "Who came, and when",
        "All who came in spring",
        "Fetch the paper (PDF)",
        "No trustee has written down yet what the paper names.",
        "The rules cannot say. You take advice and decide.",
        f"About whom {NOBODY_KNOWN} – –",
        "An answer is due by",
    ):
        assert words in page
    assert town.amina.browser.get(f"/desk/requests/{reference}/paper.pdf").status_code == 200


def test_a_reading_that_makes_the_rules_refuse_leaves_only_a_refusal_that_enough_sign(town: Town) -> None:
    reference = receive()
    case = f"/desk/decisions/case/{reference}/"
    wrong = READING | {"signed_by": "somebody-else"}
    assert town.amina.browser.post(f"{case}paper/", wrong).headers["Location"] == case

    assert "A paper was read, so enough of you have to sign the refusal." in read(
        town.amina.browser.get(case)
    )
    assert find_answer(reference) is None
    assert "You can only refuse." in read(town.amina.browser.get(f"{case}answer/"))
    assert town.amina.browser.post(f"{case}answer/", ANSWER | {"outcome": "contest"}).status_code == 422
    decision = put(town.amina, reference, outcome="refuse").decision
    town.amina.sign_decision(decision)
    town.bilal.sign_decision(decision)
    made = find_answer(reference)
    assert made is not None
    assert not made.is_by_rule


def test_what_the_rules_refused_by_themselves_says_so_and_has_nothing_to_sign(town: Town) -> None:
    made = find_answer(receive(CLASS, instrument="uk-informal-ask", signed_by="nobody", paper=None))
    assert made is not None
    page = f"/desk/decisions/{made.decision}/"

    assert "The rules refused by themselves." in read(town.amina.browser.get(page))
    assert town.amina.browser.get(f"{page}document.json").status_code == 404
    assert town.amina.post_json(f"{page}sign/", {}).status_code == 404
    assert town.amina.post_json(f"{page}sign/ask/", {}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"categories": []}, "Choose what the paper names"),
        ({"instrument": "no-such-paper"}, "Choose from the list."),
        ({"signed_by": ""}, "Choose who signed the paper."),
        ({"secrecy": ""}, "Say whether the paper forbids to speak of it."),
        ({"people": "Hid\u200bden"}, "One name a line"),
        ({"people": "x" * 121}, "One name a line"),
        ({"people": "\n".join(f"Name {number}" for number in range(101))}, "at most 100 people"),
        ({"since": "yesterday"}, "Write the day like 2026-11-25."),
        ({"since": "2026-04-01"}, "The last day comes before the first day."),
        ({"categories": ["everything"]}, "Choose from the list."),
    ],
)
def test_a_reading_that_cannot_be_taken_down_keeps_what_was_typed(town: Town, changes, words: str) -> None:
    reference = receive()
    before = list_records()
    answer = town.amina.browser.post(f"/desk/decisions/case/{reference}/paper/", READING | changes)

    assert answer.status_code == 422
    assert words in read(answer)
    assert 'value="2026-03-31"' in answer.content.decode()
    assert list_records() == before


def test_the_reading_begins_empty_and_not_with_what_the_body_typed(town: Town) -> None:
    reference = receive()
    page = town.amina.browser.get(f"/desk/decisions/case/{reference}/paper/").content.decode()

    assert NOBODY_KNOWN not in page
    assert " checked" not in page
    headings = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert headings == [1, *([2] * (len(headings) - 1))], "no heading skips a level"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": f"{NOBODY_KNOWN}\nSomebody Else"}, "This is more than the rules leave."),
        ({"people": ""}, "Name everybody about whom something is given."),
        ({"until": "2026-04-01"}, "This is more than the rules leave."),
        ({"since": ""}, "This is more than the rules leave."),
        ({"categories": []}, "Choose what is given."),
        ({"outcome": "panel"}, "Choose from the list."),
        ({"outcome": ""}, "Choose an answer."),
        ({"telling": ""}, "Say whether people are told."),
        ({"silent_until": "2001-01-01"}, "Write a day that is still to come"),
    ],
)
def test_an_answer_beyond_the_rules_is_not_put_to_signature(town: Town, changes, words: str) -> None:
    reference = receive()
    read_paper(reference)
    answer = town.amina.browser.post(f"/desk/decisions/case/{reference}/answer/", ANSWER | changes)

    assert answer.status_code == 422
    assert words in read(answer)
    assert list_drafts() == []


@pytest.mark.parametrize(
    ("outcome", "words"), [("refuse", "Refuse: nothing is given"), ("contest", "Contest: nothing is given")]
)
def test_refusing_and_contesting_give_nothing_whatever_else_was_chosen(
    town: Town, outcome: str, words: str
) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference, outcome=outcome)

    assert decision.body["scope"] is None
    assert words in read(town.amina.browser.get(f"/desk/decisions/{decision.decision}/"))


def test_saying_that_nothing_exists_is_an_answer_where_the_rules_leave_no_scope(town: Town) -> None:
    reference = receive(CLASS)
    decision = put(town.amina, reference)

    assert (decision.body["outcome"], decision.body["scope"]) == ("comply", None)
    page = read(town.amina.browser.get(f"/desk/decisions/{decision.decision}/"))
    assert "Nothing, because nothing of the kind exists" in page


def test_an_answer_to_a_secret_order_says_which_law_and_until_when(town: Town) -> None:
    reference = receive(instrument=SECRET_ORDER, secrecy="ordered")
    read_paper(reference)
    until = (timezone.localdate() + timedelta(days=40)).isoformat()
    decision = put(town.amina, reference, telling="withheld", silent_until=until)

    assert decision.body["telling"] == {"reason": SECRECY_LAW, "until": until}
    assert f"The law that forbids it: {SECRECY_LAW}" in read(
        town.amina.browser.get(f"/desk/decisions/{decision.decision}/")
    )


def test_what_other_nouns_want_to_be_seen_before_signing_is_shown(town: Town, monkeypatch) -> None:
    monkeypatch.setitem(SHOW, "request-answered", lambda decision: [("Seen beside", [decision.reference])])
    monkeypatch.setattr(
        "amanah.request_door.decisions.views.cases.CASE_PAGES", [("Elsewhere", "request-paper")]
    )
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference)

    assert f"Seen beside {reference}" in read(town.amina.browser.get(f"/desk/decisions/{decision.decision}/"))
    assert "Elsewhere" in read(town.amina.browser.get(f"/desk/decisions/case/{reference}/"))
    assert isinstance(CASE_PAGES, list)


def test_nobody_but_a_trustee_reads_or_signs_anything_here(town: Town) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference).decision
    stranger = build_browser()
    for address in list_addresses(reference, decision):
        assert stranger.get(address).headers["Location"] == "/desk/sign-in/", address
    for address in (f"/desk/decisions/{decision}/sign/ask/", f"/desk/decisions/{decision}/sign/"):
        answer = stranger.post(address, {}, content_type="application/json")
        assert answer.headers["Location"] == "/desk/sign-in/"


@pytest.mark.parametrize("name", ["0000-0000-0000", "nonsense", "0" * 16])
def test_what_is_not_there_is_not_found(town: Town, name: str) -> None:
    for address in list_addresses(name, name)[3:]:
        assert town.amina.browser.get(address).status_code == 404, address
    assert town.amina.post_json(f"/desk/decisions/{name}/sign/", {}).status_code == 404


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_can_be_shown_in_both_languages(town: Town, language: str) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference).decision
    town.amina.browser.get(f"/desk/decisions/?language={language}")
    session = town.amina.browser.session
    session["language"] = language
    session.save()
    for address in list_addresses(reference, decision)[:9]:
        answer = town.amina.browser.get(address, follow=True)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()


def test_a_name_that_is_markup_is_shown_as_it_is(town: Town) -> None:
    name = "<script>alert(1)</script>"
    from dataclasses import replace

    scope = replace(ASKED, people=(name,))
    reference = receive(scope, words='"><img src=x>')
    read_paper(reference, scope)
    decision = draft(reference, "comply", scope, by=find_trustee("Amina Invented"))
    for address in list_addresses(reference, decision)[3:9]:
        content = town.amina.browser.get(address, follow=True).content.decode()
        assert "<script>alert" not in content
        assert "<img src" not in content
    data = bytes(get_decision(decision).document)
    assert parse_document(data).body["scope"]["people"] == [name]
    assert json.loads(data)["body"]["scope"]["people"] == [name]
