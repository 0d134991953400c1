"""The smallest pictures that a badge can be baked into."""

import struct
import zlib


def _encode_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


SMALL_PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _encode_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _encode_chunk(b"IDAT", zlib.compress(b"\0\xff"))
    + _encode_chunk(b"IEND", b"")
)
SMALL_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
