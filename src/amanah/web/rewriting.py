"""When a door takes the order of writing out of its files, and how PostgreSQL is told to forget its journal.

It never writes a row.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from amanah.web.database import Database

if TYPE_CHECKING:
    from psycopg import AsyncConnection

QUIET_SECONDS = 2.0
LONGEST_WAIT = 60.0
# Rewriting may take one part in a hundred of a door's time, however large its tables grow.
PAUSE_FACTOR = 100
# Where nobody is kept waiting it may take more: a busy machine rewrites slowly, and order must not stay for that.
QUIET_PAUSE_FACTOR = 10

# The journal holds rows in the order they came. Only a role that was given leave can cut it
# (docs/how-to/put-it-on-a-server.md).
_MAY_CUT = (
    "SELECT has_function_privilege('pg_switch_wal()', 'execute') AND EXISTS"
    " (SELECT 1 FROM pg_roles WHERE rolname = 'pg_checkpoint' AND pg_has_role(oid, 'usage'))"
)
_CUT = ("SELECT pg_switch_wal()", "CHECKPOINT")


def may_cut_journal(database: Database) -> bool:
    """Tell whether the role of this connection was given leave."""
    return bool(database.execute(_MAY_CUT).fetchone()[0])


def cut_journal(database: Database) -> bool:
    """Let PostgreSQL drop the journal up to now; False when the role has no leave to."""
    if not may_cut_journal(database):
        return False
    for statement in _CUT:
        database.execute(statement)
    return True


async def cut_journal_async(connection: "AsyncConnection[Any]") -> None:
    """Do the same over an asynchronous connection."""
    row = await (await connection.execute(_MAY_CUT)).fetchone()
    for statement in _CUT if row and row[0] else ():
        await connection.execute(statement)


class RewriteRhythm:
    """Says when to rewrite: once it has been quiet for a moment, and under load every minute or less often.

    `writes` is a number that grows with every write. A large table is rewritten rarely enough to leave the door
    its time.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._writes_seen = -1
        self._last_write = clock()
        self._first_unhidden = clock()
        self._is_hidden = False
        self._ended_at = clock()
        self._took = 0.0

    def is_due(self, writes: int) -> bool:
        """Look once; callers look about twice a second."""
        now = self._clock()
        if writes != self._writes_seen:
            self._writes_seen = writes
            self._last_write = now
            if self._is_hidden:
                self._first_unhidden = now
            self._is_hidden = False
        if self._is_hidden:
            return False
        if now - self._last_write >= QUIET_SECONDS:
            return now >= self._ended_at + QUIET_PAUSE_FACTOR * self._took
        pause = PAUSE_FACTOR * self._took
        return now >= self._ended_at + pause and now - self._first_unhidden >= max(LONGEST_WAIT, pause)

    def note_rewrite(self, writes: int, began: float) -> None:
        """Remember that everything up to `writes` is hidden now, and how long that took."""
        now = self._clock()
        self._writes_seen = writes
        self._is_hidden = True
        self._ended_at, self._took = now, now - began
