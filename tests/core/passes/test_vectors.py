"""Our vectors and the RFCs': the code gives exactly what is published."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from amanah.core.encoding import encode_base45
from amanah.core.passes.blinding import blind, blind_number, encode_pss, finalize
from amanah.core.passes.cards import is_signature_valid
from amanah.core.passes.codes import CodeError, parse_code
from amanah.core.passes.issuing import Issuer
from amanah.core.passes.keys import parse_public_key
from amanah.core.passes.messages import (
    parse_leave_request,
    parse_register_request,
    parse_spend_request,
    parse_wave_request,
)
from amanah.core.passes.occasions import OccasionError, parse_descriptor
from amanah.core.passes.recount import parse_recount_bundle, verify_counts, verify_recount_bundle
from amanah.core.passes.rooms import is_room_code_valid
from amanah.core.passes.tokens import compute_token_input, encode_token, parse_token, verify_token
from tests.core.passes.material import VECTORS
from tests.core.passes.vectors import BUILDERS, encode_vectors


def load(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text())


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_the_published_vectors_are_what_the_code_gives(name: str) -> None:
    assert (VECTORS / f"{name}.json").read_text() == encode_vectors(BUILDERS[name]())


@pytest.mark.parametrize("vector", load("rfc9474")["vectors"], ids=lambda vector: vector["name"])
def test_a_vector_of_rfc_9474_holds_step_by_step(vector: dict[str, str]) -> None:
    number = {name: int(vector[name], 16) for name in ("n", "e", "d", "inv", "blind_sig", "sig")}
    message, salt = bytes.fromhex(vector["prepared_msg"]), bytes.fromhex(vector["salt"])
    assert vector["prepared_msg"] == vector["msg_prefix"] + vector["msg"]
    encoded = encode_pss(message, salt, 4096)
    assert encoded.hex() == vector["encoded_msg"]
    r = pow(number["inv"], -1, number["n"])
    blinded, inverse = blind_number(int.from_bytes(encoded), number["n"], r)
    assert f"{blinded:01024x}" == vector["blinded_msg"]
    assert inverse == number["inv"]
    assert pow(blinded, number["d"], number["n"]) == number["blind_sig"]
    assert pow(number["blind_sig"], number["e"], number["n"]) == blinded
    assert number["blind_sig"] * inverse % number["n"] == number["sig"]


@pytest.mark.parametrize("vector", load("rfc9474")["vectors"], ids=lambda vector: vector["name"])
def test_a_signature_of_rfc_9474_verifies_as_plain_pss_with_its_own_salt_length(
    vector: dict[str, str],
) -> None:
    key = RSAPublicNumbers(int(vector["e"], 16), int(vector["n"], 16)).public_key()
    signature, message = bytes.fromhex(vector["sig"]), bytes.fromhex(vector["prepared_msg"])
    own = len(vector["salt"]) // 2
    key.verify(signature, message, PSS(MGF1(SHA384()), own), SHA384())
    with pytest.raises(InvalidSignature):
        key.verify(signature, message, PSS(MGF1(SHA384()), 48 - own), SHA384())


def test_all_four_variants_of_rfc_9474_are_among_the_vectors() -> None:
    names = {vector["name"] for vector in load("rfc9474")["vectors"]}
    assert names == {
        f"RSABSSA-SHA384-{salt}-{preparation}"
        for salt in ("PSS", "PSSZERO")
        for preparation in ("Randomized", "Deterministic")
    }


@pytest.mark.parametrize("vector", load("rfc9578")["vectors"], ids=lambda vector: vector["nonce"][:8])
def test_a_vector_of_rfc_9578_holds_from_challenge_to_token(vector: dict[str, str]) -> None:
    key = parse_public_key(bytes.fromhex(vector["pkS"]))
    digest = hashlib.sha256(bytes.fromhex(vector["token_challenge"])).digest()
    token_input = compute_token_input(bytes.fromhex(vector["nonce"]), digest, key.token_key_id)
    pending = blind(key, token_input, salt=bytes.fromhex(vector["salt"]), r=int(vector["blind"], 16))
    request = bytes.fromhex("0002") + key.token_key_id[-1:] + pending.blinded
    assert request.hex() == vector["token_request"]
    token = finalize(pending, bytes.fromhex(vector["token_response"]))
    assert encode_token(token).hex() == vector["token"]
    assert (token.challenge_digest, token.token_key_id) == (digest, hashlib.sha256(key.spki).digest())
    verify_token(parse_token(bytes.fromhex(vector["token"])), key, digest)


@pytest.mark.parametrize("vector", load("rfc9578")["vectors"], ids=lambda vector: vector["nonce"][:8])
def test_our_issuer_gives_the_answer_of_rfc_9578_under_its_key(vector: dict[str, str]) -> None:
    private_key = load_pem_private_key(bytes.fromhex(vector["skS"]), password=None)
    issuer = Issuer(private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    assert issuer.public_key.spki.hex() == vector["pkS"]
    answer = issuer.sign_blinded(bytes.fromhex(vector["token_request"])[3:])
    assert answer.hex() == vector["token_response"]


def test_all_vectors_of_rfc_9578_are_there_and_no_two_are_the_same() -> None:
    assert len({vector["token"] for vector in load("rfc9578")["vectors"]}) == 5


def test_every_accepted_spelling_gives_its_secret_and_every_refused_one_nothing() -> None:
    vectors = load("codes")
    for item in vectors["codes"] + [item | {"code": item["text"]} for item in vectors["accepted"]]:
        assert parse_code(item["code"], item["context"]).hex() == item["secret"]
    for item in vectors["refused"]:
        with pytest.raises(CodeError):
            parse_code(item["text"], item["context"])


def test_every_refused_descriptor_is_refused() -> None:
    for descriptor in load("occasions")["refused"]:
        with pytest.raises(OccasionError):
            parse_descriptor(descriptor)


def test_room_codes_are_accepted_and_refused_as_published() -> None:
    vectors = load("rooms")
    secret = bytes.fromhex(vectors["secret"])
    assert all(is_room_code_valid(secret, code, vectors["now"]) for code in vectors["accepted"])
    assert not any(is_room_code_valid(secret, code, vectors["now"]) for code in vectors["refused"])


def test_the_published_messages_parse_and_their_signatures_hold() -> None:
    vectors = load("messages")
    for name, parse in (
        ("register", parse_register_request),
        ("leave", parse_leave_request),
        ("wave", parse_wave_request),
    ):
        request: Any = parse(bytes.fromhex(vectors[name]["body"]))
        assert request.signed_bytes().hex() == vectors[name]["signed_bytes"]
        assert is_signature_valid(request.public_key, request.signature, request.signed_bytes())
    spend = parse_spend_request(bytes.fromhex(vectors["spend_answer"]["body"]))
    assert spend.payload.decode() == vectors["spend_answer"]["payload"]
    assert is_signature_valid(
        spend.public_key, spend.signature, bytes.fromhex(vectors["spend_answer"]["signed_bytes"])
    )


def test_the_card_key_is_what_rfc_5869_gives_step_by_step() -> None:
    import hmac

    card = load("cards")
    extracted = hmac.digest(bytes(32), bytes.fromhex(card["secret"]), "sha256")
    assert hmac.digest(extracted, b"amanah/card-key/v1\x01", "sha256").hex() == card["seed"]


def test_the_qr_text_is_the_base45_of_the_compact_bytes() -> None:
    for item in load("passes")["passes"]:
        for compact in item["compact"]:
            assert compact["text"] == "AMANAH:" + encode_base45(bytes.fromhex(compact["bytes"]))


def test_the_published_recount_comes_out_as_published() -> None:
    vectors = load("recount")
    data = vectors["bundle"].encode()
    bundle = parse_recount_bundle(data)
    result = verify_recount_bundle(bundle)
    assert {
        question: {str(choice): number for choice, number in choices.items()}
        for question, choices in result.counts.items()
    } == vectors["result"]
    assert vars(verify_counts(bundle, data, vectors["entries"])) == vectors["counts"]
