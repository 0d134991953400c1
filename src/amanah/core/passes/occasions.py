"""Occasions and what binds a pass to one (`spec/passes.md` 1.1 to 1.4); it never says whether an occasion is open."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from amanah.core.encoding import LARGEST_INTEGER, JsonValue, encode_canonical_json
from amanah.core.errors import InvalidInputError

OccasionKind = Literal["join", "session", "survey"]

OCCASION_KINDS: tuple[OccasionKind, ...] = get_args(OccasionKind)
TOKEN_TYPE = 0x0002
_MEMBERS = frozenset({"closes_at", "community", "kind", "occasion", "opens_at", "programme", "v"})
_OCCASION_ID = re.compile(r"[0-9a-f]{16}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 64


class OccasionError(InvalidInputError):
    """The value does not describe an occasion."""

    code = "occasion-unreadable"


@dataclass(frozen=True)
class Occasion:
    """Something that each member may take part in once; the times are UTC seconds."""

    occasion: str
    kind: OccasionKind
    community: str
    programme: str | None
    opens_at: int
    closes_at: int

    def __post_init__(self) -> None:
        """Refuse what 1.1 does not allow, so that every occasion in memory is a valid one."""
        if not is_occasion_id(self.occasion):
            raise OccasionError("An occasion id is 16 lower-case hex digits.")
        if self.kind not in OCCASION_KINDS:
            raise OccasionError("The kind of an occasion is join, session or survey.")
        if not _is_slug(self.community) or not (self.programme is None or _is_slug(self.programme)):
            raise OccasionError("A community and a programme are named by slugs.")
        if (self.programme is None) != (self.kind == "join"):
            raise OccasionError("Joining belongs to no programme, everything else to one.")
        if not (_is_time(self.opens_at) and _is_time(self.closes_at) and self.opens_at < self.closes_at):
            raise OccasionError("An occasion opens at a whole second and closes after it.")

    def descriptor(self) -> dict[str, JsonValue]:
        """Give the descriptor as a JSON object (1.1)."""
        return {
            "closes_at": self.closes_at,
            "community": self.community,
            "kind": self.kind,
            "occasion": self.occasion,
            "opens_at": self.opens_at,
            "programme": self.programme,
            "v": 1,
        }

    def descriptor_bytes(self) -> bytes:
        """Give the descriptor's canonical JSON bytes."""
        return encode_canonical_json(self.descriptor())

    def hash(self) -> bytes:
        """Give the occasion hash (1.3)."""
        return hashlib.sha256(self.descriptor_bytes()).digest()

    def challenge(self, issuer_name: str) -> bytes:
        """Give the RFC 9577 TokenChallenge (1.4)."""
        issuer = issuer_name.encode("ascii")
        context = self.hash()
        return b"".join(
            (
                TOKEN_TYPE.to_bytes(2),
                len(issuer).to_bytes(2),
                issuer,
                len(context).to_bytes(1),
                context,
                (0).to_bytes(2),
            )
        )

    def challenge_digest(self, issuer_name: str) -> bytes:
        """Give SHA-256 of the challenge, which every pass of this occasion names (1.4)."""
        return hashlib.sha256(self.challenge(issuer_name)).digest()

    @property
    def issuer_name(self) -> str:
        """Give the issuer name that this occasion's community implies (1.4)."""
        return f"{self.community}.amanah"


def parse_descriptor(value: object) -> Occasion:
    """Read a descriptor from JSON; its schema is closed (1.1)."""
    if not isinstance(value, dict) or set(value) != _MEMBERS:
        raise OccasionError("A descriptor has exactly its seven members.")
    members = cast("dict[str, Any]", value)
    if not _is_time(members["v"]) or members["v"] != 1:
        raise OccasionError("This reader knows descriptors of version 1.")
    return Occasion(
        occasion=members["occasion"],
        kind=members["kind"],
        community=members["community"],
        programme=members["programme"],
        opens_at=members["opens_at"],
        closes_at=members["closes_at"],
    )


def is_occasion_id(value: object) -> bool:
    """Say whether a value is 16 lower-case hex digits (1.2); wave ids look the same (6.1)."""
    return isinstance(value, str) and _OCCASION_ID.fullmatch(value) is not None


def _is_slug(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_SLUG and _SLUG.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_INTEGER
