"""Writes `spec/vectors/public_log/` for Python and TypeScript: `python -m tests.core.public_log.write_vectors`."""

import json
from pathlib import Path
from typing import Any

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.entries import compute_entry_hash, encode_entry
from amanah.core.public_log.merkle import (
    EMPTY_ROOT,
    compute_consistency_proof,
    compute_inclusion_proof,
    compute_leaf_hash,
    compute_root,
)
from amanah.core.public_log.notes import encode_verifier_key
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import verify_log
from amanah.core.public_log.tiles import encode_bundle, encode_tile_path, list_bundle_paths
from tests.core.public_log.build import (
    BODIES,
    NOW,
    admissions,
    bundle,
    heartbeats,
    log_key,
    make_entry,
    public_key,
    rewrite,
    sign_anything,
    sign_leaves,
)
from tests.core.public_log.proof_vectors import build_proofs, build_witness
from tests.core.public_log.witness_vectors import build_witnessed

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "public_log"
LARGEST = 20


def build_vectors() -> dict[str, Any]:
    """Give every vector file by name; binary values are base64url without padding."""
    return {
        "merkle.json": build_merkle(),
        "entries.json": build_entries(),
        "log.json": build_log(),
        "witnessed.json": build_witnessed(),
        "proofs.json": build_proofs(),
        "witness.json": build_witness(),
    }


def build_merkle() -> dict[str, Any]:
    """Give roots and proofs at every size up to 20."""
    data = [bytes(range(size)) for size in range(LARGEST)]
    hashes = [compute_leaf_hash(item) for item in data]
    return {
        "leaves": [encode_base64url(item) for item in data],
        "leaf_hashes": [encode_base64url(item) for item in hashes],
        "roots": [encode_base64url(compute_root(hashes[:size])) for size in range(LARGEST + 1)],
        "inclusion": [
            {
                "index": index,
                "size": size,
                "proof": [*map(encode_base64url, compute_inclusion_proof(hashes[:size], index))],
            }
            for size in (1, 2, 7, 8, LARGEST)
            for index in range(size)
        ],
        "consistency": [
            {
                "old": old,
                "new": LARGEST,
                "proof": [*map(encode_base64url, compute_consistency_proof(hashes, old))],
            }
            for old in range(1, LARGEST)
        ],
        "paths": [
            {"level": level, "number": number, "width": width, "path": encode_tile_path(level, number, width)}
            for level, number, width in (
                (0, 0, 256),
                ("entries", 0, 5),
                ("entries", 255, 256),
                (0, 1_000, 256),
                (1, 1_234_067, 7),
                ("entries", 999_999, 1),
            )
        ],
    }


def build_entries() -> dict[str, Any]:
    """Give one admissible entry of every kind, and entries that the log must refuse."""
    good = [make_entry(kind) for kind in BODIES]
    by_trustees = {"reason": "trustees"}
    good += [
        sign_anything(by, "gate_closed", "5ea50e5ea50e5ea5", by_trustees)
        for by in ("request-door", "programme-door")
    ]
    heartbeat = make_entry("heartbeat")
    plan = dict(BODIES["wave_planned"][2])
    free_text = plan | {"occasions": [plan["occasions"][0] | {"programme": "Talks with Amina"}]}
    printed = dict(BODIES["invitations_printed"][2])
    refused = {
        "not canonical": encode_entry(heartbeat).replace(b'"v":1', b'"v": 1'),
        "version 2": rewrite(heartbeat, v=2),
        "unknown member": rewrite(heartbeat, note="x"),
        "unknown kind": encode_entry(sign_anything("log", "confession", None, {"entries": 1})),
        "unknown party": rewrite(heartbeat, by="police"),
        "wrong party": encode_entry(sign_anything("request-door", "heartbeat", None, {"entries": 1})),
        "time is no integer": rewrite(heartbeat, at="1790000000"),
        "free text in a slug": encode_entry(
            sign_anything("programme-door", "wave_planned", "0" * 16, free_text)
        ),
        "name as reference": encode_entry(
            sign_anything("programme-door", "invitations_printed", "amina", printed)
        ),
        "unsorted hashes": encode_entry(
            sign_anything(
                "programme-door",
                "invitations_printed",
                "0" * 16,
                printed | {"hashes": printed["hashes"][::-1]},
            )
        ),
        "unknown medium": encode_entry(
            sign_anything("programme-door", "invitations_printed", "0" * 16, printed | {"medium": "email"})
        ),
        "true is no count": encode_entry(sign_anything("log", "heartbeat", None, {"entries": True})),
        "an alarm that the request door rings": encode_entry(
            sign_anything("request-door", "gate_closed", "0" * 16, {"reason": "alarm"})
        ),
        "a gate that the card door closes": encode_entry(
            sign_anything("card-door", "gate_closed", "0" * 16, {"reason": "trustees"})
        ),
        "a report named by somebody": encode_entry(
            sign_anything("request-door", "report_stated", "On Amina", dict(BODIES["report_stated"][2]))
        ),
        "a credential that names its holder": encode_entry(
            sign_anything(
                "programme-door",
                "credential_stated",
                "Amina",
                dict(BODIES["credential_stated"][2]),
            )
        ),
        "a credential of a kind that nobody named": encode_entry(
            sign_anything(
                "programme-door",
                "credential_stated",
                "0" * 16,
                {"document": "ab" * 32, "kind": "licence"},
            )
        ),
        "a root list with its words": encode_entry(
            sign_anything(
                "programme-door",
                "roots_stated",
                None,
                BODIES["roots_stated"][2] | {"name": "Amina"},
            )
        ),
        "a root list that the request door states": encode_entry(
            sign_anything("request-door", "roots_stated", None, dict(BODIES["roots_stated"][2]))
        ),
        "signature by another party": rewrite(
            heartbeat, sig=encode_base64url(make_entry("door_started").signature)
        ),
        "changed after signing": rewrite(heartbeat, at=NOW + 1),
    }
    return {
        "party_keys": {
            by: encode_base64url(public_key(by))
            for by in ("log", "card-door", "programme-door", "request-door")
        },
        "accepted": [
            {
                "kind": entry.kind,
                "by": entry.by,
                "entry": encode_base64url(encode_entry(entry)),
                "entry_hash": encode_base64url(compute_entry_hash(encode_entry(entry))),
                "leaf_hash": encode_base64url(compute_leaf_hash(encode_entry(entry))),
            }
            for entry in good
        ],
        "refused": [{"why": why, "entry": encode_base64url(data)} for why, data in refused.items()],
    }


def build_log() -> dict[str, Any]:
    """Give logs that a reader must believe, and logs that it must refuse."""
    small = [*admissions(), encode_entry(make_entry("door_started"))]
    full = small + [encode_entry(make_entry(kind)) for kind in BODIES if kind != "door_admitted"]
    unknown = [*small, encode_entry(sign_anything("card-door", "new_kind", None, {"x": 1}))]
    long = heartbeats(258)
    fork = [*small[:4], encode_entry(make_entry("heartbeat"))]
    accepted = {
        "empty": [],
        "five entries": small,
        "every kind": full,
        "unknown kind": unknown,
        "two bundles": long,
    }
    seen = _seen(small)
    note, strange = sign_leaves(small), sign_leaves(full)
    refused = [
        ("smaller than seen", sign_leaves(small[:4]), bundle(small[:4]), seen),
        ("another past than seen, same size", sign_leaves(fork), bundle(fork), seen),
        ("another past than seen, larger", sign_leaves([*fork, full[-1]]), bundle([*fork, full[-1]]), seen),
        ("entries do not fit the root", note, bundle(fork), None),
        ("an entry is missing", note, bundle(small[:4]), None),
        (
            "root of another checkpoint",
            strange.partition(b"\n\n")[0] + b"\n\n" + note.partition(b"\n\n")[2],
            bundle(full),
            None,
        ),
        ("key not admitted", *_signed([small[0], small[-1]]), None),
        ("first entry does not admit the log", *_signed([small[1], small[0]]), None),
        (
            "entry changed after signing",
            *_signed([*small, rewrite(make_entry("heartbeat"), at=NOW + 1)]),
            None,
        ),
        (
            "known kind with a member too many",
            *_signed(
                [*small, encode_entry(sign_anything("log", "heartbeat", None, {"entries": 5, "note": 1}))]
            ),
            None,
        ),
        ("bundle cut short", note, [encode_bundle(small)[:-1]], None),
    ]
    return {
        "origin": log_key().name,
        "vkey": encode_verifier_key(log_key()),
        "empty_root": encode_base64url(EMPTY_ROOT),
        "accepted": [
            {"name": name, **_show(sign_leaves(leaves), bundle(leaves)), **_describe(leaves)}
            for name, leaves in accepted.items()
        ],
        "refused": [
            {"why": why, **_show(note, bundles), "seen": last_seen}
            for why, note, bundles, last_seen in refused
        ],
    }


def _signed(leaves: list[bytes]) -> tuple[bytes, list[bytes]]:
    return sign_leaves(leaves), bundle(leaves)


def _show(note: bytes, bundles: list[bytes]) -> dict[str, Any]:
    return {"checkpoint": encode_base64url(note), "bundles": [*map(encode_base64url, bundles)]}


def _seen(leaves: list[bytes]) -> dict[str, Any]:
    root = compute_root([*map(compute_leaf_hash, leaves)])
    return {"size": len(leaves), "root": encode_base64url(root)}


def _describe(leaves: list[bytes]) -> dict[str, Any]:
    view = verify_log(sign_leaves(leaves), bundle(leaves), Policy(log_key()))
    return {
        **_seen(leaves),
        "bundle_paths": list_bundle_paths(0, len(leaves)),
        "kinds": [entry.kind for entry in view.entries],
        "keys": {party: encode_base64url(key) for party, key in view.keys.items()},
    }


def encode_vectors(value: Any) -> str:
    """Give the text of a vector file."""
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    VECTORS.mkdir(parents=True, exist_ok=True)
    for name, value in build_vectors().items():
        (VECTORS / name).write_text(encode_vectors(value), encoding="utf-8")
