"""A Django door writes an entry with its rows or not at all."""

import contextlib

import pytest
from django.db import connection, transaction

from amanah.core.errors import RefusedError
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.web.database import Database, Vendor
from amanah.web.outbox import list_waiting_entries
from amanah.web.outbox_models import OutsideTransactionError, append_entry

pytestmark = pytest.mark.django_db(transaction=True)

ENTRY = sign_entry(
    bytes(32),
    at=1_790_000_000,
    by="programme-door",
    kind="door_started",
    ref=None,
    body={"version": "0.1.0", "client": None},
)


def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransactionError):
        append_entry(OutboxEntry, ENTRY)
    assert OutboxEntry.objects.count() == 0


def test_an_entry_goes_with_its_transaction_and_is_there_once() -> None:
    with contextlib.suppress(RefusedError), transaction.atomic():
        append_entry(OutboxEntry, ENTRY)
        raise RefusedError
    assert OutboxEntry.objects.count() == 0
    with transaction.atomic():
        first = append_entry(OutboxEntry, ENTRY)
        assert append_entry(OutboxEntry, encode_entry(ENTRY)) == first
    assert OutboxEntry.objects.count() == 1


def test_what_a_django_door_writes_the_clerk_finds() -> None:
    with transaction.atomic():
        entry_hash = append_entry(OutboxEntry, ENTRY)
    vendor: Vendor = "postgresql" if connection.vendor == "postgresql" else "sqlite"
    database = Database(connection.connection, vendor)
    assert list_waiting_entries(database) == [(entry_hash, encode_entry(ENTRY))]
