"""Records of the request door's private log: their closed forms, their one spelling and their chain (7.1).

A record never holds a time, a number or the name of somebody asked about: no gap between two of them can be seen.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from amanah.core.data_requests.facts import CHANNELS
from amanah.core.data_requests.rules import RULES
from amanah.core.data_requests.scopes import CATEGORIES
from amanah.core.encoding import JsonValue, compute_hash, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError

LONGEST_RECORD = 1 << 14
LONGEST_BODY_NAME = 200
FIRST_CHAIN = bytes(32)
ANSWER_OUTCOMES = ("refuse", "contest", "narrow", "comply")
_DOMAIN = "amanah/record/v1"
_MEMBERS = {"body", "kind", "ref", "v"}
_SYMBOLS = "0-9A-HJKMNP-TV-Z"
_REFERENCE = re.compile(rf"[{_SYMBOLS}]{{4}}(-[{_SYMBOLS}]{{4}}){{2}}")
_DECISION = re.compile(r"[0-9a-f]{16}")
_HASH = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REPORT = re.compile(r"[0-9]{4}-q[1-4]|demo-[0-9]{1,12}")
_LONGEST_CODE = 64
_MOST_PEOPLE = 1 << 31

Checker = Callable[[Any], bool]


class RecordUnreadableError(InvalidInputError):
    """The value is no record of the request door's private log."""

    code = "record-unreadable"


@dataclass(frozen=True)
class Record:
    """One thing that the request door did or was asked; what it speaks of is its `ref`."""

    kind: str
    ref: str | None
    body: Mapping[str, Any]


def is_reference(value: Any) -> bool:
    """Tell whether a value is the reference of a request (3.1)."""
    return isinstance(value, str) and bool(_REFERENCE.fullmatch(value))


def _matches(pattern: re.Pattern[str], longest: int = 64) -> Checker:
    return lambda value: isinstance(value, str) and len(value) <= longest and bool(pattern.fullmatch(value))


def _is_null(value: Any) -> bool:
    return value is None


def _either(*checkers: Checker) -> Checker:
    return lambda value: any(checker(value) for checker in checkers)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST_PEOPLE


def _is_name(value: Any) -> bool:
    is_text = isinstance(value, str) and 1 <= len(value) <= LONGEST_BODY_NAME
    return is_text and value == value.strip() and value.isprintable()


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_category_list(value: Any) -> bool:
    is_list = isinstance(value, list) and all(isinstance(item, str) and item in CATEGORIES for item in value)
    return is_list and value == sorted(set(value))


def _is_rule_list(value: Any) -> bool:
    is_list = isinstance(value, list) and all(isinstance(item, str) and item in RULES for item in value)
    return is_list and len(set(value)) == len(value)


_is_decision = _matches(_DECISION)
_is_hash = _matches(_HASH)
_is_code = _matches(_CODE, _LONGEST_CODE)
_is_day_or_null = _either(_is_null, _is_day)
_of_case = is_reference

RECORD_SCHEMAS: Mapping[str, tuple[Checker, Mapping[str, Checker]]] = {
    "request-received": (
        _of_case,
        {
            "asks_class": lambda value: isinstance(value, bool),
            "body_name": _is_name,
            "categories": _is_category_list,
            "channel": lambda value: value in CHANNELS,
            "facts": _is_hash,
            "instrument": _is_code,
            "jurisdiction": _is_code,
            "people": _is_count,
            "since": _is_day_or_null,
            "until": _is_day_or_null,
        },
    ),
    "request-amended": (_of_case, {"facts": _is_hash}),
    "file-refused": (_either(_is_null, _of_case), {"reason": _is_code}),
    "decision-drafted": (_is_decision, {"document": _is_hash, "kind": _is_code}),
    "approval-refused": (_is_decision, {"reason": _is_code}),
    "decision-made": (
        _either(_of_case, _is_decision),
        {
            "approvals": _is_count,
            "decision": _either(_is_null, _is_decision),
            "document": _either(_is_null, _is_hash),
            "kind": _is_code,
            "outcome": _either(_is_null, lambda value: value in ANSWER_OUTCOMES),
            "people": _is_count,
            "reasons": _is_rule_list,
        },
    ),
    "letter-released": (_of_case, {"letter": _is_hash}),
    "disclosure-made": (_of_case, {"items": _is_count, "package": _is_hash, "people": _is_count}),
    "hold-begun": (_of_case, {"scope": _is_hash}),
    "hold-ended": (_of_case, {"scope": _is_hash}),
    "telling-withheld": (_of_case, {"reason": _is_code, "until": _is_day_or_null}),
    "people-told": (_of_case, {"report": _matches(_REPORT)}),
    "case-closed": (_of_case, {}),
    "case-destroyed": (_of_case, {}),
}
"""What each kind of record refers to, and what it holds; nothing else is admitted."""


def encode_record(kind: str, ref: str | None, body: Mapping[str, JsonValue]) -> bytes:
    """Give the canonical bytes of a record; refuse what its kind has no place for."""
    record = Record(kind, ref, dict(body))
    _check(record)
    data = encode_canonical_json({"body": dict(body), "kind": kind, "ref": ref, "v": 1})
    if len(data) > LONGEST_RECORD:
        raise RecordUnreadableError(f"A record has at most {LONGEST_RECORD} bytes.")
    return data


def parse_record(data: bytes) -> Record:
    """Read a record; refuse anything that this module would not have written."""
    value = parse_canonical_json(data, longest=LONGEST_RECORD)
    if (
        not isinstance(value, dict)
        or value.keys() != _MEMBERS
        or type(value["v"]) is not int
        or value["v"] != 1
    ):
        raise RecordUnreadableError("A record has body, kind, ref and v, and nothing else.")
    record = Record(value["kind"], value["ref"], value["body"])
    _check(record)
    return record


def compute_chain(previous: bytes, record: bytes) -> bytes:
    """Give the link that ties a record to all before it."""
    return compute_hash(_DOMAIN, previous, record)


def _check(record: Record) -> None:
    schema = RECORD_SCHEMAS.get(record.kind) if isinstance(record.kind, str) else None
    if schema is None:
        raise RecordUnreadableError("There is no record of this kind.")
    has_valid_ref, members = schema
    if not has_valid_ref(record.ref):
        raise RecordUnreadableError("The record refers to its subject in the wrong form.")
    if not isinstance(record.body, dict) or record.body.keys() != members.keys():
        raise RecordUnreadableError(f"A record {record.kind} does not hold just these members.")
    wrong = [name for name, check in members.items() if not check(record.body[name])]
    if wrong:
        raise RecordUnreadableError(f"In a record {record.kind} the member {wrong[0]} has no such value.")
