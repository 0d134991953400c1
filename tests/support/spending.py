"""Real passes in bulk: the private key signs in the open, which gives the same token as blind signing.

It never stands in for blinding itself: `tests/core/passes` and the journeys go the whole way.
"""

import hashlib
import json
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA384

from amanah.core.encoding import JsonValue, encode_canonical_json
from amanah.core.passes.decisions import SpendableOccasion
from amanah.core.passes.keys import PublicKey, encode_public_key, parse_public_key
from amanah.core.passes.messages import (
    NO_SIGNATURE,
    SpendRequest,
    compute_answer_bytes,
    encode_spend_request,
)
from amanah.core.passes.occasions import Occasion, OccasionKind
from amanah.core.passes.rooms import POSTER, compute_room_code
from amanah.core.passes.tokens import Token, TokenVerifier, compute_nonce, compute_token_input
from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import StatedPlan, encode_plan
from amanah.programme_door.spending.store import SpentRow, iterate_spent
from amanah.web.database import open_database

SURVEY_WORDS = b'{"words":"of a test"}'
_PADDING = padding.PSS(mgf=padding.MGF1(SHA384()), salt_length=48)


def make_key() -> rsa.RSAPrivateKey:
    """Make a key; no two occasions ever share one, in tests as little as in life."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@dataclass(frozen=True)
class PassPress:
    """An occasion whose private key a test holds, so that it can make as many passes as it likes."""

    occasion: Occasion
    private_key: rsa.RSAPrivateKey
    room_secret: bytes

    @property
    def public_key(self) -> PublicKey:
        """Give the key that the gate checks with."""
        return parse_public_key(encode_public_key(self.private_key.public_key().public_numbers().n))

    @property
    def spendable(self) -> SpendableOccasion:
        """Give what the gate holds of this occasion."""
        digest = self.occasion.challenge_digest(self.occasion.issuer_name)
        return SpendableOccasion(self.occasion, TokenVerifier(self.public_key, digest), self.room_secret)

    @property
    def occasion_bytes(self) -> bytes:
        """Give the 8 bytes of the occasion id."""
        return bytes.fromhex(self.occasion.occasion)

    def make_token(self, one_time_public_key: bytes) -> Token:
        """Sign one token for a one-time key."""
        nonce = compute_nonce(one_time_public_key)
        digest = self.occasion.challenge_digest(self.occasion.issuer_name)
        key_id = self.public_key.token_key_id
        signed = compute_token_input(nonce, digest, key_id)
        return Token(nonce, digest, key_id, self.private_key.sign(signed, _PADDING, SHA384()))

    def make_presence(self, room_code: str | None = None) -> bytes:
        """Give the 2048 bytes that spend a new pass on being here."""
        public_key = secrets.token_bytes(32)
        code = compute_room_code(self.room_secret, POSTER) if room_code is None else room_code
        request = SpendRequest(self.make_token(public_key), public_key, NO_SIGNATURE, code.encode())
        return encode_spend_request(request)

    def make_answer(self, answers: JsonValue) -> bytes:
        """Give the 2048 bytes that spend a new pass on an answer."""
        return self.make_sheet(
            encode_canonical_json({"answers": answers, "occasion": self.occasion.occasion, "v": 1})
        )

    def make_sheet(self, payload: bytes, key: Ed25519PrivateKey | None = None) -> bytes:
        """Give the 2048 bytes that spend a pass, a new one unless a key is given, on any signed bytes."""
        key = key or Ed25519PrivateKey.generate()
        public_key = key.public_key().public_bytes_raw()
        signature = key.sign(compute_answer_bytes(self.occasion.hash(), payload))
        return encode_spend_request(SpendRequest(self.make_token(public_key), public_key, signature, payload))


def build_press(
    kind: OccasionKind = "session",
    *,
    opens_at: int = 0,
    closes_at: int = 4_000_000_000,
    community: str = "commons",
) -> PassPress:
    """Make an occasion with a random id; it is open now unless told otherwise."""
    occasion = Occasion(secrets.token_hex(8), kind, community, "evening-circle", opens_at, closes_at)
    return PassPress(occasion, make_key(), secrets.token_bytes(16))


def read_descriptor(press: PassPress) -> dict[str, JsonValue]:
    """Give the descriptor as JSON."""
    value: dict[str, JsonValue] = json.loads(press.occasion.descriptor_bytes())
    return value


def place_occasion(programme_url: str, press: PassPress, *, state: str = "planned") -> None:
    """Write an announced occasion with its key into the programme door's database, as plan and clerk leave it."""
    wave = secrets.token_hex(8)
    occasion = press.occasion
    with open_database(programme_url) as database, database.transaction():
        database.execute(
            "INSERT INTO occasions_wave (wave, fetch_from, fetch_until, minimum_age) VALUES (?, 0, 1, 0)",
            (wave,),
        )
        database.execute(
            "INSERT INTO occasions_occasion (occasion, wave_id, position, kind, opens_at, closes_at, descriptor,"
            " spki, state, room_secret, bundle_sha256) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, '')",
            (
                occasion.occasion,
                wave,
                occasion.kind,
                occasion.opens_at,
                occasion.closes_at,
                occasion.descriptor_bytes(),
                press.public_key.spki,
                state,
                press.room_secret if occasion.kind == "session" else None,
            ),
        )


def place_plan(programme_url: str, press: PassPress, questions: Sequence[Question]) -> None:
    """Write a survey with its stated plan into the programme door's database, as its announcement leaves it."""
    occasion = press.occasion.occasion
    words = hashlib.sha256(SURVEY_WORDS).hexdigest()
    plan = encode_plan(StatedPlan(occasion, press.occasion.closes_at, tuple(questions), words))
    with open_database(programme_url) as database, database.transaction():
        database.execute(
            "INSERT INTO programmes_programme (slug, language, words, is_shown, stated_facts)"
            " VALUES (?, 'en', '{}', ?, '') ON CONFLICT DO NOTHING",
            (press.occasion.programme, True),
        )
        database.execute(
            "INSERT INTO surveys_survey"
            " (occasion, programme_id, words, opens_at, closes_at, breakdowns, plan, plan_words)"
            " VALUES (?, ?, '{}', '2026-01-01 00:00:00', '2096-01-01 00:00:00', '[]', ?, ?)",
            (occasion, press.occasion.programme, plan, SURVEY_WORDS),
        )


def ask_for_closing(programme_url: str, press: PassPress) -> None:
    """Write what the desk's button writes."""
    with open_database(programme_url) as database:
        database.execute(
            "UPDATE occasions_occasion SET state = 'closing' WHERE occasion = ?", (press.occasion.occasion,)
        )


def list_spent(url: str, occasion: bytes) -> list[SpentRow]:
    """List the spent passes of one occasion by nonce."""
    return list(iterate_spent(url, occasion))


def count_rows(spending_url: str, press: PassPress) -> int:
    """Count the spent passes of one occasion."""
    return len(list_spent(spending_url, press.occasion_bytes))


def exchange(address: tuple[str, int], request: bytes) -> bytes:
    """Send raw bytes over a connection of its own and give the whole answer, headers and all."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += _receive(connection)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += _receive(connection)
        return head + b"\r\n\r\n" + body


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError("the gate closed the connection in the middle of an answer")
    return data
