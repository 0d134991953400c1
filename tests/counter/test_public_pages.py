"""The pages that everybody reads: reports in words, on paper and for programs; counts of the last report; the rules."""

import hashlib
import io
import json
import re
from datetime import date

import pytest
from pypdf import PdfReader

from amanah.core.data_requests.reporting import parse_report
from amanah.core.data_requests.rules import RULES, parse_rules
from amanah.request_door.public.queries import find_report
from amanah.request_door.records.actions import record_statements
from amanah.request_door.records.models import PublishedReport
from amanah.web.pages import KEPT_PAGES
from tests.counter.sealed_log import LONG, REFERENCE, START, Log, answer, find_day, keep_time, receive, record

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "ar")


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    KEPT_PAGES.pages.clear()


def read(path: str) -> str:
    from django.test import Client

    answered = Client().get(path)
    assert answered.status_code == 200, (path, answered.status_code)
    assert not answered.cookies
    return answered.content.decode()


@pytest.fixture
def name() -> str:
    """Give the report that opens a refusal, an answer that gave something, and a statement."""
    log = Log()
    log.show()
    record("request-received", REFERENCE, receive(body_name="Invented <b>Police</b>"))
    record("decision-made", REFERENCE, answer("refuse", "bring-an-order"))
    given = "1111-2222-3333"
    record("request-received", given, receive("uk-pace-1984-production-order", people=2, asks_class=False))
    record("decision-made", given, answer("narrow", "nothing-beyond", "only-what-exists"))
    record("disclosure-made", given, {"items": 1, "package": "ab" * 32, "people": 1})
    record("file-refused", None, {"reason": "file-script"})
    record_statements(["trustees-sign"], made_on=find_day(START), expires_on=date(2027, 1, 31))
    keep_time(log, START, START + 2 * LONG)
    return next(
        row.name
        for row in PublishedReport.objects.order_by("number")
        if parse_report(bytes(row.document)).openings
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_gives_the_counts_of_the_last_report_and_says_so(language: str, name: str) -> None:
    page = read(f"/{language}/")
    assert name in read("/en/reports/")
    assert f"/{language}/reports/" in page
    if language == "en":
        assert "Asked: 2. Given: 1." in page
        assert "As the report of" in page


def test_a_request_changes_no_page_before_its_report_comes() -> None:
    log = Log()
    log.show()
    keep_time(log, START, START + LONG)
    KEPT_PAGES.pages.clear()
    paths = [f"/{language}/{path}" for language in LANGUAGES for path in ("", "reports/", "rules/")]
    before = [read(path) for path in paths]
    record("request-received", REFERENCE, receive())
    record("decision-made", REFERENCE, answer("refuse", "bring-an-order"))
    KEPT_PAGES.pages.clear()
    assert [read(path) for path in paths] == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_read_in_words_on_paper_and_by_programs(language: str, name: str) -> None:
    page = read(f"/{language}/reports/{name}/")
    document = read(f"/reports/{name}.json").encode()
    report = parse_report(document)
    assert report.name == name
    assert hashlib.sha256(document).hexdigest() in page
    assert REFERENCE in page
    assert "<b>Police" not in page
    paper = find_report(name)
    assert paper is not None
    from django.test import Client

    pdf = Client().get(f"/{language}/reports/{name}.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert Client().get(f"/reports/{name}.pdf", headers={"Accept-Language": "ar"}).headers["Location"] == (
        f"/ar/reports/{name}.pdf"
    )


def test_a_report_on_paper_says_how_to_check_it_and_what_belongs_to_no_request(name: str) -> None:
    from django.test import Client

    pages = PdfReader(io.BytesIO(Client().get(f"/en/reports/{name}.pdf").content)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert words.index("What else is opened") < words.index("A file was refused because")
    command = "python -m amanah.verify requests --log http"
    assert command in words
    assert command in read(f"/en/reports/{name}/"), (
        "one report alone cannot be counted again without those before it"
    )


def test_a_report_says_who_asked_for_what_and_what_came_of_it(name: str) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", read(f"/en/reports/{name}/")))
    assert "about everybody, or a group, without naming anyone" in page
    assert "about 2 named people" in page
    assert "Refused." in page
    assert RULES["bring-an-order"] in page
    assert "Given to the body. Items: 1; people: 1." in page
    assert "A file was refused because it could not be read safely." in page
    assert "Whoever is concerned learns of it here" in page
    assert "Made on" in page
    assert "say nothing about orders that the law keeps secret" in page
    assert "0 – 24" in page or "0–24" in page


def test_a_report_that_opens_something_given_does_not_say_the_opposite(name: str) -> None:
    words = "This report opens no record of anything given."
    assert words not in read(f"/en/reports/{name}/"), (
        "something was given, and nothing is said of the refusal"
    )


def test_an_order_that_was_obeyed_is_not_taken_for_something_given() -> None:
    log = Log()
    log.show()
    record(
        "request-received", REFERENCE, receive("uk-pace-1984-production-order", people=1, asks_class=False)
    )
    record("decision-made", REFERENCE, answer("comply", "only-what-exists"))
    keep_time(log, START, START + 2 * LONG)
    row = next(one for one in PublishedReport.objects.all() if parse_report(bytes(one.document)).openings)
    page = read(f"/en/reports/{row.name}/")
    obeyed = page.index("The order was obeyed, as far as what it names exists.")
    assert "This report opens no record of anything given." in page[obeyed:]


def test_a_report_that_opens_nothing_says_so() -> None:
    log = Log()
    log.show()
    keep_time(log, START, START + 2 * LONG)
    row = PublishedReport.objects.order_by("number").first()
    assert row is not None
    assert "This report opens no request." in read(f"/en/reports/{row.name}/")


@pytest.mark.parametrize(
    "path", ["/en/status/AAAAAAAAAAAAAAAAAAAAAA/", "/en/status/mistyped/", "/en/nothing/"]
)
def test_whoever_copied_a_secret_link_wrong_is_told_what_to_do(path: str) -> None:
    from django.test import Client

    answered = Client().get(path)
    assert answered.status_code == 404
    assert "Compare every letter with the slip" in answered.content.decode()
    assert "Your card" not in answered.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/en/reports/2026-q4/", "/en/reports/x/", "/reports/demo-1.json", "/en/reports/demo-1.pdf"],
)
def test_a_report_that_there_is_not_is_not_found(path: str) -> None:
    from django.test import Client

    assert Client().get(path).status_code == 404


def test_the_rules_are_all_there_in_words_and_for_programs() -> None:
    page = read("/en/rules/")
    for code in RULES:
        assert f'id="{code}"' in page
    assert parse_rules(read("/rules.json").encode()).community == "commons"


def test_statements_are_those_of_the_last_report(name: str) -> None:
    value = json.loads(read("/statements.json"))
    assert value["report"] == PublishedReport.objects.order_by("-number").values_list("name", flat=True)[0]
    assert [row[0] for row in value["statements"]] == ["trustees-sign"]


def test_what_this_door_holds_is_read_from_its_database() -> None:
    assert "record.record" in read("/en/what-this-door-holds/")
