"""One simulated phone: the member's half of `spec/passes.md`, with its own randomness.

It never talks to a server itself.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from amanah.core.encoding import JsonValue, encode_canonical_json
from amanah.core.passes.blinding import BlindedPass, blind, finalize
from amanah.core.passes.cards import compute_card_seed, compute_public_key, compute_signature
from amanah.core.passes.codes import compute_revocation_hash
from amanah.core.passes.keys import PublicKey
from amanah.core.passes.messages import (
    NO_SIGNATURE,
    JoinRequest,
    RegisterRequest,
    SpendRequest,
    WaveRequest,
    compute_answer_bytes,
    encode_join_request,
    encode_register_request,
    encode_spend_request,
    encode_wave_request,
)
from amanah.core.passes.occasions import Occasion
from amanah.core.passes.tokens import SALT_LENGTH, Token, compute_nonce, compute_token_input
from amanah.core.passes.wave_keys import WaveKey
from amanah.core.surveys.budget import Sent
from amanah.core.surveys.drawing import Randomness
from amanah.core.surveys.stated_plan import StatedPlan
from amanah.drill.answering import Opinions, answer_questions

BLIND_SIGNATURE_LENGTH = 256


@dataclass
class Pass:
    """A finished pass and its one-time key."""

    occasion: Occasion
    seed: bytes
    token: Token


@dataclass
class Device:
    """What one phone holds; secrets are drawn when it is made. `draw` gives the random bytes of its balls."""

    issuer_name: str
    invitation: bytes
    draw: Randomness = secrets.token_bytes
    card_secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    revocation_slip: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    passes: dict[str, Pass] = field(default_factory=dict)
    join_token: Token | None = None
    given_away: list[Sent] = field(default_factory=list)
    _joining: BlindedPass | None = None
    _fetching: list[tuple[Occasion, bytes, BlindedPass]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.card_seed = compute_card_seed(self.card_secret)
        self.card_key = compute_public_key(self.card_seed)

    def make_join_request(self, key: WaveKey) -> bytes:
        """Blind a join token for this card (3.3, 3.4)."""
        self._joining = self._blind(key, self.card_key)
        return encode_join_request(JoinRequest(self.invitation, self._joining.blinded))

    def take_join_token(self, answer: bytes) -> None:
        """Finish the join token (5.5)."""
        if self._joining is None:
            raise ValueError("Nothing was asked yet.")
        self.join_token = finalize(self._joining, answer)

    def make_register_request(self) -> bytes:
        """Vouch for the card with the join token (4.5)."""
        if self.join_token is None:
            raise ValueError("There is no join token yet.")
        unsigned = RegisterRequest(
            self.card_key, compute_revocation_hash(self.revocation_slip), self.join_token, NO_SIGNATURE
        )
        signature = compute_signature(self.card_seed, unsigned.signed_bytes())
        return encode_register_request(
            RegisterRequest(self.card_key, unsigned.revocation_hash, self.join_token, signature)
        )

    def make_wave_request(self, wave: str, keys: Sequence[WaveKey]) -> bytes:
        """Blind one pass for every occasion of the wave (6.4, 6.5)."""
        self._fetching = []
        for key in keys:
            seed = secrets.token_bytes(32)
            self._fetching.append((key.occasion, seed, self._blind(key, compute_public_key(seed))))
        blinded = tuple(pending.blinded for _, _, pending in self._fetching)
        unsigned = WaveRequest(wave, self.card_key, blinded, NO_SIGNATURE)
        signature = compute_signature(self.card_seed, unsigned.signed_bytes())
        return encode_wave_request(WaveRequest(wave, self.card_key, blinded, signature))

    def take_wave(self, answer: bytes) -> None:
        """Finish every pass of the wave."""
        for place, (occasion, seed, pending) in enumerate(self._fetching):
            start = place * BLIND_SIGNATURE_LENGTH
            token = finalize(pending, answer[start : start + BLIND_SIGNATURE_LENGTH])
            self.passes[occasion.occasion] = Pass(occasion, seed, token)

    def make_presence(self, occasion: str, room_code: str) -> bytes:
        """Spend a pass to say that somebody came (7.3)."""
        held = self.passes[occasion]
        return encode_spend_request(
            SpendRequest(held.token, compute_public_key(held.seed), NO_SIGNATURE, room_code.encode())
        )

    def choose_answers(self, plan: StatedPlan, opinions: Opinions, now: int) -> dict[str, JsonValue]:
        """Draw lots and balls for what a member truly thinks, within the budget that this phone keeps."""
        return answer_questions(plan.questions, opinions, self.given_away, random=self.draw, now=now)

    def make_answer(self, occasion: str, answers: dict[str, JsonValue]) -> bytes:
        """Spend a pass on an answer, signed by its one-time key (7.4)."""
        held = self.passes[occasion]
        payload = encode_canonical_json({"answers": answers, "occasion": occasion, "v": 1})
        signature = compute_signature(held.seed, compute_answer_bytes(held.occasion.hash(), payload))
        return encode_spend_request(
            SpendRequest(held.token, compute_public_key(held.seed), signature, payload)
        )

    def _blind(self, key: WaveKey, public_key: bytes) -> BlindedPass:
        digest = key.occasion.challenge_digest(self.issuer_name)
        token_input = compute_token_input(compute_nonce(public_key), digest, key.public_key.token_key_id)
        return blind(
            key.public_key, token_input, salt=secrets.token_bytes(SALT_LENGTH), r=draw_factor(key.public_key)
        )


def draw_factor(key: PublicKey) -> int:
    """Give a uniform blinding factor below the modulus."""
    return secrets.randbelow(key.n - 1) + 1
