"""A picture to carry a paper in: a code that leads to where it can be read, and the paper itself baked in (4.3).

It shows no name and no portrait: whoever finds the picture learns no more than the address.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence

import segno

from amanah.core.credentials.baking import bake_png

SIDE = 760
_STAR = 480
"""The side of each of the two squares whose union is the star of eight points on which the code stands."""
_QUIET = 4
_GROUND, _STAR_COLOUR, _DARK = 0, 1, 2
_PALETTE = bytes.fromhex("0f5b5cffffff1f2a2e")


def draw_card(address: str, paper: str) -> bytes:
    """Give a PNG with a code of the address, into which the paper (JSON or JWT) is baked."""
    return bake_png(draw_code(address), paper.encode())


def draw_code(address: str) -> bytes:
    """Give a PNG with a code of the address, dark on light in every theme."""
    modules = segno.make(address, error="m", micro=False, boost_error=False).matrix
    scale = _STAR // (len(modules) + 2 * _QUIET)
    start = (SIDE - scale * len(modules)) // 2
    rows = [_draw_star_row(row) for row in range(SIDE)]
    for number, line in enumerate(modules):
        drawn = b"".join(bytes([_DARK if is_dark else _STAR_COLOUR]) * scale for is_dark in line)
        for row in range(start + number * scale, start + (number + 1) * scale):
            rows[row] = rows[row][:start] + drawn + rows[row][start + len(drawn) :]
    return _encode_png(rows)


def _draw_star_row(row: int) -> bytes:
    middle = SIDE // 2
    away = abs(row - middle)
    upright = _STAR // 2 if away <= _STAR // 2 else 0
    turned = max(0, int(_STAR / 2**0.5) - away)
    half = max(upright, turned)
    side = bytes([_GROUND]) * (middle - half)
    return side + bytes([_STAR_COLOUR]) * (2 * half) + side


def _encode_png(rows: Sequence[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", SIDE, len(rows), 8, 3, 0, 0, 0)
    # Every row begins with its filter; none is needed for colours in large fields.
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _encode_chunks([(b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", pixels), (b"IEND", b"")])
    )


def _encode_chunks(chunks: Iterable[tuple[bytes, bytes]]) -> Iterable[bytes]:
    for kind, body in chunks:
        yield struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
