"""A trustee's signature under a decision, made with a passkey, and how many of them suffice.

Implements `spec/data_requests.md` 6.3 to 6.7. It takes no library's word for what a browser sent: every byte that
counts is looked at here, so that whoever has a decision file can do the same without any network.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from amanah.core.data_requests.documents import DecisionDocument, compute_challenge, parse_document
from amanah.core.data_requests.panels import (
    LONGEST_KEY,
    Panel,
    PublicKey,
    Trustee,
    compute_panel_hash,
    encode_panel,
    list_signers,
    parse_public_key,
)
from amanah.core.encoding import JsonValue, encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError, VerificationError

RefusalReason = Literal[
    "not-on-panel", "wrong-key", "recused", "not-yet-deputy", "wrong-document", "wrong-origin", "not-verified-user",
    "bad-signature", "twice", "stale",
]  # fmt: skip

REASONS: tuple[RefusalReason, ...] = get_args(RefusalReason)
LONGEST_CLIENT_DATA = 4_096
LONGEST_AUTHENTICATOR_DATA = 2_048
LONGEST_SIGNATURE = 512
_SHORTEST_AUTHENTICATOR_DATA = 37
_PARTY_BYTES = 32
_USER_PRESENT, _USER_VERIFIED = 0x01, 0x04
_MEMBERS = {"authenticator_data", "client_data", "key", "signature", "trustee"}
_MESSAGES = {
    "not-on-panel": "This signature is by nobody on the panel in force. Ask who the trustees are.",
    "wrong-key": "This passkey is not one of the trustee's. Sign with a passkey that stands in the panel.",
    "recused": "This trustee has stepped aside from this decision and has no voice in it.",
    "not-yet-deputy": "This deputy signs only when a member has stepped aside, in the order of the panel.",
    "wrong-document": "This signature was made for another document. Read this one, and sign it.",
    "wrong-origin": "This signature was made at another address. Open the desk at its own address, and sign there.",
    "not-verified-user": "The passkey did not ask who holds it. Sign again, with fingerprint, face or PIN.",
    "bad-signature": "The signature does not hold. Sign again; if it stays so, try another passkey.",
    "twice": "This trustee has signed already. Two passkeys of one trustee are one voice.",
    "stale": "The decision was changed, or the panel was. Read the new version, and sign that.",
}


class ApprovalUnreadableError(InvalidInputError):
    """What came is no signature of a passkey."""

    code = "approval-unreadable"


class ApprovalRefusedError(VerificationError):
    """A signature does not count under this decision; `reason` is one of a closed list."""

    code = "approval-refused"

    def __init__(self, reason: RefusalReason) -> None:
        self.reason: RefusalReason = reason
        super().__init__(_MESSAGES[reason])


@dataclass(frozen=True)
class Approval:
    """What a passkey gave: the signature, and the two things that it was made over besides the document."""

    trustee: str
    key: bytes
    authenticator_data: bytes
    client_data: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """Refuse what is larger than any passkey gives."""
        bounds = (
            (self.key, LONGEST_KEY),
            (self.authenticator_data, LONGEST_AUTHENTICATOR_DATA),
            (self.client_data, LONGEST_CLIENT_DATA),
            (self.signature, LONGEST_SIGNATURE),
        )
        if not isinstance(self.trustee, str) or not all(len(part) <= most for part, most in bounds):
            raise ApprovalUnreadableError("A part of the signature is missing or too long.")


def encode_approval(approval: Approval) -> dict[str, JsonValue]:
    """Give the plain object of an approval, as decision files hold it."""
    return {
        "authenticator_data": encode_base64url(approval.authenticator_data),
        "client_data": encode_base64url(approval.client_data),
        "key": encode_base64url(approval.key),
        "signature": encode_base64url(approval.signature),
        "trustee": approval.trustee,
    }


def parse_approval(value: Any) -> Approval:
    """Read the plain object of an approval; it says nothing about whether it holds."""
    if not isinstance(value, dict) or set(value) != _MEMBERS:
        raise ApprovalUnreadableError("An approval has a trustee, a key, a signature and what was signed.")
    try:
        return Approval(
            trustee=value["trustee"],
            key=parse_base64url(value["key"]),
            authenticator_data=parse_base64url(value["authenticator_data"]),
            client_data=parse_base64url(value["client_data"]),
            signature=parse_base64url(value["signature"]),
        )
    except ApprovalUnreadableError:
        raise
    except InvalidInputError as error:
        raise ApprovalUnreadableError("A part of the approval is not base64url.") from error


def verify_approval(
    approval: Approval, document_bytes: bytes, panel: Panel, earlier: Iterable[Approval] = ()
) -> Trustee:
    """Give the trustee whose voice this is; refuse what does not count, with the reason (6.4, 6.5).

    `earlier` are approvals of the same document that hold: a trustee who is among them has no second voice.
    """
    document = parse_document(document_bytes)
    trustee = _find_voice(approval, document, panel)
    if any(one.trustee == approval.trustee for one in earlier):
        raise ApprovalRefusedError("twice")
    _check_client_data(approval.client_data, document_bytes, panel)
    _check_authenticator_data(approval.authenticator_data, panel)
    _check_signature(approval)
    return trustee


def list_voices(approvals: Sequence[Approval], document_bytes: bytes, panel: Panel) -> tuple[str, ...]:
    """List the trustees whose approvals hold, each once, in the order in which they stand."""
    held: list[Approval] = []
    for approval in approvals:
        try:
            verify_approval(approval, document_bytes, panel, held)
        except ApprovalRefusedError:
            continue
        held.append(approval)
    return tuple(approval.trustee for approval in held)


def count_needed(document: DecisionDocument, panel: Panel) -> int:
    """Count the voices that a decision needs: k, and every member where a first panel names itself (6.6)."""
    return len(panel.members) if document.is_founding else panel.least


def is_approved(approvals: Sequence[Approval], document_bytes: bytes, panel: Panel) -> bool:
    """Tell whether enough different trustees have signed these bytes under this panel."""
    needed = count_needed(parse_document(document_bytes), panel)
    return len(list_voices(approvals, document_bytes, panel)) >= needed


def _find_voice(approval: Approval, document: DecisionDocument, panel: Panel) -> Trustee:
    """Give the trustee in whose name an approval comes, where that trustee may sign with that key."""
    if document.panel != compute_panel_hash(encode_panel(panel)) or document.community != panel.community:
        raise ApprovalRefusedError("stale")
    trustee = panel.find_trustee(approval.trustee)
    if trustee is None:
        raise ApprovalRefusedError("not-on-panel")
    if trustee.trustee in document.recused_trustees:
        raise ApprovalRefusedError("recused")
    if trustee.trustee not in list_signers(panel, document.recused_trustees):
        raise ApprovalRefusedError("not-yet-deputy")
    if approval.key not in trustee.keys:
        raise ApprovalRefusedError("wrong-key")
    return trustee


def _check_client_data(client_data: bytes, document_bytes: bytes, panel: Panel) -> None:
    """Check what the browser says that it was asked, by whom; no frame of another page may have asked."""
    said = _parse_client_data(client_data)
    challenge = encode_base64url(compute_challenge(document_bytes))
    if said.get("type") != "webauthn.get" or said.get("challenge") != challenge:
        raise ApprovalRefusedError("wrong-document")
    if (
        said.get("origin") != panel.origin
        or said.get("crossOrigin", False) is not False
        or "topOrigin" in said
    ):
        raise ApprovalRefusedError("wrong-origin")


def _parse_client_data(client_data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(
            client_data.decode(), object_pairs_hook=_build_once, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise ApprovalRefusedError("wrong-document") from error
    if not isinstance(said, dict):
        raise ApprovalRefusedError("wrong-document")
    return said


def _build_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: two readers could read two different challenges."""
    built = dict(pairs)
    if len(built) != len(pairs):
        raise ValueError("A member stands twice.")
    return built


def _refuse_constant(_constant: str) -> NoReturn:
    raise ValueError("This is no JSON.")


def _check_authenticator_data(data: bytes, panel: Panel) -> None:
    if len(data) < _SHORTEST_AUTHENTICATOR_DATA:
        raise ApprovalRefusedError("bad-signature")
    if data[:_PARTY_BYTES] != hashlib.sha256(panel.party.encode()).digest():
        raise ApprovalRefusedError("wrong-origin")
    flags = data[_PARTY_BYTES]
    if not (flags & _USER_PRESENT and flags & _USER_VERIFIED):
        raise ApprovalRefusedError("not-verified-user")


def _check_signature(approval: Approval) -> None:
    signed = approval.authenticator_data + hashlib.sha256(approval.client_data).digest()
    try:
        _choose_check(parse_public_key(approval.key), approval.signature, signed)()
    except InvalidSignature as error:
        raise ApprovalRefusedError("bad-signature") from error


def _choose_check(key: PublicKey, signature: bytes, signed: bytes) -> Callable[[], None]:
    """Give the check of the one algorithm of a kind of key: nobody but the key says which (ES256, EdDSA, RS256)."""
    if isinstance(key, EllipticCurvePublicKey):
        return lambda: key.verify(signature, signed, ECDSA(SHA256()))
    if isinstance(key, Ed25519PublicKey):
        return lambda: key.verify(signature, signed)
    return lambda: key.verify(signature, signed, PKCS1v15(), SHA256())
