"""One writer for one place, by a lock that the kernel lets go of with the process.

It never waits, and never locks a database file itself.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amanah.core.errors import MisconfiguredError
from amanah.web.database import SQLITE_PREFIX, find_sqlite_path


@contextmanager
def hold_lock(path: Path, *, taken: str) -> Iterator[None]:
    """Hold the lock for as long as this process lives; raise MisconfiguredError with `taken` where another has it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise MisconfiguredError(
            [f"The folder {path.parent} cannot be used ({error.strerror}); run amanah init."]
        ) from error
    try:
        _lock(handle, taken)
        yield
    finally:
        os.close(handle)


@contextmanager
def hold_database(url: str, *, holder: str) -> Iterator[None]:
    """Keep a second writer off a SQLite file, by a lock beside it; PostgreSQL keeps order among writers by itself.

    Closing any other handle of the database file would let go of SQLite's own locks, so that file stays untouched.
    """
    if not url.startswith(SQLITE_PREFIX):
        yield
        return
    path = find_sqlite_path(url)
    taken = f"Another {holder} works with {path}; stop it first."
    with hold_lock(path.with_name(f"{path.name}.lock"), taken=taken):
        yield


def _lock(handle: int, taken: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise MisconfiguredError([taken]) from error
