"""Notices that end a credential or date a life (`spec/credentials.md` 5.2, 5.3).

Whether whoever signed a notice may end what it names is for the chain to ask, never for this module.
"""

from dataclasses import dataclass
from typing import Literal

NoticeKind = Literal["ended", "void", "lifetime"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A signed and dated word: `subject` is the credential that it ends, or the holder whose life it dates."""

    id: str
    kind: NoticeKind
    subject: str
    issuer: str
    valid_from: int
    valid_until: int | None
    name: str
    reason: str
    document_hash: bytes
    suites: tuple[str, ...]
