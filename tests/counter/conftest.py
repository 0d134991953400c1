"""Lets transactional tests empty the tables that the request door's database never lets anybody empty."""

from collections.abc import Iterator
from typing import Any

import pytest

KEPT = {
    "record": "place",
    "sealed_period": "number",
    "sealed_slot": "record_id",
    "published_report": "number",
}


@pytest.fixture(autouse=True, scope="session")
def emptied_between_tests() -> Iterator[None]:
    """Lift the refusal for the flush after a transactional test, and for that alone."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from amanah.web.schema import list_refusal_ends, list_refusals

    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_all(operations: Any, sql_list: list[str]) -> None:
        connection = operations.connection
        vendor, present = connection.vendor, set(connection.introspection.table_names())
        kept = {table: key for table, key in KEPT.items() if table in present}
        lifted = [statement for table in kept for statement in list_refusal_ends(vendor, table)]
        put_back = [
            statement for table, key in kept.items() for statement in list_refusals(vendor, table, key)
        ]
        flush(operations, [*lifted, *sql_list, *put_back])

    BaseDatabaseOperations.execute_sql_flush = flush_all
    yield
    BaseDatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def no_log_read_yet() -> Iterator[None]:
    """Begin each test as a process does that has not read the public log."""
    from amanah.request_door.records.log_copy import forget_view

    forget_view()
    yield
    forget_view()
