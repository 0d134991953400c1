"""Small pictures of people: reads JPEG and PNG strictly, and keeps of them only what is needed to see them.

What a camera writes beside a picture (place, time, device, the picture before it was cut) never passes. Nothing is
decoded here: sizes come from the headers, and a browser draws.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Literal

from amanah.core.errors import InvalidInputError

LARGEST_PHOTOGRAPH = 400 * 1024
SHORTEST_SIDE, LONGEST_SIDE = 96, 1_600
Reason = Literal["too-large", "no-picture", "damaged", "size", "turned"]

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"IDAT", b"IEND"}
_JPEG = b"\xff\xd8\xff"
_END, _SCAN = 0xD9, 0xDA
# Frames that browsers draw: baseline, extended and progressive.
_FRAMES = {0xC0, 0xC1, 0xC2}
_TABLES = {0xC4, 0xDB, 0xDD}
_JFIF, _EXIF, _ADOBE, _COMMENT = 0xE0, 0xE1, 0xEE, 0xFE
_ADOBE_SIZE = 12
_ORIENTATION = 0x0112


class PhotographUnfitError(InvalidInputError):
    """This file is no picture that can be shown; `reason` says why."""

    code = "photograph-unfit"

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(f"This picture cannot be shown ({reason}): choose a JPEG or PNG of at most 400 KiB.")


@dataclass(frozen=True)
class Picture:
    """A picture without anything beside it."""

    kind: Literal["image/jpeg", "image/png"]
    width: int
    height: int
    data: bytes


def parse_photograph(data: bytes) -> Picture:
    """Read an uploaded picture, or say why it cannot be shown."""
    if len(data) > LARGEST_PHOTOGRAPH:
        raise PhotographUnfitError("too-large")
    try:
        picture = _read(data)
    except (struct.error, IndexError) as error:
        raise PhotographUnfitError("damaged") from error
    sides = (picture.width, picture.height)
    if min(sides) < SHORTEST_SIDE or max(sides) > LONGEST_SIDE:
        raise PhotographUnfitError("size")
    return picture


def _read(data: bytes) -> Picture:
    if data.startswith(_PNG):
        return _read_png(data)
    if data.startswith(_JPEG):
        return _read_jpeg(data)
    raise PhotographUnfitError("no-picture")


def _read_png(data: bytes) -> Picture:
    kept, at = [_PNG], len(_PNG)
    names: list[bytes] = []
    while not names or names[-1] != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(name + body) != checksum:
            raise PhotographUnfitError("damaged")
        if name in _PNG_KEPT:
            kept.append(data[at : at + 12 + length])
        elif not name[0] & 0x20:
            # An unknown part without which the picture cannot be drawn.
            raise PhotographUnfitError("damaged")
        names.append(name)
        at += 12 + length
    if names[0] != b"IHDR" or names.count(b"IHDR") != 1 or b"IDAT" not in names:
        raise PhotographUnfitError("damaged")
    width, height = struct.unpack_from(">II", data, len(_PNG) + 8)
    return Picture("image/png", width, height, b"".join(kept))


def _read_jpeg(data: bytes) -> Picture:
    kept, size, at = [data[:2]], None, 2
    while True:
        if data[at] != 0xFF:
            raise PhotographUnfitError("damaged")
        marker = data[at + 1]
        if marker == _END:
            break
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        body = data[at + 4 : end]
        if length < 2 or end > len(data):
            raise PhotographUnfitError("damaged")
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", body, 1)
            size = (width, height)
        if marker == _SCAN:
            end = _find_end_of_scan(data, end)
        if _is_kept(marker, body):
            kept.append(data[at:end])
        at = end
    if size is None or not any(part[1] == _SCAN for part in kept[1:]):
        raise PhotographUnfitError("damaged")
    return Picture("image/jpeg", *size, b"".join([*kept, b"\xff\xd9"]))


def _is_kept(marker: int, body: bytes) -> bool:
    """Tell whether a part is needed to draw; refuse what says to draw it turned, because that part goes."""
    if marker in _FRAMES | _TABLES | {_SCAN}:
        return True
    if marker == _EXIF and _find_orientation(body) not in {None, 1}:
        raise PhotographUnfitError("turned")
    if marker == _JFIF:
        # With a thumbnail in it, it could show what was cut away.
        return body[:5] == b"JFIF\x00" and len(body) == 14 and body[12:14] == b"\x00\x00"
    if marker == _ADOBE:
        return body[:5] == b"Adobe" and len(body) == _ADOBE_SIZE
    if 0xE0 <= marker <= 0xEF or marker == _COMMENT:
        return False
    raise PhotographUnfitError("damaged")


def _find_end_of_scan(data: bytes, at: int) -> int:
    """Give where the next part begins: after 0xFF stands neither a stuffed zero nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise PhotographUnfitError("damaged")
        following = data[at + 1]
        if following != 0x00 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


def _find_orientation(body: bytes) -> int | None:
    """Give how a camera wants its picture turned; what cannot be read wants nothing."""
    if body[:6] != b"Exif\x00\x00":
        return None
    tiff = body[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for place in range(count):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * place)
            if tag == _ORIENTATION:
                return int(value)
    except struct.error:
        return None
    return None
