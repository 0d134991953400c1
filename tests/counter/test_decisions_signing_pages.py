"""Trustees at the desk sign with passkeys, step aside, and put statements, numbers and panels to signature."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from amanah.core.data_requests.decision_files import verify_decision_file
from amanah.core.data_requests.documents import compute_challenge
from amanah.core.encoding import encode_base64url
from amanah.request_door.decisions.actions import overtake_all_drafts
from amanah.request_door.decisions.queries import find_answer, get_decision, list_drafts
from amanah.request_door.trustees.queries import get_panel_in_force
from tests.counter.decision_bench import (
    NOBODY_KNOWN,
    list_refusals,
    read_paper,
    receive,
)
from tests.counter.decision_town import READING, Town, found_town, put, read
from tests.counter.sealed_log import Log, keep_time
from tests.support.trustees import find_trustee

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return found_town()


def test_the_whole_way_from_the_paper_to_the_decision_file(town: Town) -> None:
    reference = receive()
    case = f"/desk/decisions/case/{reference}/"
    assert town.amina.browser.post(f"{case}paper/", READING).headers["Location"] == case
    assert "It may be given, if enough of you sign" in read(town.amina.browser.get(case))
    decision = put(town.amina, reference)
    page = f"/desk/decisions/{decision.decision}/"

    shown = town.bilal.browser.get(page)
    text = re.search(r'<pre[^>]*id="signed-document">([^<]*)</pre>', shown.content.decode())
    assert text is not None
    assert unescape(text[1]).encode() == bytes(decision.document)
    assert "0 of 2 have signed. 2 are missing." in read(shown)
    assert town.amina.browser.get(f"{page}document.json").content == bytes(decision.document)

    assert town.bilal.sign_decision(decision.decision).json() == {"next": page}
    assert "1 of 2 have signed. 1 is missing." in read(town.chana.browser.get(page))
    assert "You have signed." in read(town.bilal.browser.get(page))
    assert town.chana.sign_decision(decision.decision).json() == {"next": page}
    made = find_answer(reference)
    assert made is not None
    assert made.decision == decision.decision
    assert "You were the last who was needed. It is decided." in read(town.chana.browser.get(page))
    assert town.chana.browser.get(f"{page}decision.json").status_code == 404
    assert "nothing is given out before the record of the decision stands in the public log" in read(
        town.chana.browser.get(page)
    )

    log, now = Log(), int(timezone.now().timestamp())
    keep_time(log, now - 60, now + 60)
    file = town.chana.browser.get(f"{page}decision.json")
    assert file.status_code == 200
    assert "attachment" in file.headers["Content-Disposition"]
    checked = verify_decision_file(file.content)
    assert {one.name for one in checked.signers} == {"Bilal Invented", "Chana Invented"}
    assert checked.document.body["scope"]["people"] == [NOBODY_KNOWN]


def test_the_challenge_is_that_of_the_bytes_on_the_page_and_only_own_keys_are_asked(town: Town) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference)
    options = town.bilal.post_json(f"/desk/decisions/{decision.decision}/sign/ask/", {}).json()

    assert options["challenge"] == encode_base64url(compute_challenge(bytes(decision.document)))
    assert [one["id"] for one in options["allowCredentials"]] == [encode_base64url(town.bilal.key.credential)]
    assert options["userVerification"] == "required"


def test_a_signature_of_another_trustees_passkey_is_refused_in_words_and_recorded(town: Town) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference).decision
    address = f"/desk/decisions/{decision}/sign/"
    options = town.bilal.post_json(f"{address}ask/", {}).json()
    answer = town.bilal.post_json(address, town.chana.key.use(options))

    assert answer.status_code == 409
    assert "This passkey is not one of yours in the panel." in answer.json()["words"]
    assert list_refusals() == ["wrong-key"]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda key: setattr(key, "flags", 0x01), "not-verified-user"),
        (lambda key: setattr(key, "origin", "https://evil.example"), "wrong-origin"),
        (lambda key: setattr(key, "party", "evil.example"), "wrong-origin"),
    ],
)
def test_a_passkey_that_was_used_wrongly_is_refused_and_recorded(town: Town, spoil, reason: str) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference).decision
    spoil(town.bilal.key)
    answer = town.bilal.sign_decision(decision)

    assert answer.status_code == 409
    assert list_refusals() == [reason]
    assert "0 of 2 have signed" in read(town.chana.browser.get(f"/desk/decisions/{decision}/"))


@pytest.mark.parametrize("body", [{}, {"rawId": "AAAA"}, {"rawId": 7}, {"response": "x"}])
def test_what_is_no_signature_at_all_changes_nothing(town: Town, body: dict[str, Any]) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference).decision
    answer = town.bilal.post_json(f"/desk/decisions/{decision}/sign/", body)

    assert answer.status_code == 409
    assert "words" in answer.json()
    assert (
        town.bilal.browser.post(
            f"/desk/decisions/{decision}/sign/", b"\xff{", content_type="application/json"
        ).status_code
        == 409
    )


def test_a_deputy_signs_when_a_member_has_stepped_aside_and_not_before(town: Town) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference).decision
    page = f"/desk/decisions/{decision}/"
    town.bilal.sign_decision(decision)
    assert "You have nothing to sign here." in read(town.dawud.browser.get(page))
    assert town.dawud.sign_decision(decision).status_code == 409

    aside = town.chana.browser.get(f"{page}step-aside/", follow=True)
    assert "it cannot be taken back" in read(aside)
    done = town.chana.browser.post(
        f"/desk/decisions/case/{reference}/step-aside/", {"reason": "works-for-the-body"}, follow=True
    )
    assert "You have stepped aside. Everybody else signs the new version." in read(done)
    assert "Chana Invented : I work for the body that asks" in read(done)
    assert "0 of 2 have signed" in read(town.bilal.browser.get(page))
    assert "You have stepped aside and have no voice here." in read(town.chana.browser.get(page))
    assert town.chana.sign_decision(decision).status_code == 409

    town.bilal.sign_decision(decision)
    assert town.dawud.sign_decision(decision).status_code == 200
    assert get_decision(decision).is_made
    assert list_refusals() == ["not-yet-deputy", "recused"]


def test_stepping_aside_needs_a_reason_and_happens_once(town: Town) -> None:
    reference = receive()
    address = f"/desk/decisions/case/{reference}/step-aside/"

    assert "Choose why you step aside." in read(town.amina.browser.post(address, {}))
    assert town.amina.browser.post(address, {"reason": "bored"}).status_code == 422
    town.amina.browser.post(address, {"reason": "related"})
    again = town.amina.browser.post(address, {"reason": "related"}, follow=True)
    assert "You have stepped aside from this already." in read(again)


def test_what_was_overtaken_says_so_and_cannot_be_signed(town: Town) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference).decision
    overtake_all_drafts()

    assert "Nobody can sign this any more." in read(town.bilal.browser.get(f"/desk/decisions/{decision}/"))
    assert town.bilal.post_json(f"/desk/decisions/{decision}/sign/ask/", {}).status_code == 409


def test_the_list_says_what_waits_for_whom(town: Town) -> None:
    reference = receive()
    read_paper(reference)
    decision = put(town.amina, reference).decision
    town.amina.sign_decision(decision)

    mine = read(town.amina.browser.get("/desk/decisions/"))
    theirs = read(town.bilal.browser.get("/desk/decisions/"))
    assert "Waiting for your signature Nothing." in mine
    assert "Waiting for others An answer to a request" in mine
    assert "Waiting for your signature An answer to a request" in theirs
    assert "1 signature is missing" in theirs
    assert reference in theirs
    town.bilal.sign_decision(decision)
    assert "Decided An answer to a request" in read(town.bilal.browser.get("/desk/decisions/"))
    assert "Requests without an answer None." in read(town.bilal.browser.get("/desk/decisions/"))


def test_a_panel_change_that_was_signed_is_in_force_and_overtakes_what_waited(town: Town) -> None:
    Log().show()
    reference = receive()
    read_paper(reference)
    waiting = put(town.amina, reference).decision
    town.amina.browser.post("/desk/panel/change/begin/")
    proposal = get_panel_in_force()
    assert proposal is not None
    from amanah.request_door.trustees.proposals import open_proposal, plan_least, state_proposal

    plan_least(made := open_proposal(), 3, proposal[0].origin)
    from amanah.request_door.decisions.actions import draft_decision

    now = int(timezone.now().timestamp())
    change = draft_decision(
        "panel-changed", {"next": state_proposal(made)}, by=find_trustee("Amina Invented"), now=now
    )
    page = read(town.bilal.browser.get(f"/desk/decisions/{change}/"))
    assert "The next panel" in page
    assert "3 of 3 must sign a decision." in page
    assert "What would change How many must sign before 2, then 3" in page
    town.bilal.sign_decision(change)
    town.chana.sign_decision(change)

    panel = get_panel_in_force()
    assert panel is not None
    assert (panel[0].number, panel[0].least) == (2, 3)
    assert get_decision(change).state == "done"
    assert get_decision(waiting).state == "stale"
    log = Log()
    keep_time(log, now - 60, now + 60)
    file = town.chana.browser.get(f"/desk/decisions/{change}/decision.json")
    assert verify_decision_file(file.content).panel.number == 1


def test_statements_are_put_to_signature_from_a_closed_list(town: Town) -> None:
    expires_on = (timezone.localdate() + timedelta(days=90)).isoformat()
    chosen = {"codes": ["trustees-sign", "no-list-of-members"], "expires_on": expires_on}
    for wrong, words in (
        ({"codes": []}, "Choose at least one."),
        ({"codes": ["no-secret-order"]}, "Choose from the list."),
        (
            {"expires_on": (timezone.localdate() + timedelta(days=185)).isoformat()},
            "within the next 184 days",
        ),
        ({"expires_on": timezone.localdate().isoformat()}, "within the next 184 days"),
    ):
        assert words in read(town.amina.browser.post("/desk/decisions/statements/", chosen | wrong))
    answer = town.amina.browser.post("/desk/decisions/statements/", chosen, follow=True)

    assert "no office of ours held a list of the members" in read(answer)
    decision = list_drafts()[0]
    assert decision.body == {"codes": ["no-list-of-members", "trustees-sign"], "expires_on": expires_on}
    town.amina.sign_decision(decision.decision)
    town.bilal.sign_decision(decision.decision)
    assert get_decision(decision.decision).state == "done"


def test_other_numbers_in_the_rules_are_put_to_signature(town: Town) -> None:
    from amanah.request_door.rules.queries import get_rules_in_force

    numbers = {"answer_within_days": "7", "most_people": "2", "keep_closed_days": "365"}
    too_long = read(town.amina.browser.post("/desk/decisions/rules/", numbers | {"answer_within_days": "31"}))
    assert "30" in too_long
    rules = get_rules_in_force()[0]
    same = {name: str(getattr(rules, name)) for name in numbers}
    assert "Change something first." in read(town.amina.browser.post("/desk/decisions/rules/", same))
    answer = town.amina.browser.post("/desk/decisions/rules/", numbers, follow=True)
    assert "Most people in one order before the trustees look at each 2" in read(answer)

    decision = list_drafts()[0].decision
    town.amina.sign_decision(decision)
    town.bilal.sign_decision(decision)
    assert get_rules_in_force()[0].most_people == 2
