"""Notices that end a credential, and lifetimes of holders (`spec/credentials.md` 5.2, 5.3).

Whether whoever signed a notice may end what it names is for the chain to ask, never for this module.
"""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from amanah.core.credentials.identifiers import is_did_key, is_holder
from amanah.core.credentials.members import (
    get_members,
    parse_identifier,
    parse_uuid,
    refuse,
    verify_value,
)
from amanah.core.credentials.proofs import verify_document
from amanah.core.credentials.reading import compute_document_hash
from amanah.core.credentials.status_lists import FIRST_CONTEXT
from amanah.core.credentials.texts import verify_name, verify_text
from amanah.core.credentials.times import encode_day, encode_time, parse_day, parse_time

NoticeKind = Literal["ended", "void", "lifetime"]

_TYPES: dict[NoticeKind, str] = {
    "ended": "urn:amanah:EndedFrom",
    "void": "urn:amanah:VoidFromStart",
    "lifetime": "urn:amanah:LifetimeOf",
}
_KINDS = {kind: name for name, kind in _TYPES.items()}
_LIVED_FROM = "urn:amanah:livedFrom"
_LIVED_UNTIL = "urn:amanah:livedUntil"
_NEEDED = ("@context", "id", "type", "name", "description", "issuer", "validFrom", "credentialSubject")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDraft:
    """What is to be said and signed: `subject` is the credential that it ends, or the holder whose life it dates."""

    id: str
    kind: NoticeKind
    subject: str
    issuer: str
    valid_from: int
    name: str
    reason: str
    lived_from: date | None = None
    lived_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as it was read; `valid_from` is when what it names ended, or when a lifetime was written down."""

    id: str
    kind: NoticeKind
    subject: str
    issuer: str
    valid_from: int
    name: str
    reason: str
    lived_from: date | None
    lived_until: date | None
    document_hash: bytes
    suites: tuple[str, ...]

    def lived_at(self, at: int) -> bool:
        """Tell whether a moment lies in the lifetime, its first and its last day included."""
        day = (_EPOCH + timedelta(seconds=at)).date()
        begun = self.lived_from is not None and self.lived_from <= day
        return begun and (self.lived_until is None or day <= self.lived_until)


def build_notice(draft: NoticeDraft) -> dict[str, Any]:
    """Give the document to sign; refuse a draft that no reader would take back as it is."""
    subject = {"id": draft.subject, "type": _TYPES[draft.kind]}
    if draft.lived_from is not None:
        subject[_LIVED_FROM] = encode_day(draft.lived_from)
    if draft.lived_until is not None:
        subject[_LIVED_UNTIL] = encode_day(draft.lived_until)
    document = {
        "@context": [FIRST_CONTEXT],
        "id": draft.id,
        "type": ["VerifiableCredential"],
        "name": draft.name,
        "description": draft.reason,
        "issuer": draft.issuer,
        "validFrom": encode_time(draft.valid_from),
        "credentialSubject": subject,
    }
    parse_notice_draft(document)
    return document


def parse_notice_draft(document: object) -> NoticeDraft:
    """Read a document that nobody has signed yet."""
    members = get_members(document, "5.2", _NEEDED)
    verify_value(members["@context"], [FIRST_CONTEXT], "5.2", name="@context")
    verify_value(members["type"], ["VerifiableCredential"], "5.2", name="type")
    if not isinstance(members["issuer"], str) or not is_did_key(members["issuer"]):
        raise refuse("5.2", "The issuer of the notice is not named by did:key, as a text.")
    document_id = parse_uuid(members["id"], "5.2", name="id")
    said = _parse_subject(members["credentialSubject"])
    if document_id == said["subject"]:
        raise refuse("5.2", "The notice speaks of itself.")
    return NoticeDraft(
        id=document_id,
        issuer=members["issuer"],
        valid_from=parse_time(members["validFrom"], "5.2"),
        name=verify_name(members["name"], "2.6"),
        reason=verify_text(members["description"], "2.6"),
        **said,
    )


def parse_notice(document: dict[str, Any]) -> Notice:
    """Read a signed notice, its proofs verified."""
    members = get_members(document, "5.2", (*_NEEDED, "proof"))
    draft = parse_notice_draft({name: value for name, value in members.items() if name != "proof"})
    said = {field.name: getattr(draft, field.name) for field in fields(NoticeDraft)}
    return Notice(**said, document_hash=compute_document_hash(document), suites=verify_document(document))


def _parse_subject(value: object) -> dict[str, Any]:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise refuse("5.2", "The notice says neither ended, nor void, nor whose lifetime it is.")
    if _KINDS[kind] == "lifetime":
        return _parse_lifetime(value)
    subject = get_members(value, "5.2", ("id", "type"))
    return {
        "kind": _KINDS[kind],
        "subject": parse_identifier(subject["id"], "5.2", name="The credential that the notice ends"),
    }


def _parse_lifetime(value: object) -> dict[str, Any]:
    subject = get_members(value, "5.3", ("id", "type", _LIVED_FROM), (_LIVED_UNTIL,))
    if not is_holder(subject["id"]):
        raise refuse("5.3", "Whose lifetime it is is named neither by did:key nor by urn:uuid:.")
    first = parse_day(subject[_LIVED_FROM], "5.3")
    last = parse_day(subject[_LIVED_UNTIL], "5.3") if _LIVED_UNTIL in subject else None
    if last is not None and last < first:
        raise refuse("5.3", "The day of death is before the first day of the life.")
    return {"kind": "lifetime", "subject": subject["id"], "lived_from": first, "lived_until": last}
