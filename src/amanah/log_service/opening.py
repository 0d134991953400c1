"""What must hold before the log service may sign anything: the past, as far as anyone may have seen it, is a prefix.

It never repairs a fork and never starts on top of one; it says in a sentence what the operator must do.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from amanah.core.encoding import encode_base64url
from amanah.core.errors import AmanahError, MisconfiguredError
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.merkle import EMPTY_ROOT, Frontier, compute_leaf_hash
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.schemas import DOORS, LOG
from amanah.log_service.identity import LogIdentity
from amanah.log_service.ledger import CHECKPOINT, Ledger
from amanah.log_service.storage import DifferentBytesError, PublicFolder, read_file
from amanah.log_service.store import DamagedStoreError, LogStore, SignedCheckpoint
from amanah.web.holdings import parse_holdings

_CHUNK = 4_096
HOLDINGS = Path(__file__).with_name("holdings.json")


class Evidence(NamedTuple):
    """A checkpoint that somebody may have seen, and where it was found."""

    place: str
    size: int
    root: bytes
    note: bytes


def open_ledger(
    identity: LogIdentity, store: LogStore, folder: PublicFolder, last_signed: Path, now: Callable[[], float]
) -> Ledger:
    """Rebuild the tree from the database, hold it against every checkpoint found, and write what is missing."""
    ledger = Ledger(identity, store, folder, last_signed, now)
    signed = store.list_checkpoints()
    evidence = [Evidence("the log's database", *checkpoint) for checkpoint in signed]
    files = {"the published checkpoint": folder.root / CHECKPOINT, "the last-signed file": last_signed}
    evidence += _read_evidence(files, identity.verifier_key)
    try:
        _check_past(store, evidence)
        folder.settle()
        _rebuild(ledger)
    except (DamagedStoreError, DifferentBytesError) as error:
        raise MisconfiguredError([str(error)]) from error
    ledger.adopt_partials()
    if evidence:
        newest = max(evidence, key=lambda found: found.size)
        # A crash may have come between signing, recording and publishing: whatever was signed is carried through.
        ledger.publish_again(SignedCheckpoint(newest.size, newest.root, newest.note))
    _found(ledger)
    if ledger.has_unpublished_entries:
        ledger.publish()
    ledger.destroy_outgrown_partials()
    return ledger


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
                f"that {largest} were signed. The database is older than the log; "
                "put back the newest copy. Nothing was signed."
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
    """Admit the log and each door under its present key and declare what this service holds, unless the log says so."""
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
