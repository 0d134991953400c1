"""The device's half: what it blinds, it gets back as a pass, and what it sends says nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanah.core.passes import arithmetic
from amanah.core.passes.blinding import BlindingError, blind, finalize
from amanah.core.passes.tokens import PassInvalidError, compute_token_input, encode_token
from tests.core.passes.material import fill, open_issuer

hashes = st.binary(min_size=32, max_size=32)
salts = st.binary(min_size=48, max_size=48)
ISSUER = open_issuer(0)
KEY = ISSUER.public_key
INPUT = compute_token_input(fill("nonce", 32), fill("challenge", 32), KEY.token_key_id)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2), hashes, hashes, salts, st.integers(2, 2**2046))
def test_what_is_blinded_and_signed_is_a_pass(
    place: int, nonce: bytes, digest: bytes, salt: bytes, r: int
) -> None:
    issuer = open_issuer(place)
    token_input = compute_token_input(nonce, digest, issuer.public_key.token_key_id)
    pending = blind(issuer.public_key, token_input, salt=salt, r=r)
    token = finalize(pending, issuer.sign_blinded(pending.blinded))
    assert (token.nonce, token.challenge_digest) == (nonce, digest)


def test_two_blindings_give_one_pass_and_share_nothing_on_the_wire() -> None:
    salt = fill("salt", 48)
    first, second = (
        blind(KEY, INPUT, salt=salt, r=int.from_bytes(fill(label, 255))) for label in ("r1", "r2")
    )
    assert first.blinded != second.blinded
    tokens = {
        encode_token(finalize(pending, ISSUER.sign_blinded(pending.blinded))) for pending in (first, second)
    }
    assert len(tokens) == 1


def test_any_message_explains_any_blinded_value() -> None:
    """Unlinkability under an honest key: for every pass there is an r that gives what another card sent."""
    other = compute_token_input(fill("other nonce", 32), fill("challenge", 32), KEY.token_key_id)
    seen = int.from_bytes(blind(KEY, INPUT, salt=fill("salt", 48), r=12_345).blinded)
    unblinded = blind(KEY, other, salt=fill("other salt", 48), r=1)
    quotient = seen * pow(int.from_bytes(unblinded.blinded), -1, KEY.n) % KEY.n
    r = int.from_bytes(ISSUER.sign_blinded(quotient.to_bytes(256)))
    assert int.from_bytes(blind(KEY, other, salt=fill("other salt", 48), r=r).blinded) == seen


@pytest.mark.parametrize("r", [0, -1, KEY.n, KEY.n + 1])
def test_a_blinding_factor_outside_its_range_is_refused(r: int) -> None:
    with pytest.raises(BlindingError):
        blind(KEY, INPUT, salt=bytes(48), r=r)


@pytest.mark.parametrize("length", [0, 47, 49])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BlindingError):
        blind(KEY, INPUT, salt=bytes(length), r=2)


def test_a_factor_of_the_modulus_blinds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from amanah.core.passes.blinding import blind_number

    for has_gmpy2 in (True, False):
        if not has_gmpy2:
            monkeypatch.setattr(arithmetic, "gmpy2", None)
        with pytest.raises(BlindingError):
            blind_number(5, 21, 7)
        with pytest.raises(BlindingError):
            blind_number(6, 21, 5)
        assert blind_number(5, 21, 2) == (5 * 2**65_537 % 21, 11)


@pytest.mark.parametrize("change", ["short", "long", "large", "wrong", "zero"])
def test_a_wrong_answer_of_the_card_door_gives_no_pass(change: str) -> None:
    pending = blind(KEY, INPUT, salt=fill("salt", 48), r=3)
    answer = ISSUER.sign_blinded(pending.blinded)
    wrong = {
        "short": answer[:-1],
        "long": answer + b"\0",
        "large": KEY.n.to_bytes(256),
        "wrong": answer[:-1] + bytes([answer[-1] ^ 1]),
        "zero": bytes(256),
    }[change]
    with pytest.raises(PassInvalidError):
        finalize(pending, wrong)


def test_the_arithmetic_is_the_same_with_and_without_gmpy2(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = arithmetic.compute_public_power(5, KEY.n), arithmetic.compute_inverse(5, KEY.n)
    monkeypatch.setattr(arithmetic, "gmpy2", None)
    assert (arithmetic.compute_public_power(5, KEY.n), arithmetic.compute_inverse(5, KEY.n)) == quick
