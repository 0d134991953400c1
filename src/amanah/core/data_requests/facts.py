"""The facts of a request that rules decide from, their one form in bytes and their hash (`spec/data_requests.md` 3.4).

They never hold who asks: a decision depends on the paper and on what is asked for, not on the asker.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from amanah.core.data_requests.scopes import Scope, encode_scope, parse_scope
from amanah.core.encoding import (
    encode_base64url,
    encode_canonical_json,
    parse_base64url,
    parse_canonical_json,
)
from amanah.core.errors import InvalidInputError

Channel = Literal["form", "letter", "oral", "at-door"]
Secrecy = Literal["none", "requested", "ordered"]

CHANNELS: tuple[Channel, ...] = get_args(Channel)
SECRECIES: tuple[Secrecy, ...] = get_args(Secrecy)
SALT_LENGTH = 32
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The alphabet of `spec/passes.md` 2: no letter that is read as a digit."""
REFERENCE_SYMBOLS = 12
LONGEST_FACTS = 1 << 18
_REFERENCE = re.compile(rf"[{SYMBOLS}]{{4}}-[{SYMBOLS}]{{4}}-[{SYMBOLS}]{{4}}")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_CODE = 64
_MEMBERS = {
    "asked", "asks_collection", "channel", "document", "instrument", "jurisdiction", "ordered", "reference",
    "salt", "secrecy", "signed_by", "v",
}  # fmt: skip


class FactsUnreadableError(InvalidInputError):
    """The bytes are not the facts of a request."""

    code = "facts-unreadable"


@dataclass(frozen=True)
class RequestFacts:
    """One request: what is asked for, under which instrument, and what its paper names as a trustee read it.

    `document` is the SHA-256 of the instrument's file; `ordered` is None until a trustee has read that file.
    """

    asked: Scope
    asks_collection: bool
    channel: Channel
    document: str | None
    instrument: str
    jurisdiction: str
    ordered: Scope | None
    reference: str
    salt: bytes
    secrecy: Secrecy
    signed_by: str

    def __post_init__(self) -> None:
        """Refuse facts that no rule could read."""
        if self.channel not in CHANNELS or self.secrecy not in SECRECIES:
            raise FactsUnreadableError(
                "The channel and the secrecy of a request are chosen from their lists."
            )
        if self.document is not None and not _HASH.fullmatch(self.document):
            raise FactsUnreadableError("The file of a request is named by its SHA-256 in hex.")
        codes = (self.instrument, self.jurisdiction, self.signed_by)
        if not all(_CODE.fullmatch(code) and len(code) <= _LONGEST_CODE for code in codes):
            raise FactsUnreadableError(
                "Instrument, jurisdiction and signer are codes of the jurisdiction pack."
            )
        if not _REFERENCE.fullmatch(self.reference):
            raise FactsUnreadableError("A reference has twelve letters and digits, in groups of four.")
        if len(self.salt) != SALT_LENGTH:
            raise FactsUnreadableError(f"The salt of a request has {SALT_LENGTH} bytes.")
        if self.asked.is_empty and not self.asks_collection:
            raise FactsUnreadableError("A request says what it asks for.")


def encode_reference(random: bytes) -> str:
    """Write eight random bytes as a reference that a person can read out (3.1)."""
    if len(random) != 8:
        raise FactsUnreadableError("A reference is made of eight random bytes.")
    number = int.from_bytes(random)
    symbols = "".join(SYMBOLS[number >> 5 * place & 31] for place in range(REFERENCE_SYMBOLS))
    return "-".join(symbols[start : start + 4] for start in range(0, REFERENCE_SYMBOLS, 4))


def encode_facts(facts: RequestFacts) -> bytes:
    """Give the canonical bytes of facts."""
    return encode_canonical_json(
        {
            "asked": encode_scope(facts.asked),
            "asks_collection": facts.asks_collection,
            "channel": facts.channel,
            "document": facts.document,
            "instrument": facts.instrument,
            "jurisdiction": facts.jurisdiction,
            "ordered": None if facts.ordered is None else encode_scope(facts.ordered),
            "reference": facts.reference,
            "salt": encode_base64url(facts.salt),
            "secrecy": facts.secrecy,
            "signed_by": facts.signed_by,
            "v": 1,
        }
    )


def parse_facts(data: bytes) -> RequestFacts:
    """Read facts; refuse anything that this module would not have written."""
    try:
        return _build_facts(parse_canonical_json(data, longest=LONGEST_FACTS))
    except FactsUnreadableError:
        raise
    except InvalidInputError as error:
        raise FactsUnreadableError(f"These bytes are not the facts of a request. {error}") from error


def compute_facts_hash(data: bytes) -> str:
    """Give what decisions and records cite: the SHA-256 of the bytes of facts, in hex."""
    return hashlib.sha256(data).hexdigest()


def _build_facts(document: Any) -> RequestFacts:
    if not isinstance(document, dict) or set(document) != _MEMBERS:
        raise FactsUnreadableError("These bytes are not the facts of a request.")
    texts = ("channel", "instrument", "jurisdiction", "reference", "salt", "secrecy", "signed_by")
    is_flag = isinstance(document["asks_collection"], bool)
    is_version = document["v"] == 1 and not isinstance(document["v"], bool)
    is_named = document["document"] is None or isinstance(document["document"], str)
    if not all(isinstance(document[name], str) for name in texts) or not (
        is_flag and is_version and is_named
    ):
        raise FactsUnreadableError("These bytes are not the facts of a request.")
    return RequestFacts(
        asked=parse_scope(document["asked"]),
        asks_collection=document["asks_collection"],
        channel=document["channel"],
        document=document["document"],
        instrument=document["instrument"],
        jurisdiction=document["jurisdiction"],
        ordered=None if document["ordered"] is None else parse_scope(document["ordered"]),
        reference=document["reference"],
        salt=parse_base64url(document["salt"], length=SALT_LENGTH),
        secrecy=document["secrecy"],
        signed_by=document["signed_by"],
    )
