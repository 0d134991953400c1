"""The vectors about proofs that travel (`proofs.json`) and about what a witness answers (`witness.json`).

Every expectation is written down here by hand, never taken from the code that it judges.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.entries import encode_entry
from amanah.core.public_log.merkle import (
    EMPTY_ROOT,
    compute_consistency_proof,
    compute_inclusion_proof,
    compute_leaf_hash,
    compute_root,
)
from amanah.core.public_log.notes import encode_verifier_key, parse_note
from amanah.core.public_log.proofs import LogProof, encode_proof
from amanah.core.public_log.witnessing import AddCheckpoint, encode_add_checkpoint
from tests.core.public_log.build import (
    NOW,
    ORIGIN,
    cosigned,
    heartbeats,
    log_key,
    make_entry,
    rewrite,
    seed,
    sign_anything,
    sign_leaves,
    witness_key,
)
from tests.core.public_log.witness_vectors import POLICIES, SMALL

LARGE = heartbeats(300)
TIMES = {"cedar": NOW + 400, "olive": NOW + 500}
ALONE, PAIR = "the log alone", "two of three"


def build_proof(
    leaves: Sequence[bytes], index: int, times: dict[str, int], *, is_whole: bool = True
) -> LogProof:
    """Give the proof of one leaf; `is_whole` puts the entry into its extra line."""
    path = compute_inclusion_proof([compute_leaf_hash(leaf) for leaf in leaves], index)
    note = cosigned(sign_leaves([*leaves]), times)
    return LogProof(index, tuple(path), note, leaves[index] if is_whole else None)


def build_proofs() -> dict[str, Any]:
    """Give proofs that must be believed and proofs that must not."""
    unknown = [*SMALL, encode_entry(sign_anything("card-door", "new_kind", None, {"x": 1}))]
    accepted = [
        ("the only entry", ALONE, SMALL[:1], 0, {}, True),
        ("the first of seven", ALONE, SMALL, 0, {}, True),
        ("the last of seven", ALONE, SMALL, 6, {}, True),
        ("in a second tile", ALONE, LARGE, 299, {}, True),
        ("witnessed", PAIR, LARGE, 255, TIMES, True),
        ("the entry travelled apart", PAIR, LARGE, 5, TIMES, False),
        ("a kind that nobody knows yet", ALONE, unknown, 7, {}, True),
    ]
    return {
        "policies": {name: POLICIES[name] for name in (ALONE, PAIR)},
        "accepted": [
            {
                "name": name,
                "policy": policy,
                "proof": encode_proof(build_proof(leaves, index, times, is_whole=is_whole)).decode(),
                "entry": encode_base64url(leaves[index]),
                "index": index,
                "size": len(leaves),
                "is_apart": not is_whole,
                "witnessed_at": min(times.values()) if times else None,
            }
            for name, policy, leaves, index, times, is_whole in accepted
        ],
        "refused": [
            {"why": why, "policy": policy, "proof": text, "entry": None, "code": code}
            for why, policy, text, code in [*list_false_proofs(), *list_unreadable_proofs()]
        ]
        + [
            {
                "why": "another entry came beside it",
                "policy": ALONE,
                "proof": encode_proof(build_proof(SMALL, 4, {})).decode(),
                "entry": encode_base64url(SMALL[5]),
                "code": "proof-does-not-hold",
            }
        ],
    }


def list_false_proofs() -> list[tuple[str, str, str, str]]:
    """List proofs that read well and do not hold: why, policy, text, code."""
    good = build_proof(LARGE, 255, TIMES)
    false = "proof-does-not-hold"
    swapped = (good.path[1], good.path[0], *good.path[2:])
    changed = rewrite(make_entry("heartbeat"), at=NOW + 1, note="x")
    too_much = [*SMALL, encode_entry(sign_anything("log", "heartbeat", None, {"entries": 7, "note": 1}))]
    two_in_one = [*SMALL, b'{"v": 1}']
    other_origin = sign_checkpoint(
        Checkpoint("other.amanah/log", 300, compute_root([*map(compute_leaf_hash, LARGE)])),
        seed("checkpoint"),
    )
    cases = [
        ("another entry", replace(good, extra=LARGE[254]), false),
        ("a changed entry", replace(good, extra=changed), false),
        ("another index", replace(good, index=254), false),
        ("an index outside the tree", replace(good, index=300), false),
        ("the path of another entry", replace(good, path=build_proof(LARGE, 256, {}).path), false),
        ("two hashes changed places", replace(good, path=swapped), false),
        ("a hash is missing", replace(good, path=good.path[:-1]), false),
        ("a hash too many", replace(good, path=(*good.path, bytes(32))), false),
        ("no path", replace(good, path=()), false),
        ("a checkpoint of a smaller tree", replace(good, note=cosigned(sign_leaves(SMALL), TIMES)), false),
        ("an empty tree", replace(good, index=0, path=(), note=cosigned(sign_leaves([]), TIMES)), false),
        (
            "a node of the tree in the place of an entry",
            replace(build_proof(LARGE, 0, TIMES), extra=compute_leaf_hash(LARGE[0]) + good.path[0]),
            false,
        ),
        ("too few witnesses", build_proof(LARGE, 255, {"cedar": NOW}), "checkpoint-not-witnessed"),
        ("a checkpoint of another log", replace(good, note=other_origin), "checkpoint-signature"),
        (
            "a cosignature of another checkpoint",
            replace(
                good, note=sign_leaves(LARGE) + cosigned(sign_leaves(SMALL), TIMES)[len(sign_leaves(SMALL)) :]
            ),
            "cosignature-wrong",
        ),
        ("no entry at all", replace(good, extra=None), "unreadable-proof"),
        ("an entry that had to be refused", build_proof(too_much, 7, TIMES), "entry-not-allowed"),
        ("no entry, though it is in the tree", build_proof(two_in_one, 7, TIMES), "not-canonical"),
    ]
    return [(why, PAIR, encode_proof(proof).decode(), code) for why, proof, code in cases]


def list_unreadable_proofs() -> list[tuple[str, str, str, str]]:
    """List texts that are no proofs: why, policy, text, code."""
    text = encode_proof(build_proof(SMALL, 4, {})).decode()
    lines = text.split("\n")
    extra, index, node = lines[1], lines[2], lines[3]
    cases = [
        ("nothing", ""),
        ("no header", text.partition("\n")[2]),
        ("another version", text.replace("@v1", "@v2", 1)),
        ("lines end otherwise", text.replace("\n", "\r\n")),
        ("leading zero", text.replace(index, "index 04")),
        ("a sign", text.replace(index, "index +4")),
        ("no index", text.replace(index + "\n", "")),
        ("index before extra", text.replace(f"{extra}\n{index}", f"{index}\n{extra}")),
        ("two extra lines", text.replace(extra, f"{extra}\n{extra}")),
        ("extra that is no base64", text.replace(extra, extra + "!")),
        ("a hash of 31 bytes", text.replace(node, f"{'A' * 42}==".replace("==", "") + "==")),
        ("a hash without padding", text.replace(node, node.rstrip("="))),
        ("a hash in a second spelling", text.replace(node, _spell_otherwise(node))),
        ("a hash in base64url", text.replace(node, "-" * 43 + "=")),
        ("an empty line in the path", text.replace(node, "\n" + node)),
        ("64 hashes", text.replace(node, "\n".join([node] * 62))),
        ("no checkpoint", text.partition("\n\n")[0] + "\n"),
    ]
    codes = {"an empty line in the path": "checkpoint-signature"}
    return [(why, ALONE, changed, codes.get(why, "unreadable-proof")) for why, changed in cases]


def _spell_otherwise(node: str) -> str:
    """Set the bits of the last symbol that mean nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return f"{node[:-2]}{alphabet[alphabet.index(node[-2]) | 1]}="


def build_witness() -> dict[str, Any]:
    """Give bodies of `add-checkpoint` and what a witness that holds this or that answers."""
    cases = [*list_answers(), *list_unreadable_requests()]
    text = parse_note(sign_leaves(SMALL)).text
    line = cosign(text, name=witness_key("cedar").name, seed=seed("cedar"), at=NOW)
    return {
        "logs": {ORIGIN: encode_verifier_key(log_key())},
        "witness": {
            "vkey": encode_verifier_key(witness_key("cedar")),
            "seed": encode_base64url(seed("cedar")),
            "at": NOW,
            "text": text.decode(),
            "line": line.decode(),
        },
        "requests": [
            {
                "name": name,
                "body": body.decode(),
                "held": {"size": held[0], "root": encode_base64url(held[1])} if held else None,
                "status": status,
                "is_fork": is_fork,
            }
            for name, body, held, status, is_fork in cases
        ],
    }


Case = tuple[str, bytes, tuple[int, bytes] | None, int, bool]


def _root(leaves: Sequence[bytes]) -> bytes:
    return compute_root([*map(compute_leaf_hash, leaves)])


def ask(
    old: int, leaves: list[bytes], *, proof: Sequence[bytes] | None = None, note: bytes | None = None
) -> bytes:
    """Give the body that asks to cosign these leaves after `old` of them."""
    steps = compute_consistency_proof([*map(compute_leaf_hash, leaves)], old) if proof is None else proof
    return encode_add_checkpoint(AddCheckpoint(old, tuple(steps), note or sign_leaves(leaves)))


def list_answers() -> list[Case]:
    """List readable requests in the order in which the protocol judges them."""
    four, seven, large = (4, _root(SMALL[:4])), (7, _root(SMALL)), (300, _root(LARGE))
    fork = [*SMALL[:6], encode_entry(make_entry("door_started"))]
    note = sign_leaves(SMALL)
    strange = sign_checkpoint(Checkpoint("other.amanah/log", 7, seven[1]), seed("checkpoint"))
    forged = sign_checkpoint(Checkpoint(ORIGIN, 7, seven[1]), seed("stranger"))
    forged_line = forged.partition(b"\n\n")[2]
    damaged = note.replace(b"\n7\n", b"\n8\n", 1)
    not_empty = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), seed("checkpoint"))
    consistent = compute_consistency_proof([*map(compute_leaf_hash, SMALL)], 4)
    return [
        ("unknown log", ask(9, SMALL, note=strange, proof=()), seven, 404, False),
        ("signed by a stranger", ask(9, SMALL, note=forged, proof=()), seven, 403, False),
        ("changed after signing", ask(9, SMALL, note=damaged, proof=()), seven, 403, False),
        ("stranger's line beside the log's", ask(0, SMALL, note=note + forged_line), None, 200, False),
        ("old is larger than the checkpoint", ask(8, SMALL, proof=()), seven, 400, False),
        ("old is larger, and not what is held", ask(8, SMALL, proof=()), four, 400, False),
        ("old is less than what is held", ask(0, SMALL), four, 409, False),
        ("old is less, though the proof holds", ask(4, SMALL), (5, _root(SMALL[:5])), 409, False),
        ("old is more than what is held", ask(4, SMALL), None, 409, False),
        ("same size, other root, wrong old", ask(0, fork), seven, 409, True),
        ("smaller than what is held", ask(4, SMALL[:4]), seven, 409, False),
        ("first checkpoint", ask(0, SMALL), None, 200, False),
        ("first checkpoint, of an empty tree", ask(0, []), None, 200, False),
        ("an empty tree again", ask(0, []), (0, EMPTY_ROOT), 200, False),
        ("after an empty tree", ask(0, SMALL), (0, EMPTY_ROOT), 200, False),
        ("an empty tree with another root", ask(0, [], note=not_empty), None, 422, False),
        ("an empty tree with another root again", ask(0, [], note=not_empty), (0, EMPTY_ROOT), 422, True),
        ("a proof where there is nothing to prove", ask(0, SMALL, proof=consistent), None, 422, False),
        ("the tree grew", ask(4, SMALL), four, 200, False),
        ("the tree grew over a tile", ask(7, LARGE), seven, 200, False),
        ("the same checkpoint again", ask(7, SMALL), seven, 200, False),
        ("the same checkpoint again, large", ask(300, LARGE), large, 200, False),
        ("the same checkpoint again with a proof", ask(7, SMALL, proof=consistent), seven, 422, False),
        ("same size, other root", ask(7, fork), seven, 422, True),
        ("another past", ask(4, SMALL), (4, _root(fork[3:7])), 422, False),
        ("no proof", ask(4, SMALL, proof=()), four, 422, False),
        ("a hash is missing", ask(4, SMALL, proof=consistent[:-1]), four, 422, False),
        ("a hash too many", ask(4, SMALL, proof=[*consistent, bytes(32)]), four, 422, False),
        ("63 hashes", ask(4, SMALL, proof=[bytes(32)] * 63), four, 422, False),
    ]


def list_unreadable_requests() -> list[Case]:
    """List bodies that are malformed."""
    four = (4, _root(SMALL[:4]))
    body = ask(4, SMALL)
    hash_line = body.split(b"\n")[1]
    note = sign_leaves(SMALL)
    cases = {
        "nothing": b"",
        "no old size": body.removeprefix(b"old 4\n"),
        "leading zero": body.replace(b"old 4", b"old 04"),
        "a sign": body.replace(b"old 4", b"old -4"),
        "a space too many": body.replace(b"old 4", b"old  4"),
        "lines end otherwise": body.replace(b"\n", b"\r\n"),
        "a hash of 33 bytes": body.replace(hash_line, b"A" * 44),
        "a hash without padding": body.replace(hash_line, hash_line.rstrip(b"=")),
        "no empty line": body.replace(b"\n\n", b"\n", 1),
        "no checkpoint": body.partition(b"\n\n")[0] + b"\n\n",
        "no signature": body.rpartition(b"\n\n")[0] + b"\n",
        "cut off": body[:-1],
        "size with a leading zero": body.replace(b"\n7\n", b"\n07\n", 1),
        "64 hashes": ask(4, SMALL, proof=[bytes(32)] * 64),
        "a checkpoint of two lines": ask(
            4, SMALL, note=b"\n".join([ORIGIN.encode(), b"7", b""]) + note[-130:]
        ),
    }
    return [(name, changed, four, 400, False) for name, changed in cases.items()]
