"""Who may sign for a community: the trustees of a panel, their keys, their deputies, and how many must sign.

Implements `spec/data_requests.md` 6.1, 6.5 and the chain of 6.6. A panel is public: trustees hold an office.
It never takes a key that anybody but its owner could sign with.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeGuard

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from amanah.core.data_requests.scopes import parse_name
from amanah.core.encoding import (
    encode_base64url,
    encode_canonical_json,
    parse_base64url,
    parse_canonical_json,
)
from amanah.core.errors import InvalidInputError, VerificationError

LONGEST_PANEL = 1 << 17
FEWEST_MEMBERS, MOST_MEMBERS = 2, 12
MOST_DEPUTIES = 6
MOST_KEYS = 5
LONGEST_KEY = 600
RSA_BITS = range(2048, 4097)
RSA_EXPONENT = 65_537
_MOST_NUMBER = 1 << 31
_MEMBERS = {"community", "least", "number", "origin", "party", "previous", "trustees", "v"}
_TRUSTEE_MEMBERS = {"deputy", "keys", "name", "office", "trustee"}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 64
_HEX_ID = re.compile(r"[0-9a-f]{16}")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_ORIGIN = re.compile(r"https?://([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)(:[1-9][0-9]{0,4})?")
# Points of small order: a signature that anybody can make holds under them, whatever was signed (RFC 8032, 5.1).
_ORDER_8 = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
_PRIME_25519 = 2**255 - 19
_WEAK_POINTS = {
    0,
    1,
    _PRIME_25519 - 1,
    *(int.from_bytes(bytes.fromhex(point), "little") for point in _ORDER_8),
}

PublicKey = EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey


class PanelUnreadableError(InvalidInputError):
    """The bytes are no panel of trustees."""

    code = "panel-unreadable"


class PanelChainError(VerificationError):
    """A panel does not follow the one before it."""

    code = "panel-chain-broken"


@dataclass(frozen=True)
class Trustee:
    """One public office: its holder's name, and the passkeys that speak with its one voice."""

    trustee: str
    name: str
    office: str
    keys: tuple[bytes, ...]
    is_deputy: bool = False

    def __post_init__(self) -> None:
        """Refuse what has no one form, and keys of a kind that is not asked for."""
        if not _HEX_ID.fullmatch(self.trustee):
            raise PanelUnreadableError("A trustee's number has 16 hexadecimal digits.")
        for text in (self.name, self.office):
            if _compose(text) != text:
                raise PanelUnreadableError("Names and offices are in composed form, with single spaces.")
        if not 1 <= len(self.keys) <= MOST_KEYS:
            raise PanelUnreadableError(f"A trustee has one to {MOST_KEYS} passkeys.")
        for key in self.keys:
            parse_public_key(key)


@dataclass(frozen=True)
class Panel:
    """The trustees of one community, from one change to the next; `previous` is the hash of the panel before."""

    community: str
    number: int
    previous: str | None
    least: int
    origin: str
    party: str
    trustees: tuple[Trustee, ...]

    def __post_init__(self) -> None:
        """Refuse a panel in which one person could decide, or have two voices."""
        if not _SLUG.fullmatch(self.community) or len(self.community) > _LONGEST_SLUG:
            raise PanelUnreadableError("A panel names its community by its short name.")
        if not 1 <= self.number < _MOST_NUMBER or (self.number == 1) != (self.previous is None):
            raise PanelUnreadableError("The first panel has no panel before it, and every other has one.")
        if self.previous is not None and not _HEX_HASH.fullmatch(self.previous):
            raise PanelUnreadableError("The panel before is named by its SHA-256 in hex.")
        place = _ORIGIN.fullmatch(self.origin)
        if place is None or place[1] != self.party:
            raise PanelUnreadableError("A panel signs at one address, and its passkeys belong to that host.")
        self._check_people()

    @property
    def members(self) -> tuple[Trustee, ...]:
        """Give those who are no deputies."""
        return tuple(trustee for trustee in self.trustees if not trustee.is_deputy)

    @property
    def deputies(self) -> tuple[Trustee, ...]:
        """Give the deputies, in the order in which they step in."""
        return tuple(trustee for trustee in self.trustees if trustee.is_deputy)

    def find_trustee(self, trustee: str) -> Trustee | None:
        """Find a trustee by number."""
        return next((one for one in self.trustees if one.trustee == trustee), None)

    def _check_people(self) -> None:
        members, deputies = len(self.members), len(self.deputies)
        if not FEWEST_MEMBERS <= members <= MOST_MEMBERS or deputies > MOST_DEPUTIES:
            raise PanelUnreadableError(
                f"A panel has {FEWEST_MEMBERS} to {MOST_MEMBERS} members and at most {MOST_DEPUTIES} deputies."
            )
        if not members < 2 * self.least <= 2 * members:
            raise PanelUnreadableError("More than half of the members must sign, and no more than there are.")
        if _has_twice(one.trustee for one in self.trustees):
            raise PanelUnreadableError("Two trustees have the same number.")
        if _has_twice(one.name.casefold() for one in self.trustees):
            raise PanelUnreadableError("Two trustees have the same name.")
        if _has_twice(key for one in self.trustees for key in one.keys):
            raise PanelUnreadableError("The same passkey stands in the panel twice.")


def parse_public_key(spki: bytes) -> PublicKey:
    """Read a passkey's SPKI in its one encoding: P-256, Ed25519, or RSA of 2,048 to 4,096 bits."""
    if len(spki) > LONGEST_KEY:
        raise PanelUnreadableError("A passkey's public key is too long.")
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PanelUnreadableError("A passkey's public key cannot be read.") from error
    if not _is_fit(key) or key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != spki:
        raise PanelUnreadableError("This passkey is of a kind that cannot sign decisions. Use another one.")
    return key


def encode_panel(panel: Panel) -> bytes:
    """Give the canonical bytes of a panel."""
    return encode_canonical_json(
        {
            "community": panel.community,
            "least": panel.least,
            "number": panel.number,
            "origin": panel.origin,
            "party": panel.party,
            "previous": panel.previous,
            "trustees": [
                {
                    "deputy": one.is_deputy,
                    "keys": [encode_base64url(key) for key in one.keys],
                    "name": one.name,
                    "office": one.office,
                    "trustee": one.trustee,
                }
                for one in panel.trustees
            ],
            "v": 1,
        }
    )


def parse_panel(data: bytes) -> Panel:
    """Read a panel; refuse anything that this module would not have written."""
    try:
        panel = _build_panel(parse_canonical_json(data, longest=LONGEST_PANEL))
        is_ours = encode_panel(panel) == data
    except PanelUnreadableError:
        raise
    except (InvalidInputError, KeyError, TypeError) as error:
        raise PanelUnreadableError("These bytes are no panel of trustees.") from error
    if not is_ours:
        raise PanelUnreadableError("These bytes are no panel of trustees in its one form.")
    return panel


def compute_panel_hash(data: bytes) -> str:
    """Give what decisions and the log cite: the SHA-256 of the bytes of a panel, in hex."""
    return hashlib.sha256(data).hexdigest()


def check_succession(old: Panel, new: Panel) -> None:
    """Refuse a panel that does not come right after the other one (6.6)."""
    if new.community != old.community:
        raise PanelChainError("The next panel is that of another community.")
    if new.number != old.number + 1 or new.previous != compute_panel_hash(encode_panel(old)):
        raise PanelChainError(
            f"Panel {new.number} does not follow panel {old.number}: one was left out or changed."
        )


def list_signers(panel: Panel, recused: Collection[str]) -> tuple[str, ...]:
    """List who may sign: members who are not recused, and for each who is the next deputy who is not (6.5)."""
    signing = [one.trustee for one in panel.members if one.trustee not in recused]
    absent = len(panel.members) - len(signing)
    standing_by = [one.trustee for one in panel.deputies if one.trustee not in recused]
    return (*signing, *standing_by[:absent])


def _build_panel(document: Any) -> Panel:
    if (
        not isinstance(document, dict)
        or set(document) != _MEMBERS
        or not isinstance(document["trustees"], list)
    ):
        raise PanelUnreadableError("These bytes are no panel of trustees.")
    texts = (document[name] for name in ("community", "origin", "party"))
    numbers = (document[name] for name in ("least", "number", "v"))
    if not all(isinstance(text, str) for text in texts) or not all(type(number) is int for number in numbers):
        raise PanelUnreadableError("These bytes are no panel of trustees.")
    return Panel(
        community=document["community"],
        number=document["number"],
        previous=document["previous"],
        least=document["least"],
        origin=document["origin"],
        party=document["party"],
        trustees=tuple(_build_trustee(item) for item in document["trustees"]),
    )


def _build_trustee(item: Any) -> Trustee:
    if not isinstance(item, dict) or set(item) != _TRUSTEE_MEMBERS or not isinstance(item["deputy"], bool):
        raise PanelUnreadableError("A trustee has a number, a name, an office, keys, and whether a deputy.")
    keys = tuple(parse_base64url(key) for key in item["keys"])
    return Trustee(item["trustee"], item["name"], item["office"], keys, is_deputy=item["deputy"])


def _compose(text: str) -> str:
    try:
        return parse_name(text)
    except InvalidInputError as error:
        raise PanelUnreadableError(f"A trustee's name or office cannot be taken: {error}") from error


def _is_fit(key: object) -> TypeGuard[PublicKey]:
    if isinstance(key, EllipticCurvePublicKey):
        return isinstance(key.curve, SECP256R1)
    if isinstance(key, RSAPublicKey):
        return key.key_size in RSA_BITS and key.public_numbers().e == RSA_EXPONENT
    return isinstance(key, Ed25519PublicKey) and not _is_weak(key)


def _is_weak(key: Ed25519PublicKey) -> bool:
    height = int.from_bytes(key.public_bytes_raw(), "little") % 2**255
    return height >= _PRIME_25519 or height in _WEAK_POINTS


def _has_twice(values: Iterable[object]) -> bool:
    return any(times > 1 for times in Counter(values).values())
