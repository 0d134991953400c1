"""Writes a small public log as a folder, with everything that a real one publishes."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.checkpoints import Checkpoint, compute_verifier_key, sign_checkpoint
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.core.public_log.notes import COSIGNER, encode_verifier_key, parse_note
from amanah.core.public_log.policies import Group, Policy, Witness, encode_policy
from amanah.core.public_log.schemas import PARTIES
from amanah.core.public_log.tiles import TreeEdge
from tests.core.public_log.build import ORIGIN, log_key, public_key, seed
from tests.support.processes import SOURCE

NOW = int(time.time())
VKEY = encode_verifier_key(log_key())
# Refuses every import that an outsider's environment does not have, wherever this test runs.
WITH_THE_CORE_ALONE = """
import runpy, sys
ALLOWED = {"amanah", "cryptography", "cffi", "_cffi_backend"}
ALLOWED |= {"base58", "rfc8785", "joserfc", "pyld", "c14n", "cachetools", "frozendict", "lxml"}
class Refuser:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in ALLOWED:
            raise ModuleNotFoundError(f"No module named {name!r}")
sys.meta_path.insert(0, Refuser())
sys.argv[0] = "amanah.verify"
runpy.run_module("amanah.verify", run_name="__main__")
"""


def run_verify(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITH_THE_CORE_ALONE, *arguments],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def say(kind: str, at: int, by: str = "log", ref: str | None = None, **body: Any) -> bytes:
    return encode_entry(sign_entry(seed(by), at=at, by=by, kind=kind, ref=ref, body=body))


def make_leaves(
    size: int, *, at: int = NOW, policy: bytes | None = None, extra: str = "0.1.0"
) -> list[bytes]:
    """Give a log of `size` entries that keeps every rule and ends with a heartbeat; `extra` makes another history."""
    leaves = [
        say("door_admitted", at, door=party, key=encode_base64url(public_key(party))) for party in PARTIES
    ]
    if policy is not None:
        leaves.append(say("policy_stated", at, policy=hash_of(policy), witnesses=3, least=2))
    while len(leaves) < size - 1:
        version = extra if len(leaves) == size // 2 else f"0.1.{len(leaves)}"
        leaves.append(say("door_started", at, "card-door", version=version, client=None))
    leaves = leaves[: size - 1] if size > len(PARTIES) else leaves[:size]
    return leaves if len(leaves) == size else [*leaves, say("heartbeat", at, entries=size - 1)]


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sign_tree(edge: TreeEdge) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, edge.size, edge.compute_root()), seed("checkpoint"))


def write_log(
    folder: Path, leaves: list[bytes], *, cosigned_at: int | None = None, names: str = "abc"
) -> bytes:
    """Write every file of a log over `leaves`; give its checkpoint, cosigned where a time is given."""
    edge = TreeEdge()
    files = {file.path: file.data for leaf in leaves for file in edge.append(leaf)}
    files |= {file.path: file.data for file in edge.list_partial_files()}
    note = sign_tree(edge)
    if cosigned_at is not None:
        note = cosign_all(note, names, cosigned_at)
    for path, data in (files | {"checkpoint": note}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return note


def cosign_all(note: bytes, names: str, at: int) -> bytes:
    text = parse_note(note).text
    return note + b"".join(cosign(text, name=f"witness-{name}", seed=seed(name), at=at) for name in names)


def make_policy(urls: dict[str, str] | None = None, least: int = 2) -> bytes:
    """Give the policy file of the log: `least` of the witnesses a, b and c."""
    witnesses = {
        name: Witness(compute_verifier_key(f"witness-{name}", seed(name), COSIGNER), (urls or {}).get(name))
        for name in "abc"
    }
    group = {"quorum-group": Group(least, tuple(witnesses))}
    return encode_policy(Policy(log_key(), None, witnesses, group, "quorum-group")).encode()


def hash_origin() -> str:
    return hashlib.sha256(ORIGIN.encode()).hexdigest()
