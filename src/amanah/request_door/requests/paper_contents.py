"""Finds in a PDF what a legal paper never needs: locks, scripts, actions, files inside, and bombs.

It looks twice: at every object that a parser finds, and at the names in the raw bytes, where an earlier version or
an object that only a repairing viewer finds would hide. It never follows a reference, so no loop can hold it.
"""

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from amanah.request_door.requests.paper_reasons import PaperReason

MOST_OBJECTS = 50_000
MOST_VALUES = 2_000_000
MOST_PAGES = 2_000
MOST_INFLATED = 160 * 1024 * 1024
MOST_PIXELS = 200_000_000
MOST_FILTERS = 3
DEEPEST = 48
_PIECE = 1 << 20
_STREAM_LIMIT = 48 * 1024 * 1024

# Where a name stands as a key, or as the kind of a thing, it is enough to refuse the paper.
_FORBIDDEN: dict[str, PaperReason] = {
    "/Encrypt": "file-encrypted",
    "/JS": "file-script",
    "/JavaScript": "file-script",
    "/AA": "file-action",
    "/Launch": "file-action",
    "/ImportData": "file-action",
    "/SubmitForm": "file-action",
    "/GoToE": "file-action",
    "/GoToR": "file-action",
    "/Rendition": "file-action",
    "/RichMediaExecute": "file-action",
    "/EF": "file-embedded",
    "/EmbeddedFile": "file-embedded",
    "/EmbeddedFiles": "file-embedded",
    "/FileAttachment": "file-embedded",
    "/Collection": "file-embedded",
    "/RichMedia": "file-embedded",
    "/RichMediaContent": "file-embedded",
    "/Movie": "file-embedded",
    "/Sound": "file-embedded",
    "/Screen": "file-embedded",
    "/3D": "file-embedded",
    "/XFA": "file-form",
}
_IN_RAW_BYTES = frozenset(
    [
        "/Encrypt",
        "/JS",
        "/JavaScript",
        "/AA",
        "/Launch",
        "/EF",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/RichMedia",
        "/XFA",
    ]
)
# Long enough that no picture holds them by chance: looked for inside streams, too, where a false beginning of a stream
# would hide objects from us and not from a viewer that repairs the file.
_ANYWHERE = frozenset(["/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia"])
_FORBIDDEN_KINDS: dict[str, PaperReason] = {"/PS": "file-action"}
_HARMLESS_LINKS = ("http:", "https:", "mailto:", "tel:", "www.", "#")
_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"obj(?P<head>.{0,4096}?)stream\r?\n(?P<body>.*?)endstream", re.DOTALL)
_FLATE = {"/FlateDecode", "/Fl"}
_SPREADING = {
    "/LZWDecode",
    "/LZW",
    "/RunLengthDecode",
    "/RL",
    "/ASCII85Decode",
    "/A85",
    "/ASCIIHexDecode",
    "/AHx",
}


class _Weight:
    """How much a paper has been seen to hold; what is heavier than any paper ends the reading."""

    def __init__(self) -> None:
        self.inflated = 0
        self.values = 0

    def add_inflated(self, size: int) -> None:
        self.inflated += size
        if self.inflated > MOST_INFLATED:
            raise MemoryError

    def add_value(self) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            raise MemoryError


def find_forbidden(data: bytes) -> PaperReason | None:
    """Give the first reason to refuse this file, or None."""
    with pypdf.apply_configuration(
        disable_legacy_handling=True,
        zlib_maximum_output_length=_STREAM_LIMIT,
        lzw_maximum_output_length=_STREAM_LIMIT,
        run_length_maximum_output_length=_STREAM_LIMIT,
    ):
        return _find_refusal(data)


def _find_refusal(data: bytes) -> PaperReason | None:
    weight = _Weight()
    return _find_in_raw_bytes(data, weight) or _find_in_objects(data, weight)


def _find_in_objects(data: bytes, weight: _Weight) -> PaperReason | None:
    reader = PdfReader(io.BytesIO(data), strict=False, xref_stream_maximum_entries=MOST_OBJECTS)
    if reader.is_encrypted:
        return "file-encrypted"
    numbers = _list_object_numbers(reader)
    if len(numbers) > MOST_OBJECTS:
        return "file-too-heavy"
    things = [reader.trailer, *(reader.get_object(IndirectObject(*number, reader)) for number in numbers)]
    for thing in things:
        reason = _find_in_object(thing, weight)
        if reason:
            return reason
    pages = len(reader.pages)
    return None if 1 <= pages <= MOST_PAGES else "file-broken" if pages < 1 else "file-too-heavy"


def _list_object_numbers(reader: PdfReader) -> list[tuple[int, int]]:
    tables = {(number, generation) for generation, table in reader.xref.items() for number in table}
    return sorted(tables | {(number, 0) for number in reader.xref_objStm})


def _find_in_object(thing: Any, weight: _Weight) -> PaperReason | None:
    if isinstance(thing, StreamObject):
        _weigh_stream(thing, weight)
    for value in _walk(thing, weight):
        if isinstance(value, DictionaryObject):
            reason = _judge_dictionary(value)
            if reason:
                return reason
    return None


def _walk(thing: Any, weight: _Weight) -> Iterator[Any]:
    """Give a value and everything inside it; a reference is given and not followed."""
    waiting = [(thing, 0)]
    while waiting:
        value, depth = waiting.pop()
        weight.add_value()
        if depth > DEEPEST:
            raise RecursionError
        yield value
        if isinstance(value, DictionaryObject):
            waiting += [(dict.__getitem__(value, key), depth + 1) for key in value]
        elif isinstance(value, ArrayObject):
            waiting += [(item, depth + 1) for item in list.__iter__(value)]


def _judge_dictionary(value: DictionaryObject) -> PaperReason | None:
    for key in value:
        if key in _FORBIDDEN:
            return _FORBIDDEN[key]
    for key in ("/S", "/Type", "/Subtype"):
        kind = value.get(key)
        if isinstance(kind, NameObject) and kind in _FORBIDDEN | _FORBIDDEN_KINDS:
            return (_FORBIDDEN | _FORBIDDEN_KINDS)[kind]
    if "/URI" in value and not _is_harmless_link(value["/URI"]):
        return "file-action"
    if isinstance(value, StreamObject) and "/F" in value:
        return "file-embedded"
    if "/OpenAction" in value and not _only_opens_a_page(value["/OpenAction"]):
        return "file-action"
    return None


def _only_opens_a_page(action: Any) -> bool:
    """Many writers say on which page a paper opens; that is all that may happen by itself."""
    return isinstance(action, ArrayObject) or (
        isinstance(action, DictionaryObject) and action.get("/S") == "/GoTo" and "/Next" not in action
    )


def _is_harmless_link(link: Any) -> bool:
    """A reader may click on an address; what runs something when it is clicked is no address."""
    text = link.decode("latin-1") if isinstance(link, bytes) else str(link)
    is_base = isinstance(link, DictionaryObject)
    return is_base or text.strip().lower().startswith(_HARMLESS_LINKS)


def _weigh_stream(stream: StreamObject, weight: _Weight) -> None:
    width, height = stream.get("/Width", 0), stream.get("/Height", 0)
    if isinstance(width, int) and isinstance(height, int) and width * height > MOST_PIXELS:
        raise MemoryError
    filters = stream.get("/Filter", [])
    names = [str(name) for name in (filters if isinstance(filters, ArrayObject) else [filters])]
    if len(names) > MOST_FILTERS:
        raise MemoryError
    if names and names[0] in _FLATE:
        if any(name in _FLATE | _SPREADING for name in names[1:]):
            # Packed twice: the small thing inside is where a bomb would be.
            weight.add_inflated(len(stream.get_data()))
        for piece in _inflate(stream._data):  # noqa: SLF001  (the packed bytes have no public name)
            weight.add_inflated(len(piece))
    elif any(name in _FLATE | _SPREADING for name in names):
        weight.add_inflated(len(stream.get_data()))


def _inflate(data: bytes) -> Iterator[bytes]:
    """Give what is packed piece by piece, so that a bomb is noticed before it has gone off."""
    machine = zlib.decompressobj()
    waiting = data
    while waiting and not machine.eof:
        try:
            piece = machine.decompress(waiting, _PIECE)
        except zlib.error:
            return
        waiting = machine.unconsumed_tail
        if not piece:
            return
        yield piece


def _find_in_raw_bytes(data: bytes, weight: _Weight) -> PaperReason | None:
    """Look at what stands outside streams, and inside streams that hold objects."""
    places: list[bytes] = []
    end = 0
    for found in _STREAM.finditer(data):
        places.append(data[end : found.start("body")])
        end = found.end("body")
        if "/ObjStm" in _list_names(found["head"]):
            for piece in _inflate(found["body"]):
                weight.add_inflated(len(piece))
                places.append(piece)
    places.append(data[end:])
    found_names = (_list_names(*places) & _IN_RAW_BYTES) | (_list_names(data) & _ANYWHERE)
    return _FORBIDDEN[min(found_names)] if found_names else None


def _list_names(*places: bytes) -> set[str]:
    """Give the names in bytes as they are meant: `/J#53` is `/JS`."""
    return {
        _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), name).decode("latin-1")
        for place in places
        for name in _NAME.findall(place)
    }
