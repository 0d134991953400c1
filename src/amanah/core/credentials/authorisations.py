"""An authority to teach: what is built before it is signed, and what a reader makes of it (`spec/credentials.md` 2).

Nothing here asks whether the giver held what was given: that is for the chain.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any

from amanah.core.credentials.identifiers import is_did_key, is_holder
from amanah.core.credentials.jwt import parse_jwt
from amanah.core.credentials.members import (
    encode_digest,
    get_list,
    get_members,
    parse_digest,
    parse_uuid,
    refuse,
    verify_no_repeats,
    verify_value,
)
from amanah.core.credentials.proofs import verify_document
from amanah.core.credentials.reading import compute_document_hash, parse_json
from amanah.core.credentials.scopes import build_scope_identifier, parse_scope_identifier
from amanah.core.credentials.status_lists import StatusPlace, build_status_entry, parse_status_entry
from amanah.core.credentials.texts import verify_name, verify_text
from amanah.core.credentials.times import encode_time, parse_time

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
OPEN_BADGES_3 = "open-badges-3"
JWT = "jwt"
FOREIGN = "foreign"
OLDER = "older"
MOST_TERMS = 8
MOST_EVIDENCE = 16
LEAST_WITNESSES = 2

_TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
_MAY_TEACH = "ext:AuthorisedToTeach"
_MAY_AUTHORISE = "ext:AuthorisedToTeachAndToAuthorise"
_UNDER = "urn:amanah:IssuedUnderAuthority"
_WITNESSED = "urn:amanah:WitnessedGrantOf"
_RECORDED = "urn:amanah:RecordedGrantOf"
_WITNESS = "urn:amanah:WitnessedBy"
_NEEDED = ("@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject")
_OPTIONAL = ("validUntil", "credentialStatus", "termsOfUse", "relatedResource", "evidence")


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
    form: str = OPEN_BADGES_3


def build_authorisation(draft: Draft) -> dict[str, Any]:
    """Give the document to sign; refuse a draft that no reader would take back as it is."""
    document: dict[str, Any] = {
        "@context": [*CONTEXTS],
        "id": draft.id,
        "type": [*_TYPES],
        "name": draft.name,
        "issuer": {"id": draft.issuer, "type": ["Profile"], "name": draft.issuer_name},
        "validFrom": encode_time(draft.valid_from),
        "credentialSubject": _build_subject(draft),
    }
    if draft.valid_until is not None:
        document["validUntil"] = encode_time(draft.valid_until)
    if draft.status is not None:
        document["credentialStatus"] = build_status_entry(draft.status)
    if terms := [*_build_terms(draft)]:
        document["termsOfUse"] = terms
    if draft.parent is not None:
        digest = encode_digest(draft.parent_hash or b"")
        document["relatedResource"] = {"id": draft.parent, "digestMultibase": digest}
    if draft.evidence:
        document["evidence"] = [
            {"type": ["Evidence"], "name": item.name, "narrative": item.narrative} for item in draft.evidence
        ]
    if parse_draft(document) != draft:
        raise refuse("2.5", "The giver, the strength and the hash of the parent do not fit together.")
    return document


def parse_draft(document: object) -> Draft:
    """Read a document that nobody has signed yet."""
    members = get_members(document, "2.1", _NEEDED, _OPTIONAL)
    verify_value(members["@context"], [*CONTEXTS], "2.1", name="@context")
    verify_value(members["type"], _TYPES, "2.1", name="type")
    issuer = get_members(members["issuer"], "2.1", ("id", "type", "name"))
    verify_value(issuer["type"], ["Profile"], "2.1", name="The type of the issuer")
    if not is_did_key(issuer["id"]):
        raise refuse("2.1", "The issuer is not named by did:key of an Ed25519 key.")
    subject = _parse_subject(members["credentialSubject"])
    verify_value(subject.pop("achievement_name"), members["name"], "2.1", name="The name of the achievement")
    terms = _parse_terms(members, issuer["id"])
    if terms["giver"] == subject["holder"] or {terms["giver"], subject["holder"]} & {*terms["witnesses"]}:
        raise refuse("2.3", "Giver, holder and witnesses are not all different.")
    document_id = parse_uuid(members["id"], "2.1", name="id")
    if document_id in {terms["parent"], terms["giver"], subject["holder"], *terms["witnesses"]}:
        raise refuse("2.1", "The document has the name of somebody or something that it speaks of.")
    return Draft(
        id=document_id,
        issuer=issuer["id"],
        issuer_name=verify_name(issuer["name"], "2.6"),
        name=verify_name(members["name"], "2.6"),
        evidence=_parse_evidence(members),
        status=parse_status_entry(members["credentialStatus"]) if "credentialStatus" in members else None,
        **_parse_validity(members),
        **subject,
        **terms,
    )


def parse_authorisation(document: object, suites: Iterable[str], form: str = OPEN_BADGES_3) -> Authorisation:
    """Read a document whose proofs the caller has verified, by the suites or the JWT that it names."""
    signature = ("proof",) if form == OPEN_BADGES_3 else ()
    members = get_members(document, "2.1", (*_NEEDED, *signature), _OPTIONAL)
    draft = parse_draft({name: value for name, value in members.items() if name != "proof"})
    said = {field.name: getattr(draft, field.name) for field in fields(Draft)}
    return Authorisation(
        **said, document_hash=compute_document_hash(members), suites=tuple(suites), form=form
    )


def read_credential(data: bytes) -> Authorisation:
    """Read a file as it came, JSON with proofs or a JWT, and verify who signed it (3.2, 3.4)."""
    if data.startswith(b"ey"):
        return _read_jwt(data)
    document = parse_json(data)
    # Its form is looked at first: it is cheap, and a canonical graph of a stranger's making is not.
    read = parse_authorisation(document, ())
    return replace(read, suites=verify_document(document))


def _read_jwt(data: bytes) -> Authorisation:
    claims = parse_jwt(data.decode("ascii", errors="replace").strip())
    read = parse_authorisation(claims.document, (JWT,), JWT)
    if claims.did != read.issuer:
        # Anybody can sign with a key that only the header names, and write a recorder's name beside it.
        raise refuse("3.4", "Nothing shows that the issuer has signed this JWT.")
    return read


def _build_subject(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.holder,
        "type": ["AchievementSubject"],
        "achievement": {
            "id": build_scope_identifier(draft.scope),
            "type": ["Achievement"],
            "achievementType": _MAY_AUTHORISE if draft.may_authorise else _MAY_TEACH,
            "name": draft.name,
            "description": draft.description,
            "criteria": {"narrative": draft.criteria},
        },
    }


def _build_terms(draft: Draft) -> Iterable[dict[str, str]]:
    if draft.parent is not None:
        yield {"id": draft.parent, "type": _UNDER}
    if draft.strength is not Strength.SIGNED:
        yield {
            "id": draft.giver,
            "type": _WITNESSED if draft.strength is Strength.WITNESSED else _RECORDED,
        }
    for witness in draft.witnesses:
        yield {"id": witness, "type": _WITNESS}


def _parse_subject(value: object) -> dict[str, Any]:
    subject = get_members(value, "2.1", ("id", "type", "achievement"))
    verify_value(subject["type"], ["AchievementSubject"], "2.1", name="The type of the subject")
    if not is_holder(subject["id"]):
        raise refuse("1.1", "The holder is named neither by did:key nor by urn:uuid:.")
    needed = ("id", "type", "achievementType", "name", "description", "criteria")
    achievement = get_members(subject["achievement"], "2.1", needed)
    verify_value(achievement["type"], ["Achievement"], "2.1", name="The type of the achievement")
    kind = achievement["achievementType"]
    if kind not in (_MAY_TEACH, _MAY_AUTHORISE):
        raise refuse("2.2", "achievementType is neither of the two that an authority can have.")
    criteria = get_members(achievement["criteria"], "2.1", ("narrative",))
    return {
        "holder": subject["id"],
        "scope": parse_scope_identifier(achievement["id"]),
        "may_authorise": kind == _MAY_AUTHORISE,
        "achievement_name": achievement["name"],
        "description": verify_text(achievement["description"], "2.6"),
        "criteria": verify_text(criteria["narrative"], "2.6"),
    }


def _parse_validity(members: dict[str, Any]) -> dict[str, Any]:
    begins = parse_time(members["validFrom"])
    ends = parse_time(members["validUntil"]) if "validUntil" in members else None
    if ends is not None and ends <= begins:
        raise refuse("2.1", "validUntil is not later than validFrom.")
    return {"valid_from": begins, "valid_until": ends}


def _parse_terms(members: dict[str, Any], issuer: str) -> dict[str, Any]:
    named: dict[str, list[str]] = {_UNDER: [], _WITNESSED: [], _RECORDED: [], _WITNESS: []}
    if "termsOfUse" in members:
        for item in get_list(members["termsOfUse"], "2.3", name="termsOfUse", least=1, most=MOST_TERMS):
            term = get_members(item, "2.3", ("id", "type"))
            if not isinstance(term["type"], str) or term["type"] not in named:
                raise refuse("2.3", "termsOfUse names something other than a parent, a giver or a witness.")
            named[term["type"]].append(term["id"])
    if len(named[_UNDER]) > 1 or len(named[_WITNESSED] + named[_RECORDED]) > 1:
        raise refuse("2.3", "More than one parent or more than one giver is named.")
    return _parse_parent(named[_UNDER], members) | _parse_giver(named, issuer)


def _parse_parent(named: list[str], members: dict[str, Any]) -> dict[str, Any]:
    if ("relatedResource" in members) != bool(named):
        raise refuse("2.4", "relatedResource stands exactly where a parent is named.")
    if not named:
        return {"parent": None, "parent_hash": None}
    parent = parse_uuid(named[0], "2.3", name="The parent")
    resource = get_members(members["relatedResource"], "2.4", ("id", "digestMultibase"))
    verify_value(resource["id"], parent, "2.4", name="The id of relatedResource")
    return {"parent": parent, "parent_hash": parse_digest(resource["digestMultibase"], "2.4")}


def _parse_giver(named: dict[str, list[str]], issuer: str) -> dict[str, Any]:
    givers, witnesses = named[_WITNESSED] + named[_RECORDED], named[_WITNESS]
    if not all(is_holder(name) for name in [*givers, *witnesses]):
        raise refuse("2.3", "A giver or a witness is named neither by did:key nor by urn:uuid:.")
    if issuer in givers:
        raise refuse("2.3", "The issuer is named as giver too: a grant with one's own key needs no recorder.")
    verify_no_repeats(witnesses, "2.3", name="The list of witnesses")
    if bool(named[_WITNESSED]) != bool(witnesses) or 0 < len(witnesses) < LEAST_WITNESSES:
        raise refuse("2.3", "A witnessed grant has two witnesses at least, and no other grant has any.")
    strength = Strength.SIGNED
    if givers:
        strength = Strength.WITNESSED if witnesses else Strength.RECORDED
    return {
        "giver": givers[0] if givers else issuer,
        "strength": strength,
        "witnesses": tuple(witnesses),
    }


def _parse_evidence(members: dict[str, Any]) -> tuple[Evidence, ...]:
    if "evidence" not in members:
        return ()
    items = get_list(members["evidence"], "2.1", name="evidence", least=1, most=MOST_EVIDENCE)
    evidence = tuple(_parse_evidence_item(item) for item in items)
    # A graph cannot hold two things of which the same is said, so that no second proof could be made.
    verify_no_repeats(evidence, "2.1", name="evidence")
    return evidence


def _parse_evidence_item(value: object) -> Evidence:
    item = get_members(value, "2.1", ("type", "name", "narrative"))
    verify_value(item["type"], ["Evidence"], "2.1", name="The type of a piece of evidence")
    return Evidence(verify_name(item["name"], "2.6"), verify_text(item["narrative"], "2.6"))
