"""Invented lines of teachers as what was read of their papers: no signature is made here, and none is needed."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from amanah.core.credentials.authorisations import Authorisation, StatusPlace, Strength
from amanah.core.credentials.chains import Chain, Question
from amanah.core.credentials.notices import Notice
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.root_lists import Root, RootList, Vote
from amanah.core.credentials.standing import Standing, compute_standing
from amanah.core.credentials.status_lists import BITS, StatusList

COMMUNITY = "did:key:community"
STRANGER = "did:key:stranger"
ROOT, AMINA, BILAL, DAWUD = "did:key:root", "did:key:amina", "did:key:bilal", "did:key:dawud"
WITNESSES = ("urn:uuid:witness-1", "urn:uuid:witness-2")
LIST = "urn:uuid:list-of-"


def on(year: int, month: int = 1, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


TODAY = on(2026, 11, 25)


def hash_of(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def grant(name: str, giver: str, holder: str, scope: str, given_at: int, /, **changes: Any) -> Authorisation:
    """Give what was read of one signed grant; `parent` may be the authorisation above."""
    parent = changes.pop("parent", None)
    if isinstance(parent, Authorisation):
        changes = {"parent_hash": parent.document_hash, **changes}
        parent = parent.id
    values: dict[str, Any] = {
        "id": f"urn:uuid:{name}",
        "issuer": giver,
        "issuer_name": "Somebody Invented",
        "giver": giver,
        "holder": holder,
        "scope": scope,
        "may_authorise": True,
        "valid_from": given_at,
        "valid_until": None,
        "parent": parent,
        "parent_hash": None,
        "strength": Strength.SIGNED,
        "witnesses": (),
        "name": scope,
        "description": "Invented.",
        "criteria": "Invented.",
        "evidence": (),
        "status": None,
        "document_hash": hash_of(name),
        "suites": ("eddsa-jcs-2022", "eddsa-rdfc-2022"),
    }
    return Authorisation(**values | changes)


def recorded(link: Authorisation, strength: Strength = Strength.RECORDED, **changes: Any) -> Authorisation:
    """Give the same grant, signed by the community in the place of the giver."""
    witnesses = WITNESSES if strength == Strength.WITNESSED else ()
    return replace(link, **{"issuer": COMMUNITY, "strength": strength, "witnesses": witnesses} | changes)


def root(root_id: str = ROOT, *scopes: str, **changes: Any) -> Root:
    vote = Vote(
        held_on=date(2014, 12, 1), votes_for=31, votes_against=2, abstained=4, way="meeting", occasion=None
    )
    values: dict[str, Any] = {
        "id": root_id,
        "name": "Rashida Invented",
        "scopes": scopes or ("quran",),
        "from_day": date(2015, 1, 1),
        "until_day": None,
        "vote": vote,
        "reasons": "She has taught here for thirty years.",
        "history": (),
        "achievements": {},
    }
    return Root(**values | changes)


def root_list(*roots: Root, **changes: Any) -> RootList:
    values: dict[str, Any] = {
        "community": COMMUNITY,
        "name": "Example House (invented)",
        "number": 3,
        "dated": on(2026, 1, 1),
        "previous": None,
        "recorders": (COMMUNITY,),
        "longest_chain": 8,
        "roots": roots or (root(),),
        "document": {},
        "document_hash": hash_of("list"),
    }
    return RootList(**values | changes)


def notice(kind: str, subject: Authorisation | str, issuer: str = COMMUNITY, **changes: Any) -> Notice:
    about = subject if isinstance(subject, str) else subject.id
    values: dict[str, Any] = {
        "id": f"urn:uuid:notice-{kind}-{about}",
        "kind": kind,
        "subject": about,
        "issuer": issuer,
        "valid_from": on(2024),
        "name": "Left",
        "reason": "Moved away.",
        "lived_from": None,
        "lived_until": None,
        "document_hash": hash_of(f"{kind}{about}{issuer}{sorted(changes.items())}"),
        "suites": ("eddsa-jcs-2022",),
    }
    return Notice(**values | changes)


def lifetime(person: str, first: date, last: date | None = None, issuer: str = COMMUNITY) -> Notice:
    return notice("lifetime", person, issuer, lived_from=first, lived_until=last)


def status_list(issuer: str, *revoked: int, **changes: Any) -> StatusList:
    bits = bytearray(BITS // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> index % 8
    values: dict[str, Any] = {
        "id": LIST + issuer,
        "issuer": issuer,
        "valid_from": on(2026, 11),
        "bits": bytes(bits),
        "document_hash": hash_of(f"{issuer}{revoked}"),
        "suites": ("eddsa-jcs-2022",),
    }
    return StatusList(**values | changes)


def listed(link: Authorisation, index: int, issuer: str | None = None) -> Authorisation:
    """Give the same grant with a place in the list of its issuer."""
    return replace(link, status=StatusPlace(LIST + (issuer or link.issuer), index))


def line(**changes: dict[str, Any]) -> dict[str, Authorisation]:
    """Give a line of three grants: from the root to Amina, from her to Bilal, from him to Dawud."""
    top = grant("amina", ROOT, AMINA, "quran", on(2016), **changes.get("amina", {}))
    above: dict[str, Any] = {"parent": top}
    middle = grant("bilal", AMINA, BILAL, "quran/hafs", on(2019), **above | changes.get("bilal", {}))
    above = {"parent": middle, "may_authorise": False}
    first = grant("dawud", BILAL, DAWUD, "quran/hafs", on(2022), **above | changes.get("dawud", {}))
    return {"amina": top, "bilal": middle, "dawud": first}


ASKED = Question(DAWUD, "quran/hafs", TODAY)


def ask(papers: Papers, question: Question = ASKED) -> Standing:
    return compute_standing(question, papers)


def papers_of(*authorisations: Authorisation, **others: Any) -> Papers:
    return Papers(tuple(authorisations), **{"root_list": root_list()} | others)


def shown(standing: Standing) -> Chain:
    """Give the chain that a page would show."""
    chain = standing.strongest or standing.best_failed
    assert chain is not None
    return chain


def reasons(standing: Standing) -> list[tuple[int, str]]:
    return [(item.rule, item.reason) for item in shown(standing).breaks]


def judge(
    *others: Authorisation, lists: Any = None, notices: Any = (), **changes: Any
) -> list[tuple[int, str]]:
    """Give what the line of three breaks after changes."""
    made = line(**changes)
    papers = papers_of(*made.values(), *others, root_list=lists or root_list(), notices=tuple(notices))
    return reasons(ask(papers))
