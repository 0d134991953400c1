"""Checkpoints are signed notes as C2SP defines them: unknown keys are skipped, a bad signature by ours never is."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.errors import AmanahError
from amanah.core.public_log.checkpoints import (
    Checkpoint,
    CheckpointSignatureError,
    compute_verifier_key,
    sign_checkpoint,
    verify_checkpoint,
)
from amanah.core.public_log.notes import (
    UnreadableCheckpointError,
    UnreadableKeyError,
    encode_verifier_key,
    parse_verifier_key,
)
from tests.core.public_log.build import ORIGIN, log_key, seed

CHECKPOINT = Checkpoint(ORIGIN, 5, bytes(range(32)))
NOTE = sign_checkpoint(CHECKPOINT, seed("checkpoint"))


def test_a_signed_checkpoint_is_read_back_and_signing_again_gives_the_same_bytes() -> None:
    assert verify_checkpoint(NOTE, log_key()) == CHECKPOINT
    assert sign_checkpoint(CHECKPOINT, seed("checkpoint")) == NOTE
    assert NOTE.decode().splitlines()[:3] == [ORIGIN, "5", base64.b64encode(bytes(range(32))).decode()]


def test_the_verifier_key_of_the_go_checksum_database_is_read_and_written() -> None:
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert encode_verifier_key(parse_verifier_key(text + "\n")) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+033de0ae",
        "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "sum golang+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "sum.golang.org+033de0ae+As4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "sum.golang.org+033de0ae+Ac4z",
    ],
)
def test_a_verifier_key_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(UnreadableKeyError):
        parse_verifier_key(text)


def test_a_name_that_a_note_cannot_hold_gets_no_key() -> None:
    with pytest.raises(UnreadableKeyError):
        compute_verifier_key("two words", seed("checkpoint"))


def test_signatures_by_unknown_keys_are_skipped_before_and_after_ours() -> None:
    text, _, ours = NOTE.decode().partition("\n\n")
    stranger = sign_checkpoint(CHECKPOINT, seed("stranger")).decode().partition("\n\n")[2]
    witness = (
        sign_checkpoint(Checkpoint("witness.example/w", 1, bytes(32)), seed("w"))
        .decode()
        .partition("\n\n")[2]
    )
    note = f"{text}\n\n{stranger}{ours}{witness}".encode()
    assert verify_checkpoint(note, log_key()) == CHECKPOINT
    with pytest.raises(CheckpointSignatureError):
        verify_checkpoint(f"{text}\n\n{stranger}{witness}".encode(), log_key())


def test_a_second_wrong_signature_by_our_key_is_not_skipped() -> None:
    line = NOTE.decode().rstrip("\n").rpartition(" ")
    blob = bytearray(base64.b64decode(line[2]))
    blob[-1] ^= 1
    wrong = f"{line[0].rpartition(chr(10))[2]} {base64.b64encode(bytes(blob)).decode()}\n"
    with pytest.raises(CheckpointSignatureError):
        verify_checkpoint(NOTE + wrong.encode(), log_key())


def test_a_checkpoint_of_another_log_under_the_same_key_is_refused() -> None:
    text = b"other.amanah/log\n5\n" + base64.b64encode(bytes(32)) + b"\n"
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signature = Ed25519PrivateKey.from_private_bytes(seed("checkpoint")).sign(text)
    line = base64.b64encode(log_key().key_id + signature).decode()
    with pytest.raises(CheckpointSignatureError):
        verify_checkpoint(text + f"\n\u2014 {ORIGIN} {line}\n".encode(), log_key())


@pytest.mark.parametrize("place", range(0, len(NOTE), 3))
def test_a_change_of_any_byte_is_refused(place: int) -> None:
    damaged = bytearray(NOTE)
    damaged[place] ^= 0x01
    with pytest.raises(AmanahError):
        verify_checkpoint(bytes(damaged), log_key())


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n\n",
        NOTE[:-1],
        NOTE.replace(b"\n5\n", b"\n05\n"),
        NOTE.replace(b"\n", b"\r\n"),
        NOTE + b"\n",
        NOTE.partition(b"\n\n")[0] + b"\n",
        NOTE + NOTE.partition(b"\n\n")[2] * 100,
        b"\xff" + NOTE,
        b"x" * 70_000,
    ],
)
def test_a_note_of_another_form_is_refused(note: bytes) -> None:
    with pytest.raises(AmanahError):
        verify_checkpoint(note, log_key())


@pytest.mark.parametrize(
    "text", ["{o}\n05\n{r}\n", "{o}\n5\n{r}x\n", "{o}\n5\n", "{o}\n-1\n{r}\n", "{o}\n5\nAAAA\n"]
)
def test_a_text_of_another_form_is_refused_even_under_our_signature(text: str) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signed = text.format(o=ORIGIN, r=base64.b64encode(bytes(32)).decode()).encode()
    signature = Ed25519PrivateKey.from_private_bytes(seed("checkpoint")).sign(signed)
    line = base64.b64encode(log_key().key_id + signature).decode()
    with pytest.raises(UnreadableCheckpointError):
        verify_checkpoint(signed + f"\n\u2014 {ORIGIN} {line}\n".encode(), log_key())


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_never_break_the_reader(note: bytes) -> None:
    with pytest.raises(AmanahError):
        verify_checkpoint(note, log_key())
