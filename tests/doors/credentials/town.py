"""A community that recognises an invented scholar by vote, and the papers that it signs, for tests of credentials."""

import secrets
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.credentials.authorisations import Evidence, Strength
from amanah.core.credentials.identifiers import build_did_key
from amanah.core.credentials.root_lists import Root, Vote
from amanah.programme_door.credentials.actions import Grant, issue_authorisation, record_name
from amanah.programme_door.credentials.actions.issuing import ISSUING_RANDOM_SIZE
from amanah.programme_door.credentials.queries.papers import find_authorisation
from amanah.programme_door.roots.actions import ListRules, publish_roots, record_root

NOW = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
DAY = 86_400
ELDER = "urn:uuid:11111111-1111-4111-8111-111111111111"
AMINA = "urn:uuid:22222222-2222-4222-8222-222222222222"
BILAL = "urn:uuid:33333333-3333-4333-8333-333333333333"
WITNESSES = ("urn:uuid:44444444-4444-4444-8444-444444444444", "urn:uuid:55555555-5555-4555-8555-555555555555")


def make_key() -> tuple[Ed25519PrivateKey, str]:
    key = Ed25519PrivateKey.generate()
    return key, build_did_key(key.public_key().public_bytes_raw())


def build_root(**changes: Any) -> Root:
    return Root(
        **{
            "id": ELDER,
            "name": "Elder Invented",
            "scopes": ("quran",),
            "from_day": date(2020, 1, 1),
            "until_day": None,
            "vote": Vote(
                held_on=date(2019, 12, 20),
                votes_for=41,
                votes_against=3,
                abstained=6,
                way="meeting",
                occasion=None,
            ),
            "reasons": "Has taught here in the open for thirty years.",
            "history": (),
            "achievements": {},
        }
        | changes
    )


def recognise(*roots: Root, now: int = NOW - 100 * DAY) -> str:
    for root in roots or (build_root(),):
        record_root(root, random_bytes=secrets.token_bytes(8))
    return publish_roots(ListRules((), 16), now=now)


def name_everybody() -> None:
    for identifier, name in (
        (ELDER, "Elder Invented"),
        (AMINA, "Amina Invented"),
        (BILAL, "Bilal Invented"),
        (WITNESSES[0], "First Witness Invented"),
        (WITNESSES[1], "Second Witness Invented"),
    ):
        record_name(identifier, name)


def build_grant(**changes: Any) -> Grant:
    return Grant(
        **{
            "giver": ELDER,
            "holder": AMINA,
            "scope": "quran",
            "may_authorise": True,
            "valid_from": NOW - 50 * DAY,
            "strength": Strength.WITNESSED,
            "witnesses": WITNESSES,
            "name": "Qur'an",
            "description": "Elder Invented lets Amina Invented teach.",
            "criteria": "The whole was heard.",
            "evidence": (Evidence("What was shown", "A paper with two signatures."),),
        }
        | changes
    )


def issue(now: int = NOW, **changes: Any) -> str:
    return issue_authorisation(
        build_grant(**changes), now=now, random_bytes=secrets.token_bytes(ISSUING_RANDOM_SIZE)
    )


def find_id(document_hash: str) -> str:
    read = find_authorisation(document_hash)
    assert read is not None, "no such authorisation"
    return read.id


def issue_line() -> tuple[str, str]:
    """The elder lets Amina authorise; Amina lets Bilal teach one part."""
    first = issue()
    second = issue(
        parent=find_id(first),
        giver=AMINA,
        holder=BILAL,
        scope="quran/hafs",
        may_authorise=False,
        valid_from=NOW - 20 * DAY,
        name="Hafs",
        description="Amina Invented lets Bilal Invented teach.",
    )
    return first, second
