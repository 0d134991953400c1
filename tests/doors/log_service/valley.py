"""The log of an invented valley, signed by the test itself, with a second history of the same sizes."""

import hashlib
from pathlib import Path

from amanah.core.public_log.checkpoints import Checkpoint, compute_verifier_key, sign_checkpoint
from amanah.core.public_log.merkle import (
    EMPTY_ROOT,
    compute_consistency_proof,
    compute_leaf_hash,
    compute_root,
)
from amanah.core.public_log.notes import VerifierKey, encode_verifier_key
from amanah.core.public_log.witnessing import AddCheckpoint
from tests.doors.log_service.place import LogPlace

ORIGIN = "valley.amanah/log"
SEED = hashlib.sha256(b"the log of an invented valley").digest()
KEY = compute_verifier_key(ORIGIN, SEED)
LEAVES = [compute_leaf_hash(b"leaf %d" % number) for number in range(600)]
OTHERS = [*LEAVES[:5], *(compute_leaf_hash(b"other %d" % number) for number in range(600))]
ORIGIN_HASH = hashlib.sha256(ORIGIN.encode()).digest()


def sign(size: int, leaves: list[bytes] = LEAVES, seed: bytes = SEED, origin: str = ORIGIN) -> bytes:
    root = compute_root(leaves[:size]) if size else EMPTY_ROOT
    return sign_checkpoint(Checkpoint(origin, size, root), seed)


def request(old: int, size: int, leaves: list[bytes] = LEAVES) -> AddCheckpoint:
    return AddCheckpoint(old, tuple(compute_consistency_proof(leaves[:size], old)), sign(size, leaves))


def serve(place: LogPlace, *keys: VerifierKey) -> Path:
    path = place.config.data / "public" / "witnessed-logs"
    path.write_text("".join(f"{encode_verifier_key(key)}\n" for key in keys))
    return path
