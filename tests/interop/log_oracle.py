"""Answers one JSON question a line with aics-tlog, aics-witness and proofbundle; it shares no code with Amanah.

It runs in an environment of its own (requirements/interop.txt), since those packages need Python 3.12.
"""

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aics_tlog as tlog
from aics_witness.config import LogConfig
from aics_witness.service import Witness, WitnessError
from aics_witness.store import WitnessStore
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proofbundle import tlogproof

Values = dict[str, Any]
witnesses: dict[str, Witness] = {}


def encode(nodes: list[bytes]) -> list[str]:
    return [base64.b64encode(node).decode() for node in nodes]


def open_key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))


def answer_audit(folder: str, vkey: str, indexes: list[int], old_sizes: list[int]) -> Values:
    """Check a whole log, and prove entries and older sizes from its authenticated tiles."""
    note = tlog.parse_note((Path(folder) / "checkpoint").read_bytes())
    result = tlog.verify_checkpoint(note, tlog.parse_vkey(vkey))
    if not result.ok or result.size is None or result.root is None:
        raise ValueError(result.error)
    files = tlog.FileSystemTileReader(folder)
    tlog.audit_tiles(files, result.size, result.root)
    reader = tlog.VerifiedTileReader(files, result.size, result.root)
    return {
        "size": result.size,
        "records": [encode(tlog.inclusion_proof_from_tiles(reader, index, result.size)) for index in indexes],
        "trees": [encode(tlog.consistency_proof_from_tiles(reader, old, result.size)) for old in old_sizes],
    }


def answer_write(folder: str, seed: str, origin: str, entries: list[str]) -> str:
    """Write a whole log with their writer."""
    store = tlog.DirectoryTileStore(folder)
    writer = tlog.IncrementalTileWriter(store)
    writer.append([entry.encode() for entry in entries])
    checkpoint = tlog.Checkpoint(origin, writer.size, writer.root())
    store.write_checkpoint(tlog.sign_checkpoint(checkpoint, open_key(seed), origin).to_bytes())
    return tlog.format_vkey(tlog.vkey_from_ed25519(origin, open_key(seed).public_key()))


def answer_cosign(note: str, name: str, seed: str, at: int) -> Values:
    """Put their cosignature under a note."""
    opened = tlog.parse_note(note)
    checkpoint = tlog.parse_checkpoint(opened.text)
    _, line = tlog.sign_cosignature(
        open_key(seed), name, at, checkpoint.origin, checkpoint.size, checkpoint.root
    )
    vkey = tlog.format_vkey(tlog.cosignature_vkey(name, open_key(seed).public_key()))
    return {"note": tlog.Note(opened.text, (*opened.signatures, line)).serialise(), "vkey": vkey}


def answer_count(note: str, vkey: str, witness_vkeys: list[str], quorum: int) -> Values:
    """Verify a cosigned note against a quorum."""
    keys = [tlog.parse_vkey(key) for key in witness_vkeys]
    result = tlog.verify_checkpoint(tlog.parse_note(note), tlog.parse_vkey(vkey), keys, quorum)
    return {"ok": result.ok, "times": result.timestamps}


def answer_open_witness(place: str, name: str, seed: str, origin: str, vkey: str, at: int) -> str:
    """Open a witness that knows one log and has cosigned nothing; its clock stands still."""
    store = WitnessStore(Path(place) / "witness.db", create=True)
    log = LogConfig.from_strings(origin, [vkey])
    witnesses[name] = Witness(name, open_key(seed), store, [log], clock=lambda: at)
    return witnesses[name].vkey_text


def answer_add_checkpoint(name: str, body: str) -> Values:
    """Ask the witness to cosign."""
    try:
        return {"status": 200, "body": witnesses[name].add_checkpoint(base64.b64decode(body)).decode()}
    except WitnessError as refusal:
        return {"status": refusal.status, "body": refusal.body.decode()}


def answer_verify_proof(
    proof: str, entry: str, vkey: str, origin: str, witness_vkeys: list[str], threshold: int
) -> bool:
    """Verify a tlog-proof offline."""
    result = tlogproof.verify_tlog_proof(
        proof, base64.b64decode(entry), vkey, witness_vkeys, threshold=threshold, expected_origin=origin
    )
    return bool(result["ok"])


def answer_write_proof(index: int, path: list[str], note: str, extra: str) -> str:
    """Write a tlog-proof."""
    nodes = [base64.b64decode(node) for node in path]
    return str(tlogproof.format_tlog_proof(index, nodes, note, base64.b64decode(extra)))


ANSWERS: dict[str, Callable[..., Any]] = {
    "audit": answer_audit,
    "write": answer_write,
    "cosign": answer_cosign,
    "count": answer_count,
    "open_witness": answer_open_witness,
    "add_checkpoint": answer_add_checkpoint,
    "verify_proof": answer_verify_proof,
    "write_proof": answer_write_proof,
}


def main() -> None:
    """Answer until the questions end; what their code refuses is an answer too."""
    for line in sys.stdin:
        asked: Values = json.loads(line)
        try:
            reply: Values = {"answer": ANSWERS[asked.pop("question")](**asked)}
        except (ValueError, tlog.TileMissingError, tlog.TileVerificationError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
