"""What one request costs a witness (read, decided, cosigned) and a checkpoint a reader, beside the bare signatures.

No HTTP and no disk: the decision itself, on a log of ten million entries that grew by a thousand.
"""

import statistics
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.public_log.checkpoints import Checkpoint, compute_verifier_key, sign_checkpoint
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.merkle import compute_leaf_hash, compute_node_hash
from amanah.core.public_log.notes import COSIGNER, VerifierKey
from amanah.core.public_log.policies import Group, Policy, Witness, verify_witnessed
from amanah.core.public_log.tile_hashes import TILE_HEIGHT, TileHashes
from amanah.core.public_log.witnessing import (
    AddCheckpoint,
    Answer,
    Held,
    decide_cosigning,
    encode_add_checkpoint,
    parse_add_checkpoint,
)
from benchmarks.measuring import Goal, Row, Sample, Scale, build_ratio_row, collect_samples, take_sample

ORIGIN = "commons.amanah/log"
GROWTH = 1_000
CALLS = 400
GOAL = Goal("at most", 3.0)
NOW = 1_790_000_000
WITNESSES = ("cedar", "olive", "quince")
MESSAGE = b"a text as long as that of a checkpoint, with origin, size and root: about one hundred bytes of it"


def measure(scale: Scale) -> list[Row]:
    """Decide as a witness, and judge as a reader."""
    old_size, size = scale.entries - GROWTH, scale.entries
    decisions = collect_samples(scale, lambda: measure_decisions(old_size, size))
    judgements = collect_samples(scale, lambda: measure_judgements(size))
    return [
        build_ratio_row(
            "log_witnessing",
            f"A witness reads, decides and cosigns, {size:,} entries",
            decisions,
            goal=GOAL,
            names=("times one Ed25519 check and one signature", "us", "us for a check and a signature"),
        ),
        build_ratio_row(
            "log_witnessing",
            "A reader holds a checkpoint with three cosignatures to a policy",
            judgements,
            goal=GOAL,
            names=("times four Ed25519 checks", "us", "us for four checks"),
        ),
    ]


def build_tree(size: int) -> TileHashes:
    """Give a tree of which all leaves are alike, so that every tile can be said without hashing ten million."""
    nodes = [compute_leaf_hash(b"the same")]
    while len(nodes) < 64:
        nodes.append(compute_node_hash(nodes[-1], nodes[-1]))
    return TileHashes(size, lambda level, _number, width: [nodes[level * TILE_HEIGHT]] * width)


def measure_decisions(old_size: int, size: int) -> Sample:
    """Answer the same request again and again, as if each were the first."""
    log_seed, witness_seed = bytes(range(32)), bytes(range(1, 33))
    logs = {ORIGIN: compute_verifier_key(ORIGIN, log_seed)}
    tree, held = build_tree(size), Held(old_size, build_tree(old_size).compute_root())
    note = sign_checkpoint(Checkpoint(ORIGIN, size, tree.compute_root()), log_seed)
    proof = tuple(tree.compute_consistency_proof(old_size))
    body = encode_add_checkpoint(AddCheckpoint(old_size, proof, note))

    def answer() -> None:
        decision = decide_cosigning(parse_add_checkpoint(body), logs, held)
        if decision.answer is not Answer.COSIGN or decision.note is None:
            raise ValueError(f"The witness answers {decision.answer}.")
        cosign(decision.note.text, name="cedar.example/witness", seed=witness_seed, at=NOW)

    bare = build_bare(checks=1, signatures=1)
    return take_sample(
        lambda: measure_median(bare), lambda: (measure_median(answer), {"hashes in the proof": len(proof)})
    )


def measure_judgements(size: int) -> Sample:
    """Judge the same checkpoint again and again."""
    log_seed = bytes(range(32))
    seeds = {name: bytes(range(place, place + 32)) for place, name in enumerate(WITNESSES, start=1)}
    note = sign_checkpoint(Checkpoint(ORIGIN, size, build_tree(size).compute_root()), log_seed)
    text = note.partition(b"\n\n")[0] + b"\n"
    witnesses: dict[str, Witness] = {}
    for name, seed in seeds.items():
        note += cosign(text, name=f"{name}.example/witness", seed=seed, at=NOW)
        witnesses[name] = Witness(_name_witness(name, seed))
    log = compute_verifier_key(ORIGIN, log_seed)
    policy = Policy(log, None, witnesses, {"sisters": Group(2, WITNESSES)}, "sisters")
    bare = build_bare(checks=1 + len(WITNESSES), signatures=0)
    return take_sample(
        lambda: measure_median(bare),
        lambda: (measure_median(lambda: verify_witnessed(note, policy)), {"bytes of the note": len(note)}),
    )


def _name_witness(name: str, seed: bytes) -> VerifierKey:
    return compute_verifier_key(f"{name}.example/witness", seed, COSIGNER)


def build_bare(*, checks: int, signatures: int) -> Callable[[], None]:
    """Give the cryptography that nobody can leave out, with nothing around it."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, signature = key.public_key(), key.sign(MESSAGE)

    def work() -> None:
        for _ in range(checks):
            public.verify(signature, MESSAGE)
        for _ in range(signatures):
            key.sign(MESSAGE)

    return work


def measure_median(work: Callable[[], object]) -> float:
    """Give the median microseconds of a call."""
    times = []
    for _ in range(CALLS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6
