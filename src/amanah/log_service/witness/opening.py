"""Puts our witness together from its key, its list of logs and its memory."""

from collections.abc import Callable

from amanah.log_service.identity import load_witness_identity
from amanah.log_service.witness.last_cosigned import FOLDER, LastCosigned
from amanah.log_service.witness.served_logs import FILE_NAME, ServedLogs
from amanah.log_service.witness.witness import Witness
from amanah.web.config import Config
from amanah.web.database import Database


def open_witness(config: Config, database: Database, now: Callable[[], float]) -> Witness:
    """Read the witness's key, list and memory; its database must be open on this thread."""
    identity = load_witness_identity(config)
    logs = ServedLogs(config.data / "public" / FILE_NAME, forbidden_keys=(identity.verifier_key.public_key,))
    witness = Witness(identity, logs, database, LastCosigned(config.keys("log") / FOLDER), now)
    witness.catch_up()
    return witness
