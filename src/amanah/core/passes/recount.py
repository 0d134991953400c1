"""Recount bundles: everything an outsider needs to count an occasion again (`spec/passes.md` 9.3, 9.4).

It never says who took part, and it never trusts a number that it can count itself.
"""

import hashlib
import re
from binascii import a2b_base64, b2a_base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, cast

from amanah.core.encoding import (
    encode_base64url,
    encode_canonical_json,
    parse_base64url,
    parse_canonical_json,
)
from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.passes.cards import is_signature_valid
from amanah.core.passes.keys import PublicKey, parse_public_key
from amanah.core.passes.messages import AnswerPayload, compute_answer_bytes, parse_answer_payload
from amanah.core.passes.occasions import Occasion, parse_descriptor
from amanah.core.passes.tokens import (
    AUTHENTICATOR_LENGTH,
    PassInvalidError,
    Token,
    TokenVerifier,
    compute_nonce,
)
from amanah.core.passes.wave_keys import find_only_key

LONGEST_BUNDLE = 2**30
Entry = Mapping[str, Any]
_MEMBERS = frozenset({"descriptor", "issuer", "kind", "log", "spent", "spki", "v"})
_PRESENCE_MEMBERS = frozenset({"authenticator", "nonce"})
_NO_PASSES = b'"spent":[]'
_PASSES_A_PART = 1_024
_TO_BASE64URL = bytes.maketrans(b"+/", b"-_")
_FROM_BASE64URL = bytes.maketrans(b"-_", b"+/")
_PAYLOAD = re.compile(rb'"payload":"([A-Za-z0-9_-]*)"')
_ANSWER_MEMBERS = _PRESENCE_MEMBERS | {"payload", "public_key", "signature"}


class BundleFormatError(InvalidInputError):
    """The bytes are not a recount bundle."""

    code = "recount-unreadable"


class RecountError(VerificationError):
    """A recount does not come out; the message says where, by the nonce's first digits at most."""

    code = "recount-failed"


@dataclass(frozen=True)
class SpentAnswer:
    """What an answered pass was spent on, signed by its one-time key."""

    payload: bytes
    public_key: bytes
    signature: bytes


@dataclass(frozen=True)
class SpentPass:
    """One redeemed pass; `answer` is None for presence."""

    nonce: bytes
    authenticator: bytes
    answer: SpentAnswer | None = None


@dataclass(frozen=True)
class RecountBundle:
    """A closed occasion and every pass that was redeemed for it."""

    occasion: Occasion
    public_key: PublicKey
    log_origin: str
    log_vkey: str
    spent: tuple[SpentPass, ...]

    @property
    def issuer(self) -> str:
        """Give the issuer name; 1.4 leaves a community only one."""
        return self.occasion.issuer_name


@dataclass(frozen=True)
class RecountResult:
    """What a recount counted: passes, and for a survey how often each choice or number was given to each question."""

    redeemed: int
    counts: Mapping[str, Mapping[str | int, int]]


@dataclass(frozen=True)
class Counts:
    """The chain that bounds what anybody could have added; each number is at most the next."""

    redeemed: int
    served: int
    cards: int
    invitations_used: int
    invitations_printed: int
    replacements: int


def encode_recount_bundle(bundle: RecountBundle) -> bytes:
    """Give the published bytes; the passes are sorted by nonce, so that no order of arrival is left (9.3)."""
    return b"".join(encode_in_parts(bundle, sorted(bundle.spent, key=lambda item: item.nonce)))


def encode_in_parts(frame: RecountBundle, spent: Iterable[SpentPass]) -> Iterator[bytes]:
    """Give the same bytes piece by piece, for bundles that no memory holds; `spent` comes sorted by nonce.

    Of `frame` everything but its own passes is taken.
    """
    around = encode_canonical_json(
        {
            "descriptor": frame.occasion.descriptor(),
            "issuer": frame.issuer,
            "kind": "amanah-recount",
            "log": {"origin": frame.log_origin, "vkey": frame.log_vkey},
            "spent": [],
            "spki": encode_base64url(frame.public_key.spki),
            "v": 1,
        }
    )
    before, _, after = around.rpartition(_NO_PASSES)
    yield before + _NO_PASSES[:-1]
    items = map(_encode_spent, spent)
    separator = b""
    while batch := b",".join(islice(items, _PASSES_A_PART)):
        # Names and quotes hold none of the characters in which base64 and base64url differ.
        yield separator + batch.translate(_TO_BASE64URL, b"=")
        separator = b","
    yield _NO_PASSES[-1:] + after


def iterate_payloads(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give the payloads of a bundle that comes in parts; only for bytes that are known by their hash.

    Nothing else can look like a payload: what stands before the passes has no quotes inside its values.
    """
    rest = b""
    for part in parts:
        data = rest + part
        end = 0
        for found in _PAYLOAD.finditer(data):
            yield a2b_base64(found[1].translate(_FROM_BASE64URL) + b"==")
            end = found.end()
        rest = data[end:]


def parse_recount_bundle(data: bytes) -> RecountBundle:
    """Read a bundle's bytes; its schema is closed. Nothing is verified yet."""
    value = parse_canonical_json(data, longest=LONGEST_BUNDLE)
    if not isinstance(value, dict) or set(value) != _MEMBERS:
        raise BundleFormatError("A recount bundle has exactly its seven members.")
    if value["kind"] != "amanah-recount" or value["v"] is True or value["v"] != 1:
        raise BundleFormatError("This reader knows recount bundles of version 1.")
    log = value["log"]
    is_log_named = isinstance(log, dict) and set(log) == {"origin", "vkey"}
    if not is_log_named or not all(isinstance(text, str) for text in log.values()):
        raise BundleFormatError("A recount bundle names its log by origin and vkey.")
    occasion = parse_descriptor(value["descriptor"])
    if value["issuer"] != occasion.issuer_name or not isinstance(value["spent"], list):
        raise BundleFormatError("A recount bundle names the community's issuer and lists what was spent.")
    members = _ANSWER_MEMBERS if occasion.kind == "survey" else _PRESENCE_MEMBERS
    return RecountBundle(
        occasion=occasion,
        public_key=parse_public_key(parse_base64url(value["spki"])),
        log_origin=log["origin"],
        log_vkey=log["vkey"],
        spent=tuple(_parse_spent(item, members) for item in value["spent"]),
    )


def verify_recount_bundle(bundle: RecountBundle) -> RecountResult:
    """Check every pass of the bundle and count again (9.4); raise RecountError where something does not hold."""
    for before, after in pairwise(bundle.spent):
        if before.nonce == after.nonce:
            raise RecountError("A pass is counted twice.")
        if before.nonce > after.nonce:
            raise RecountError("The passes are not sorted by nonce.")
    verifier = TokenVerifier(bundle.public_key, bundle.occasion.challenge_digest(bundle.issuer))
    counts: dict[str, Counter[str | int]] = {}
    for spent in bundle.spent:
        _verify_pass(spent, verifier)
        if bundle.occasion.kind == "survey":
            _count_answer(_verify_answer(spent, bundle.occasion), counts)
    return RecountResult(len(bundle.spent), {question: dict(counter) for question, counter in counts.items()})


def verify_counts(bundle: RecountBundle, bundle_bytes: bytes, entries: Iterable[Entry]) -> Counts:
    """Check a bundle against all entries of the log, given as plain objects with `kind`, `ref` and `body` (9.4)."""
    known = list(entries)
    try:
        _verify_key(bundle, known)
        _verify_closing(bundle, bundle_bytes, known)
        counts = _read_counts(bundle, known)
    except (KeyError, TypeError, ValueError) as error:
        raise RecountError("An entry about this occasion cannot be read.") from error
    chain = (
        counts.redeemed,
        counts.served,
        counts.cards,
        counts.invitations_used,
        counts.invitations_printed,
    )
    if list(chain) != sorted(chain):
        raise RecountError(
            "The counts do not fit: redeemed {}, served {}, cards {}, invitations used {}, printed {}.".format(
                *chain
            )
        )
    return counts


def _verify_pass(spent: SpentPass, verifier: TokenVerifier) -> None:
    key_id = verifier.public_key.token_key_id
    try:
        verifier.verify(Token(spent.nonce, verifier.challenge_digest, key_id, spent.authenticator))
    except PassInvalidError as error:
        raise RecountError(f"The pass {_name(spent)} does not hold under the occasion's key.") from error


def _verify_answer(spent: SpentPass, occasion: Occasion) -> AnswerPayload:
    answer = spent.answer
    if answer is None or compute_nonce(answer.public_key) != spent.nonce:
        raise RecountError(f"The answer of the pass {_name(spent)} is not bound to it.")
    if not is_signature_valid(
        answer.public_key, answer.signature, compute_answer_bytes(occasion.hash(), answer.payload)
    ):
        raise RecountError(f"The answer of the pass {_name(spent)} was not signed by its one-time key.")
    try:
        payload = parse_answer_payload(answer.payload)
    except InvalidInputError as error:
        raise RecountError(f"The answer of the pass {_name(spent)} cannot be read.") from error
    if payload.occasion != occasion.occasion:
        raise RecountError(f"The answer of the pass {_name(spent)} was given to another survey.")
    return payload


def _count_answer(payload: AnswerPayload, counts: dict[str, Counter[str | int]]) -> None:
    for question, answer in payload.answers.items():
        choices = answer if isinstance(answer, tuple) else (answer,)
        counts.setdefault(question, Counter()).update(choices)


def _name(spent: SpentPass) -> str:
    return spent.nonce.hex()[:8]


def _encode_spent(spent: SpentPass) -> bytes:
    """Give one pass as canonical JSON, but in plain base64; it needs no escaping."""
    authenticator, nonce = (
        b2a_base64(spent.authenticator, newline=False),
        b2a_base64(spent.nonce, newline=False),
    )
    answer = spent.answer
    if answer is None:
        return b'{"authenticator":"%b","nonce":"%b"}' % (authenticator, nonce)
    return b'{"authenticator":"%b","nonce":"%b","payload":"%b","public_key":"%b","signature":"%b"}' % (
        authenticator,
        nonce,
        b2a_base64(answer.payload, newline=False),
        b2a_base64(answer.public_key, newline=False),
        b2a_base64(answer.signature, newline=False),
    )


def _parse_spent(value: object, members: frozenset[str]) -> SpentPass:
    if not isinstance(value, dict) or set(value) != members:
        raise BundleFormatError("A redeemed pass has exactly the members of its kind.")
    item = cast("dict[str, Any]", value)
    answer = None
    if "payload" in members:
        answer = SpentAnswer(
            payload=parse_base64url(item["payload"]),
            public_key=parse_base64url(item["public_key"], length=32),
            signature=parse_base64url(item["signature"], length=64),
        )
    return SpentPass(
        nonce=parse_base64url(item["nonce"], length=32),
        authenticator=parse_base64url(item["authenticator"], length=AUTHENTICATOR_LENGTH),
        answer=answer,
    )


def _verify_key(bundle: RecountBundle, entries: list[Entry]) -> None:
    published = [
        (occasion, spki)
        for entry in entries
        if entry["kind"] == "wave_opened"
        for occasion, spki in entry["body"]["keys"]
    ]
    joins = [entry["body"] for entry in entries if entry["kind"] == "join_key_opened"]
    published += [(body["descriptor"]["occasion"], body["spki"]) for body in joins]
    if find_only_key(bundle.occasion.occasion, published) != bundle.public_key:
        raise RecountError("The bundle's key is not the occasion's key in the log.")
    planned = [
        descriptor
        for entry in entries
        if entry["kind"] == "wave_planned"
        for descriptor in entry["body"]["occasions"]
        if descriptor["occasion"] == bundle.occasion.occasion
    ]
    if planned != [bundle.occasion.descriptor()]:
        raise RecountError("The bundle's occasion is not the one that was planned in the log.")


def _verify_closing(bundle: RecountBundle, bundle_bytes: bytes, entries: list[Entry]) -> None:
    closed = _get_only_body(bundle, entries, "occasion_closed")
    if closed["bundle"] != hashlib.sha256(bundle_bytes).hexdigest():
        raise RecountError("The bundle is not the one whose hash was logged at closing.")
    if closed["redeemed"] != len(bundle.spent):
        raise RecountError("The number redeemed is not the one that was logged at closing.")


def _read_counts(bundle: RecountBundle, entries: list[Entry]) -> Counts:
    destroyed = _get_only_body(bundle, entries, "occasion_key_destroyed")
    printed = {
        invitation
        for entry in entries
        if entry["kind"] == "invitations_printed"
        for invitation in entry["body"]["hashes"]
    }
    numbers = {name: destroyed[name] for name in ("served", "cards", "invitations_used", "replacements")}
    if any(isinstance(number, bool) or not isinstance(number, int) for number in numbers.values()):
        raise RecountError("A logged count is not a whole number.")
    return Counts(redeemed=len(bundle.spent), invitations_printed=len(printed), **numbers)


def _get_only_body(bundle: RecountBundle, entries: list[Entry], kind: str) -> Mapping[str, Any]:
    bodies = [e["body"] for e in entries if e["kind"] == kind and e["ref"] == bundle.occasion.occasion]
    if len(bodies) != 1:
        raise RecountError(f"The log holds {len(bodies)} entries {kind} for this occasion; it must hold one.")
    body: Mapping[str, Any] = bodies[0]
    return body
