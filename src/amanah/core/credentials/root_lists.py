"""Root lists: whom one community recognises, for what, how long and by which vote (`spec/credentials.md` 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """How a community came to recognise a root; `occasion` is where its survey can be recounted."""

    held_on: date
    votes_for: int
    votes_against: int
    abstained: int
    way: Literal["meeting", "survey", "panel"]
    occasion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """Somebody whom the community recognises, from the first day of the term to the last, both within it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    from_day: date
    until_day: date | None
    vote: Vote
    reasons: str
    history: tuple[str, ...]
    achievements: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RootList:
    """One numbered list of one community; `recorders` holds the community itself, first."""

    community: str
    name: str
    number: int
    dated: int
    previous: bytes | None
    recorders: tuple[str, ...]
    longest_chain: int
    roots: tuple[Root, ...]
    document: Mapping[str, Any]
    document_hash: bytes
