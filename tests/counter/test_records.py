"""The private log only grows, every period is sealed once whatever happens."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from amanah.core.data_requests.records import parse_record
from amanah.core.public_log.sealed_slots import parse_opening, verify_opening
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records import sealing
from amanah.request_door.records.actions import CaseMissingError, append_record
from amanah.request_door.records.log_copy import forget_view
from amanah.request_door.records.models import PublishedReport, Record, SealedPeriod, SealedSlot
from amanah.request_door.records.queries import (
    compute_next_report,
    compute_next_sealing,
    find_seal,
    is_chain_whole,
    is_sealed_in_log,
    list_openings,
    rebuild_slots,
)
from amanah.request_door.records.sealing import seal_due_periods
from amanah.web.outbox_models import OutsideTransactionError
from tests.counter.decision_bench import on_disk, run_together
from tests.counter.sealed_log import (
    EVERY,
    LONG,
    OTHER,
    REFERENCE,
    START,
    Chance,
    Log,
    answer,
    crashing_after,
    keep_time,
    receive,
    record,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Log:
    log = Log()
    log.show()
    return log


def test_a_record_stands_in_its_place_and_the_chain_shows_every_change() -> None:
    first = record("request-received", REFERENCE, receive())
    second = record("decision-made", REFERENCE, answer("refuse", "bring-an-order"))
    assert first != second
    assert [row.place for row in Record.objects.order_by("place")] == [0, 1]
    assert is_chain_whole()


@pytest.mark.django_db(transaction=True)
def test_no_record_is_written_apart_from_what_it_tells() -> None:
    with pytest.raises(OutsideTransactionError):
        append_record("case-closed", REFERENCE, {})
    assert not Record.objects.exists()


@pytest.mark.parametrize("model", [Record, SealedPeriod, SealedSlot, PublishedReport])
def test_the_database_refuses_to_change_or_remove_what_was_written(model: Any, log: Log) -> None:
    record("request-received", REFERENCE, receive())
    keep_time(log, START, START + 2 * LONG)
    assert model.objects.exists()
    key = model._meta.pk.name
    column = model._meta.pk.column
    for statement in (
        lambda: model.objects.all().delete(),
        lambda: model.objects.update(**{key: 7}),
        lambda: model.objects.all()._raw_delete("default"),
        lambda: run(f"DELETE FROM {model._meta.db_table}"),
        lambda: run(f"UPDATE {model._meta.db_table} SET {column} = {column}"),
    ):
        with pytest.raises(Exception, match=r"never changed|protected foreign keys"), transaction.atomic():
            statement()
    assert is_chain_whole()


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_row_cannot_be_replaced_either() -> None:
    record("case-closed", REFERENCE, {})
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(DatabaseError), transaction.atomic():
        run(
            f"{verb} INTO record (place, record, chain, case_ref) SELECT place, record, chain, '' FROM record"
        )
    assert Record.objects.get().case_ref == REFERENCE


def test_nothing_is_sealed_before_the_log_was_read() -> None:
    assert seal_due_periods(START) == 0
    assert not SealedPeriod.objects.exists()


def test_every_period_is_sealed_whether_or_not_anything_happened(log: Log) -> None:
    keep_time(log, START, START + 5 * EVERY)
    record("request-received", REFERENCE, receive())
    keep_time(log, START + 5 * EVERY, START + 10 * EVERY)
    numbers = [body["number"] for body in log.list_bodies("slots_sealed")]
    assert numbers == [*range(numbers[0], numbers[0] + 11)]
    assert len({body["root"] for body in log.list_bodies("slots_sealed")}) == 11
    assert all(body.keys() == {"number", "root"} for body in log.list_bodies("slots_sealed"))


def test_what_was_missed_is_sealed_period_by_period_and_not_without_end(log: Log) -> None:
    seal_due_periods(START, Chance("a"))
    log.take_over()
    assert seal_due_periods(START + 7 * EVERY, Chance("b")) == 7
    log.take_over()
    assert seal_due_periods(START + 5_000 * EVERY, Chance("c")) == 400


def test_a_clock_that_goes_back_seals_nothing_twice(log: Log) -> None:
    keep_time(log, START, START + 5 * EVERY)
    assert seal_due_periods(START + EVERY) == 0
    assert seal_due_periods(START + 5 * EVERY) == 0
    assert seal_due_periods(START + 6 * EVERY) == 1


def test_a_database_from_a_backup_goes_on_after_the_last_number_of_the_log(log: Log) -> None:
    seal_due_periods(START, Chance("a"))
    log.take_over()
    newest = log.entries[-1]
    log.entries.append(replace(newest, body=newest.body | {"number": newest.body["number"] + 3}))
    log.show()
    assert seal_due_periods(START + 3 * EVERY) == 0
    assert seal_due_periods(START + 4 * EVERY) == 1
    assert SealedPeriod.objects.order_by("-number").first().number == newest.body["number"] + 4


def test_a_record_is_in_the_log_only_once_its_seal_was_read_there(log: Log) -> None:
    chain = record("decision-made", REFERENCE, answer("refuse", "bring-an-order"))
    assert find_seal(chain) is None
    seal_due_periods(START)
    assert find_seal(chain) is not None
    assert not is_sealed_in_log(chain)
    log.take_over()
    assert is_sealed_in_log(chain)
    forget_view()
    assert not is_sealed_in_log(chain)


def test_everyone_who_may_know_of_a_request_can_open_its_records_and_no_others(log: Log) -> None:
    record("request-received", REFERENCE, receive(), is_secret=True)
    record("approval-refused", "0123456789abcdef", {"reason": "stale"}, case=REFERENCE)
    record("request-received", OTHER, receive())
    assert list_openings(REFERENCE) == []
    keep_time(log, START, START + EVERY)
    (root,) = {
        body["root"] for body in log.list_bodies("slots_sealed") if body["number"] == find_number(REFERENCE)
    }
    openings = [parse_opening(one) for one in list_openings(REFERENCE)]
    assert sorted(parse_record(one.record).kind for one in openings) == [
        "approval-refused",
        "request-received",
    ]
    for one in openings:
        verify_opening(one, bytes.fromhex(root))


def find_number(case: str) -> int:
    number: int = Record.objects.filter(case_ref=case).first().slot.period_id
    return number


def test_a_flood_of_open_records_waits_and_delays_no_secret_one(log: Log) -> None:
    chains = [record("file-refused", None, {"reason": f"reason-{number}"}) for number in range(150)]
    hidden = record("case-closed", REFERENCE, {}, is_secret=True)
    seal_due_periods(START)
    assert sum(find_seal(chain) is not None for chain in chains) == 128
    assert find_seal(hidden) is not None
    seal_due_periods(START + EVERY)
    assert all(find_seal(chain) is not None for chain in chains)


def test_only_what_belongs_to_a_request_can_be_secret() -> None:
    with pytest.raises(CaseMissingError):
        record("file-refused", None, {"reason": "scripts"}, is_secret=True)
    assert not Record.objects.exists()


@pytest.mark.parametrize("failing", ["append_log_entry", "seal_records"])
def test_a_crash_while_sealing_leaves_everything_to_be_sealed_once(
    log: Log, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    chain = record("case-closed", REFERENCE, {})

    def crash(*_: object, **__: object) -> None:
        raise OSError("the machine went away")

    with monkeypatch.context() as patched:
        patched.setattr(sealing, failing, crash)
        with pytest.raises(OSError, match="went away"):
            seal_due_periods(START)
    assert not SealedPeriod.objects.exists()
    assert not OutboxEntry.objects.exists()
    assert seal_due_periods(START) == 1
    assert find_seal(chain) is not None


@pytest.mark.django_db(transaction=True)
def test_every_statement_of_a_sealing_can_be_the_last_one_before_a_crash(log: Log) -> None:
    record("case-closed", REFERENCE, {})
    for place in range(1, 40):
        try:
            with crashing_after(place):
                sealed = seal_due_periods(START)
        except KeyboardInterrupt:
            assert (
                SealedPeriod.objects.count() == SealedSlot.objects.count() == OutboxEntry.objects.count() == 0
            )
            continue
        assert sealed == 1
        assert SealedPeriod.objects.count() == OutboxEntry.objects.count() == SealedSlot.objects.count() == 1
        return
    pytest.fail("Sealing never came to its end.")


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_race_seal_once(log: Log, tmp_path: Path) -> None:
    def seal() -> None:
        seal_due_periods(START)
        seal_due_periods(START + EVERY)

    with on_disk(tmp_path / "race.sqlite"):
        for number in range(5):
            record("file-refused", None, {"reason": f"reason-{number}"})
        assert run_together([seal] * 4) == [None] * 4
        assert SealedPeriod.objects.count() == OutboxEntry.objects.count() == 2
        assert SealedSlot.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_records_of_two_writers_stand_in_one_chain(tmp_path: Path) -> None:
    def write() -> None:
        for number in range(10):
            record("file-refused", None, {"reason": f"reason-{number}"})

    with on_disk(tmp_path / "chain.sqlite"):
        assert run_together([write] * 3) == [None] * 3
        assert Record.objects.count() == 30
        assert is_chain_whole()


def test_rebuilt_slots_have_the_root_that_was_logged(log: Log) -> None:
    record("case-closed", REFERENCE, {})
    keep_time(log, START, START + 2 * EVERY)
    for body in log.list_bodies("slots_sealed"):
        assert rebuild_slots(body["number"]).compute_root().hex() == body["root"]


def test_the_next_times_are_told(log: Log) -> None:
    assert compute_next_sealing(START) == START + EVERY
    assert compute_next_report(START).published_at > START
    assert compute_next_report(START).published_at - LONG <= START + LONG
