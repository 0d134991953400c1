"""Tells what a document says that it is, before any of it is believed (`spec/credentials.md` 4.3).

What names a scope of ours is held to the profile of section 2 in full; it is never read as somebody else's badge.
"""

from collections.abc import Mapping
from typing import Any, Literal

from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.scopes import SCOPE_PREFIX

Kind = Literal["authorisation", "foreign", "older", "notice", "status", "root-list", "bundle"]

_BADGE_TYPES = {"OpenBadgeCredential", "AchievementCredential"}
_OURS = ("urn:amanah:", "ext:AuthorisedToTeach")


def find_kind(document: Mapping[str, Any]) -> Kind:
    """Give the kind by the types and the members that a document has."""
    if "community" in document and "roots" in document:
        return "root-list"
    types = list_texts(document.get("type"))
    if "Assertion" in types or "badge" in document:
        return "older"
    if "VerifiablePresentation" in types:
        return "bundle"
    if "VerifiableCredential" not in types:
        raise CredentialError(
            "The file is no credential. Send the credential itself, as you were given it.", step="4.3"
        )
    if "BitstringStatusListCredential" in types:
        return "status"
    if _BADGE_TYPES & {*types}:
        return "authorisation" if _names_ours(document) else "foreign"
    return _find_notice(document)


def _find_notice(document: Mapping[str, Any]) -> Kind:
    subject = document.get("credentialSubject")
    if isinstance(subject, Mapping) and str(subject.get("type", "")).startswith(_OURS[0]):
        return "notice"
    raise CredentialError(
        "The credential is neither an Open Badge nor a notice or a status list. Send one of these.",
        step="4.3",
    )


def _names_ours(document: Mapping[str, Any]) -> bool:
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    if not isinstance(achievement, Mapping):
        return False
    names = [*list_texts(achievement.get("id")), *list_texts(achievement.get("achievementType"))]
    return any(name.startswith((SCOPE_PREFIX, *_OURS)) for name in names)


def list_texts(value: object) -> list[str]:
    """Give the texts of a member that holds one or several, as JSON-LD lets it."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]
