"""`prove` and `entry`: make the proof of one entry from a log's tiles, and check such a proof offline."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from amanah.core.encoding import parse_base64url
from amanah.core.public_log.diagnosis import read_served
from amanah.core.public_log.entries import verify_entry_signature
from amanah.core.public_log.merkle import ProofError
from amanah.core.public_log.policies import Policy, verify_witnessed
from amanah.core.public_log.proofs import LogProof, ProvedEntry, encode_proof, parse_proof, verify_proof
from amanah.core.public_log.reading import IncompleteLogError
from amanah.core.public_log.tile_hashes import TileHashes
from amanah.core.public_log.tiles import ENTRIES, TILE_WIDTH, parse_bundle
from amanah.core.public_log.wording import describe_entry
from amanah.verify.log_command import tell_witnesses
from amanah.verify.memory import replace_file
from amanah.verify.report import HOLDS, quote_for_terminal, say_holds, say_not_checked, tell_time
from amanah.verify.sources import CHECKPOINT, LONGEST_LOG_FILE, fetch_file, find_file
from amanah.verify.trust import add_trust_options, read_trust


def add_proof_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `prove` and `entry` to the command line."""
    prove = commands.add_parser("prove", help="make the proof of one entry, to be checked offline")
    prove.add_argument("place", metavar="URL|DIR", help="the public log, or a folder with its files")
    prove.add_argument("index", metavar="INDEX", type=int, help="which entry, counted from 0")
    add_trust_options(prove, is_required=True)
    prove.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where to write it instead of printing it"
    )
    prove.set_defaults(run=run_prove)
    entry = commands.add_parser("entry", help="check the proof of one entry, without any network")
    entry.add_argument("proof", metavar="FILE", help="the .tlog-proof file")
    add_trust_options(entry, is_required=True)
    entry.add_argument(
        "--entry", metavar="FILE", help="the entry's bytes, where the proof does not carry them"
    )
    entry.add_argument(
        "--office-key",
        metavar="KEY",
        help="the key of the office, as in door_admitted: check its signature too",
    )
    entry.set_defaults(run=run_entry)


def run_prove(arguments: argparse.Namespace) -> int:
    """Make a proof and check it before anybody gets it."""
    policy = read_trust(arguments).policy
    note = fetch_file(arguments.place, CHECKPOINT, longest=LONGEST_LOG_FILE)
    proof = make_proof(arguments.place, note, policy, arguments.index)
    data = encode_proof(proof)
    if arguments.output is None:
        sys.stdout.write(data.decode())
        return HOLDS
    replace_file(arguments.output, data)
    say_holds(f"entry {proof.index} stands in the log; the proof is in {arguments.output}")
    return HOLDS


def make_proof(place: str, note: bytes, policy: Policy, index: int) -> LogProof:
    """Make a proof from the few tiles that it needs."""
    size = verify_witnessed(note, policy).checkpoint.size

    def read_tile(level: int, number: int, width: int) -> Sequence[bytes]:
        served = read_served(lambda path: find_file(place, path), level, number, size)
        hashes = served.list_hashes()
        if hashes is None or len(hashes) != width:
            raise IncompleteLogError(f"The file {served.path} is missing or does not hold {width} hashes.")
        return hashes

    path = TileHashes(size, read_tile).compute_inclusion_proof(index)
    served = read_served(lambda path: find_file(place, path), ENTRIES, index // TILE_WIDTH, size)
    if served.data is None:
        raise IncompleteLogError(f"The file {served.path}, which holds the entry, is missing.")
    leaves = parse_bundle(served.data)
    if len(leaves) <= index % TILE_WIDTH:
        raise IncompleteLogError(f"The file {served.path} ends before entry {index}.")
    proof = LogProof(index, tuple(path), note, leaves[index % TILE_WIDTH])
    verify_proof(proof, policy)
    return proof


def run_entry(arguments: argparse.Namespace) -> int:
    """Check a proof and say in words what it proves."""
    policy = read_trust(arguments).policy
    proof = parse_proof(fetch_file(arguments.proof, longest=LONGEST_LOG_FILE))
    apart = None if arguments.entry is None else fetch_file(arguments.entry, longest=LONGEST_LOG_FILE)
    if apart is not None and proof.extra is not None and apart != proof.extra:
        raise ProofError("The proof carries another entry than the file that was given beside it.")
    proved = verify_proof(proof, policy, apart)
    _say_what_is_proved(proved, policy)
    if arguments.office_key is None:
        say_not_checked(
            f"whether {proved.entry.by} signed it; the log says so. Add --office-key, or read the log"
        )
    else:
        verify_entry_signature(proved.entry, parse_base64url(arguments.office_key, length=32))
        say_holds(f"it is signed with the key that was given for {proved.entry.by}")
    if not policy.count_least():
        say_not_checked("whether the log shows others the same; no witness is needed by what you gave")
    say_not_checked("what else the log says, before and after this entry")
    return HOLDS


def _say_what_is_proved(proved: ProvedEntry, policy: Policy) -> None:
    entry, checkpoint = proved.entry, proved.witnessed.checkpoint
    print(f"Entry {proved.index} of the log {quote_for_terminal(checkpoint.origin)}:")
    print(f"  {quote_for_terminal(describe_entry(entry))}")
    print(f"  by {entry.by}, which says that it was {tell_time(entry.at)}")
    say_holds(
        f"exactly these bytes are entry {proved.index} of the {checkpoint.size} whose root the log signed"
    )
    if not entry.is_known:
        say_not_checked("the form of the entry; this version does not know its kind")
    if policy.count_least():
        say_holds(tell_witnesses(policy, proved.witnessed))
