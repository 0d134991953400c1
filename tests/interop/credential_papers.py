"""Papers of invented people, built and signed by our core, for other people's software to read."""

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from amanah.core.credentials.authorisations import Draft, Evidence, Strength, build_authorisation
from amanah.core.credentials.identifiers import build_did_key
from amanah.core.credentials.notices import NoticeDraft, build_notice
from amanah.core.credentials.proofs import JCS, sign_document
from amanah.core.credentials.reading import compute_document_hash
from amanah.core.credentials.root_lists import Root, RootListDraft, Vote, build_root_list
from amanah.core.credentials.status_lists import StatusListDraft, StatusPlace, build_status_list
from amanah.core.credentials.times import parse_time

SCOPE = "quran/hafs"
SIGNED_AT = "2024-03-01T09:00:00Z"
BEGAN = parse_time("2024-02-01T00:00:00Z")
ASKED = parse_time("2025-06-01T12:00:00Z")
DRAWN = 70_001


@dataclass(frozen=True)
class Person:
    """Somebody invented, whose key comes out of their name."""

    name: str

    @property
    def seed(self) -> bytes:
        return hashlib.sha256(self.name.encode()).digest()

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def did(self) -> str:
        return build_did_key(self.key.public_key().public_bytes_raw())

    @property
    def private_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public_pem(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


AMINA, BILAL, CELIA, DAWUD = (Person(f"{name} Invented") for name in ("Amina", "Bilal", "Celia", "Dawud"))
COMMONS = Person("The Invented Commons")


def name_paper(word: str) -> str:
    """Give the identifier of a paper, always the same for one word."""
    return uuid.UUID(bytes=hashlib.sha256(word.encode()).digest()[:16], version=4).urn


def draft_grant(giver: Person, holder: Person, parent: dict[str, Any] | None = None, **changes: Any) -> Draft:
    """Draft an authority that a person gives with their own key."""
    draft = Draft(
        id=name_paper(f"{giver.name} {holder.name}"),
        issuer=giver.did,
        issuer_name=giver.name,
        giver=giver.did,
        holder=holder.did,
        scope=SCOPE,
        may_authorise=True,
        valid_from=BEGAN,
        parent=parent["id"] if parent else None,
        parent_hash=compute_document_hash(parent) if parent else None,
        name="Recitation of the Quran, Hafs",
        description="May teach the recitation, and may let others teach it.",
        criteria="The whole was heard, from the beginning to the end.",
        evidence=(Evidence("What was heard", "All of it, in forty evenings."),),
    )
    return replace(draft, **changes)


def grant(
    giver: Person, holder: Person, parent: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """Give an authority that the giver has signed."""
    return sign(build_authorisation(draft_grant(giver, holder, parent, **changes)), giver)


def grant_witnessed(giver: Person, holder: Person) -> dict[str, Any]:
    """Give an authority of somebody without a key, which the community signed for two witnesses."""
    draft = draft_grant(
        giver,
        holder,
        issuer=COMMONS.did,
        issuer_name=COMMONS.name,
        strength=Strength.WITNESSED,
        witnesses=(name_paper("first witness"), name_paper("second witness")),
    )
    return sign(build_authorisation(draft), COMMONS)


def build_chain() -> list[dict[str, Any]]:
    """Give three links from the holder, Dawud, up to what the root, Amina, gave."""
    first = grant(AMINA, BILAL)
    second = grant(BILAL, CELIA, first)
    third = grant(CELIA, DAWUD, second, may_authorise=False)
    return [third, second, first]


def list_ended(*indices: int, issuer: Person = AMINA) -> dict[str, Any]:
    """Give the status list of an issuer."""
    draft = StatusListDraft(
        id=name_list(issuer), issuer=issuer.did, revoked=frozenset(indices), valid_from=BEGAN
    )
    return sign(build_status_list(draft), issuer)


def name_list(issuer: Person) -> str:
    """Give the identifier of the one status list of an issuer."""
    return name_paper(f"list of {issuer.name}")


def grant_with_status(index: int = DRAWN) -> dict[str, Any]:
    """Give an authority whose issuer's list says whether it has ended."""
    place = StatusPlace(name_list(AMINA), index)
    return grant(AMINA, BILAL, id=name_paper("with a status"), status=place)


def give_notice(kind: Any, subject: str, **days: date) -> dict[str, Any]:
    """Give a notice that the community signed."""
    draft = NoticeDraft(
        id=name_paper(f"{kind} {subject}"),
        kind=kind,
        subject=subject,
        issuer=COMMONS.did,
        valid_from=BEGAN,
        name="Retired",
        reason="Retired from teaching, with thanks.",
        **days,
    )
    return sign(build_notice(draft), COMMONS)


def list_roots(longest_chain: int = 16) -> dict[str, Any]:
    """Give the list by which the community recognises Amina."""
    vote = Vote(
        held_on=date(2024, 1, 10), votes_for=31, votes_against=2, abstained=4, way="meeting", occasion=None
    )
    root = Root(
        id=AMINA.did,
        name=AMINA.name,
        scopes=("quran",),
        from_day=date(2024, 1, 11),
        until_day=date(2030, 1, 10),
        vote=vote,
        reasons="Taught here for thirty years.",
        history=("Zahra Invented, as a book gives it.",),
        achievements={},
    )
    draft = RootListDraft(
        community=COMMONS.did,
        name=COMMONS.name,
        number=1,
        dated=BEGAN,
        longest_chain=longest_chain,
        roots=(root,),
    )
    return sign_document(
        build_root_list(draft), COMMONS.key, created=SIGNED_AT, suites=(JCS,), issuer=COMMONS.did
    )


def sign(document: dict[str, Any], person: Person) -> dict[str, Any]:
    """Sign with both suites."""
    return sign_document(document, person.key, created=SIGNED_AT)
