"""Keys, occasions and passes that the tests of passes share; every key here is published and protects nothing."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from amanah.core.passes.blinding import blind, finalize
from amanah.core.passes.cards import compute_public_key, compute_signature
from amanah.core.passes.issuing import Issuer
from amanah.core.passes.messages import compute_answer_bytes
from amanah.core.passes.occasions import Occasion
from amanah.core.passes.recount import RecountBundle, SpentAnswer, SpentPass
from amanah.core.passes.tokens import Token, TokenVerifier, compute_nonce, compute_token_input

VECTORS = Path(__file__).parents[3] / "spec" / "vectors" / "passes"

JOIN = Occasion("00112233445566aa", "join", "riverside", None, 1_763_800_000, 1_795_336_000)
SESSION = Occasion("0f1e2d3c4b5a6978", "session", "riverside", "evening-class", 1_763_900_000, 1_763_907_200)
SURVEY = Occasion("a1b2c3d4e5f60718", "survey", "riverside", "evening-class", 1_763_910_000, 1_764_514_800)


@lru_cache
def load_private_keys() -> tuple[bytes, ...]:
    """Give the published private keys, as PKCS#8 DER."""
    keys = json.loads((VECTORS / "keys.json").read_text())["keys"]
    return tuple(bytes.fromhex(key["pkcs8"]) for key in keys)


@lru_cache
def open_issuer(place: int) -> Issuer:
    """Give the issuer of a published key; nobody may destroy this one."""
    return Issuer(load_private_keys()[place])


@lru_cache
def open_verifier(place: int, occasion: Occasion) -> TokenVerifier:
    """Give a verifier for an occasion that has a published key."""
    return TokenVerifier(open_issuer(place).public_key, occasion.challenge_digest(occasion.issuer_name))


def fill(label: str, length: int) -> bytes:
    """Give bytes that are the same every time and look like nothing else."""
    return hashlib.shake_256(label.encode()).digest(length)


def make_token(place: int, occasion: Occasion, public_key: bytes, label: str = "pass") -> Token:
    """Make a real pass whose nonce belongs to a key."""
    issuer = open_issuer(place)
    token_input = compute_token_input(
        compute_nonce(public_key),
        occasion.challenge_digest(occasion.issuer_name),
        issuer.public_key.token_key_id,
    )
    r = int.from_bytes(fill(f"{label} r", 255))
    pending = blind(issuer.public_key, token_input, salt=fill(f"{label} salt", 48), r=r)
    return finalize(pending, issuer.sign_blinded(pending.blinded))


def make_answered(place: int, occasion: Occasion, payload: bytes, label: str) -> SpentPass:
    """Make a real pass that was spent on an answer."""
    seed = fill(f"{label} seed", 32)
    public_key = compute_public_key(seed)
    token = make_token(place, occasion, public_key, label)
    signature = compute_signature(seed, compute_answer_bytes(occasion.hash(), payload))
    return SpentPass(token.nonce, token.authenticator, SpentAnswer(payload, public_key, signature))


@lru_cache
def make_survey_bundle() -> RecountBundle:
    """Make a small survey that three members answered."""
    payloads = (
        b'{"answers":{"q1":"yes","q2":["a","c"]},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q1":"no","q2":["c"],"q3":7},"occasion":"a1b2c3d4e5f60718","v":1}',
        b'{"answers":{"q1":"yes","q3":7},"occasion":"a1b2c3d4e5f60718","v":1}',
    )
    spent = [make_answered(1, SURVEY, payload, f"answer {place}") for place, payload in enumerate(payloads)]
    return RecountBundle(
        occasion=SURVEY,
        public_key=open_issuer(1).public_key,
        log_origin="riverside.amanah/log",
        log_vkey="riverside.amanah/log+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        spent=tuple(sorted(spent, key=lambda item: item.nonce)),
    )
