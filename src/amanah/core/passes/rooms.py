"""Room codes: proof of standing where the code was shown (`spec/passes.md` 7.6); it never reads a clock."""

import hashlib
import hmac
from functools import lru_cache

from amanah.core.passes.codes import encode_symbols, parse_symbols

ROOM_CODE_LENGTH = 8
POSTER = "poster"
SCANNER = "scanner"
_MINUTES_ACCEPTED = 3


def compute_screen_slot(now: int) -> str:
    """Give the slot of the UTC minute that holds `now`."""
    return f"screen:{now // 60}"


def compute_room_code(secret: bytes, slot: str) -> str:
    """Give the 8 symbols of a slot: `poster`, `scanner` or one from `compute_screen_slot`."""
    mac = hmac.digest(secret, b"amanah/room/v1\0" + slot.encode("ascii"), hashlib.sha256)
    return encode_symbols(int.from_bytes(mac[:5]), ROOM_CODE_LENGTH)


@lru_cache(maxsize=1_024)
def _list_shown(secret: bytes, minute: int) -> tuple[bytes, ...]:
    """Five codes are compared for every member in a full hall, and they change once a minute."""
    minutes = (f"screen:{minute - age}" for age in range(_MINUTES_ACCEPTED))
    return tuple(compute_room_code(secret, slot).encode() for slot in (POSTER, SCANNER, *minutes))


def parse_room_code(text: str) -> str:
    """Give a room code as the device must send it, from what a person typed."""
    return parse_symbols(text)


def is_room_code_valid(secret: bytes, code: str | bytes, now: int) -> bool:
    """Say whether a code is shown now: poster, scanner, or a screen's current or previous two minutes."""
    given = code.encode() if isinstance(code, str) else code
    # Every slot is compared: the time taken must not tell how the member came in.
    matches = [hmac.compare_digest(given, shown) for shown in _list_shown(secret, now // 60)]
    return any(matches)
