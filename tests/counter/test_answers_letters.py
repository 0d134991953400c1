"""Letters leave once their decision is sealed in the verified log, say what was decided, and name nobody."""

import hashlib
import io
import secrets
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from amanah.core.data_requests.letters import PARAGRAPHS
from amanah.core.data_requests.scopes import Scope
from amanah.core.encoding import encode_base64url
from amanah.request_door.answers.actions import draw_check_number, release_due
from amanah.request_door.answers.letter_words import list_known
from amanah.request_door.answers.models import Letter
from amanah.request_door.answers.paper import print_letter
from amanah.request_door.answers.writing import write_letter
from amanah.request_door.decisions.actions import Telling
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.decisions.queries import find_decision
from amanah.request_door.records.queries import find_secrecy
from amanah.request_door.records.sealing import seal_due_periods
from amanah.request_door.requests.models import DataRequest, State
from tests.counter.answered_cases import Door, find_text, take_in
from tests.counter.decision_bench import (
    ASKED,
    CLASS,
    LESS,
    NOBODY_KNOWN,
    NOW,
    SECRECY_LAW,
    SECRET_ORDER,
    decide,
    draft,
    list_records,
    read_paper,
    receive,
    seat_panel,
    sign,
)
from tests.counter.sealed_log import EVERY
from tests.support.counter import LETTER, ORDER, build_counter_client

pytestmark = pytest.mark.django_db


def test_nothing_is_fetched_before_the_decision_stands_in_the_verified_log() -> None:
    door, client = Door(), build_counter_client()
    reference, status = take_in(LETTER)
    carry_out_due(NOW)
    release_due(NOW)
    assert client.get(f"{status}letter.txt").status_code == 404
    seal_due_periods(NOW + 2 * EVERY, secrets.token_bytes)
    release_due(NOW + 2 * EVERY)
    assert client.get(f"{status}letter.pdf").status_code == 404, "sealed here, but the log has not said so"
    assert client.get(f"{status}receipt.txt").status_code == 404
    door.log.take_over()
    release_due(NOW + 2 * EVERY)
    answer = client.get(f"{status}letter.txt")
    assert answer.status_code == 200
    assert answer.cookies == {}
    assert reference in answer.content.decode()
    assert client.get(f"{status}letter.pdf").content.startswith(b"%PDF-1.7")
    assert client.get(f"{status}decision.json").status_code == 404, "the rules refused: nobody signed"
    assert client.get(f"{status}package.zip").status_code == 404
    assert "letter.pdf" in client.get(status).content.decode()
    assert DataRequest.objects.get().state == State.CLOSED


def test_a_link_of_nobody_gives_nothing() -> None:
    client = build_counter_client()
    for secret in (encode_base64url(bytes(16)), "x", "a" * 300):
        for name in (
            "letter.pdf",
            "letter.txt",
            "receipt.pdf",
            "receipt.txt",
            "decision.json",
            "package.zip",
        ):
            assert client.get(f"/en/status/{secret}/{name}").status_code == 404


def test_a_letter_is_written_once_and_its_hash_is_recorded() -> None:
    door = Door()
    reference, _status = take_in(LETTER)
    door.keep_time()
    letter = Letter.objects.get(reference=reference)
    before = bytes(letter.paper), letter.text
    door.keep_time(3)
    letter.refresh_from_db()
    assert (bytes(letter.paper), letter.text) == before
    (released,) = list_records("letter-released")
    assert released.body == {"letter": hashlib.sha256(before[0]).hexdigest()}
    assert [record.kind for record in list_records("case-closed")] == ["case-closed"]


def test_two_letters_of_the_same_words_have_different_hashes_because_of_their_check_numbers() -> None:
    door = Door()
    reference, _status = take_in(LETTER)
    carry_out_due(NOW)
    decision = find_decision(Letter.objects.get(reference=reference).decision)
    assert decision is not None
    seal_due_periods(NOW + 2 * EVERY, secrets.token_bytes)
    door.log.take_over()
    first, second = (write_letter(decision, date(2026, 11, 25), check=draw_check_number()) for _ in range(2))
    assert first.sections == second.sections
    assert print_letter(first) != print_letter(second)
    numbers = [dict(letter.labels)["Check number"] for letter in (first, second)]
    assert numbers[0] != numbers[1]
    assert {len(one) for one in numbers} == {26}
    assert print_letter(first) == print_letter(first)


def test_an_ask_for_everybody_is_refused_with_the_rule_and_what_is_not_held() -> None:
    door = Door()
    reference, _status = take_in(LETTER)
    door.keep_time()
    text = find_text(reference)
    assert "[ Refused ]" in text
    assert "We give nothing." in text
    assert "What was named is not an order that binds us." in text
    assert "A list of members or participants: not held. No door has a place for it." in text
    assert "python -m amanah.verify decide facts-" in text
    assert "ANNEX" not in text


def test_an_order_is_complied_with_as_far_as_it_exists_and_names_nobody() -> None:
    seat_panel()
    door, client = Door(), build_counter_client()
    reference = receive()
    read_paper(reference)
    made = decide(reference)
    door.keep_time()
    text = find_text(reference)
    assert "[ Complied with ]" in text
    assert made.decision in text
    assert f"python -m amanah.verify decision decision-{reference}.json" in text
    assert "Who came, and when: not held." in text
    assert "ANNEX" in text
    assert NOBODY_KNOWN not in text
    assert DataRequest.objects.get().state == State.RECEIVED, "what is given comes apart"
    assert client.get(f"/desk/requests/{reference}/letter.pdf").status_code == 302


@pytest.mark.parametrize(
    ("outcome", "scope", "stamp"),
    [
        ("refuse", None, "[ Refused ]"),
        ("contest", None, "[ Challenged ]"),
        ("narrow", LESS, "[ Complied with in part ]"),
    ],
)
def test_each_answer_has_its_own_letter(outcome: str, scope: Scope | None, stamp: str) -> None:
    seat_panel()
    door = Door()
    reference = receive(ASKED)
    read_paper(reference, LESS)
    sign(draft(reference, outcome, scope), 1, 2)
    door.keep_time()
    assert stamp in find_text(reference)
    is_closed = DataRequest.objects.get().state == State.CLOSED
    assert is_closed == (outcome == "refuse")


def test_an_order_for_a_class_of_which_nothing_exists_is_complied_with_by_saying_so() -> None:
    seat_panel()
    door = Door()
    reference = receive(CLASS, instrument=SECRET_ORDER)
    read_paper(reference, CLASS)
    sign(draft(reference, "comply", None), 1, 2)
    door.keep_time()
    assert "[ Nothing of it exists ]" in find_text(reference)
    assert DataRequest.objects.get().state == State.CLOSED


def test_a_contested_order_gets_a_second_letter_after_a_second_decision() -> None:
    seat_panel()
    door = Door()
    reference = receive()
    read_paper(reference)
    sign(draft(reference, "contest", None), 1, 2)
    door.keep_time()
    assert "[ Challenged ]" in find_text(reference)
    sign(draft(reference, "refuse", None, now=door.now), 1, 3, now=door.now)
    door.keep_time()
    assert "[ Refused ]" in find_text(reference)
    assert Letter.objects.filter(reference=reference).count() == 2


def test_a_receipt_says_by_when_an_answer_comes() -> None:
    seat_panel()
    door, client = Door(), build_counter_client()
    reference, status = take_in(ORDER, paper=b"%PDF-1.4 an invented order")
    door.keep_time()
    words = " ".join(client.get(f"{status}receipt.txt").content.decode().split())
    assert "[ Received ]" in words
    assert "An answer comes by Wednesday, 9 December 2026" in words
    assert reference in words
    assert client.get(f"{status}receipt.pdf").content.startswith(b"%PDF-1.7")
    assert client.get(f"{status}letter.txt").status_code == 404


def test_nothing_is_called_absent_while_a_door_has_declared_nothing() -> None:
    door = Door("card-door", "log", "request-door")
    reference, _status = take_in(LETTER)
    door.keep_time()
    assert "not every door has its list in the public log yet" in find_text(reference)
    assert "not held" not in find_text(reference).replace("that it is not held", "")


def test_a_letter_under_secrecy_says_so_and_the_private_log_keeps_why() -> None:
    seat_panel()
    door = Door()
    reference = receive(instrument=SECRET_ORDER, secrecy="ordered")
    read_paper(reference)
    until = date(2027, 5, 1)
    sign(draft(reference, telling=Telling(SECRECY_LAW, until)), 1, 2)
    door.keep_time()
    assert "Until 1 May 2027 a law forbids us to tell of this request" in find_text(reference)
    (withheld,) = list_records("telling-withheld")
    assert withheld.body == {"reason": SECRECY_LAW, "until": "2027-05-01"}
    secrecy = find_secrecy(reference)
    assert secrecy is not None
    assert secrecy.until == until


def test_a_decision_to_tell_ends_what_the_body_claimed() -> None:
    seat_panel()
    door = Door()
    reference = receive(instrument=SECRET_ORDER, secrecy="ordered")
    read_paper(reference)
    assert find_secrecy(reference) is not None
    sign(draft(reference), 1, 2)
    door.keep_time()
    secrecy = find_secrecy(reference)
    assert secrecy is not None
    assert secrecy.ended_on is not None
    assert list_records("telling-withheld") == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_letter_on_paper_is_tagged_a4_in_the_language_of_the_request(language: str) -> None:
    door = Door()
    reference, status = take_in(replace(LETTER, language=language))
    door.keep_time()
    reader = PdfReader(io.BytesIO(build_counter_client().get(f"{status}letter.pdf").content))
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert reference in "".join(page.extract_text() for page in reader.pages)


def test_every_paragraph_of_a_letter_has_words() -> None:
    assert {*list_known()} == {*PARAGRAPHS}


def test_one_letter_that_fails_holds_up_no_other() -> None:
    door = Door()
    first, _status = take_in(LETTER)
    second, _status = take_in(LETTER)
    carry_out_due(NOW)
    broken = Letter.objects.order_by("decision").first()
    assert broken is not None
    decision = find_decision(broken.decision)
    assert decision is not None
    decision.by_rule = decision.by_rule.replace(b'"reasons"', b'"raisons"')
    decision.save()
    with pytest.raises(KeyError):
        door.keep_time()
    assert {first, second} - {broken.reference} == {
        letter.reference for letter in Letter.objects.filter(released_on__isnull=False)
    }
