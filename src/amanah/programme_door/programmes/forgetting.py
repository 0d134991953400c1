"""Takes what somebody took back out of the files of the database: freed pages, dead rows and the journal.

It destroys nothing itself, and no backup. What cannot be done at this moment is written to the output, without names.
"""

import logging
from typing import TYPE_CHECKING, cast

from django.db import OperationalError, connection

from amanah.web.rewriting import cut_journal

if TYPE_CHECKING:
    from amanah.web.database import Database

_LOGGER = logging.getLogger("amanah.programmes")
_LARGEST_COPY = 1 << 28
"""Above this size the file is not rewritten: its copy would not fit into a small machine's memory."""


def forget_remains(*tables: str) -> bool:
    """Rewrite what may still hold what was destroyed in these tables; tell whether nothing is left in the files."""
    try:
        is_done = _rewrite_sqlite() if connection.vendor == "sqlite" else _rewrite_postgresql(tables)
    except OperationalError:
        is_done = False
    if not is_done:
        _LOGGER.warning("what was taken back may lie in the journal of the database for a while")
    return is_done


def _rewrite_sqlite() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        if cursor.fetchone()[0] <= _LARGEST_COPY:
            # The copy that VACUUM works on must not pass through a temporary file.
            cursor.execute("PRAGMA temp_store = MEMORY")
            cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_blocked = cursor.fetchone()[0]
    return not is_blocked


def _rewrite_postgresql(tables: tuple[str, ...]) -> bool:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")
    # psycopg's connection has the one method that this needs.
    return cut_journal(cast("Database", connection.connection))
