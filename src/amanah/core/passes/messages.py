"""Bodies of the requests that devices send (`spec/passes.md` 3.4, 4.5, 4.6, 4.7, 6.5, 7.1); it never decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amanah.core.encoding import NotCanonicalError, parse_canonical_json
from amanah.core.errors import InvalidInputError
from amanah.core.passes.codes import SECRET_LENGTH
from amanah.core.passes.keys import MODULUS_LENGTH
from amanah.core.passes.occasions import is_occasion_id
from amanah.core.passes.tokens import TOKEN_LENGTH, Token, encode_token, parse_token

KEY_LENGTH = 32
HASH_LENGTH = 32
SIGNATURE_LENGTH = 64
WAVE_ID_LENGTH = 8
MOST_OCCASIONS = 60
JOIN_LENGTH = SECRET_LENGTH + MODULUS_LENGTH
REGISTER_LENGTH = KEY_LENGTH + HASH_LENGTH + TOKEN_LENGTH + SIGNATURE_LENGTH
REVOKE_LENGTH = SECRET_LENGTH
LEAVE_LENGTH = KEY_LENGTH + SIGNATURE_LENGTH
SPEND_LENGTH = 2048
LONGEST_PAYLOAD = 1536
NO_SIGNATURE = bytes(SIGNATURE_LENGTH)
_WAVE_START = WAVE_ID_LENGTH + KEY_LENGTH + 2
_SPEND_START = TOKEN_LENGTH + KEY_LENGTH + SIGNATURE_LENGTH + 2
_LONGEST_NAME = 64

Answer = str | int | tuple[str, ...]


class MessageError(InvalidInputError):
    """The body is not the message that this endpoint reads."""

    code = "message-unreadable"


@dataclass(frozen=True)
class JoinRequest:
    """An invitation's secret, and a blinded join token (3.4)."""

    secret: bytes
    blinded: bytes


@dataclass(frozen=True)
class RegisterRequest:
    """A card, vouched for by a join token (4.5)."""

    public_key: bytes
    revocation_hash: bytes
    token: Token
    signature: bytes

    def signed_bytes(self) -> bytes:
        """Give what the card key signs."""
        return b"amanah/register/v1\0" + self.public_key + self.revocation_hash + encode_token(self.token)


@dataclass(frozen=True)
class RevokeRequest:
    """The slip that ends a lost card (4.6)."""

    slip: bytes


@dataclass(frozen=True)
class LeaveRequest:
    """A card that ends itself (4.7)."""

    public_key: bytes
    signature: bytes

    def signed_bytes(self) -> bytes:
        """Give what the card key signs."""
        return b"amanah/leave/v1\0" + self.public_key


@dataclass(frozen=True)
class WaveRequest:
    """One card's blinded messages for every occasion of a wave, in plan order (6.5); `wave` is 16 hex digits."""

    wave: str
    public_key: bytes
    blinded: tuple[bytes, ...]
    signature: bytes

    def signed_bytes(self) -> bytes:
        """Give what the card key signs."""
        start = bytes.fromhex(self.wave) + self.public_key + len(self.blinded).to_bytes(2)
        return b"amanah/wave/v1\0" + start + b"".join(self.blinded)


@dataclass(frozen=True)
class SpendRequest:
    """A pass, what it is spent on, and the one-time key's word for it (7.1)."""

    token: Token
    public_key: bytes
    signature: bytes
    payload: bytes


@dataclass(frozen=True)
class AnswerPayload:
    """The answers of one pass to one survey (7.4)."""

    occasion: str
    answers: Mapping[str, Answer]


def encode_join_request(request: JoinRequest) -> bytes:
    """Give the 272 bytes of a join request."""
    return _sized(request.secret, SECRET_LENGTH) + _sized(request.blinded, MODULUS_LENGTH)


def parse_join_request(body: bytes) -> JoinRequest:
    """Read a join request."""
    _sized(body, JOIN_LENGTH)
    return JoinRequest(secret=body[:SECRET_LENGTH], blinded=body[SECRET_LENGTH:])


def encode_register_request(request: RegisterRequest) -> bytes:
    """Give the 482 bytes of a registration."""
    return b"".join(
        (
            _sized(request.public_key, KEY_LENGTH),
            _sized(request.revocation_hash, HASH_LENGTH),
            encode_token(request.token),
            _sized(request.signature, SIGNATURE_LENGTH),
        )
    )


def parse_register_request(body: bytes) -> RegisterRequest:
    """Read a registration."""
    _sized(body, REGISTER_LENGTH)
    return RegisterRequest(
        public_key=body[:32],
        revocation_hash=body[32:64],
        token=parse_token(body[64:-SIGNATURE_LENGTH]),
        signature=body[-SIGNATURE_LENGTH:],
    )


def encode_revoke_request(request: RevokeRequest) -> bytes:
    """Give the 16 bytes of a revocation."""
    return _sized(request.slip, REVOKE_LENGTH)


def parse_revoke_request(body: bytes) -> RevokeRequest:
    """Read a revocation."""
    return RevokeRequest(slip=_sized(body, REVOKE_LENGTH))


def encode_leave_request(request: LeaveRequest) -> bytes:
    """Give the 96 bytes of a card's leave."""
    return _sized(request.public_key, KEY_LENGTH) + _sized(request.signature, SIGNATURE_LENGTH)


def parse_leave_request(body: bytes) -> LeaveRequest:
    """Read a card's leave."""
    _sized(body, LEAVE_LENGTH)
    return LeaveRequest(public_key=body[:KEY_LENGTH], signature=body[KEY_LENGTH:])


def encode_wave_request(request: WaveRequest) -> bytes:
    """Give the bytes of a wave request."""
    if not is_occasion_id(request.wave) or not 1 <= len(request.blinded) <= MOST_OCCASIONS:
        raise MessageError("A wave request names a wave and holds 1 to 60 blinded messages.")
    start = bytes.fromhex(request.wave) + _sized(request.public_key, KEY_LENGTH)
    messages = b"".join(_sized(message, MODULUS_LENGTH) for message in request.blinded)
    return start + len(request.blinded).to_bytes(2) + messages + _sized(request.signature, SIGNATURE_LENGTH)


def parse_wave_request(body: bytes) -> WaveRequest:
    """Read a wave request; its count must be that of its messages."""
    count = int.from_bytes(body[_WAVE_START - 2 : _WAVE_START])
    if not 1 <= count <= MOST_OCCASIONS:
        raise MessageError("A wave request holds 1 to 60 blinded messages.")
    _sized(body, compute_wave_length(count))
    messages = range(_WAVE_START, len(body) - SIGNATURE_LENGTH, MODULUS_LENGTH)
    return WaveRequest(
        wave=body[:WAVE_ID_LENGTH].hex(),
        public_key=body[WAVE_ID_LENGTH : _WAVE_START - 2],
        blinded=tuple(body[start : start + MODULUS_LENGTH] for start in messages),
        signature=body[-SIGNATURE_LENGTH:],
    )


def compute_wave_length(count: int) -> int:
    """Give the length of a wave request for a number of occasions (6.5)."""
    return _WAVE_START + MODULUS_LENGTH * count + SIGNATURE_LENGTH


def compute_answer_bytes(occasion_hash: bytes, payload: bytes) -> bytes:
    """Give what the one-time key signs for an answer (7.4)."""
    return b"amanah/answer/v1\0" + occasion_hash + payload


def encode_spend_request(request: SpendRequest) -> bytes:
    """Give the 2048 bytes of a spending."""
    if len(request.payload) > LONGEST_PAYLOAD:
        raise MessageError("What is spent on is longer than 1536 bytes.")
    return b"".join(
        (
            encode_token(request.token),
            _sized(request.public_key, KEY_LENGTH),
            _sized(request.signature, SIGNATURE_LENGTH),
            len(request.payload).to_bytes(2),
            request.payload,
        )
    ).ljust(SPEND_LENGTH, b"\0")


def parse_spend_request(body: bytes) -> SpendRequest:
    """Read a spending; what pads it must be zero (7.2)."""
    _sized(body, SPEND_LENGTH)
    length = int.from_bytes(body[_SPEND_START - 2 : _SPEND_START])
    end = _SPEND_START + length
    if length > LONGEST_PAYLOAD or body.count(0, end) != SPEND_LENGTH - end:
        raise MessageError("A spending holds one payload of at most 1536 bytes and zeros after it.")
    return SpendRequest(
        token=parse_token(body[:TOKEN_LENGTH]),
        public_key=body[TOKEN_LENGTH : TOKEN_LENGTH + KEY_LENGTH],
        signature=body[TOKEN_LENGTH + KEY_LENGTH : _SPEND_START - 2],
        payload=body[_SPEND_START:end],
    )


def parse_answer_payload(payload: bytes) -> AnswerPayload:
    """Read the payload of an answer; its schema is closed, and no choice stands in it twice (7.4)."""
    try:
        value = parse_canonical_json(payload, longest=LONGEST_PAYLOAD)
    except NotCanonicalError as error:
        raise MessageError("An answer is canonical JSON of at most 1536 bytes.") from error
    if not isinstance(value, dict) or set(value) != {"answers", "occasion", "v"}:
        raise MessageError("An answer has the members answers, occasion and v.")
    if value["v"] is True or value["v"] != 1 or not is_occasion_id(value["occasion"]):
        raise MessageError("An answer of version 1 names one occasion.")
    answers = value["answers"]
    if not isinstance(answers, dict) or not all(_is_name(question) for question in answers):
        raise MessageError("Answers are an object by question.")
    return AnswerPayload(
        occasion=value["occasion"],
        answers={question: _parse_answer(answer) for question, answer in answers.items()},
    )


def _parse_answer(value: Any) -> Answer:
    if isinstance(value, list):
        if not all(_is_name(choice) for choice in value) or len(set(value)) != len(value):
            raise MessageError("A list of choices names each choice once.")
        return tuple(value)
    if _is_name(value) or (isinstance(value, int) and not isinstance(value, bool)):
        return value  # type: ignore[no-any-return]
    raise MessageError("An answer is a choice, a list of choices or a whole number.")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= _LONGEST_NAME


def _sized(data: bytes, length: int) -> bytes:
    if len(data) != length:
        raise MessageError(f"Expected {length} bytes.")
    return data
