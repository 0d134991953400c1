"""Writes `spec/vectors/credentials/reading.json`: `python -m tests.core.credentials.reading_vectors`."""

import json
from pathlib import Path
from typing import Any

from amanah.core.credentials.identifiers import build_did_key
from amanah.core.credentials.reading import compute_document_hash, encode_jcs, parse_json
from amanah.core.encoding import encode_base64url
from tests.core.credentials.written import ROOT, build_did

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "credentials"
FILE = "reading.json"

READ = {
    "nothing": b"{}",
    "space around": b' \n{"a" : [ 1 , 2 ]}\t',
    "names in another order": b'{"b":1,"a":2,"\xc3\xa9":3,"B":4,"aa":5}',
    "names beyond the first plane": '{"\U0001f600":1,"\uff41":2}'.encode(),
    "escapes": rb'{"a":"\u0041\/\n\u000f\"\\\u00e9\ud83d\ude00"}',
    "the largest numbers": b'{"a":[9007199254740991,-9007199254740991,0]}',
    "minus nothing": b'{"a":-0}',
    "true, false and null": b'{"a":[true,false,null]}',
    "32 deep": b'{"a":' + b"[" * 31 + b"]" * 31 + b"}",
    "a value that is not in NFC": '{"a":"e\u0301"}'.encode(),
    "Arabic": '{"اسم":"قرآن"}'.encode(),
}
NOT_READ = {
    "nothing at all": b"",
    "a list": b"[]",
    "text": b'"a"',
    "a number": b"1",
    "null": b"null",
    "no JSON": b"{'a':1}",
    "a comma at the end": b'{"a":1,}',
    "a comment": b'{"a":1}//x',
    "two values": b"{}{}",
    "cut off": b'{"a":',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "Latin-1": b'{"a":"\xe9"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "an overlong character": b'{"a":"\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"a":"\xed\xa0\x80"}',
    "half of a character": rb'{"a":"\ud800"}',
    "half of a character in a name": rb'{"\udc00":1}',
    "a member twice": b'{"a":1,"a":1}',
    "a member twice, once escaped": rb'{"a":1,"\u0061":2}',
    "a member twice, deeper": b'{"a":[{"b":1,"b":2}]}',
    "a fraction": b'{"a":1.5}',
    "a fraction that is whole": b'{"a":1.0}',
    "an exponent": b'{"a":1e2}',
    "a number too large": b'{"a":9007199254740992}',
    "a number too small": b'{"a":-9007199254740992}',
    "a number without end": b'{"a":' + b"9" * 5_000 + b"}",
    "not a number": b'{"a":NaN}',
    "endless": b'{"a":-Infinity}',
    "a zero before": b'{"a":01}',
    "a plus before": b'{"a":+1}',
    "a control character": b'{"a":"\n"}',
    "33 deep": b'{"a":' + b"[" * 32 + b"]" * 32 + b"}",
    "a name that is not in NFC": '{"e\u0301":1}'.encode(),
    "a name that is not in NFC, escaped": rb'{"e\u0301":1}',
}
NAMES = [
    "Amina Invented", "Amina-Noor O'Invented", "Émile", "أمينة بنت مخترع", "زهراء", "محمد‌رضا", "Āmina ibn ʿAlī", "李明",
    "Ольга", "Ελένη", "Quran (Hafs), 3rd", "क्‍ष", "لله ﷺ", "x" * 200,
]  # fmt: skip
NOT_NAMES: dict[str, str] = {
    "empty": "",
    "a space": " ",
    "not in NFC": "e\u0301",
    "a line break": "a\nb",
    "a tab": "a\tb",
    "null": "a\x00",
    "delete": "a\x7f",
    "next line": "a\x85b",
    "right to left from here": "a\u202eb",
    "left to right inside": "a\u2066b\u2069",
    "a mark of direction": "a\u200fb",
    "an Arabic mark of direction": "\u0627\u061c\u0628",
    "a space without width": "a\u200bb",
    "a byte order mark": "a\ufeffb",
    "a soft hyphen": "a\u00adb",
    "a word joiner": "a\u2060b",
    "an invisible plus": "a\u2064b",
    "a tag": "a\U000e0041",
    "private use": "a\ue000",
    "not assigned": "a\u0378",
    "never a character": "a\uffff",
    "half of a character": "a\ud800",
    "a line separator": "a\u2028b",
    "a filler of Hangul": "a\u3164b",
    "a selector": "a\ufe0f",
    "blank braille": "a\u2800b",
    "a joiner between Latin letters": "a\u200db",
    "a joiner first": "\u200c\u0627",
    "a joiner last": "\u0627\u200d",
    "two joiners": "\u0645\u200c\u200c\u0631",
    "a joiner between two scripts": "\u0627\u200ca",
    "Cyrillic in Latin": "\u0410mina",
    "Greek in Latin": "Amin\u03b1",
    "Greek and Cyrillic": "\u0391\u0411",
    "wide Latin in Cyrillic": "\uff21\u0411",
    "too long": "x" * 201,
}
TIMES = {
    "2026-11-25T20:00:00Z": 1_795_636_800,
    "1970-01-01T00:00:00Z": 0,
    "1969-12-31T23:59:59Z": -1,
    "0001-01-01T00:00:00Z": -62_135_596_800,
    "9999-12-31T23:59:59Z": 253_402_300_799,
    "2024-02-29T12:00:00Z": 1_709_208_000,
}
NOT_TIMES = [
    "", "2026-11-25", "2026-11-25T20:00Z", "2026-11-25T20:00:00", "2026-11-25 20:00:00Z", "2026-11-25T20:00:00z",
    "2026-11-25T20:00:00.0Z", "2026-11-25T20:00:00+00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-11-25T24:00:00Z", "2026-11-25T23:59:60Z", "0000-01-01T00:00:00Z", "٢٠٢٦-11-25T20:00:00Z",
    "2026-W48-3T00:00:00Z", " 2026-11-25T20:00:00Z", "2026-11-25T20:00:00Z\n",
]  # fmt: skip
_DID = build_did(ROOT)
HOLDERS = [
    _DID,
    "urn:uuid:00000000-0000-4000-8000-000000000001",
    "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
]
NOT_HOLDERS = {
    "empty": "",
    "capitals": "urn:uuid:58172AAC-d8ba-11ed-83dd-0b3aef56cc33",
    "a UUID alone": "58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "on the web": "did:web:x.invalid",
    "with a fragment": _DID + "#" + _DID.removeprefix("did:key:"),
    "with a space": _DID + " ",
    "with a line break": _DID + "\n",
    "cut off": _DID[:-1],
    "a letter that base58 has not": _DID[:-1] + "0",
    "another letter case": _DID.upper(),
    "X25519": "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc",
    "P-256": "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
    "the point of order 1": build_did_key(b"\x01" + bytes(31)),
    "the point of order 2": build_did_key(b"\xec" + b"\xff" * 30 + b"\x7f"),
    "a point of order 4": build_did_key(bytes(32)),
    "a point of order 8": build_did_key(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    ),
    "the same, with its sign": build_did_key(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")
    ),
    "the other point of order 8": build_did_key(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    ),
    "a height beyond the field": build_did_key(b"\xed" + b"\xff" * 30 + b"\x7f"),
}


def build_vectors() -> dict[str, Any]:
    """Give files, names, times and holders, with what is read or the step that refuses."""
    return {
        "files": {
            "read": [_build_read(name, data) for name, data in READ.items()],
            "refused": [
                {"name": name, "bytes": encode_base64url(data), "step": "4.1"}
                for name, data in NOT_READ.items()
            ],
        },
        "names": {"shown": NAMES, "refused": {name: _escape(text) for name, text in NOT_NAMES.items()}},
        "times": {"read": TIMES, "refused": NOT_TIMES},
        "holders": {"read": HOLDERS, "refused": NOT_HOLDERS},
    }


def encode_vectors(vectors: dict[str, Any]) -> str:
    """Give the text of the file: in ASCII, since much of it cannot be seen."""
    return json.dumps(vectors, indent=1) + "\n"


def _build_read(name: str, data: bytes) -> dict[str, str]:
    document = parse_json(data)
    return {
        "name": name,
        "bytes": encode_base64url(data),
        "jcs": encode_base64url(encode_jcs(document)),
        "hash": compute_document_hash(document).hex(),
    }


def _escape(text: str) -> list[str]:
    """Give each character by its number: half a character has no place in a file of JSON."""
    return [f"U+{ord(character):04X}" for character in text]


if __name__ == "__main__":
    (VECTORS / FILE).write_text(encode_vectors(build_vectors()), encoding="utf-8")
