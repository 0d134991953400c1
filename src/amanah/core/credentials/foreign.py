"""Open Badges 3.0 of issuers who know nothing of our scopes: read as far as people are shown them (4.4).

What their words mean is for people to read. A text that 2.6 does not let stand is left out and named, never changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from amanah.core.credentials.authorisations import FOREIGN, MOST_EVIDENCE, Authorisation, Evidence, Strength
from amanah.core.credentials.kinds import list_texts
from amanah.core.credentials.links import KEY_IN_HEADER
from amanah.core.credentials.members import parse_identifier
from amanah.core.credentials.reading import CredentialError, compute_document_hash
from amanah.core.credentials.root_lists import RootList
from amanah.core.credentials.scopes import SCOPE_PREFIX, parse_scope
from amanah.core.credentials.status_lists import StatusPlace, parse_status_entry
from amanah.core.credentials.texts import LONGEST_TEXT, verify_name, verify_text
from amanah.core.credentials.times import parse_foreign_time

_BADGE_TYPES = {"OpenBadgeCredential", "AchievementCredential"}
_MOST_STATUSES = 8
_STATUS_TYPE = "BitstringStatusListEntry"
_STATUS_MEMBERS = ("statusPurpose", "statusListIndex", "statusListCredential")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A badge as it was read; `left_out` names the members that had something which is not shown."""

    id: str
    issuer: str
    issuer_name: str
    holder: str | None
    achievement: str
    name: str
    description: str
    criteria: str
    evidence: tuple[Evidence, ...]
    valid_from: int
    valid_until: int | None
    status: StatusPlace | None
    left_out: tuple[str, ...]
    document_hash: bytes
    suites: tuple[str, ...]


def parse_foreign(document: Mapping[str, Any], suites: Iterable[str]) -> Foreign:
    """Read a badge whose proofs the caller has verified, by the suites or the JWT that it names."""
    if not _BADGE_TYPES & {*list_texts(document.get("type"))}:
        raise _refuse("The credential is no Open Badge of version 3.0. Send one that is.")
    words = _Words()
    issuer = document.get("issuer")
    issuer_object = issuer if isinstance(issuer, Mapping) else {"id": issuer}
    subject = _get_object(document, "credentialSubject")
    achievement = _get_object(subject, "achievement")
    achievement_id = parse_identifier(achievement.get("id"), "4.4", name="The id of the achievement")
    if achievement_id.startswith(SCOPE_PREFIX):
        raise _refuse("The badge names a scope of ours and does not keep to step 2.1. Ask for one that does.")
    begins, ends = _parse_validity(document)
    return Foreign(
        id=parse_identifier(document.get("id"), "4.4", name="The id of the badge"),
        issuer=parse_identifier(issuer_object.get("id"), "4.4", name="The id of the issuer"),
        issuer_name=words.find_name(issuer_object, "issuer.name"),
        holder=_parse_holder(subject),
        achievement=achievement_id,
        name=verify_name(achievement.get("name"), "2.6"),
        description=words.find_text(achievement, "achievement.description"),
        criteria=words.find_text(_get_object(achievement, "criteria"), "criteria.narrative"),
        evidence=words.list_evidence(document),
        valid_from=begins,
        valid_until=ends,
        status=_find_status(document),
        left_out=tuple(words.left_out),
        document_hash=compute_document_hash(dict(document)),
        suites=tuple(suites),
    )


def find_scope(foreign: Foreign, root_list: RootList) -> str | None:
    """Give the scope under which a list puts this achievement of this issuer, or None where it names none (6.2)."""
    for root in root_list.roots:
        if root.id == foreign.issuer and foreign.achievement in root.achievements:
            return root.achievements[foreign.achievement]
    return None


def as_authorisation(foreign: Foreign, scope: str) -> Authorisation:
    """Give the link that a badge is under a scope: one without parent, which lets nobody give it on."""
    if foreign.holder is None:
        raise CredentialError(
            "The badge names its holder by something other than an identifier, so nobody can tell here whose it is."
            " Ask its issuer for one that names the holder's did:key.",
            step="1.1",
        )
    is_key_of_nobody = foreign.suites == (KEY_IN_HEADER,)
    return Authorisation(
        id=foreign.id,
        issuer=foreign.issuer,
        issuer_name=foreign.issuer_name,
        giver=foreign.issuer,
        holder=foreign.holder,
        scope=parse_scope(scope),
        may_authorise=False,
        valid_from=foreign.valid_from,
        valid_until=foreign.valid_until,
        parent=None,
        parent_hash=None,
        strength=Strength.RECORDED if is_key_of_nobody else Strength.SIGNED,
        witnesses=(),
        name=foreign.name,
        description=foreign.description,
        criteria=foreign.criteria,
        evidence=foreign.evidence,
        status=foreign.status,
        document_hash=foreign.document_hash,
        suites=foreign.suites,
        form=FOREIGN,
    )


def verify_paragraphs(value: object) -> str:
    """Give back a text of which each line may stand by 2.6: other issuers write in paragraphs, we in one line."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise CredentialError(f"A text is none, or longer than {LONGEST_TEXT:,} characters.", step="2.6")
    lines = value.replace("\r\n", "\n").split("\n")
    for line in lines:
        if line.strip():
            verify_text(line, "2.6")
    return "\n".join(lines)


class _Words:
    """Reads what people are shown and keeps the names of what they are not."""

    def __init__(self) -> None:
        self.left_out: list[str] = []

    def find_name(self, holder: Mapping[str, Any], place: str) -> str:
        value = holder.get(place.rpartition(".")[2])
        if value is None:
            return ""
        try:
            return verify_name(value, "2.6")
        except CredentialError:
            self.left_out.append(place)
            return ""

    def find_text(self, holder: Mapping[str, Any], place: str) -> str:
        value = holder.get(place.rpartition(".")[2])
        if value is None:
            return ""
        try:
            return verify_paragraphs(value)
        except CredentialError:
            self.left_out.append(place)
            return ""

    def list_evidence(self, document: Mapping[str, Any]) -> tuple[Evidence, ...]:
        items = document.get("evidence", [])
        listed = items if isinstance(items, list) else [items]
        shown = [
            Evidence(
                self.find_name(item, "evidence.name"),
                self.find_text(item, "evidence.narrative"),
            )
            for item in listed[:MOST_EVIDENCE]
            if isinstance(item, Mapping)
        ]
        if len(shown) < len(listed):
            self.left_out.append("evidence")
        return tuple(item for item in shown if item.name or item.narrative)


def _parse_validity(document: Mapping[str, Any]) -> tuple[int, int | None]:
    begins = parse_foreign_time(document.get("validFrom"), "4.4")
    ends = parse_foreign_time(document["validUntil"], "4.4") if "validUntil" in document else None
    if ends is not None and ends <= begins:
        raise _refuse("The badge ends before it begins. Ask its issuer for a right one.")
    return begins, ends


def _parse_holder(subject: Mapping[str, Any]) -> str | None:
    return parse_identifier(subject["id"], "4.4", name="The id of the holder") if "id" in subject else None


def _find_status(document: Mapping[str, Any]) -> StatusPlace | None:
    """Give where the bit of revocation is; any other way of telling needs the network, and stays unchecked.

    Linked data lets a holder spell an entry otherwise and put entries in another order without breaking the proof. So
    what might be a bit that is set is never passed over for its spelling or its place.
    """
    entries = document.get("credentialStatus")
    listed = entries if isinstance(entries, list) else [entries]
    if len(listed) > _MOST_STATUSES:
        raise _refuse(
            "The badge names too many places where it says whether it has ended. Ask for another one."
        )
    places = [place for entry in listed if isinstance(entry, Mapping) and (place := _read_status(entry))]
    if len(places) > 1:
        raise _refuse(
            "The badge names several lists that say whether it has ended. Ask for one with one list."
        )
    return places[0] if places else None


def _read_status(entry: Mapping[str, Any]) -> StatusPlace | None:
    named = {name: entry.get(name) for name in _STATUS_MEMBERS}
    if any(isinstance(value, (list, dict)) for value in named.values()):
        raise _refuse("The badge spells where it says whether it has ended so that it cannot be read.")
    kind = _STATUS_TYPE if _STATUS_TYPE in list_texts(entry.get("type")) else entry.get("type")
    address = f"{named['statusListCredential']}#{named['statusListIndex']}"
    try:
        return parse_status_entry({**named, "type": kind, "id": address})
    except CredentialError:
        return None


def _get_object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    if not isinstance(value, Mapping):
        raise _refuse(f"The member {name} of the badge is no object. Ask its issuer for a right one.")
    return value


def _refuse(sentence: str) -> CredentialError:
    return CredentialError(sentence, step="4.4")
