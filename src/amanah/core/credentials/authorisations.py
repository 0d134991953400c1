"""An authority to teach: what is built before it is signed, and what a reader makes of it (`spec/credentials.md` 2)."""

from dataclasses import dataclass
from enum import IntEnum


class Strength(IntEnum):
    """How a link is held up, from weakest to strongest; shown, never averaged (2.5)."""

    RECORDED = 1
    WITNESSED = 2
    SIGNED = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was heard, what a scan shows or which book is cited."""

    name: str
    narrative: str


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where an issuer's status list says whether the document has ended (5.1)."""

    list: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be said and signed; every field of it comes back, by the same name, in the `Authorisation`."""

    id: str
    issuer: str
    issuer_name: str
    giver: str
    holder: str
    scope: str
    may_authorise: bool
    valid_from: int
    valid_until: int | None = None
    parent: str | None = None
    parent_hash: bytes | None = None
    strength: Strength = Strength.SIGNED
    witnesses: tuple[str, ...] = ()
    name: str
    description: str
    criteria: str
    evidence: tuple[Evidence, ...] = ()
    status: StatusPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """One link of a chain as it was read; `suites` says by what it is held up, `form` what it came as.

    `form` is `open-badges-3`, `jwt`, `foreign` or `older`; `document_hash` is SHA-256 of the JCS bytes (2.4).
    """

    id: str
    issuer: str
    issuer_name: str
    giver: str
    holder: str
    scope: str
    may_authorise: bool
    valid_from: int
    valid_until: int | None
    parent: str | None
    parent_hash: bytes | None
    strength: Strength
    witnesses: tuple[str, ...]
    name: str
    description: str
    criteria: str
    evidence: tuple[Evidence, ...]
    status: StatusPlace | None
    document_hash: bytes
    suites: tuple[str, ...]
    form: str = "open-badges-3"
