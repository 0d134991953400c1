"""What the doors answer to each request, decided from values alone (`spec/passes.md` 3.4, 4.5, 4.7, 6.6, 7.2 to 7.4).

Every outcome is a value, so that a door can count its reasons; a member-facing answer never tells one refusal from
another (7.8). It never reads or writes what a door holds.
"""

from dataclasses import dataclass
from enum import Enum

from amanah.core.errors import InvalidInputError
from amanah.core.passes.cards import is_signature_valid
from amanah.core.passes.messages import (
    NO_SIGNATURE,
    LeaveRequest,
    RegisterRequest,
    SpendRequest,
    WaveRequest,
    compute_answer_bytes,
    parse_answer_payload,
)
from amanah.core.passes.occasions import Occasion
from amanah.core.passes.rooms import is_room_code_valid
from amanah.core.passes.tokens import PassInvalidError, TokenVerifier, compute_nonce


class JoinOutcome(Enum):
    """What becomes of an invitation."""

    ISSUE = "issue"
    REPEAT = "repeat"
    UNKNOWN_INVITATION = "unknown-invitation"
    USED_DIFFERENTLY = "used-differently"


class RegisterOutcome(Enum):
    """What becomes of a registration."""

    STORE = "store"
    REPEAT = "repeat"
    WITHDRAWN = "withdrawn"
    HELD_DIFFERENTLY = "held-differently"
    WRONG_NONCE = "wrong-nonce"
    BAD_SIGNATURE = "bad-signature"
    NOT_GENUINE = "not-genuine"


class LeaveOutcome(Enum):
    """What becomes of a card that leaves."""

    DELETE = "delete"
    BAD_SIGNATURE = "bad-signature"


class WaveOutcome(Enum):
    """What becomes of a wave request."""

    ISSUE = "issue"
    REPEAT = "repeat"
    UNKNOWN_CARD = "unknown-card"
    NOT_ISSUING = "not-issuing"
    WRONG_COUNT = "wrong-count"
    BAD_SIGNATURE = "bad-signature"
    FETCHED_DIFFERENTLY = "fetched-differently"


class SpendOutcome(Enum):
    """What becomes of a pass, before the gate knows whether it was spent already."""

    ACCEPT = "accept"
    NOT_OPEN = "not-open"
    WRONG_CHALLENGE = "wrong-challenge"
    WRONG_NONCE = "wrong-nonce"
    NOT_GENUINE = "not-genuine"
    BAD_ROOM_CODE = "bad-room-code"
    BAD_SIGNATURE = "bad-signature"
    BAD_PAYLOAD = "bad-payload"


@dataclass(frozen=True)
class HeldCard:
    """What the card door holds of one card that matters to a wave."""

    last_wave: str | None
    request_hash: bytes | None


@dataclass(frozen=True)
class IssuingWave:
    """The one wave that passes are issued for now (6.7)."""

    wave: str
    occasion_count: int


@dataclass(frozen=True)
class SpendableOccasion:
    """An occasion that has a key and is not closed, as the spending gate holds it."""

    occasion: Occasion
    verifier: TokenVerifier
    room_secret: bytes


def decide_join(*, is_known: bool, used_by: bytes | None, request_hash: bytes) -> JoinOutcome:
    """Decide an invitation (3.4): `used_by` is the stored SHA-256 of the body that used it."""
    if not is_known:
        return JoinOutcome.UNKNOWN_INVITATION
    if used_by is None:
        return JoinOutcome.ISSUE
    return JoinOutcome.REPEAT if used_by == request_hash else JoinOutcome.USED_DIFFERENTLY


def decide_register(
    request: RegisterRequest,
    verifier: TokenVerifier,
    *,
    held_revocation_hash: bytes | None,
    is_withdrawn: bool,
) -> RegisterOutcome:
    """Decide a registration (4.5, 4.6): the verifier is that of the join occasion."""
    if request.token.nonce != compute_nonce(request.public_key):
        return RegisterOutcome.WRONG_NONCE
    if not is_signature_valid(request.public_key, request.signature, request.signed_bytes()):
        return RegisterOutcome.BAD_SIGNATURE
    try:
        verifier.verify(request.token)
    except PassInvalidError:
        return RegisterOutcome.NOT_GENUINE
    if is_withdrawn:
        return RegisterOutcome.WITHDRAWN
    if held_revocation_hash is None:
        return RegisterOutcome.STORE
    is_same = held_revocation_hash == request.revocation_hash
    return RegisterOutcome.REPEAT if is_same else RegisterOutcome.HELD_DIFFERENTLY


def decide_leave(request: LeaveRequest) -> LeaveOutcome:
    """Decide a card's leave (4.7)."""
    is_valid = is_signature_valid(request.public_key, request.signature, request.signed_bytes())
    return LeaveOutcome.DELETE if is_valid else LeaveOutcome.BAD_SIGNATURE


def decide_wave(
    request: WaveRequest, *, card: HeldCard | None, issuing: IssuingWave | None, request_hash: bytes
) -> WaveOutcome:
    """Decide a wave request (6.5 to 6.7): the hash is SHA-256 of its whole body."""
    if issuing is None or request.wave != issuing.wave:
        return WaveOutcome.NOT_ISSUING
    if len(request.blinded) != issuing.occasion_count:
        return WaveOutcome.WRONG_COUNT
    if card is None:
        return WaveOutcome.UNKNOWN_CARD
    if not is_signature_valid(request.public_key, request.signature, request.signed_bytes()):
        return WaveOutcome.BAD_SIGNATURE
    if card.last_wave != request.wave:
        return WaveOutcome.ISSUE
    return WaveOutcome.REPEAT if card.request_hash == request_hash else WaveOutcome.FETCHED_DIFFERENTLY


def decide_spend(request: SpendRequest, spendable: SpendableOccasion | None, now: int) -> SpendOutcome:
    """Decide a pass (7.2 to 7.4); whether its nonce is new is for the gate's unique insert to say."""
    if spendable is None or spendable.occasion.kind == "join" or now < spendable.occasion.opens_at:
        return SpendOutcome.NOT_OPEN
    if request.token.challenge_digest != spendable.verifier.challenge_digest:
        return SpendOutcome.WRONG_CHALLENGE
    is_presence = spendable.occasion.kind == "session"
    if request.token.nonce != compute_nonce(request.public_key):
        return SpendOutcome.WRONG_NONCE
    try:
        spendable.verifier.verify(request.token)
    except PassInvalidError:
        return SpendOutcome.NOT_GENUINE
    return (
        _decide_presence(request, spendable, now)
        if is_presence
        else _decide_answer(request, spendable.occasion)
    )


def _decide_presence(request: SpendRequest, spendable: SpendableOccasion, now: int) -> SpendOutcome:
    if request.signature != NO_SIGNATURE:
        return SpendOutcome.BAD_SIGNATURE
    if not is_room_code_valid(spendable.room_secret, request.payload, now):
        return SpendOutcome.BAD_ROOM_CODE
    return SpendOutcome.ACCEPT


def _decide_answer(request: SpendRequest, occasion: Occasion) -> SpendOutcome:
    try:
        answer = parse_answer_payload(request.payload)
    except InvalidInputError:
        return SpendOutcome.BAD_PAYLOAD
    if answer.occasion != occasion.occasion:
        return SpendOutcome.BAD_PAYLOAD
    message = compute_answer_bytes(occasion.hash(), request.payload)
    if not is_signature_valid(request.public_key, request.signature, message):
        return SpendOutcome.BAD_SIGNATURE
    return SpendOutcome.ACCEPT
