"""Passes against Cloudflare's Privacy Pass and blind RSA libraries, in every direction; only Node may be missing."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amanah.core.passes.blinding import BlindedPass, blind, finalize
from amanah.core.passes.tokens import TokenVerifier, compute_token_input, encode_token, parse_token
from tests.core.passes.material import JOIN, SESSION, SURVEY, fill, load_private_keys, make_token, open_issuer
from tests.interop.node_packages import find_node

HERE = Path(__file__).parent
OCCASIONS = pytest.mark.parametrize(("place", "occasion"), [(0, JOIN), (1, SURVEY), (2, SESSION)])


class Oracle:
    """A Node process that answers with other people's code."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, question: str, **values: str) -> Any:
        reply = self.try_to_ask(question, **values)
        assert "error" not in reply, reply
        return reply["answer"]

    def try_to_ask(self, question: str, **values: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"question": question} | values) + "\n")
        self._process.stdin.flush()
        reply: dict[str, Any] = json.loads(self._process.stdout.readline())
        return reply


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    node = find_node()
    if node is None:
        pytest.skip("Node is not installed: passes were not compared with the Privacy Pass libraries.")
    with subprocess.Popen(
        [node, "oracle.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Oracle(process)
        assert process.stdin is not None
        process.stdin.close()


def make_pending(place: int, occasion: Any) -> BlindedPass:
    key = open_issuer(place).public_key
    digest = occasion.challenge_digest(occasion.issuer_name)
    token_input = compute_token_input(fill("interop nonce", 32), digest, key.token_key_id)
    return blind(key, token_input, salt=fill("interop salt", 48), r=int.from_bytes(fill("interop r", 255)))


@OCCASIONS
def test_their_challenge_and_key_bytes_are_ours(oracle: Oracle, place: int, occasion: Any) -> None:
    challenge = oracle.ask("challenge", issuer=occasion.issuer_name, context=occasion.hash().hex())
    assert challenge == occasion.challenge(occasion.issuer_name).hex()
    spki = open_issuer(place).public_key.spki.hex()
    assert oracle.ask("spki", spki=spki) == spki


@OCCASIONS
def test_their_device_and_our_door_make_a_pass(oracle: Oracle, place: int, occasion: Any) -> None:
    issuer = open_issuer(place)
    blinded = oracle.ask(
        "request",
        issuer=occasion.issuer_name,
        context=occasion.hash().hex(),
        spki=issuer.public_key.spki.hex(),
    )
    signature = issuer.sign_blinded(bytes.fromhex(blinded))
    token = parse_token(bytes.fromhex(oracle.ask("finalize", blindSignature=signature.hex())))
    TokenVerifier(issuer.public_key, occasion.challenge_digest(occasion.issuer_name)).verify(token)


@OCCASIONS
def test_our_device_and_their_door_make_the_same_pass_as_ours(
    oracle: Oracle, place: int, occasion: Any
) -> None:
    pending = make_pending(place, occasion)
    signature = oracle.ask(
        "issue",
        pkcs8=load_private_keys()[place].hex(),
        spki=pending.public_key.spki.hex(),
        blinded=pending.blinded.hex(),
    )
    assert bytes.fromhex(signature) == open_issuer(place).sign_blinded(pending.blinded)
    finalize(pending, bytes.fromhex(signature))


@OCCASIONS
def test_their_origin_accepts_our_pass_and_no_changed_one(oracle: Oracle, place: int, occasion: Any) -> None:
    token = encode_token(make_token(place, occasion, fill("interop key", 32)))
    spki = open_issuer(place).public_key.spki.hex()
    assert oracle.ask("verify", token=token.hex(), spki=spki) is True
    for position in (2, 40, 97, 98, 353):
        changed = token[:position] + bytes([token[position] ^ 1]) + token[position + 1 :]
        assert oracle.ask("verify", token=changed.hex(), spki=spki) is False
    other = open_issuer((place + 1) % 3).public_key.spki.hex()
    assert oracle.ask("verify", token=token.hex(), spki=other) is False


def test_their_blind_rsa_unblinds_what_our_door_signs(oracle: Oracle) -> None:
    issuer = open_issuer(1)
    spki = issuer.public_key.spki.hex()
    digest, nonce = hashlib.sha256(b"challenge").digest(), hashlib.sha256(b"nonce").digest()
    token_input = compute_token_input(nonce, digest, issuer.public_key.token_key_id)
    blinded = oracle.ask("blind", spki=spki, message=token_input.hex())
    signature = issuer.sign_blinded(bytes.fromhex(blinded["blinded"]))
    authenticator = oracle.ask(
        "unblind",
        spki=spki,
        message=token_input.hex(),
        blindSignature=signature.hex(),
        inverse=blinded["inverse"],
    )
    TokenVerifier(issuer.public_key, digest).verify(parse_token(token_input + bytes.fromhex(authenticator)))


def test_both_devices_refuse_a_wrong_answer(oracle: Oracle) -> None:
    issuer = open_issuer(1)
    oracle.ask("request", issuer="x.amanah", context=bytes(32).hex(), spki=issuer.public_key.spki.hex())
    reply = oracle.try_to_ask("finalize", blindSignature=fill("noise", 255).hex().zfill(512))
    assert "error" in reply
