"""What must hold before the log service may sign anything: the past, as far as anyone may have seen it, is a prefix.

It never repairs a fork and never starts on top of one; it says in a sentence what the operator must do.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import amanah
from amanah.core.encoding import encode_base64url
from amanah.core.errors import AmanahError, MisconfiguredError
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint, verify_checkpoint
from amanah.core.public_log.merkle import EMPTY_ROOT, Frontier, compute_leaf_hash
from amanah.core.public_log.notes import VerifierKey, encode_verifier_key
from amanah.core.public_log.schemas import DOORS, LOG
from amanah.log_service.asking import find_line, find_signed
from amanah.log_service.identity import LogIdentity
from amanah.log_service.ledger import CHECKPOINT, Ledger
from amanah.log_service.storage import DifferentBytesError, PublicFolder, read_file
from amanah.log_service.store import DamagedStoreError, LogStore, SignedCheckpoint
from amanah.web.holdings import parse_holdings

_CHUNK = 4_096
_LOGGER = logging.getLogger("amanah.log")
HOLDINGS = Path(__file__).with_name("holdings.json")


class Shown(NamedTuple):
    """What a witness of the policy shows as the last checkpoint that it cosigned, unchecked."""

    witness: str
    note: bytes


class Evidence(NamedTuple):
    """A checkpoint that somebody may have seen, and where it was found."""

    place: str
    size: int
    root: bytes
    note: bytes


def open_ledger(
    identity: LogIdentity,
    store: LogStore,
    folder: PublicFolder,
    last_signed: Path,
    now: Callable[[], float],
    shown: Iterable[Shown] = (),
) -> Ledger:
    """Rebuild the tree from the database, hold it against every checkpoint found, and write what is missing.

    `shown` is what the witnesses showed, unchecked.
    """
    ledger = Ledger(identity, store, folder, last_signed, now)
    signed = store.list_checkpoints()
    evidence = [Evidence("the log's database", *checkpoint) for checkpoint in signed]
    files = {"the published checkpoint": folder.root / CHECKPOINT, "the last-signed file": last_signed}
    evidence += _read_evidence(files, identity.verifier_key)
    evidence += _check_shown(shown, identity.verifier_key)
    try:
        _check_past(store, evidence)
        folder.settle()
        _rebuild(ledger)
    except (DamagedStoreError, DifferentBytesError) as error:
        raise MisconfiguredError([str(error)]) from error
    ledger.adopt_partials()
    if evidence:
        _carry_on(ledger, evidence)
    _found(ledger)
    if ledger.has_unsigned_entries and not identity.policy.witnesses:
        ledger.sign_and_publish()
    ledger.destroy_outgrown_partials()
    return ledger


def _carry_on(ledger: Ledger, evidence: list[Evidence]) -> None:
    """Carry through whatever was signed: a crash may have come between signing, recording and publishing."""
    newest = max(evidence, key=lambda found: found.size)
    checkpoint = Checkpoint(ledger.identity.origin, newest.size, newest.root)
    note = sign_checkpoint(checkpoint, ledger.identity.checkpoint_seed)
    keys = [witness.key for witness in ledger.identity.policy.witnesses.values()]
    notes = [found.note for found in evidence if found.size == newest.size]
    lines = {encode_verifier_key(key): find_line(note, key) for note in notes for key in keys}
    found = {vkey: line for vkey, line in lines.items() if line is not None}
    ledger.adopt_signed(SignedCheckpoint(newest.size, newest.root, note), found)


def _check_shown(shown: Iterable[Shown], key: VerifierKey) -> list[Evidence]:
    """Believe what carries this log's own signature, whoever shows it; everything else is said and left aside."""
    found: list[Evidence] = []
    for witness, note in shown:
        checkpoint = find_signed(note, key)
        if checkpoint is None:
            _LOGGER.warning("The witness %s shows something that this log never signed.", witness)
        else:
            found.append(Evidence(f"the witness {witness}", checkpoint.size, checkpoint.root, note))
    return found


def _read_evidence(files: dict[str, Path], key: VerifierKey) -> list[Evidence]:
    found: list[Evidence] = []
    for place, path in files.items():
        note = read_file(path)
        if note is None:
            continue
        try:
            checkpoint = verify_checkpoint(note, key)
        except AmanahError as error:
            raise MisconfiguredError(
                [
                    f"{path} is not signed by this log's key under its present origin. "
                    "The log would start a second history; restore the key and the origin that belong to this folder."
                ]
            ) from error
        found.append(Evidence(place, checkpoint.size, checkpoint.root, note))
    return found


def _check_past(store: LogStore, evidence: list[Evidence]) -> None:
    """Follow every entry of the database, and compare the root wherever a checkpoint was signed."""
    promised: dict[int, list[Evidence]] = {}
    for found in evidence:
        promised.setdefault(found.size, []).append(found)
    _compare(promised.pop(0, []), EMPTY_ROOT)
    frontier = Frontier()
    for entry in store.list_entries():
        frontier.append(compute_leaf_hash(entry))
        if frontier.size in promised:
            _compare(promised.pop(frontier.size), frontier.compute_root())
    if promised:
        largest = max(promised)
        raise MisconfiguredError(
            [
                f"The log's database holds {frontier.size} entries, but {promised[largest][0].place} shows "
                f"that {largest} were signed. The database is older than the log: put back the newest copy, or take "
                "the missing entries with amanah recover-log. Nothing was signed."
            ]
        )


def _rebuild(ledger: Ledger) -> None:
    """Bring the tree into memory, and write every file of it that is missing; one that differs stops the start."""
    for entry in ledger.store.list_entries():
        ledger.take_in(entry)
        if ledger.size % _CHUNK == 0:
            ledger.write_completed_tiles()
    ledger.write_tiles()


def _compare(found: list[Evidence], root: bytes) -> None:
    for checkpoint in found:
        if checkpoint.root != root:
            raise MisconfiguredError(
                [
                    f"{checkpoint.place[0].upper()}{checkpoint.place[1:]} shows another history "
                    f"of the first {checkpoint.size} entries than the log's database holds. "
                    "Someone changed one of them. Nothing was signed."
                ]
            )


def _found(ledger: Ledger) -> None:
    """Say in the log what this start changed: keys, holdings and policy where they differ, the version always."""
    keys = ledger.identity.party_keys
    if ledger.size and ledger.keys.get(LOG) != keys[LOG]:
        raise MisconfiguredError(
            [
                "The log was founded with another entry-signing.key; restore the key that belongs to it. "
                "Nothing was signed."
            ]
        )
    for party in (LOG, *DOORS):
        if ledger.keys.get(party) != keys[party]:
            ledger.append_own("door_admitted", {"door": party, "key": encode_base64url(keys[party])})
    columns = [[c.table, c.column, c.purpose, c.retention] for c in parse_holdings(HOLDINGS)]
    if ledger.declared_columns != columns:
        ledger.append_own("holdings_declared", {"columns": [list(column) for column in columns]})
    policy = ledger.identity.policy
    policy_hash = hashlib.sha256(ledger.identity.policy_file).hexdigest()
    if ledger.stated_policy != policy_hash:
        least, count = policy.count_least(), len(policy.witnesses)
        ledger.append_own("policy_stated", {"least": least, "policy": policy_hash, "witnesses": count})
    ledger.append_own("door_started", {"client": None, "version": amanah.__version__})
