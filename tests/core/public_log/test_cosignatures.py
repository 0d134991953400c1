"""A cosignature holds for one text, one time and one witness, and a line in a known witness's name is never skipped."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.checkpoints import Checkpoint, encode_checkpoint, verify_checkpoint
from amanah.core.public_log.cosignatures import LATEST_TIME, CosignatureError, cosign, verify_cosignature
from amanah.core.public_log.notes import (
    COSIGNER,
    SIGNER,
    VerifierKey,
    encode_note,
    encode_signature_line,
    parse_note,
    parse_signature_lines,
)
from tests.core.public_log.build import (
    NOW,
    ORIGIN,
    cosigned,
    heartbeats,
    log_key,
    public_key,
    seed,
    sign_leaves,
    witness_key,
)

NOTE = sign_leaves(heartbeats(5))
TEXT = parse_note(NOTE).text
CEDAR = witness_key("cedar")
times = st.integers(1, LATEST_TIME)


def cosign_as(name: str, at: int, text: bytes = TEXT) -> bytes:
    return cosign(text, name=witness_key(name).name, seed=seed(name), at=at)


def sign_raw(blob: bytes) -> bytes:
    return encode_signature_line(CEDAR, blob)


def verify(lines: bytes, witness: VerifierKey = CEDAR, text: bytes = TEXT) -> int | None:
    return verify_cosignature(parse_note(encode_note(text, lines)), witness)


def test_the_message_is_the_one_that_tlog_cosignature_defines() -> None:
    text = encode_checkpoint(Checkpoint("example.com/behind-the-sofa", 20_852_163, bytes(32)))
    line = cosign(text, name="witness.example.com/w1", seed=seed("cedar"), at=1_679_315_147)
    (parsed,) = parse_signature_lines(line)
    assert parsed.name == "witness.example.com/w1"
    assert parsed.signature[:8] == (1_679_315_147).to_bytes(8)
    message = b"cosignature/v1\ntime 1679315147\n" + text
    assert message.split(b"\n")[2:4] == [b"example.com/behind-the-sofa", b"20852163"]
    assert parsed.signature[8:] == Ed25519PrivateKey.from_private_bytes(seed("cedar")).sign(message)


@given(times)
def test_a_cosignature_gives_the_time_at_which_it_was_made(at: int) -> None:
    assert verify(cosign_as("cedar", at)) == at


@given(times, times)
def test_a_cosignature_does_not_hold_at_another_time(at: int, other: int) -> None:
    (line,) = parse_signature_lines(cosign_as("cedar", at))
    moved = sign_raw(other.to_bytes(8) + line.signature[8:])
    if at == other:
        assert verify(moved) == at
    else:
        with pytest.raises(CosignatureError):
            verify(moved)


@pytest.mark.parametrize("at", [1, NOW, LATEST_TIME])
def test_the_first_and_the_last_second_are_times(at: int) -> None:
    assert verify(cosign_as("cedar", at)) == at


@pytest.mark.parametrize("at", [-1, 0, LATEST_TIME + 1, 2**64 - 1, 2**64])
def test_a_witness_whose_clock_gives_no_time_signs_nothing(at: int) -> None:
    with pytest.raises(InvalidInputError):
        cosign_as("cedar", at)


@pytest.mark.parametrize("at", [0, LATEST_TIME + 1, 2**64 - 1])
def test_a_time_outside_the_bounds_is_refused_even_under_a_good_signature(at: int) -> None:
    message = f"cosignature/v1\ntime {at}\n".encode() + TEXT
    signature = Ed25519PrivateKey.from_private_bytes(seed("cedar")).sign(message)
    with pytest.raises(CosignatureError):
        verify(sign_raw(at.to_bytes(8) + signature))


def test_who_did_not_sign_is_not_there_and_that_is_no_error() -> None:
    assert verify(cosign_as("olive", NOW)) is None
    assert verify_cosignature(parse_note(NOTE), CEDAR) is None


def test_of_several_cosignatures_by_one_witness_the_newest_counts() -> None:
    lines = cosign_as("cedar", NOW + 5) + cosign_as("cedar", NOW) + cosign_as("olive", NOW + 9)
    assert verify(lines) == NOW + 5
    assert verify(cosign_as("cedar", NOW) * 3) == NOW


@given(st.integers(0, 71), st.integers(0, 7))
def test_a_changed_bit_of_a_known_witness_is_refused_and_of_an_unknown_one_skipped(
    place: int, bit: int
) -> None:
    (line,) = parse_signature_lines(cosign_as("cedar", NOW))
    blob = bytearray(line.signature)
    blob[place] ^= 1 << bit
    bad = sign_raw(bytes(blob))
    good = cosign_as("olive", NOW)
    for lines in (bad + good, good + bad):
        with pytest.raises(CosignatureError):
            verify(lines)
        assert verify(lines, witness_key("olive")) == NOW
        assert verify(lines, witness_key("quince")) is None


def test_a_good_cosignature_does_not_excuse_a_bad_one_by_the_same_witness() -> None:
    good, bad = cosign_as("cedar", NOW), cosign_as("cedar", NOW, text=TEXT + b"extension\n")
    for lines in (good + bad, bad + good):
        with pytest.raises(CosignatureError):
            verify(lines)


@pytest.mark.parametrize("size", [1, 7, 8, 9, 64, 71, 73, 2_428])
def test_a_cosignature_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(CosignatureError):
        verify(sign_raw((NOW.to_bytes(8) + bytes(2_420))[:size]))


def test_a_line_is_skipped_unless_name_and_key_id_are_both_the_witnesses() -> None:
    (line,) = parse_signature_lines(cosign_as("cedar", NOW))
    (other,) = parse_signature_lines(cosign_as("olive", NOW))
    for name, blob in ((CEDAR.name, other.blob), ("elsewhere.example", line.blob)):
        swapped = f"\u2014 {name} {base64.b64encode(blob).decode()}\n".encode()
        assert verify(swapped) is None
        assert verify(swapped, witness_key("olive")) is None


def test_a_checkpoint_signature_is_no_cosignature_and_the_other_way_round() -> None:
    same = VerifierKey(ORIGIN, public_key("checkpoint"), COSIGNER)
    assert verify_cosignature(parse_note(NOTE), same) is None
    line = cosign(TEXT, name=ORIGIN, seed=seed("checkpoint"), at=NOW)
    assert verify(line, same) == NOW
    assert parse_note(encode_note(TEXT, line)).list_signatures(log_key()) == []
    (signature,) = parse_note(NOTE).list_signatures(log_key())
    as_cosignature = encode_signature_line(same, signature)
    with pytest.raises(CosignatureError):
        verify(as_cosignature, same)
    assert same.key_id != VerifierKey(ORIGIN, public_key("checkpoint"), SIGNER).key_id


def test_what_a_log_adds_below_the_root_is_signed_with_it() -> None:
    text = TEXT + b"an extension line\n"
    line = cosign_as("cedar", NOW, text=text)
    assert verify(line, text=text) == NOW
    with pytest.raises(CosignatureError):
        verify(line)


def test_a_key_that_is_no_point_of_the_curve_believes_nothing() -> None:
    broken = VerifierKey(CEDAR.name, b"\2" + bytes(31), COSIGNER)
    line = encode_signature_line(broken, NOW.to_bytes(8) + bytes(64))
    with pytest.raises(CosignatureError):
        verify(line, broken)


def test_lines_of_witnesses_leave_the_logs_signature_as_it_is() -> None:
    note = cosigned(NOTE, {"cedar": NOW, "olive": NOW + 1, "quince": NOW + 2})
    assert verify_checkpoint(note, log_key()).size == 5
    assert parse_note(note).lines[0].name == ORIGIN
