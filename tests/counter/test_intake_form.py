"""The form for outside bodies: what it takes in, what it refuses in words, and that nothing typed is lost."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from amanah.core.data_requests.facts import compute_facts_hash, parse_facts
from amanah.core.data_requests.records import parse_record
from amanah.core.public_log.sealed_slots import parse_opening, verify_opening
from amanah.request_door.records.models import Record
from amanah.request_door.records.sealing import seal_due_periods
from amanah.request_door.requests import actions
from amanah.request_door.requests.models import CounterDay, DataRequest, Facts, InstrumentFile
from amanah.request_door.requests.queries import get_facts_document
from tests.counter.sealed_log import EVERY, Log
from tests.support.counter import FORM, TODAY, build_counter_client, find_form_token, send_form
from tests.support.papers import HOSTILE_PAPERS, build_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return build_counter_client()


def list_records(kind: str) -> list[dict[str, object]]:
    records = [parse_record(bytes(row.record)) for row in Record.objects.all()]
    return [dict(record.body) | {"ref": record.ref} for record in records if record.kind == kind]


def test_what_is_asked_becomes_facts_and_a_record_of_the_same_hash(client: Client) -> None:
    answer = send_form(client, paper=build_pdf(), people="Nobody  Atall\nInvented Person\n")
    assert answer.status_code == 303
    [stored] = DataRequest.objects.all()
    document = get_facts_document(stored.reference)
    facts = parse_facts(document)
    assert facts.asked.people == ("Invented Person", "Nobody Atall")
    assert (facts.channel, facts.ordered, facts.jurisdiction) == ("form", None, "uk")
    assert facts.document is not None
    [record] = list_records("request-received")
    assert record["facts"] == compute_facts_hash(document)
    assert (record["ref"], record["people"], record["asks_class"]) == (stored.reference, 2, False)
    assert bytes(InstrumentFile.objects.get().content) == build_pdf()


def test_no_name_of_a_person_stands_outside_the_facts(client: Client) -> None:
    send_form(client, people="Unrepeated Surname")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != "request_facts":
                cursor.execute(f'SELECT * FROM "{table}"')
                assert "Unrepeated" not in repr(
                    [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor]
                )


def test_the_same_form_sent_twice_is_one_request(client: Client) -> None:
    token = find_form_token(client.get("/en/ask/").content.decode())
    places = {send_form(client, token=token)["Location"] for _ in range(3)}
    assert len(places) == 1
    assert DataRequest.objects.count() == len(list_records("request-received")) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body_name": " "}, "Write which body asks."),
        ({"body_name": "A\u202eB"}, "cannot be printed"),
        ({"purpose": ""}, "Write what is asked for"),
        ({"purpose": "x" * 4001}, "at most 4000 characters"),
        ({"instrument": ""}, "Choose on what basis you ask."),
        ({"instrument": "because-we-say-so"}, "Choose from the list."),
        ({"instrument": "uk-gdpr-art15"}, "Choose from the list."),
        ({"signed_by": "me"}, "Choose from the list."),
        ({"categories": []}, "Choose at least one kind of data."),
        ({"categories": ["everything"]}, "Choose from the list."),
        ({"people": "x" * 121}, "One name a line"),
        ({"people": "A\u202eB"}, "no hidden marks"),
        ({"people": "\n".join(f"Person {place}" for place in range(101))}, "At most 100 people"),
        ({"since": "2009-01-01"}, "The last day comes before the first day."),
        ({"since": "yesterday"}, "Write the day like 2026-11-25."),
        ({"secrecy": None}, "Say whether somebody ordered"),
        ({"form_token": "forged"}, "older than a day"),
    ],
)
def test_a_form_that_cannot_be_taken_in_says_why_and_keeps_what_was_typed(client, changes, words) -> None:
    token = find_form_token(client.get("/en/ask/").content.decode())
    answer = send_form(client, **({"form_token": token} | changes))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert page.count(words) >= (1 if "form_token" in changes else 2), "in the summary, and at the field"
    assert FORM["officer"] in page
    assert DataRequest.objects.count() == 0
    for name in re.findall(r'href="#(field-[a-z_]+)"', page):
        assert f'id="{name}"' in page


def test_a_refused_file_loses_nothing_but_itself_and_is_recorded(client: Client) -> None:
    reason, data = HOSTILE_PAPERS["script at opening"]
    answer = send_form(client, paper=data, people="Invented Person")
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Print the paper and scan it again." in page
    assert "Invented Person" in page
    assert re.search(r'value="uk-dpa-2018-sch2-para2" checked', page)
    assert re.search(r'value="membership-list" checked', page)
    assert list_records("file-refused") == [{"reason": reason, "ref": None}]
    assert DataRequest.objects.count() == InstrumentFile.objects.count() == 0


def test_a_file_that_is_too_large_is_said_to_be(client: Client) -> None:
    answer = send_form(client, paper=build_pdf() + bytes(11 * 1024 * 1024))
    assert answer.status_code == 422
    assert "larger than 10 MB" in answer.content.decode()
    assert list_records("file-refused") == [{"reason": "file-too-large", "ref": None}]


def test_a_good_file_beside_a_mistake_is_asked_for_again_in_words(client: Client) -> None:
    answer = send_form(client, paper=build_pdf(), body_name="")
    assert "This file is fine." in answer.content.decode()
    assert list_records("file-refused") == []


def test_nobody_fills_the_private_log_with_bad_files(client: Client) -> None:
    for _ in range(actions.MOST_REFUSED_PAPERS_A_DAY + 2):
        assert send_form(client, paper=b"no paper").status_code == 422
    assert len(list_records("file-refused")) == actions.MOST_REFUSED_PAPERS_A_DAY
    actions.record_refused_paper("file-broken", today=timezone.localdate() + timedelta(days=1))
    assert len(list_records("file-refused")) == actions.MOST_REFUSED_PAPERS_A_DAY + 1
    assert CounterDay.objects.count() == 1


def test_a_full_counter_says_so_and_keeps_the_desk_open(client: Client) -> None:
    most = actions.compute_most_a_day(timezone.localdate())
    for _ in range(most):
        assert send_form(client).status_code == 303
    answer = send_form(client)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Send it tomorrow, or write a letter." in page
    assert FORM["officer"] in page
    assert DataRequest.objects.count() == Facts.objects.count() == most


def test_nobody_can_count_the_others_by_filling_the_counter() -> None:
    days = [TODAY + timedelta(days=number) for number in range(200)]
    drawn = {actions.compute_most_a_day(day) for day in days}
    assert min(drawn) >= actions.FEWEST_A_DAY
    assert len(drawn) == actions.SPREAD_A_DAY == max(drawn) - min(drawn) + 1
    assert [actions.compute_most_a_day(day) for day in days[:9]] == [
        actions.compute_most_a_day(day) for day in days[:9]
    ]


def test_a_broken_paper_that_claims_to_be_secret_leaves_no_record_that_reports_would_open(
    client: Client,
) -> None:
    assert send_form(client, paper=b"no paper", secrecy="ordered").status_code == 422
    assert list_records("file-refused") == []


def test_a_wish_to_record_is_taken_in_without_any_kind_of_data(client: Client) -> None:
    assert send_form(client, categories=[], asks_collection="yes").status_code == 303


def test_what_was_typed_is_never_markup(client: Client) -> None:
    attack = '<script>alert("x")</script>'
    for changes in ({"body_name": attack, "purpose": ""}, {"body_name": attack, "purpose": attack}):
        answer = send_form(client, **changes)
        page = (client.get(answer["Location"]) if answer.status_code == 303 else answer).content.decode()
        assert attack not in page
        assert "&lt;script&gt;" in page


def test_the_status_page_tells_its_own_request_and_no_other(client: Client) -> None:
    first, second = send_form(client, people="Invented Person"), send_form(client, body_name="A council")
    page, other = (client.get(answer["Location"]).content.decode() for answer in (first, second))
    assert "Invented Person" in page
    assert "Invented Person" not in other
    assert "A police letter citing the crime exemption" in page
    facts = client.get(first["Location"] + "facts.json")
    assert parse_facts(facts.content).asked.people == ("Invented Person",)
    assert "attachment" in facts["Content-Disposition"]
    assert client.get(first["Location"] + "openings.json").content == b"[]"
    for guess in ("x", "A" * 22, "%00"):
        assert client.get(f"/en/status/{guess}/").status_code == 404


def test_whoever_asked_can_prove_that_the_request_stands_in_the_log(client: Client) -> None:
    link = send_form(client)["Location"]
    log = Log()
    log.show()
    now = int(timezone.now().timestamp())
    seal_due_periods(now)
    seal_due_periods(now + 3 * EVERY)
    assert client.get(link + "openings.json").content == b"[]", "the log has not confirmed it yet"
    log.take_over()
    openings = [parse_opening(value) for value in json.loads(client.get(link + "openings.json").content)]
    # It was refused by the rules as it came in; both records are its own.
    kinds = {parse_record(opening.record).kind for opening in openings}
    assert kinds == {"request-received", "decision-made"}
    roots = {body["number"]: body["root"] for body in log.list_bodies("slots_sealed")}
    for opening in openings:
        verify_opening(opening, bytes.fromhex(roots[opening.number]))
