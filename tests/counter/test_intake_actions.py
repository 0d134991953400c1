"""What the counter keeps and destroys: versions of facts, secrecy, closing, and nothing of anybody afterwards."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from amanah.core.data_requests.facts import SALT_LENGTH, compute_facts_hash
from amanah.request_door.records.queries import find_secrecy
from amanah.request_door.requests.actions import (
    PaperReading,
    RequestClosedError,
    close_request,
    destroy_request,
    record_facts,
)
from amanah.request_door.requests.models import DataRequest, Facts, InstrumentFile
from amanah.request_door.requests.queries import (
    RequestUnknownError,
    compute_answer_day,
    get_facts,
    get_facts_document,
    list_closed_requests,
    list_open_requests,
)
from amanah.request_door.requests.receiving import AFTER_READING, AFTER_RECEIPT
from tests.support.counter import LETTER, ORDER, SECRET_ORDER, TODAY, record_ask
from tests.support.papers import build_pdf

pytestmark = pytest.mark.django_db


def read_paper(stored: DataRequest, **changes: Any) -> str:
    facts = get_facts(stored.reference)
    reading = PaperReading(
        ordered=facts.asked, instrument=facts.instrument, signed_by="judge", secrecy=facts.secrecy
    )
    return record_facts(stored.reference, replace(reading, **changes), salt=secrets.token_bytes(SALT_LENGTH))


def test_what_a_trustee_reads_is_a_new_version_and_the_old_one_stays() -> None:
    stored = record_ask(ORDER, paper=build_pdf())
    before = get_facts_document(stored.reference)
    after = read_paper(stored)
    assert get_facts(stored.reference).ordered == ORDER.asked
    assert after == compute_facts_hash(get_facts_document(stored.reference)) != compute_facts_hash(before)
    assert Facts.objects.filter(reference=stored.reference).count() == 2


def test_later_parts_hear_of_receipt_and_reading_once() -> None:
    heard: list[str] = []
    AFTER_RECEIPT.append(lambda one: heard.append(f"received {one.reference}"))
    AFTER_READING.append(lambda one: heard.append(f"read {one.reference}"))
    try:
        stored = record_ask(ORDER, paper=build_pdf())
        read_paper(stored)
    finally:
        AFTER_RECEIPT.pop()
        AFTER_READING.pop()
    assert heard == [f"received {stored.reference}", f"read {stored.reference}"]


def test_an_order_that_the_law_keeps_secret_is_under_secrecy_from_its_first_record() -> None:
    stored = record_ask(SECRET_ORDER, paper=build_pdf())
    kept = find_secrecy(stored.reference)
    assert kept is not None
    assert kept.holds(TODAY)
    assert kept.reason not in {"", "claimed"}


def test_a_wish_for_secrecy_and_an_order_that_no_law_knows_are_not_secret() -> None:
    for ask in (replace(SECRET_ORDER, secrecy="requested"), replace(ORDER, secrecy="ordered")):
        assert find_secrecy(record_ask(ask).reference) is None


def test_one_trustee_alone_ends_no_secrecy_by_reading_that_the_paper_orders_none() -> None:
    for changes in ({"secrecy": "none"}, {"secrecy": "none", "instrument": ORDER.instrument}):
        stored = record_ask(SECRET_ORDER, paper=build_pdf())
        read_paper(stored, **changes)
        kept = find_secrecy(stored.reference)
        assert kept is not None
        assert kept.holds(TODAY + timedelta(days=80))


def test_secrecy_that_only_the_paper_orders_begins_when_it_is_read() -> None:
    stored = record_ask(replace(SECRET_ORDER, secrecy="none"), paper=build_pdf())
    assert find_secrecy(stored.reference) is None
    read_paper(stored, secrecy="ordered")
    assert find_secrecy(stored.reference) is not None


def test_an_answer_comes_by_the_day_of_the_rules() -> None:
    stored = record_ask(LETTER)
    assert TODAY < compute_answer_day(stored) <= TODAY + timedelta(days=30)


def test_a_closed_case_is_not_open_and_its_facts_stand() -> None:
    stored = record_ask(ORDER, paper=build_pdf())
    assert [one.reference for one in list_open_requests()] == [stored.reference]
    close_request(stored.reference, today=TODAY)
    assert list_open_requests() == []
    assert [one.reference for one in list_closed_requests(TODAY + timedelta(days=1))] == [stored.reference]
    for action in (lambda: read_paper(stored), lambda: close_request(stored.reference, today=TODAY)):
        with pytest.raises(RequestClosedError):
            action()


def test_after_destruction_nobody_and_no_paper_is_left() -> None:
    stored = record_ask(replace(ORDER, words="About Invented Person, urgently."), paper=build_pdf())
    read_paper(stored)
    with pytest.raises(RequestClosedError):
        destroy_request(stored.reference)
    close_request(stored.reference, today=TODAY)
    destroy_request(stored.reference)
    destroy_request(stored.reference)
    row = repr(DataRequest.objects.filter(reference=stored.reference).values().get())
    assert not any(word in row for word in ("Invented", "Constable", "Borchester"))
    assert Facts.objects.count() == InstrumentFile.objects.count() == 0
    with pytest.raises(RequestUnknownError):
        get_facts(stored.reference)
    assert list_closed_requests(TODAY + timedelta(days=1)) == []
