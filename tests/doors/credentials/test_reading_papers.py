"""What somebody brings to the desk is read in a process that can do nothing else, and what is hostile is refused."""

import hashlib
import json
import os
import subprocess
import sys
import textwrap
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amanah.core.credentials.authorisations import build_authorisation
from amanah.core.credentials.baking import bake_png
from amanah.core.credentials.bundles import build_bundle
from amanah.core.credentials.jwt import encode_jwt
from amanah.core.credentials.proofs import RDFC, CredentialProofError, sign_document
from amanah.core.credentials.reading import CredentialError, encode_jcs
from amanah.core.encoding import encode_base64url
from amanah.programme_door.credentials import reading_papers
from amanah.programme_door.credentials.papers_read import parse_verdict
from amanah.programme_door.credentials.reading_papers import (
    UploadReaderBusyError,
    read_paper,
    read_papers,
)
from tests.core.credentials.foreign_papers import (
    ASSERTION,
    BADGE,
    SIGNED_ASSERTION,
    Badge,
    build_curve_key,
    change,
    drop,
    put,
    sign_compact,
)
from tests.core.credentials.pictures import HOSTILE, build_png, build_svg, build_text_chunk, wrap
from tests.core.credentials.written import CREATED, OTHER, ROOT, SIGNED, build_did, build_key, list_documents

DOCUMENTS = list_documents()
KINDS = {
    "signed": "authorisation", "witnessed": "authorisation", "recorded": "authorisation", "ended": "notice",
    "void": "notice", "lifetime": "notice", "status-list": "status", "root-list": "roots",
}  # fmt: skip
TOKEN = encode_jwt(build_authorisation(SIGNED), build_key(ROOT))
FOREIGN = sign_document(BADGE, build_key(OTHER), created=CREATED, suites=(RDFC,))
PLAIN_TIMES = (put("validFrom", "2024-05-01T07:30:00Z"), put("validUntil", "2034-05-01T00:00:00Z"))


def encode(document: Badge) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def build_claims() -> Badge:
    """Give a badge of an issuer without a key of its own, as a token says it."""
    badge = change(BADGE, put("issuer.id", "https://academy.example/"), *PLAIN_TIMES)
    subject = badge["credentialSubject"]["id"]
    return badge | {
        "iss": badge["issuer"]["id"], "jti": badge["id"], "sub": subject, "nbf": 1714548600, "exp": 2030054400,
    }  # fmt: skip


def sign_with_rsa(payload: Badge, key: RSAPrivateKey) -> bytes:
    numbers = key.public_key().public_numbers()
    jwk = {
        "kty": "RSA", "n": encode_base64url(numbers.n.to_bytes(256)), "e": encode_base64url(numbers.e.to_bytes(3)),
    }  # fmt: skip
    words = ".".join(
        encode_base64url(json.dumps(part).encode()) for part in ({"alg": "RS256", "jwk": jwk}, payload)
    )
    return words.encode() + b"." + encode_base64url(key.sign(words.encode(), PKCS1v15(), SHA256())).encode()


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_paper_is_read_and_kept_as_its_proof_needs_it(name: str) -> None:
    paper = read_paper(encode(DOCUMENTS[name]))
    assert (paper.kind, paper.wrapping) == (KINDS[name], "")
    assert paper.document == DOCUMENTS[name]
    assert paper.original == encode_jcs(DOCUMENTS[name])
    assert paper.suites


def test_a_paper_says_whose_it_is_and_who_gave_it() -> None:
    paper = read_paper(encode(DOCUMENTS["witnessed"]))
    assert (paper.id, paper.form) == (DOCUMENTS["witnessed"]["id"], "open-badges-3")
    assert paper.issuer == DOCUMENTS["witnessed"]["issuer"]["id"]
    assert paper.holder == DOCUMENTS["witnessed"]["credentialSubject"]["id"]
    assert paper.giver not in {paper.issuer, paper.holder, ""}
    ended = read_paper(encode(DOCUMENTS["ended"]))
    assert ended.subject == DOCUMENTS["ended"]["credentialSubject"]["id"]


@pytest.mark.parametrize(
    ("data", "wrapping", "form", "original"),
    [
        (bake_png(build_png(), encode(DOCUMENTS["signed"])), "png", "open-badges-3", encode_jcs(DOCUMENTS["signed"])),
        (build_svg(wrap(encode(DOCUMENTS["signed"]))), "svg", "open-badges-3", encode_jcs(DOCUMENTS["signed"])),
        (TOKEN.encode() + b"\n", "", "jwt", TOKEN.encode()),
        (bake_png(build_png(), TOKEN.encode()), "png", "jwt", TOKEN.encode()),
    ],
    ids=["PNG", "SVG", "JWT", "JWT in PNG"],
)  # fmt: skip
def test_a_picture_goes_and_the_paper_stays(data: bytes, wrapping: str, form: str, original: bytes) -> None:
    paper = read_paper(data)
    assert (paper.kind, paper.wrapping, paper.form, paper.original) == (
        "authorisation",
        wrapping,
        form,
        original,
    )
    assert paper.file_hash == hashlib.sha256(data).hexdigest()


def test_a_foreign_badge_is_read_whatever_signs_it_and_nothing_has_to_be_opened_late() -> None:
    by_graph = read_paper(encode(FOREIGN))
    assert (by_graph.kind, by_graph.suites, by_graph.giver) == ("foreign", (RDFC,), build_did(OTHER))
    by_key = read_paper(encode_jwt(change(BADGE, *PLAIN_TIMES), build_key(OTHER)).encode())
    assert (by_key.kind, by_key.form, by_key.suites) == ("foreign", "jwt", ("jwt",))
    curve = build_curve_key()
    numbers = curve.public_key().public_numbers()
    jwk = {
        "kty": "EC", "crv": "P-256",
        "x": encode_base64url(numbers.x.to_bytes(32)), "y": encode_base64url(numbers.y.to_bytes(32)),
    }  # fmt: skip
    rsa = generate_private_key(65537, 2048)
    for token in (sign_compact(build_claims(), curve, jwk=jwk), sign_with_rsa(build_claims(), rsa)):
        of_nobody = read_paper(token)
        assert (of_nobody.kind, of_nobody.suites, of_nobody.scope) == ("foreign", ("jwt-header-key",), None)


def test_what_is_not_shown_of_a_foreign_badge_is_named() -> None:
    badge = change(BADGE, put("credentialSubject.achievement.description", "a" * 2001))
    paper = read_paper(encode(sign_document(badge, build_key(OTHER), created=CREATED, suites=(RDFC,))))
    assert paper.left_out == ("achievement.description",)


def test_the_older_form_gives_evidence_to_cite_and_nothing_of_it_is_handed_on() -> None:
    key = generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    by_rsa = change(SIGNED_ASSERTION, put("badge.issuer.publicKey.publicKeyPem", pem))
    words = ".".join(
        encode_base64url(json.dumps(part).encode()) for part in ({"alg": "RS256"}, by_rsa)
    ).encode()
    without_key = change(SIGNED_ASSERTION, drop("badge.issuer.publicKey"))
    files = [
        (encode(ASSERTION), (), "not checked"),
        (build_png(build_text_chunk(encode(ASSERTION), b"openbadges")), (), "not checked"),
        (sign_compact(without_key, build_curve_key()), (), "was not checked"),
        (sign_compact(SIGNED_ASSERTION, build_curve_key()), ("jwt-header-key",), "who signed is not shown"),
        (
            words + b"." + encode_base64url(key.sign(words, PKCS1v15(), SHA256())).encode(),
            ("jwt-header-key",), "who signed is not shown",
        ),
    ]  # fmt: skip
    for data, suites, said in files:
        paper = read_paper(data)
        assert (paper.kind, paper.document, paper.original, paper.suites) == ("older", {}, b"{}", suites)
        assert paper.evidence is not None
        assert said in paper.evidence[1]
        assert hashlib.sha256(data).hexdigest() in paper.evidence[1]
        assert "amina" not in repr(paper)


def test_a_bundle_gives_its_papers_and_its_list_each_checked() -> None:
    bundle = build_bundle([DOCUMENTS["signed"], TOKEN, DOCUMENTS["ended"]], DOCUMENTS["root-list"])
    papers = read_papers(encode(bundle))
    assert [paper.kind for paper in papers] == ["authorisation", "authorisation", "notice", "roots"]
    with pytest.raises(CredentialError, match="several papers"):
        read_paper(encode(bundle))
    forged = change(bundle)
    forged["verifiableCredential"][0]["name"] = "Everything"
    with pytest.raises((CredentialError, CredentialProofError), match="Paper 1 of the bundle"):
        read_papers(encode(forged))


def test_a_changed_word_is_told_from_a_file_that_cannot_be_read() -> None:
    changed = change(FOREIGN, put("credentialSubject.achievement.name", "Tajwid, level 9"))
    with pytest.raises(CredentialProofError) as caught:
        read_paper(encode(changed))
    assert (caught.value.step, "does not hold" in caught.value.sentence) == ("3.2", True)
    with pytest.raises(CredentialError) as unread:
        read_paper(b"{}")
    assert unread.value.step == "4.3"


@pytest.mark.parametrize(
    "name",
    [
        "neither kind of picture",
        "a PNG that unpacks to 64 MiB",
        "a PNG with two credentials",
        "a PNG chunk longer than a chunk",
        "an SVG of a billion laughs",
        "an SVG with an entity from outside",
        "an SVG nested 100,000 deep",
        "an SVG of 100,000 parts",
    ],
)
def test_a_hostile_file_ends_in_one_sentence_and_soon(name: str) -> None:
    began = time.monotonic()
    with pytest.raises(CredentialError) as caught:
        read_papers(HOSTILE[name], seconds=30)
    assert caught.value.step in {"4.1", "4.3"}
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("data", "step"),
    [
        (b"[" * 500_000, "4.1"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "4.1"),
        (b'{"a":' + b"9" * 1_000_000 + b"}", "4.1"),
        (b"{" + b",".join(b'"%d":1' % number for number in range(60_000)) + b"}", "4.1"),
        (b'{"' + b"a" * 1_000_000 + b'":1}', "4.3"),
        (b'{"type":["VerifiableCredential","VerifiablePresentation"],"verifiableCredential":' + b"[[]]" + b"}", "8.1"),
        (b"\xff\xfe" * 1000, "4.1"),
        (b" " * ((1 << 20) + 1), "4.1"),
    ],
    ids=["brackets", "depth", "a number", "members", "a name", "an odd bundle", "no text", "too large"],
)  # fmt: skip
def test_hostile_json_ends_in_one_sentence_with_its_step(data: bytes, step: str) -> None:
    with pytest.raises(CredentialError) as caught:
        read_papers(data, seconds=30)
    assert caught.value.step == step


def test_a_graph_made_to_take_for_ever_is_refused_soon() -> None:
    ring = [{"type": ["Evidence"], "name": "x", "narrative": "y", "genre": "z"} for _ in range(12)]
    graph = change(BADGE, put("evidence", ring))
    began = time.monotonic()
    with pytest.raises((CredentialError, CredentialProofError)):
        read_papers(encode(graph | {"proof": FOREIGN["proof"]}), seconds=30)
    assert time.monotonic() - began < 15


def test_a_reader_that_takes_too_long_is_ended() -> None:
    with pytest.raises(CredentialError, match="too heavy"):
        read_papers(encode(FOREIGN), seconds=0.001)


def test_whoever_comes_while_another_file_is_read_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[Exception] = []
    whole = reading_papers.read_elsewhere

    def read_twice(*arguments: object, **named: object) -> object:
        with pytest.raises(UploadReaderBusyError) as caught:
            read_papers(encode(FOREIGN))
        refused.append(caught.value)
        return whole(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(reading_papers, "read_elsewhere", read_twice)
    assert read_paper(encode(FOREIGN)).kind == "foreign"
    assert len(refused) == 1
    monkeypatch.undo()
    assert read_paper(encode(FOREIGN)).kind == "foreign"


@pytest.mark.parametrize(
    "reply",
    [
        b"", b"[]", b"7", b"{}", b'{"papers":7}', b'{"papers":[{}]}', b'{"papers":[7]}', b'{"papers":null}',
        b'{"code":"credential-unreadable"}', b"\xff", b'{"papers":[{"kind":["x"]}]}',
    ],
)  # fmt: skip
def test_a_reader_that_answers_in_another_shape_is_believed_nothing(reply: bytes) -> None:
    with pytest.raises(CredentialError):
        parse_verdict(reply)


def test_the_reading_process_can_open_nothing_and_reach_nothing_and_answers_within_its_bound(
    tmp_path,
) -> None:
    witness = tmp_path / "witness"
    script = textwrap.dedent(f"""
        import os, resource, socket, sys
        import amanah.programme_door.credentials.judge_process
        from amanah.programme_door.credentials.papers_read import LONGEST_VERDICT
        from amanah.web.confined_reader import MOST_MEMORY, give_everything_up
        give_everything_up(longest_reply=LONGEST_VERDICT)
        survived = []
        def start():
            if os.fork() == 0:
                os._exit(0)
        def write_too_much():
            place = os.lseek(1, LONGEST_VERDICT - 1, os.SEEK_SET)
            if os.write(1, b"xx") == 2:
                survived.append("write too much")
            os.lseek(1, 0, os.SEEK_SET)
        def attempt(name, action):
            try:
                action()
            except (OSError, MemoryError):
                return
            survived.append(name)
        attempt("read a file", lambda: open("/etc/hostname").read())
        attempt("write a file", lambda: open({str(witness)!r}, "w"))
        attempt("open a socket", lambda: socket.socket())
        attempt("start a process", start)
        attempt("copy a descriptor", lambda: os.dup(0))
        attempt("take more memory", lambda: bytearray(MOST_MEMORY))
        write_too_much()
        assert not any(name.startswith("django") for name in sys.modules)
        os.write(1, (",".join(survived) + ".").encode())
        os._exit(0)
    """)
    reply = tmp_path / "reply"
    with reply.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=file, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 0, done.stderr
    # The superuser's processes are not counted; what they start is bound like them.
    allowed = {"start a process"} if os.geteuid() == 0 else set()
    said = reply.read_bytes().split(b".")[0].decode()
    assert set(filter(None, said.split(","))) <= allowed
    assert not witness.exists()
