"""Small pictures for tests, made from their formats, with what a camera writes beside one."""

import struct
import zlib

SECRET = b"51.5074N 0.1278W"
_HUFFMAN = b"\x00" + bytes([1] + [0] * 15) + b"\x00"


def build_png(width, height, *, chunks=()):
    """Give a PNG of one grey, with more chunks where they are named."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x80" * width) * height)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def build_jpeg(width, height, *, orientation=None, parts=()):
    """Give the parts of a JPEG in their order; its one scan holds stuffed bytes and a restart."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    said = [(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")]
    if orientation is not None:
        said.append((0xE1, _write_exif(orientation)))
    said += [*parts, (0xFE, SECRET), (0xDB, b"\x00" + bytes([1] * 64)), (0xC0, frame), (0xC4, _HUFFMAN)]
    body = b"".join(_part(marker, data) for marker, data in said)
    scan = _part(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + body + scan + b"\xff\xd9"


def _chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _part(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _write_exif(orientation):
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\x00\x00" + b"II*\x00" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + SECRET
