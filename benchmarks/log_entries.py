"""Entries for the figures of the log: as long as real ones, none of them real; made beforehand, never while measuring.

`build_entries` gives bytes that only hash; `write_entries` gives entries that a log service takes.
"""

import multiprocessing
import secrets
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from amanah.core.public_log.entries import encode_entry, sign_entry
from benchmarks.measuring import CORES

KIND = "occasion_key_destroyed"
BY = "card-door"
_HEAD = (
    f'{{"at":1790000000,"body":{{"cards":12,"invitations_used":12,"replacements":1,"served":9}},"by":"{BY}",'
    f'"kind":"{KIND}","ref":"'
).encode()
_TAIL = b'","sig":"' + b"A" * 86 + b'","v":1}'
ENTRY_LENGTH = len(_HEAD) + 16 + len(_TAIL)


def build_entries(start: int, count: int) -> list[bytes]:
    """Give so many different entries of that form and length; nobody signed them."""
    return [b"%b%016x%b" % (_HEAD, number, _TAIL) for number in range(start, start + count)]


def sign_entries(seed: bytes, count: int) -> list[bytes]:
    """Give entries that the card door signed, of the same length."""
    at = int(time.time())
    body = {"cards": 12, "invitations_used": 12, "replacements": 1, "served": 9}
    return [
        encode_entry(sign_entry(seed, at=at, by=BY, kind=KIND, ref=secrets.token_hex(8), body=body))
        for _ in range(count)
    ]


def write_entries(seed: bytes, count: int, path: Path) -> Path:
    """Write signed entries to a file, one behind the other."""
    portions = [count // 8 + (place < count % 8) for place in range(8)]
    # A Pool ends its workers by SIGTERM, and with our handler for it one in some thousand never ends.
    with ProcessPoolExecutor(CORES, mp_context=multiprocessing.get_context("fork")) as executor:
        parts = executor.map(sign_entries, [seed] * len(portions), portions)
        path.write_bytes(b"".join(b"".join(part) for part in parts))
    return path
