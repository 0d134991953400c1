"""Makes the proof of one entry out of the published files (`spec/public_log.md` 7.3): a tile of each level, no more.

It never proves anything under a checkpoint that is not published.
"""

import re

from amanah.core.errors import AmanahError
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.proofs import LogProof, encode_proof
from amanah.log_service.ledger import CHECKPOINT
from amanah.log_service.storage import PublicFolder
from amanah.log_service.tile_files import open_tile_hashes, read_entry

_INDEX = re.compile(r"0|[1-9][0-9]{0,18}")


def find_proof(folder: PublicFolder, key: VerifierKey, index: str) -> bytes | None:
    """Give the tlog-proof of the entry at an index; None where there is no such entry yet."""
    note = folder.read(CHECKPOINT)
    if note is None or not _INDEX.fullmatch(index):
        return None
    try:
        size = verify_checkpoint(note, key).size
        if int(index) >= size:
            return None
        path = open_tile_hashes(folder, size).compute_inclusion_proof(int(index))
        return encode_proof(LogProof(int(index), tuple(path), note, read_entry(folder, size, int(index))))
    except AmanahError:
        # A file of the tree is missing or damaged: the start makes it again or stops; a reader asks again.
        return None
