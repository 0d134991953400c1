"""What was cosigned last for each log, as files beside the witness's key: a database from a backup has forgotten it.

It never holds a secret, and a file changes only by being replaced whole.
"""

from pathlib import Path
from typing import NamedTuple

from amanah.core.errors import AmanahError
from amanah.core.public_log.checkpoints import Checkpoint, parse_checkpoint
from amanah.core.public_log.cosignatures import verify_cosignature
from amanah.core.public_log.notes import VerifierKey, parse_note
from amanah.log_service.storage import read_file, replace_file

FOLDER = "last-cosigned"


class Remembered(NamedTuple):
    """A checkpoint that our own key cosigned, at a time."""

    checkpoint: Checkpoint
    note: bytes
    at: int


class LastCosigned:
    """One file for each log, named by the hash of its origin."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def record(self, origin_hash: bytes, note: bytes) -> None:
        """Remember durably what is about to be answered."""
        replace_file(self._folder / origin_hash.hex(), note, mode=0o600)

    def list_remembered(self, key: VerifierKey) -> list[Remembered]:
        """List what our key cosigned; a file that does not show that means nothing."""
        if not self._folder.is_dir():
            return []
        found = (_parse(read_file(path), key) for path in sorted(self._folder.iterdir()))
        return [remembered for remembered in found if remembered is not None]


def _parse(note: bytes | None, key: VerifierKey) -> Remembered | None:
    if note is None:
        return None
    try:
        opened = parse_note(note)
        at = verify_cosignature(opened, key)
        return None if at is None else Remembered(parse_checkpoint(opened.text), note, at)
    except AmanahError:
        return None
