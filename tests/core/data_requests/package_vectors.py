"""Writes `spec/vectors/data_requests/packages.json`: `python -m tests.core.data_requests.package_vectors`."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from amanah.core.data_requests.packages import (
    PackageItem,
    build_package,
    compute_package_hash,
)
from amanah.core.data_requests.scopes import Scope, encode_scope
from amanah.core.encoding import encode_base64url
from tests.core.data_requests.write_vectors import VECTORS

FILE = "packages.json"
REFERENCE = "0A1B-2C3D-4E5F"
DECISION = hashlib.sha256(b"an invented decision").hexdigest()
SALT = bytes(range(32))
SCOPE = Scope(
    ("Invented Person", "زهرا Invented"), ("identity", "messages"), date(2026, 1, 1), date(2026, 3, 31)
)
LETTER = PackageItem(
    "letter.txt", b"an invented letter\n", "messages", "Invented Person", date(2026, 2, 1), date(2026, 2, 28)
)
ANSWER = PackageItem("answer.txt", b"", "identity", "زهرا Invented", date(2026, 1, 1), date(2026, 3, 31))


def build_vectors() -> dict[str, Any]:
    """Give one package byte for byte, and files that are no package of the same decision."""
    whole = _build([LETTER, ANSWER])
    wider = replace(SCOPE, people=("Invented Person", "Somebody Else", "زهرا Invented"))
    beyond = build_package(REFERENCE, DECISION, wider, [replace(LETTER, person="Somebody Else")], salt=SALT)
    early = build_package(
        REFERENCE, DECISION, replace(SCOPE, since=None), [replace(LETTER, since=None)], salt=SALT
    )
    other = build_package(REFERENCE, hashlib.sha256(b"another").hexdigest(), SCOPE, [LETTER], salt=SALT)
    bad = [
        ("a person whom the decision does not name", beyond),
        ("days that the decision does not name", early),
        ("another decision", other),
        ("an item that was changed", whole.replace(LETTER.content, LETTER.content.upper())),
        ("a byte after the end", whole + b"\0"),
        ("an end that was cut off", whole[:-1]),
    ]
    return {
        "decision": DECISION,
        "package": {
            "file": encode_base64url(whole),
            "hash": compute_package_hash(whole),
            "items": [_list_item(ANSWER), _list_item(LETTER)],
            "people": 2,
            "reference": REFERENCE,
            "salt": encode_base64url(SALT),
        },
        "refused": [{"file": encode_base64url(data), "name": name} for name, data in bad],
        "scope": encode_scope(SCOPE),
    }


def encode_vectors(vectors: dict[str, Any]) -> str:
    """Give the text of the file."""
    return json.dumps(vectors, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _build(items: Sequence[PackageItem]) -> bytes:
    return build_package(REFERENCE, DECISION, SCOPE, items, salt=SALT)


def _list_item(item: PackageItem) -> list[Any]:
    days = [day and day.isoformat() for day in (item.since, item.until)]
    return [item.name, hashlib.sha256(item.content).hexdigest(), item.category, item.person, *days]


if __name__ == "__main__":
    (VECTORS / FILE).write_text(encode_vectors(build_vectors()), encoding="utf-8")
