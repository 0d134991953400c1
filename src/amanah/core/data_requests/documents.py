"""What trustees sign: one decision, in words that no program can read two ways (`spec/data_requests.md` 6.2, 6.3).

A kind that is not in the table, or a body with a member too many, is no document: nothing can be signed unseen.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal, get_args

from amanah.core.data_requests.rules import RULES
from amanah.core.data_requests.scopes import parse_scope
from amanah.core.encoding import (
    JsonValue,
    compute_hash,
    encode_canonical_json,
    parse_base64url,
    parse_canonical_json,
)
from amanah.core.errors import InvalidInputError

Kind = Literal[
    "request-answered", "disclosure-made", "hold-begun", "hold-ended", "panel-changed", "rules-changed",
    "statement-made", "secrecy-ended", "ask-admitted", "ask-withdrawn", "season-confirmed", "gate-closed",
]  # fmt: skip
Recusal = Literal["asked-about", "works-for-the-body", "related", "other-interest"]

KINDS: tuple[Kind, ...] = get_args(Kind)
RECUSALS: tuple[Recusal, ...] = get_args(Recusal)
LONGEST_DOCUMENT = 1 << 17
SALT_LENGTH = 32
SALTED: tuple[Kind, ...] = ("request-answered", "hold-begun", "hold-ended")
"""Kinds whose body names people."""
LATEST = 253_402_300_799
_CHALLENGE_DOMAIN = "amanah/decision/v1"
_MEMBERS = {"at", "body", "community", "decision", "kind", "panel", "recused", "v"}
_SYMBOLS = "0-9A-HJKMNP-TV-Z"
_REFERENCE = re.compile(rf"[{_SYMBOLS}]{{4}}-[{_SYMBOLS}]{{4}}-[{_SYMBOLS}]{{4}}")
_HEX_ID = re.compile(r"[0-9a-f]{16}")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_CODE = 64
_MOST_STATEMENTS = 20
_PLACES = {rule: place for place, rule in enumerate(RULES)}

Body = Mapping[str, Any]
Checker = Callable[[Any], bool]


class DocumentUnreadableError(InvalidInputError):
    """The bytes are no decision that trustees can sign."""

    code = "decision-unreadable"


@dataclass(frozen=True)
class DecisionDocument:
    """One decision of one community, under one panel; `recused` says who has no voice in it, and why."""

    at: int
    body: Body
    community: str
    decision: str
    kind: Kind
    panel: str
    recused: tuple[tuple[str, Recusal], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not in the closed form of its kind."""
        if type(self.at) is not int or not 0 <= self.at <= LATEST:
            raise DocumentUnreadableError("The time of a decision is in seconds since 1970.")
        if self.kind not in KINDS:
            raise DocumentUnreadableError("There is no decision of this kind.")
        named = (_is_code(self.community), _is_id(self.decision), _is_hash(self.panel))
        if not all(named):
            raise DocumentUnreadableError("A decision names its community, itself and its panel.")
        if not BODIES[self.kind](self.body):
            raise DocumentUnreadableError(f"This is not what a decision of the kind {self.kind} says.")
        recused = [trustee for trustee, _reason in self.recused]
        if recused != sorted(set(recused)) or not all(_is_id(trustee) for trustee in recused):
            raise DocumentUnreadableError("Those who step aside are in order, and nobody stands there twice.")
        if not all(reason in RECUSALS for _trustee, reason in self.recused):
            raise DocumentUnreadableError("Why somebody steps aside is chosen from the list.")

    @property
    def is_founding(self) -> bool:
        """Tell whether this is how a first panel names itself; every member must have signed it (6.6)."""
        return self.kind == "panel-changed" and bool(self.body["next"] == self.panel)

    @property
    def recused_trustees(self) -> tuple[str, ...]:
        """Give who has no voice in this decision."""
        return tuple(trustee for trustee, _reason in self.recused)


def encode_document(document: DecisionDocument) -> bytes:
    """Give the canonical bytes of a decision: what is signed, and nothing else."""
    recused: list[JsonValue] = [[trustee, reason] for trustee, reason in document.recused]
    return encode_canonical_json(
        {
            "at": document.at,
            "body": dict(document.body),
            "community": document.community,
            "decision": document.decision,
            "kind": document.kind,
            "panel": document.panel,
            "recused": recused,
            "v": 1,
        }
    )


def parse_document(data: bytes) -> DecisionDocument:
    """Read a decision; refuse anything that this module would not have written."""
    try:
        document = _build_document(parse_canonical_json(data, longest=LONGEST_DOCUMENT))
        is_ours = encode_document(document) == data
    except DocumentUnreadableError:
        raise
    except (InvalidInputError, KeyError, TypeError, ValueError) as error:
        raise DocumentUnreadableError("These bytes are no decision of this version.") from error
    if not is_ours:
        raise DocumentUnreadableError("These bytes are no decision in its one form.")
    return document


def compute_document_hash(data: bytes) -> str:
    """Give what records and packages cite: the SHA-256 of the bytes of a decision, in hex."""
    return hashlib.sha256(data).hexdigest()


def compute_challenge(data: bytes) -> bytes:
    """Give the challenge that a passkey signs for these bytes (6.3)."""
    return compute_hash(_CHALLENGE_DOMAIN, data)


def _build_document(value: Any) -> DecisionDocument:
    if not isinstance(value, dict) or set(value) != _MEMBERS or not isinstance(value["recused"], list):
        raise DocumentUnreadableError("These bytes are no decision of this version.")
    return DecisionDocument(
        at=value["at"],
        body=value["body"],
        community=value["community"],
        decision=value["decision"],
        kind=value["kind"],
        panel=value["panel"],
        recused=tuple((trustee, reason) for trustee, reason in value["recused"]),
    )


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(_HEX_ID.fullmatch(value))


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_HEX_HASH.fullmatch(value))


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_CODE and bool(_CODE.fullmatch(value))


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and bool(_REFERENCE.fullmatch(value))


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_scope(value: Any) -> bool:
    try:
        return not parse_scope(value).is_empty
    except (InvalidInputError, TypeError):
        return False


def _is_reasons(value: Any) -> bool:
    """Tell whether these are rules, in the order in which they are tried, none twice."""
    if not isinstance(value, list) or not value or not all(isinstance(rule, str) for rule in value):
        return False
    places = [_PLACES.get(rule, -1) for rule in value]
    return places[0] >= 0 and all(one < other for one, other in pairwise(places))


def _is_telling(value: Any) -> bool:
    """Tell whether it says why people are not told yet, and until when; a day needs a reason."""
    if not isinstance(value, dict) or set(value) != {"reason", "until"}:
        return False
    reason, until = value["reason"], value["until"]
    if reason is None:
        return until is None
    return _is_code(reason) and (until is None or _is_day(until))


def _is_salt(value: Any) -> bool:
    """Tell whether it is 32 bytes: the hash of a decision is opened in reports, and must not let anybody try names."""
    try:
        return isinstance(value, str) and len(parse_base64url(value)) == SALT_LENGTH
    except InvalidInputError:
        return False


def _is_codes(value: Any) -> bool:
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_STATEMENTS:
        return False
    return all(_is_code(code) for code in value) and value == sorted(set(value))


def _object(**members: Checker) -> Checker:
    def has_this_form(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and set(value) == set(members)
            and all(is_fit(value[name]) for name, is_fit in members.items())
        )

    return has_this_form


def _one_of(choices: Sequence[str]) -> Checker:
    return lambda value: isinstance(value, str) and value in choices


_has_answer_members = _object(
    facts=_is_hash,
    outcome=_one_of(("refuse", "contest", "narrow", "comply")),
    pack=_is_hash,
    reasons=_is_reasons,
    reference=_is_reference,
    rules=_is_hash,
    salt=_is_salt,
    scope=lambda value: value is None or _is_scope(value),
    telling=_is_telling,
)


def _is_answer(value: Any) -> bool:
    """Tell whether it answers a request: to narrow and to comply give a scope of named people; to refuse gives none."""
    if not _has_answer_members(value):
        return False
    if value["scope"] is None:
        return bool(value["outcome"] != "narrow")
    is_giving: bool = value["outcome"] in ("narrow", "comply")
    return is_giving and not parse_scope(value["scope"]).is_class


_is_hold = _object(reference=_is_reference, salt=_is_salt, scope=_is_scope)

BODIES: Mapping[str, Checker] = {
    "request-answered": _is_answer,
    "disclosure-made": _object(decision=_is_id, package=_is_hash, reference=_is_reference),
    "hold-begun": _is_hold,
    "hold-ended": _is_hold,
    "panel-changed": _object(next=_is_hash),
    "rules-changed": _object(next=_is_hash),
    "statement-made": _object(codes=_is_codes, expires_on=_is_day),
    "secrecy-ended": _object(reference=_is_reference),
    "ask-admitted": _object(ask=_is_hash),
    "ask-withdrawn": _object(ask=_is_hash),
    "season-confirmed": _object(season=_is_id),
    "gate-closed": _object(season=_is_id),
}
"""What each kind of decision says, and nothing more."""
