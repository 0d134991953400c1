"""Signed notes and verifier keys are read in their one spelling, and nothing else ever comes out of them."""

import base64
import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.notes import (
    COSIGNER,
    LONGEST_NOTE,
    SIGNER,
    UnreadableCheckpointError,
    UnreadableKeyError,
    VerifierKey,
    encode_note,
    encode_signature_line,
    encode_verifier_key,
    is_key_name,
    parse_base64,
    parse_note,
    parse_signature_lines,
    parse_verifier_key,
)
from tests.core.public_log.build import ORIGIN, cosigned, heartbeats, log_key, seed, sign_leaves, witness_key
from tests.core.public_log.mangling import mangle, only_foreseen

# The example of C2SP signed-note.
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1E"
    "RYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
NOTE = cosigned(sign_leaves(heartbeats(5)), {"cedar": 10, "olive": 20})
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(is_key_name)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60)


def build_note(*lines: str) -> bytes:
    return "\n".join(["a text", "", *lines, ""]).encode()


def build_line(name: str = "w.example", blob: bytes = bytes(68)) -> str:
    return f"\u2014 {name} {base64.b64encode(blob).decode()}"


def test_the_example_of_c2sp_is_opened_by_its_key_and_by_no_other() -> None:
    key = parse_verifier_key(C2SP_KEY)
    assert (key.name, key.type, key.key_id.hex()) == ("example.com/foo", SIGNER, "530d903a")
    assert encode_verifier_key(key) == C2SP_KEY
    note = parse_note(C2SP_NOTE)
    (signature,) = note.list_signatures(key)
    Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, note.text)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, note.text[:-1])
    assert note.list_signatures(VerifierKey("example.com/foo", bytes(32))) == []
    assert note.list_signatures(VerifierKey("example.com/bar", key.public_key)) == []


def test_one_key_has_another_key_id_for_every_name_and_type() -> None:
    public_key = log_key().public_key
    signer, cosigner = VerifierKey(ORIGIN, public_key), VerifierKey(ORIGIN, public_key, COSIGNER)
    assert signer.key_id == hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public_key).digest()[:4]
    assert cosigner.key_id == hashlib.sha256(ORIGIN.encode() + b"\n\x04" + public_key).digest()[:4]
    assert len({signer.key_id, cosigner.key_id, VerifierKey("x", public_key).key_id}) == 3


@given(names, st.binary(min_size=32, max_size=32), st.sampled_from([SIGNER, COSIGNER]))
def test_a_verifier_key_is_read_as_it_was_written_and_only_as_its_type(
    name: str, public_key: bytes, key_type: int
) -> None:
    key = VerifierKey(name, public_key, SIGNER if key_type == SIGNER else COSIGNER)
    assert parse_verifier_key(encode_verifier_key(key), key.type) == key
    with pytest.raises(UnreadableKeyError):
        parse_verifier_key(encode_verifier_key(key), COSIGNER if key_type == SIGNER else SIGNER)


@pytest.mark.parametrize(
    "text",
    [
        C2SP_KEY.replace("530d903a", "530D903A"),
        C2SP_KEY.replace("530d903a", "0530d903a"),
        C2SP_KEY.replace("530d903a", "530d903b"),
        C2SP_KEY.replace("example", "Example"),
        C2SP_KEY + "+",
        C2SP_KEY[:-1] + "l",
        C2SP_KEY[:-1] + "=",
        C2SP_KEY.replace("+AeKy", "+ AeKy").replace("foo", "f\u00a0oo"),
        C2SP_KEY.replace("foo", "f\u2003oo"),
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "\ud800" + C2SP_KEY,
        "x" * 256 + C2SP_KEY,
    ],
)
def test_a_verifier_key_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(UnreadableKeyError):
        parse_verifier_key(text)


@pytest.mark.parametrize("kind", [0, 2, 3, 5, 6, 0xFF])
def test_a_verifier_key_of_a_type_that_is_not_ours_is_refused(kind: int) -> None:
    material = bytes([kind]) + bytes(32)
    key_id = hashlib.sha256(b"w.example\n" + material).digest()[:4].hex()
    text = f"w.example+{key_id}+{base64.b64encode(material).decode()}"
    for expected in (SIGNER, COSIGNER):
        with pytest.raises(UnreadableKeyError):
            parse_verifier_key(text, expected)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2028b", "a\x1fb", "\ud800", "x" * 256])
def test_no_key_has_a_name_that_a_line_could_not_hold(name: str) -> None:
    assert not is_key_name(name)
    with pytest.raises(UnreadableKeyError):
        compute_verifier_key(name, seed("log"))


@given(texts, st.lists(st.tuples(names, st.binary(min_size=1, max_size=80)), min_size=1, max_size=5))
def test_a_note_is_taken_apart_into_what_it_was_made_of(text: str, signers: list[tuple[str, bytes]]) -> None:
    keys = [VerifierKey(name, bytes(32)) for name, _ in signers]
    lines = [encode_signature_line(key, signature) for key, (_, signature) in zip(keys, signers, strict=True)]
    note = encode_note(f"{text}\n".encode(), b"".join(lines))
    opened = parse_note(note)
    assert opened.text == f"{text}\n".encode()
    assert parse_signature_lines(b"".join(lines)) == opened.lines
    for key, (name, signature) in zip(keys, signers, strict=True):
        assert signature in opened.list_signatures(key)
        assert all(line.name == name for line in opened.lines if line.is_by(key))


def test_a_text_may_hold_empty_lines_and_ends_before_the_last_one() -> None:
    note = f"one\n\ntwo\n\n\n{build_line()}\n".encode()
    assert parse_note(note).text == b"one\n\ntwo\n\n"


def test_at_least_16_signatures_are_read_and_more_than_100_are_not() -> None:
    assert len(parse_note(build_note(*[build_line()] * 16)).lines) == 16
    assert len(parse_note(build_note(*[build_line()] * 100)).lines) == 100
    with pytest.raises(UnreadableCheckpointError):
        parse_note(build_note(*[build_line()] * 101))


def test_a_post_quantum_line_of_a_stranger_is_read_over() -> None:
    blob = b"\1\2\3\4" + bytes(8 + 2_420)
    note = parse_note(NOTE + f"{build_line('pq.example', blob)}\n".encode())
    assert [line.name for line in note.lines][-1] == "pq.example"
    assert len(parse_note(build_note(*[build_line("pq.example", blob)] * 16)).lines) == 16


def test_a_note_of_64_kib_is_read_and_a_longer_one_is_not() -> None:
    lines = f"\n{build_line()}\n".encode()
    longest = b"x" * (LONGEST_NOTE - len(lines) - 1) + b"\n" + lines
    assert len(parse_note(longest).text) + len(lines) == LONGEST_NOTE
    with pytest.raises(UnreadableCheckpointError):
        parse_note(b"x" + longest)


@pytest.mark.parametrize(
    "note",
    [
        build_note(),
        build_note("", build_line()) + b"\n",
        build_note(build_line().replace("\u2014", "-")),
        build_note(build_line().replace("\u2014 ", "\u2014")),
        build_note(build_line().replace("\u2014 ", "\u2014  ")),
        build_note(build_line() + " "),
        build_note(" " + build_line()),
        build_note(build_line().replace(" w.example", "  w.example")),
        build_note(build_line("a+b")),
        build_note(build_line("a\u2003b")),
        build_note(build_line("a\u00a0b")),
        build_note(build_line("")),
        build_note(build_line(blob=b"")),
        build_note(build_line(blob=bytes(4))),
        build_note(build_line().rstrip("=")),
        build_note(build_line() + "="),
        build_note(build_line(), "", build_line(), "x"),
        build_note(build_line(), "tail"),
        build_note(build_line())[:-1],
        build_note(build_line()) + b"\0",
        build_note(build_line()).replace(b"a text", b"a\ttext"),
        build_note(build_line()).replace(b"a text", b"a\rtext"),
        build_note(build_line()).replace(b"a text", b"a\x00text"),
        build_note(build_line()).replace(b"a text", b"a\xc3text"),
        build_note(build_line()).replace(b"a text", b"a\xed\xa0\x80text"),
        build_note(build_line()).replace(b"\n", b"\r\n"),
        build_line().encode() + b"\n",
    ],
)
def test_a_note_of_another_form_is_refused(note: bytes) -> None:
    with pytest.raises(UnreadableCheckpointError):
        parse_note(note)


@pytest.mark.parametrize(
    "lines", [b"", b"\n", build_line().encode(), b"\xff\n", f"{build_line()}\n\n".encode()]
)
def test_lines_that_came_alone_are_refused_in_another_form(lines: bytes) -> None:
    with pytest.raises(UnreadableCheckpointError):
        parse_signature_lines(lines)


@given(st.binary(max_size=80))
def test_base64_has_one_spelling(data: bytes) -> None:
    text = base64.b64encode(data).decode()
    assert parse_base64(text) == data
    for other in (
        text + "=",
        text.rstrip("=") + "====",
        f" {text}",
        f"{text}\n",
        f"{text}!",
        text + "\u0661",
    ):
        assert parse_base64(other) is None
    if text.endswith("="):
        symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        body, padding = text.rstrip("="), "=" * text.count("=")
        assert parse_base64(body[:-1] + symbols[symbols.index(body[-1]) | 1] + padding) is None
        assert parse_base64(body) is None
    if "+" in text or "/" in text:
        assert parse_base64(text.replace("+", "-").replace("/", "_")) is None


@given(mangle([NOTE, C2SP_NOTE]))
def test_no_bytes_break_the_reader_of_notes(data: bytes) -> None:
    note = only_foreseen(parse_note, data)
    if note is not None:
        assert data.startswith(note.text + b"\n")
        assert 1 <= len(note.lines) <= 100
        only_foreseen(note.list_signatures, witness_key("cedar"))
    only_foreseen(parse_signature_lines, data)


@given(mangle([C2SP_KEY.encode(), encode_verifier_key(log_key()).encode()]) | st.text().map(str.encode))
def test_no_text_breaks_the_reader_of_verifier_keys(data: bytes) -> None:
    text = data.decode(errors="surrogateescape")
    key = only_foreseen(parse_verifier_key, text)
    if key is not None:
        assert encode_verifier_key(key) == text.strip()
