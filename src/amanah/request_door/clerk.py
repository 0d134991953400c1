"""What the request door says in the public log when it starts, and the thread that hands it over and reads it.

It never sees anything of the other doors but the log.
"""

import threading
import time
from pathlib import Path

import amanah
from amanah.core.encoding import JsonValue
from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.entries import sign_entry
from amanah.core.public_log.schemas import REQUEST_DOOR
from amanah.request_door.entry_key import read_entry_seed
from amanah.request_door.jurisdictions.packs_on_disk import check_pack_in_force
from amanah.request_door.records.pace import check_pace
from amanah.web.clerk import Clerk
from amanah.web.config import Config
from amanah.web.database import SQLITE_PREFIX, Database, find_sqlite_path, open_database
from amanah.web.holdings import list_stored_columns, parse_holdings
from amanah.web.outbox import append_entry_raw

HOLDINGS_FILE = Path(__file__).parent / "holdings.json"


def announce_start(config: Config) -> None:
    """Put into the outbox that this door has started, and every column of its live database."""
    url = config.database("request")
    if url.startswith(SQLITE_PREFIX) and not find_sqlite_path(url).is_file():
        raise MisconfiguredError(
            [f"The request door's database {find_sqlite_path(url)} is missing; run amanah init."]
        )
    check_pack_in_force(config)
    seed = read_entry_seed(config)
    with open_database(url) as database:
        check_pace(database, config, int(time.time()))
        columns = list_stored_columns(database, parse_holdings(HOLDINGS_FILE))
        rows: list[JsonValue] = [[held.table, held.column, held.purpose, held.retention] for held in columns]
        with database.transaction():
            _append(database, seed, "door_started", {"client": None, "version": amanah.__version__})
            _append(database, seed, "holdings_declared", {"columns": rows})


def start_clerk(config: Config) -> threading.Thread:
    """Hand entries over for as long as this process lives, and keep for its pages what the log says."""
    from amanah.request_door.records.log_copy import keep_view

    url = config.database("request")
    return Clerk(config, "request", lambda: open_database(url), keep_view).run_in_thread()


def _append(database: Database, seed: bytes, kind: str, body: dict[str, JsonValue]) -> None:
    entry = sign_entry(seed, at=int(time.time()), by=REQUEST_DOOR, kind=kind, ref=None, body=body)
    append_entry_raw(database, entry)
