"""Takes a credential out of the picture that it is baked into, and bakes one in (`spec/credentials.md` 4.3).

A picture is taken apart only as far as the credential; it is never drawn, shown or kept, and nothing that it names is
followed.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NoReturn
from xml.parsers import expat

from amanah.core.credentials.reading import CredentialError

LARGEST_FILE = 1 << 20
MOST_INFLATED = 1 << 20
MOST_ELEMENTS = 20_000
DEEPEST_ELEMENT = 64

Picture = Literal["png", "svg"]
BakedKind = Literal["json", "jwt", "older"]

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LONGEST_CHUNK = 2**31 - 1
_KEYWORD, _OLDER_KEYWORD = b"openbadgecredential", b"openbadges"
_ELEMENT = "https://purl.imsglobal.org/ob/v3p0 credential"
_OLDER_ELEMENT = "http://openbadges.org assertion"
_SVG_ROOT = "http://www.w3.org/2000/svg svg"
_COMPACT_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_ASK_AGAIN = "Ask whoever gave you this file for a fresh one."


@dataclass(frozen=True, slots=True)
class Baked:
    """What stood in a picture: a credential as JSON or as JWT, or an assertion of the older form."""

    kind: BakedKind
    content: bytes


def find_picture(data: bytes) -> Picture | None:
    """Tell by the first bytes which kind of picture this is, or None: then it may be the credential itself."""
    if data.startswith(_PNG_SIGNATURE):
        return "png"
    return "svg" if data.lstrip(b" \t\r\n").startswith((b"<", b"\xef\xbb\xbf<")) else None


def extract_baked(data: bytes) -> Baked:
    """Take the one credential out of a PNG or an SVG."""
    if len(data) > LARGEST_FILE:
        raise _refuse("The picture is larger than 1 MiB. Ask for one that is smaller.")
    picture = find_picture(data)
    if picture is None:
        raise _refuse("The file is neither a PNG nor an SVG picture. Send the file as you were given it.")
    return _extract_from_png(data) if picture == "png" else _extract_from_svg(data)


def bake_png(png: bytes, content: bytes) -> bytes:
    """Give the PNG with a credential (JSON or JWT) in it; a picture that holds one already is refused."""
    chunks = list(_list_chunks(png))
    if any(_find_keyword(kind, body) for kind, body in chunks):
        raise _refuse("There is a credential in this picture already. Bake into a picture that holds none.")
    _name_kind(content, is_older=False)
    baked = (b"iTXt", _KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + content)
    whole = _PNG_SIGNATURE + b"".join(_encode_chunk(*chunk) for chunk in [*chunks[:-1], baked, chunks[-1]])
    if len(whole) > LARGEST_FILE:
        raise _refuse("The picture with the credential in it is larger than 1 MiB. Use a smaller picture.")
    return whole


def _refuse(sentence: str) -> CredentialError:
    return CredentialError(sentence, step="4.3")


def _encode_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _list_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give kind and body of each chunk; whatever a drawing program would forgive is refused."""
    if not data.startswith(_PNG_SIGNATURE):
        raise _refuse(f"The file is no PNG picture. {_ASK_AGAIN}")
    place, kind = len(_PNG_SIGNATURE), b""
    while place < len(data):
        before = kind
        head = data[place : place + 8]
        length = int.from_bytes(head[:4])
        body = data[place + 8 : place + 8 + length]
        check = data[place + 8 + length : place + 12 + length]
        if len(head) < 8 or length > _LONGEST_CHUNK or len(body) < length or len(check) < 4:
            raise _refuse(f"A part of the PNG picture says that it is longer than the file. {_ASK_AGAIN}")
        kind = head[4:]
        if int.from_bytes(check) != zlib.crc32(kind + body):
            raise _refuse(f"A part of the PNG picture is damaged: its checksum differs. {_ASK_AGAIN}")
        if (
            not (kind.isascii() and kind.isalpha())
            or (kind == b"IHDR") != (before == b"")
            or before == b"IEND"
        ):
            raise _refuse(f"The parts of the PNG picture stand in no order that a PNG has. {_ASK_AGAIN}")
        yield kind, body
        place += 12 + length
    if kind != b"IEND":
        raise _refuse(f"The PNG picture is cut off before its end. {_ASK_AGAIN}")


def _find_keyword(kind: bytes, body: bytes) -> bytes | None:
    """Give the keyword of a chunk of text that says it holds a credential."""
    keyword = body[:80].partition(b"\0")[0]
    is_text = kind in {b"iTXt", b"tEXt", b"zTXt"}
    return keyword if is_text and keyword in {_KEYWORD, _OLDER_KEYWORD} else None


def _extract_from_png(data: bytes) -> Baked:
    found = [(kind, body, key) for kind, body in _list_chunks(data) if (key := _find_keyword(kind, body))]
    if not found:
        raise _refuse(
            "There is no credential in this PNG picture. Send the picture that you were given itself."
        )
    if len(found) > 1:
        raise _refuse(
            "There are two credentials in this PNG picture. Ask for a picture with the one you mean."
        )
    kind, body, keyword = found[0]
    if kind != b"iTXt":
        raise _refuse(
            "The picture names at most the address of a badge, and nothing is fetched."
            " Ask for the badge itself, baked into a picture or as a file."
        )
    content = _read_international_text(body[len(keyword) + 1 :])
    return Baked(_name_kind(content, is_older=keyword == _OLDER_KEYWORD), content.strip())


def _read_international_text(rest: bytes) -> bytes:
    """Read what follows the keyword in an `iTXt` chunk: two flags, a language, the keyword translated, the text."""
    flags, fields = rest[:2], rest[2:].split(b"\0", 2)
    if flags not in {b"\0\0", b"\1\0"} or len(fields) < 3:
        raise _refuse(f"The part of the PNG picture that holds the credential is broken. {_ASK_AGAIN}")
    return _inflate(fields[2]) if flags[0] else fields[2]


def _inflate(packed: bytes) -> bytes:
    machine = zlib.decompressobj()
    try:
        text = machine.decompress(packed, MOST_INFLATED + 1)
    except zlib.error as error:
        raise _refuse(f"The credential in the PNG picture cannot be unpacked. {_ASK_AGAIN}") from error
    if len(text) > MOST_INFLATED:
        raise _refuse("The credential in the PNG picture unpacks to more than 1 MiB. Ask for a smaller one.")
    if not machine.eof or machine.unused_data:
        raise _refuse(f"The credential in the PNG picture is cut off, or more follows it. {_ASK_AGAIN}")
    return text


class _SvgReading:
    """One pass over an SVG: it counts, refuses what a picture never needs, and keeps the text of one element."""

    def __init__(self) -> None:
        self.elements = 0
        self.depth = 0
        self.inside_at = 0
        self.found: str | None = None
        self.address: str | None = None
        self.text: list[str] = []
        # The encoding is ours and not the file's to choose; names come with their namespace before a space.
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = self.refuse_document_type
        self.parser.EntityDeclHandler = self.refuse_document_type
        self.parser.ExternalEntityRefHandler = self.refuse_document_type
        self.parser.SkippedEntityHandler = self.refuse_document_type
        self.parser.StartElementHandler = self.open_element
        self.parser.EndElementHandler = self.close_element
        self.parser.CharacterDataHandler = self.keep_text

    def refuse_document_type(self, *_: object) -> NoReturn:
        raise _refuse("The SVG picture has a document type or an entity. Ask for one without.")

    def open_element(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.depth == 1 and name != _SVG_ROOT:
            raise _refuse(
                "The file begins like a picture, and is no SVG. Send the file as you were given it."
            )
        if self.depth > DEEPEST_ELEMENT or self.elements > MOST_ELEMENTS:
            raise _refuse(
                f"The SVG picture has more than {MOST_ELEMENTS} parts, or is nested more than {DEEPEST_ELEMENT}"
                " deep. Ask for a simpler one."
            )
        if self.inside_at:
            raise _refuse(f"Something else stands inside the credential in the SVG picture. {_ASK_AGAIN}")
        if name in {_ELEMENT, _OLDER_ELEMENT}:
            if self.found:
                raise _refuse(
                    "There are two credentials in this SVG picture. Ask for one with the one you mean."
                )
            self.found, self.inside_at, self.address = name, self.depth, attributes.get("verify")

    def close_element(self, _: str) -> None:
        if self.depth == self.inside_at:
            self.inside_at = 0
        self.depth -= 1

    def keep_text(self, text: str) -> None:
        if self.inside_at:
            self.text.append(text)


def _extract_from_svg(data: bytes) -> Baked:
    reading = _SvgReading()
    try:
        reading.parser.Parse(data, True)  # noqa: FBT003  (the whole file at once; expat takes no names)
    except expat.ExpatError as error:
        raise _refuse(f"The SVG picture cannot be read as XML. {_ASK_AGAIN}") from error
    if reading.found is None:
        raise _refuse(
            "There is no credential in this SVG picture. Send the picture that you were given itself."
        )
    body = "".join(reading.text).strip()
    beside = (reading.address or "").strip()
    is_older = reading.found == _OLDER_ELEMENT
    # The older form names beside the assertion where it is hosted; a second credential there would be one too many.
    if body and beside and not (is_older and not _COMPACT_JWS.fullmatch(beside.encode())):
        raise _refuse("The SVG picture holds a credential twice. Ask for one that holds it once.")
    content = (body or beside).encode()
    return Baked(_name_kind(content, is_older=is_older), content)


def _name_kind(content: bytes, *, is_older: bool) -> BakedKind:
    stripped = content.strip()
    if is_older and stripped:
        return "older"
    if stripped.startswith(b"{"):
        return "json"
    if _COMPACT_JWS.fullmatch(stripped):
        return "jwt"
    raise _refuse(f"What stands in the picture is neither a credential nor a signed one. {_ASK_AGAIN}")
