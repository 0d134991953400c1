"""Builds small logs with fixed keys for tests and vectors."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.encoding import encode_base64url, encode_canonical_json
from amanah.core.public_log.checkpoints import Checkpoint, compute_verifier_key, sign_checkpoint
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.entries import Entry, compute_signed_bytes, encode_entry, sign_entry
from amanah.core.public_log.merkle import compute_leaf_hash, compute_root
from amanah.core.public_log.notes import COSIGNER, VerifierKey, encode_verifier_key, parse_note
from amanah.core.public_log.schemas import PARTIES
from amanah.core.public_log.tiles import encode_bundle

ORIGIN = "testers.amanah/log"
NOW = 1_790_000_000
OCCASION = "00112233445566aa"
OTHER_OCCASION = "00112233445566bb"
WAVE = "8899aabbccddeeff"


def seed(name: str) -> bytes:
    """Give the fixed seed of a key; never used outside tests."""
    return hashlib.sha256(f"amanah test key {name}".encode()).digest()


def public_key(name: str) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed(name)).public_key().public_bytes_raw()


def log_key() -> VerifierKey:
    return compute_verifier_key(ORIGIN, seed("checkpoint"))


def witness_key(name: str) -> VerifierKey:
    """Give the verifier key of an invented witness: `cedar`, `olive`, `quince` and others."""
    return compute_verifier_key(f"{name}.example/witness", seed(name), COSIGNER)


def cosigned(note: bytes, times: Mapping[str, int]) -> bytes:
    """Put lines of witnesses under a note, each at its time."""
    text = parse_note(note).text
    lines = [cosign(text, name=witness_key(who).name, seed=seed(who), at=at) for who, at in times.items()]
    return note + b"".join(lines)


def policy_text(*names: str, groups: Sequence[str] = (), quorum: str = "none") -> str:
    """Give a policy of the test log with these witnesses, `group` lines and quorum."""
    lines = [f"log {encode_verifier_key(log_key())}"]
    lines += [f"witness {name} {encode_verifier_key(witness_key(name))}" for name in names]
    return "\n".join([*lines, *groups, f"quorum {quorum}", ""])


def fill(label: str, size: int = 32) -> str:
    return encode_base64url(hashlib.shake_256(label.encode()).digest(size))


def descriptor(occasion: str = OCCASION, kind: str = "session") -> dict[str, Any]:
    return {
        "closes_at": NOW + 7_200,
        "community": "testers",
        "kind": kind,
        "occasion": occasion,
        "opens_at": NOW,
        "programme": None if kind == "join" else "evening-class",
        "v": 1,
    }


BODIES: dict[str, tuple[str, str | None, dict[str, Any]]] = {
    "door_admitted": ("log", None, {"door": "card-door", "key": fill("key")}),
    "door_started": ("card-door", None, {"version": "0.1.0", "client": "ab" * 32}),
    "holdings_declared": (
        "request-door",
        None,
        {"columns": [["case", "answer", "request-case", "until-case-closed"]]},
    ),
    "policy_stated": ("log", None, {"policy": "ef" * 32, "witnesses": 3, "least": 2}),
    "rules_stated": (
        "programme-door",
        None,
        {"fetch_window": 86_400, "minimum_age": 86_400, "register_window": 86_400, "pace": "calm"},
    ),
    "programme_stated": ("programme-door", "solid-ground", {"facts": "ab" * 32}),
    "join_key_opened": (
        "card-door",
        OCCASION,
        {"descriptor": descriptor(kind="join"), "spki": fill("spki", 346)},
    ),
    "invitations_printed": (
        "programme-door",
        WAVE,
        {"hashes": sorted([fill("one"), fill("two")]), "medium": "sheet", "replacement": False},
    ),
    "wave_planned": (
        "programme-door",
        WAVE,
        {
            "fetch_from": NOW,
            "fetch_until": NOW + 86_400,
            "minimum_age": 60,
            "occasions": [descriptor(), descriptor(OTHER_OCCASION, "survey")],
        },
    ),
    "wave_opened": (
        "card-door",
        WAVE,
        {"keys": [[OCCASION, fill("a", 346)], [OTHER_OCCASION, fill("b", 346)]]},
    ),
    "occasion_closed": ("programme-door", OCCASION, {"bundle": "cd" * 32, "redeemed": 7}),
    "occasion_key_destroyed": (
        "card-door",
        OCCASION,
        {"served": 9, "cards": 12, "replacements": 1, "invitations_used": 12},
    ),
    "survey_stated": ("programme-door", OTHER_OCCASION, {"plan": "ab" * 32}),
    "evaluation_stated": ("programme-door", "00aa11bb22cc33dd", {"plan": "ba" * 32}),
    "season_stated": (
        "programme-door",
        "5ea50e5ea50e5ea5",
        {"ends_at": NOW + 7_776_000, "harm": 50_000, "line": 600_000, "starts_at": NOW},
    ),
    "gate_read": (
        "programme-door",
        "5ea50e5ea50e5ea5",
        {
            "batches": 2,
            "detector": -120_500,
            "evidence": 3_100_000,
            "occasion": OTHER_OCCASION,
            "state": "open",
        },
    ),
    "gate_closed": ("programme-door", "5ea50e5ea50e5ea5", {"reason": "alarm"}),
    "panel_stated": ("request-door", None, {"least": 3, "members": 5, "number": 2, "panel": "ab" * 32}),
    "request_rules_stated": (
        "request-door",
        None,
        {
            "jurisdiction": "uk",
            "pack": "cd" * 32,
            "report_every": None,
            "rules": "ef" * 32,
            "seal_every": 86_400,
        },
    ),
    "slots_sealed": ("request-door", None, {"number": 20_781, "root": "ab" * 32}),
    "report_stated": (
        "request-door",
        "2026-q4",
        {"asked": 17, "given": 2, "people": 3, "report": "ab" * 32},
    ),
    "season_confirmed": ("request-door", "5ea50e5ea50e5ea5", {"decision": "ab" * 32}),
    "ask_posted": ("request-door", "a5ca5ca5ca5ca5ca", {"ask": "ab" * 32, "season": "5ea50e5ea50e5ea5"}),
    "ask_withdrawn": ("request-door", "a5ca5ca5ca5ca5ca", {"reason": "gate"}),
    "credential_stated": (
        "programme-door",
        "c4edc4edc4edc4ed",
        {"document": "ab" * 32, "kind": "authorisation"},
    ),
    "roots_stated": ("programme-door", None, {"list": "cd" * 32, "number": 4, "roots": 12}),
    "heartbeat": ("log", None, {"entries": 9}),
}


def make_entry(kind: str, at: int = NOW) -> Entry:
    """Give a valid entry of any kind."""
    by, ref, body = BODIES[kind]
    return sign_entry(seed(by), at=at, by=by, kind=kind, ref=ref, body=body)


def sign_anything(by: str, kind: str, ref: Any, body: Any, at: Any = NOW) -> Entry:
    """Sign what `sign_entry` would refuse to sign."""
    unsigned = Entry(at, by, kind, ref, body, b"")
    signature = Ed25519PrivateKey.from_private_bytes(seed(by)).sign(compute_signed_bytes(unsigned))
    return Entry(at, by, kind, ref, body, signature)


def admissions() -> list[bytes]:
    """Give the entries with which every log begins."""
    return [
        encode_entry(
            sign_entry(
                seed("log"),
                at=NOW,
                by="log",
                kind="door_admitted",
                ref=None,
                body={"door": party, "key": encode_base64url(public_key(party))},
            )
        )
        for party in PARTIES
    ]


def heartbeats(count: int) -> list[bytes]:
    """Give a log of exactly `count` entries: the admissions, then heartbeats."""
    leaves = admissions()[:count]
    for number in range(len(leaves), count):
        body = {"entries": number}
        leaves.append(
            encode_entry(
                sign_entry(seed("log"), at=NOW + number, by="log", kind="heartbeat", ref=None, body=body)
            )
        )
    return leaves


def sign_leaves(leaves: list[bytes]) -> bytes:
    """Give the checkpoint over leaves."""
    root = compute_root([compute_leaf_hash(leaf) for leaf in leaves])
    return sign_checkpoint(Checkpoint(ORIGIN, len(leaves), root), seed("checkpoint"))


def bundle(leaves: list[bytes]) -> list[bytes]:
    """Give all bundles over leaves."""
    return [encode_bundle(leaves[start : start + 256]) for start in range(0, len(leaves), 256)]


def rewrite(entry: Entry, **changes: Any) -> bytes:
    """Give the bytes of an entry with members changed after signing."""
    value = {
        "at": entry.at,
        "body": dict(entry.body),
        "by": entry.by,
        "kind": entry.kind,
        "ref": entry.ref,
        "sig": encode_base64url(entry.signature),
        "v": 1,
    }
    return encode_canonical_json(value | changes)
