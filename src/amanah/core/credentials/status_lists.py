"""Status lists: one bit for each credential of an issuer, set once it has ended (`spec/credentials.md` 5.1)."""

from dataclasses import dataclass

BITS = 131_072


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """The bits of one issuer's list, first index in the highest bit of the first byte, and since when it says so."""

    id: str
    issuer: str
    valid_from: int
    bits: bytes
    document_hash: bytes
    suites: tuple[str, ...]
