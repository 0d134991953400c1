"""The closed schema of every kind of entry (`spec/public_log.md` 1.4).

No schema ever admits free text, or a member that nobody named.
A checker takes a value and says whether it has the one form that the specification gives it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from amanah.core.encoding import parse_base64url
from amanah.core.errors import InvalidInputError

LOG = "log"
CARD_DOOR = "card-door"
PROGRAMME_DOOR = "programme-door"
REQUEST_DOOR = "request-door"
DOORS = (CARD_DOOR, PROGRAMME_DOOR, REQUEST_DOOR)
PARTIES = (LOG, *DOORS)

LONGEST_SPKI = 1_024
MOST_INVITATIONS = 500
MOST_OCCASIONS = 60

Checker = Callable[[Any], bool]

_HEX_ID = re.compile(r"[0-9a-f]{16}")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9a-z.+-]{1,32}")
_CODE = re.compile(r"[a-z0-9_-]{1,64}")


@dataclass(frozen=True)
class EntrySchema:
    """Who may write a kind, what its `ref` looks like, and what its body holds."""

    parties: tuple[str, ...]
    has_valid_ref: Checker
    has_valid_body: Checker
    bodies_by: Mapping[str, Checker] = field(default_factory=dict)
    """What an office writes in fewer forms than the kind admits."""


def is_count(value: Any) -> bool:
    """Tell whether a value is a whole number from zero on; true and false are not numbers here."""
    return type(value) is int and value >= 0


def is_integer(value: Any) -> bool:
    """Tell whether a value is a whole number that every reader can hold."""
    return type(value) is int and -(2**53) < value < 2**53


def is_party(value: Any) -> bool:
    """Tell whether a value names an office that may write entries."""
    return isinstance(value, str) and value in PARTIES


def _is_null(value: Any) -> bool:
    return value is None


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _text(pattern: re.Pattern[str], *, longest: int = 64) -> Checker:
    return lambda value: isinstance(value, str) and len(value) <= longest and bool(pattern.fullmatch(value))


def _one_of(*choices: str) -> Checker:
    return lambda value: isinstance(value, str) and value in choices


def _either(*checkers: Checker) -> Checker:
    return lambda value: any(checker(value) for checker in checkers)


def _base64url(*, least: int, most: int) -> Checker:
    def check(value: Any) -> bool:
        try:
            return least <= len(parse_base64url(value)) <= most
        except InvalidInputError:
            return False

    return check


def _list(item: Checker, *, most: int, is_sorted: bool = False) -> Checker:
    """Check a list; a sorted one is strictly ascending, so that nothing stands in it twice."""

    def check(value: Any) -> bool:
        if not isinstance(value, list) or len(value) > most or not all(map(item, value)):
            return False
        return not is_sorted or all(a < b for a, b in pairwise(value))

    return check


def _tuple(*items: Checker) -> Checker:
    def check(value: Any) -> bool:
        is_row = isinstance(value, list) and len(value) == len(items)
        return is_row and all(item(part) for item, part in zip(items, value, strict=True))

    return check


def _object(**members: Checker) -> Checker:
    def check(value: Any) -> bool:
        is_closed = isinstance(value, dict) and value.keys() == members.keys()
        return is_closed and all(checker(value[name]) for name, checker in members.items())

    return check


_hex_id = _text(_HEX_ID)
_hex_hash = _text(_HEX_HASH)
_slug = _text(_SLUG)
_code = _text(_CODE)
_bytes32 = _base64url(least=32, most=32)
_spki = _base64url(least=1, most=LONGEST_SPKI)
_descriptor_members = _object(
    closes_at=is_count,
    community=_slug,
    kind=_one_of("join", "session", "survey"),
    occasion=_hex_id,
    opens_at=is_count,
    programme=_either(_is_null, _slug),
    v=lambda value: type(value) is int and value == 1,
)


def is_descriptor(value: Any) -> bool:
    """Tell whether a value is an occasion descriptor (`spec/passes.md` 1.1)."""
    return _descriptor_members(value) and (value["programme"] is None) == (value["kind"] == "join")


ENTRY_SCHEMAS: Mapping[str, EntrySchema] = {
    "door_admitted": EntrySchema((LOG,), _is_null, _object(door=is_party, key=_bytes32)),
    "door_started": EntrySchema(
        PARTIES, _is_null, _object(client=_either(_is_null, _hex_hash), version=_text(_VERSION))
    ),
    "holdings_declared": EntrySchema(
        PARTIES,
        _is_null,
        _object(columns=_list(_tuple(_code, _code, _code, _code), most=4_096, is_sorted=True)),
    ),
    "policy_stated": EntrySchema(
        (LOG,), _is_null, _object(least=is_count, policy=_hex_hash, witnesses=is_count)
    ),
    "rules_stated": EntrySchema(
        (PROGRAMME_DOOR,),
        _is_null,
        _object(
            fetch_window=is_count,
            minimum_age=is_count,
            pace=_one_of("calm", "demo"),
            register_window=is_count,
        ),
    ),
    "programme_stated": EntrySchema((PROGRAMME_DOOR,), _slug, _object(facts=_either(_is_null, _hex_hash))),
    "join_key_opened": EntrySchema((CARD_DOOR,), _hex_id, _object(descriptor=is_descriptor, spki=_spki)),
    "invitations_printed": EntrySchema(
        (PROGRAMME_DOOR,),
        _hex_id,
        _object(
            hashes=_list(_bytes32, most=MOST_INVITATIONS, is_sorted=True),
            medium=_one_of("sheet", "sealed"),
            replacement=_is_boolean,
        ),
    ),
    "wave_planned": EntrySchema(
        (PROGRAMME_DOOR,),
        _hex_id,
        _object(
            fetch_from=is_count,
            fetch_until=is_count,
            minimum_age=is_count,
            occasions=_list(is_descriptor, most=MOST_OCCASIONS),
        ),
    ),
    "wave_opened": EntrySchema(
        (CARD_DOOR,), _hex_id, _object(keys=_list(_tuple(_hex_id, _spki), most=MOST_OCCASIONS))
    ),
    "occasion_closed": EntrySchema((PROGRAMME_DOOR,), _hex_id, _object(bundle=_hex_hash, redeemed=is_count)),
    "occasion_key_destroyed": EntrySchema(
        (CARD_DOOR,),
        _hex_id,
        _object(cards=is_count, invitations_used=is_count, replacements=is_count, served=is_count),
    ),
    "survey_stated": EntrySchema((PROGRAMME_DOOR,), _hex_id, _object(plan=_hex_hash)),
    "evaluation_stated": EntrySchema((PROGRAMME_DOOR,), _hex_id, _object(plan=_hex_hash)),
    "season_stated": EntrySchema(
        (PROGRAMME_DOOR,),
        _hex_id,
        _object(ends_at=is_count, harm=is_count, line=is_count, starts_at=is_count),
    ),
    "gate_read": EntrySchema(
        (PROGRAMME_DOOR,),
        _hex_id,
        _object(
            batches=is_count,
            detector=_either(_is_null, is_integer),
            evidence=is_integer,
            occasion=_hex_id,
            state=_one_of("open", "shut"),
        ),
    ),
    # The alarm is the programme door's to ring: it alone reads the surveys.
    "gate_closed": EntrySchema(
        (PROGRAMME_DOOR, REQUEST_DOOR),
        _hex_id,
        _object(reason=_one_of("alarm", "trustees")),
        {REQUEST_DOOR: _object(reason=_one_of("trustees"))},
    ),
    "panel_stated": EntrySchema(
        (REQUEST_DOOR,),
        _is_null,
        _object(least=is_count, members=is_count, number=is_count, panel=_hex_hash),
    ),
    "request_rules_stated": EntrySchema(
        (REQUEST_DOOR,),
        _is_null,
        _object(
            jurisdiction=_slug,
            pack=_hex_hash,
            report_every=_either(_is_null, is_count),
            rules=_hex_hash,
            seal_every=is_count,
        ),
    ),
    "slots_sealed": EntrySchema((REQUEST_DOOR,), _is_null, _object(number=is_count, root=_hex_hash)),
    "report_stated": EntrySchema(
        (REQUEST_DOOR,), _slug, _object(asked=is_count, given=is_count, people=is_count, report=_hex_hash)
    ),
    "season_confirmed": EntrySchema((REQUEST_DOOR,), _hex_id, _object(decision=_hex_hash)),
    "ask_posted": EntrySchema((REQUEST_DOOR,), _hex_id, _object(ask=_hex_hash, season=_hex_id)),
    "ask_withdrawn": EntrySchema(
        (REQUEST_DOOR,), _hex_id, _object(reason=_one_of("body", "trustees", "gate"))
    ),
    "credential_stated": EntrySchema(
        (PROGRAMME_DOOR,),
        _hex_id,
        _object(
            document=_hex_hash,
            kind=_one_of("authorisation", "endorsement", "notice", "status"),
        ),
    ),
    "roots_stated": EntrySchema(
        (PROGRAMME_DOOR,), _is_null, _object(list=_hex_hash, number=is_count, roots=is_count)
    ),
    "heartbeat": EntrySchema((LOG,), _is_null, _object(entries=is_count)),
}
