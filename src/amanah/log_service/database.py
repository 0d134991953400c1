"""Opens the log's database, and keeps a second service off the same folder.

It never makes a table.
"""

from contextlib import AbstractContextManager
from pathlib import Path

from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config
from amanah.web.database import SQLITE_PREFIX, Database, find_sqlite_path, open_database
from amanah.web.locking import hold_lock


def open_log_database(config: Config) -> Database:
    """Open the database for reading and writing; call it on the thread that will write."""
    url = config.database("log")
    if url.startswith(SQLITE_PREFIX) and not find_sqlite_path(url).is_file():
        raise MisconfiguredError([f"The log's database {find_sqlite_path(url)} is missing; run amanah init."])
    return open_database(url)


def hold_writer_lock(folder: Path) -> AbstractContextManager[None]:
    """Keep a second log service or witness off the same folder for as long as this one lives."""
    return hold_lock(folder / "writer.lock", taken=f"Another log service works in {folder}; stop it first.")
