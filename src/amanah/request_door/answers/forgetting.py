"""Takes what was destroyed out of the files of the database: freed pages, dead rows and the journal.

It never destroys anything itself. Backups that were made before are files of their own: whoever keeps them keeps that.
"""

import logging
from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db import OperationalError, connection

from amanah.web.rewriting import cut_journal

if TYPE_CHECKING:
    from amanah.web.database import Database

_LOGGER = logging.getLogger("amanah.answers")
_LARGEST_COPY = 1 << 28
"""Above this size the file is not rewritten: its copy would not fit into a small machine's memory."""
_NOUNS = ("requests", "decisions", "answers")


class _Remains:
    """Whether something was destroyed that may still lie in the files; nobody knows after a start."""

    may_be_left = True


def note_remains() -> None:
    """Remember that something was destroyed."""
    _Remains.may_be_left = True


def forget_remains() -> bool:
    """Rewrite what still may hold what was destroyed; tell whether nothing is left to do.

    Somebody who reads at this moment can hold a part of the journal: then the next call does it.
    """
    if not _Remains.may_be_left:
        return True
    if connection.in_atomic_block:
        return False
    try:
        is_done = _rewrite_sqlite() if connection.vendor == "sqlite" else _rewrite_postgresql()
    except OperationalError:
        return False
    _Remains.may_be_left = not is_done
    return is_done


def _rewrite_sqlite() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        # Freed pages were overwritten when they were freed; rewriting also clears what lay in pages that are in use.
        if cursor.fetchone()[0] <= _LARGEST_COPY:
            # The copy that VACUUM works on must not pass through a temporary file.
            cursor.execute("PRAGMA temp_store = MEMORY")
            cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_blocked = cursor.fetchone()[0]
    return not is_blocked


def _rewrite_postgresql() -> bool:
    tables = [model._meta.db_table for noun in _NOUNS for model in apps.get_app_config(noun).get_models()]
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")
    # psycopg's connection has the one method that this needs.
    if not cut_journal(cast("Database", connection.connection)):
        _LOGGER.warning("PostgreSQL keeps its journal as long as it likes: this role may not cut it.")
    return True
