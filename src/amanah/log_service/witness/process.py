"""Starts our witness alone, on a machine without a log: it founds no log, signs no checkpoint, and asks nobody.

It has the folder, the database and the address that the log service has where both run together.
"""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from amanah.log_service.database import hold_writer_lock, open_log_database
from amanah.log_service.store import claim_database
from amanah.log_service.witness.application import WitnessApplication, WitnessDesk
from amanah.log_service.witness.opening import open_witness
from amanah.log_service.witness.witness import Witness
from amanah.web.config import Config
from amanah.web.database import Database
from amanah.web.gate import run_gate


def run(config: Config, now: Callable[[], float] = time.time) -> None:
    """Serve the witness until SIGTERM or SIGINT; raise what ended it, if anything did."""
    with hold_writer_lock(config.folder("log")), ThreadPoolExecutor(1, "witness-writer") as writer:
        database, witness = writer.submit(_open, config, now).result()
        desk = WitnessDesk(witness, writer, lambda: signal.raise_signal(signal.SIGTERM))
        run_gate(WitnessApplication(desk), config.binds["log"])
        writer.submit(database.close).result()
    if desk.failure:
        raise desk.failure


def _open(config: Config, now: Callable[[], float]) -> tuple[Database, Witness]:
    database = open_log_database(config)
    try:
        claim_database(database, config.log_origin)
        return database, open_witness(config, database, now)
    except BaseException:
        database.close()
        raise
