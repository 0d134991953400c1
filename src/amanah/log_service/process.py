"""Starts the log service: one process, one writer thread, no Django.

It refuses to start where the past cannot be vouched for, and ends with an error where it cannot go on.
"""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

from amanah.core.errors import MisconfiguredError
from amanah.log_service.application import LogApplication
from amanah.log_service.identity import load_identity
from amanah.log_service.ledger import Ledger
from amanah.log_service.opening import open_ledger
from amanah.log_service.sequencer import Sequencer
from amanah.log_service.storage import PublicFolder
from amanah.log_service.store import LogStore
from amanah.web.config import Config
from amanah.web.database import SQLITE_PREFIX, find_sqlite_path, open_database
from amanah.web.gate import run_gate
from amanah.web.locking import hold_lock

PUBLICATION_SECONDS = {"calm": 1.0, "demo": 0.2}
LAST_SIGNED = "last-signed"


def run(config: Config, now: Callable[[], float] = time.time) -> None:
    """Serve the log until SIGTERM or SIGINT; raise what ended it, if anything did."""
    with hold_writer_lock(config.folder("log")), ThreadPoolExecutor(1, "log-writer") as writer:
        ledger = writer.submit(open_log, config, now).result()
        sequencers: list[Sequencer] = []

        def make_sequencer() -> Sequencer:
            interval = PUBLICATION_SECONDS[config.pace]
            sequencers.append(Sequencer(ledger, writer, interval, _ask_to_stop))
            return sequencers[-1]

        run_gate(LogApplication(ledger, make_sequencer), config.binds["log"])
        writer.submit(ledger.store.close).result()
    for sequencer in sequencers:
        if sequencer.failure:
            raise sequencer.failure


def open_log(config: Config, now: Callable[[], float]) -> Ledger:
    """Open database, keys and files, and check the past; call it on the thread that will write."""
    identity = load_identity(config)
    folder = config.folder("log")
    url = config.database("log")
    if url.startswith(SQLITE_PREFIX) and not find_sqlite_path(url).is_file():
        raise MisconfiguredError([f"The log's database {find_sqlite_path(url)} is missing; run amanah init."])
    store = LogStore(open_database(url))
    try:
        store.claim(identity.origin)
        public = PublicFolder(folder / "public")
        return open_ledger(identity, store, public, config.keys("log") / LAST_SIGNED, now)
    except BaseException:
        store.close()
        raise


def hold_writer_lock(folder: Path) -> AbstractContextManager[None]:
    """Keep a second log service off the same folder for as long as this one lives."""
    return hold_lock(folder / "writer.lock", taken=f"Another log service works in {folder}; stop it first.")


def _ask_to_stop() -> None:
    signal.raise_signal(signal.SIGTERM)
