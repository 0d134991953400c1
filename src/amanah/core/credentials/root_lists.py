"""Root lists: whom one community recognises, for what, how long and by which vote (`spec/credentials.md` 6).

A list speaks for one community alone; nothing here ranks lists or calls anybody valid.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

from amanah.core.credentials.identifiers import is_did_key
from amanah.core.credentials.members import (
    get_list,
    get_members,
    get_whole_number,
    parse_identifier,
    refuse,
    verify_no_repeats,
    verify_value,
)
from amanah.core.credentials.proofs import JCS, verify_document
from amanah.core.credentials.reading import compute_document_hash
from amanah.core.credentials.scopes import lies_inside, parse_scope
from amanah.core.credentials.texts import verify_name, verify_text
from amanah.core.credentials.times import encode_day, encode_time, parse_day, parse_time
from amanah.core.encoding import LARGEST_INTEGER

Way = Literal["meeting", "survey", "panel"]

MOST_ROOTS = 500
LONGEST_CHAIN = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HASH = re.compile(r"[0-9a-f]{64}")
_OCCASION = re.compile(r"[0-9a-f]{16}")
_LIST_MEMBERS = (
    "v", "community", "name", "number", "dated", "previous", "recorders", "longest_chain", "roots",
)  # fmt: skip
_ROOT_MEMBERS = ("id", "name", "scopes", "from", "until", "vote", "reasons", "history", "achievements")
_VOTE_MEMBERS = ("held_on", "for", "against", "abstained", "way", "occasion")
# What 6.1 leaves open is bounded by the size of a file (4.1) alone.
_MANY = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """How a community came to recognise a root; `occasion` is where its survey can be recounted."""

    held_on: date
    votes_for: int
    votes_against: int
    abstained: int
    way: Way
    occasion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """Somebody whom the community recognises, from the first day of the term to the last, both within it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    from_day: date
    until_day: date | None = None
    vote: Vote
    reasons: str
    history: tuple[str, ...] = ()
    achievements: Mapping[str, str] = field(default_factory=dict)

    def is_in_term(self, at: int) -> bool:
        """Tell whether a moment lies in the term."""
        day = (_EPOCH + timedelta(seconds=at)).date()
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)

    def has_scope(self, scope: str) -> bool:
        """Tell whether the root may teach and authorise in this scope."""
        return any(lies_inside(scope, held) for held in self.scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootListDraft:
    """What is to be said and signed; `recorders` are those beside the community."""

    community: str
    name: str
    number: int
    dated: int
    previous: bytes | None = None
    recorders: tuple[str, ...] = ()
    longest_chain: int = 16
    roots: tuple[Root, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RootList:
    """One numbered list of one community as it was read; `recorders` holds the community itself, first."""

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


def build_root_list(draft: RootListDraft) -> dict[str, Any]:
    """Give the list to sign; refuse a draft that no reader would take back as it is."""
    document = {
        "v": 1,
        "community": draft.community,
        "name": draft.name,
        "number": draft.number,
        "dated": encode_time(draft.dated),
        "previous": None if draft.previous is None else draft.previous.hex(),
        "recorders": [*draft.recorders],
        "longest_chain": draft.longest_chain,
        "roots": [_build_root(root) for root in draft.roots],
    }
    parse_root_list_draft(document)
    return document


def parse_root_list_draft(document: object) -> RootListDraft:
    """Read a list that nobody has signed yet."""
    members = get_members(document, "6.1", _LIST_MEMBERS)
    verify_value(members["v"], 1, "6.1", name="v")
    if not is_did_key(members["community"]):
        raise refuse("6.1", "The community is not named by did:key of an Ed25519 key.")
    roots = get_list(members["roots"], "6.1", name="roots", most=MOST_ROOTS)
    return RootListDraft(
        community=members["community"],
        name=verify_name(members["name"], "2.6"),
        dated=parse_time(members["dated"], "6.1"),
        recorders=_parse_recorders(members["recorders"]),
        longest_chain=get_whole_number(
            members["longest_chain"], "6.1", name="longest_chain", least=1, most=LONGEST_CHAIN
        ),
        roots=tuple(_parse_root(root) for root in roots),
        **_parse_place(members),
    )


def parse_root_list(document: dict[str, Any]) -> RootList:
    """Read a signed list, the proof of its community verified."""
    members = get_members(document, "6.1", (*_LIST_MEMBERS, "proof"))
    draft = parse_root_list_draft({name: value for name, value in members.items() if name != "proof"})
    if verify_document(document, issuer=draft.community) != (JCS,):
        raise refuse("6.1", "The list is not held up by one proof of its community, of eddsa-jcs-2022.")
    return RootList(
        community=draft.community,
        name=draft.name,
        number=draft.number,
        dated=draft.dated,
        previous=draft.previous,
        recorders=(draft.community, *(name for name in draft.recorders if name != draft.community)),
        longest_chain=draft.longest_chain,
        roots=draft.roots,
        document=document,
        document_hash=compute_document_hash(document),
    )


def verify_succession(before: RootList, after: RootList) -> None:
    """Refuse a list that is not the next one of the same community."""
    if after.community != before.community or after.number != before.number + 1:
        raise refuse("6.1", "The list is not the next one of the same community.")
    if after.previous != before.document_hash or after.dated < before.dated:
        raise refuse("6.1", "The list was not made after the list that it says it follows.")


def find_roots(root_list: RootList, giver: str, scope: str) -> tuple[Root, ...]:
    """Give every entry by which the list recognises a giver for a scope, in or out of term."""
    return tuple(root for root in root_list.roots if root.id == giver and root.has_scope(scope))


def _build_root(root: Root) -> dict[str, Any]:
    vote = root.vote
    return {
        "id": root.id,
        "name": root.name,
        "scopes": [*root.scopes],
        "from": encode_day(root.from_day),
        "until": None if root.until_day is None else encode_day(root.until_day),
        "vote": {
            "held_on": encode_day(vote.held_on),
            "for": vote.votes_for,
            "against": vote.votes_against,
            "abstained": vote.abstained,
            "way": vote.way,
            "occasion": vote.occasion,
        },
        "reasons": root.reasons,
        "history": [*root.history],
        "achievements": {**root.achievements},
    }


def _parse_place(members: dict[str, Any]) -> dict[str, Any]:
    number = get_whole_number(members["number"], "6.1", name="number", least=1, most=LARGEST_INTEGER)
    previous = members["previous"]
    if (previous is None) != (number == 1):
        raise refuse("6.1", "The first list alone follows none.")
    if previous is not None and not (isinstance(previous, str) and _HASH.fullmatch(previous)):
        raise refuse("6.1", "previous is not a SHA-256 in hexadecimal.")
    return {"number": number, "previous": None if previous is None else bytes.fromhex(previous)}


def _parse_recorders(value: object) -> tuple[str, ...]:
    recorders = get_list(value, "6.1", name="recorders", most=_MANY)
    if not all(is_did_key(name) for name in recorders):
        raise refuse("6.1", "A recorder is not named by did:key of an Ed25519 key.")
    verify_no_repeats(recorders, "6.1", name="recorders")
    return tuple(recorders)


def _parse_root(value: object) -> Root:
    members = get_members(value, "6.2", _ROOT_MEMBERS)
    scopes = get_list(members["scopes"], "6.2", name="scopes", least=1, most=_MANY)
    held = tuple(parse_scope(scope) for scope in scopes)
    verify_no_repeats(held, "6.2", name="scopes")
    first = parse_day(members["from"])
    last = None if members["until"] is None else parse_day(members["until"])
    if last is not None and last < first:
        raise refuse("6.2", "The term of a root ends before it begins.")
    history = get_list(members["history"], "6.2", name="history", most=_MANY)
    return Root(
        id=parse_identifier(members["id"], "6.2", name="The id of a root"),
        name=verify_name(members["name"], "2.6"),
        scopes=held,
        from_day=first,
        until_day=last,
        vote=_parse_vote(members["vote"]),
        reasons=verify_text(members["reasons"], "2.6"),
        history=tuple(verify_text(line, "2.6") for line in history),
        achievements=_parse_achievements(members["achievements"]),
    )


def _parse_vote(value: object) -> Vote:
    members = get_members(value, "6.2", _VOTE_MEMBERS)
    way, occasion = members["way"], members["occasion"]
    if way not in get_args(Way):
        raise refuse("6.2", "The way of a vote is none of meeting, survey and panel.")
    if occasion is not None and not (isinstance(occasion, str) and _OCCASION.fullmatch(occasion)):
        raise refuse("6.2", "The occasion of a vote is not named by 16 hexadecimal digits.")
    said_for, said_against, abstained = (
        get_whole_number(members[name], "6.2", name=f"The count {name}", least=0, most=LARGEST_INTEGER)
        for name in ("for", "against", "abstained")
    )
    return Vote(
        held_on=parse_day(members["held_on"]),
        votes_for=said_for,
        votes_against=said_against,
        abstained=abstained,
        way=way,
        occasion=occasion,
    )


def _parse_achievements(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise refuse("6.2", "achievements is not an object.")
    return {
        parse_identifier(name, "6.2", name="A foreign achievement"): parse_scope(scope)
        for name, scope in value.items()
    }
