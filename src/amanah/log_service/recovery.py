"""Brings a database that is older than the log up to what was signed, from any copy of the public files.

It takes in only what this log's own key signed or an office of this log signed, only behind a database that is a
prefix of it, and only while no log service runs. Where two histories exist it changes nothing. Doing it again is safe.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from amanah.core.errors import AmanahError, MisconfiguredError
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint, verify_checkpoint
from amanah.core.public_log.entries import check_schema, parse_entry
from amanah.core.public_log.merkle import Frontier, compute_leaf_hash
from amanah.core.public_log.notes import VerifierKey, encode_verifier_key
from amanah.core.public_log.reading import admit_entry
from amanah.core.public_log.tiles import (
    ENTRIES,
    TILE_WIDTH,
    encode_tile_path,
    list_bundle_paths,
    parse_bundle,
)
from amanah.log_service.asking import find_line, find_signed
from amanah.log_service.copies import Copy, FolderCopy, open_copy, read_bundle
from amanah.log_service.database import hold_writer_lock, open_log_database
from amanah.log_service.identity import LogIdentity, load_identity
from amanah.log_service.ledger import CHECKPOINT, LAST_SIGNED
from amanah.log_service.storage import read_file
from amanah.log_service.store import DamagedStoreError, LogStore, SignedCheckpoint
from amanah.web.config import Config

_ADMISSION = b'"kind":"door_admitted"'
_CHUNK = 4_096
Say = Callable[[str], object]


def recover(config: Config, source: str, say: Say = print) -> None:
    """Take in what the log published and this database lost; raise MisconfiguredError where that cannot be done."""
    identity = load_identity(config)
    copy = open_copy(source)
    with hold_writer_lock(config.folder("log")), _open_store(config, identity) as store:
        note, checkpoint = _read_checkpoint(copy, identity.verifier_key)
        say(f"The copy holds {checkpoint.size} entries, signed with this log's key.")
        frontier, root = _follow(store, checkpoint.size)
        if checkpoint.size > frontier.size:
            say(f"The database holds {frontier.size}; {checkpoint.size - frontier.size} are missing.")
            _append(store, _fetch_missing(copy, store, frontier, checkpoint), say)
        elif root != checkpoint.root:
            raise _explain_divergence(copy, store, checkpoint)
        _record_signed(store, identity, note, checkpoint)
        _take_unsigned(FolderCopy(config.folder("log") / "public"), store, say)
        _check_reached(config, identity, store)
        say("The database holds everything that is known to have been signed. Start the log again.")


@contextmanager
def _open_store(config: Config, identity: LogIdentity) -> Iterator[LogStore]:
    store = LogStore(open_log_database(config))
    try:
        store.claim(identity.origin)
        yield store
    except DamagedStoreError as error:
        raise MisconfiguredError([f"{error} Put back another copy of the database first."]) from error
    finally:
        store.close()


def _read_checkpoint(copy: Copy, key: VerifierKey) -> tuple[bytes, Checkpoint]:
    note = copy.read(CHECKPOINT)
    if note is None:
        raise MisconfiguredError(["The copy has no checkpoint; name the folder or address that has one."])
    try:
        return note, verify_checkpoint(note, key)
    except AmanahError as error:
        raise MisconfiguredError(
            [f"The copy is not of this log: {error} Nothing was taken from it."]
        ) from error


def _follow(store: LogStore, size: int) -> tuple[Frontier, bytes]:
    """Follow the whole database; give its edge, and its root at a size that it may have passed."""
    frontier = Frontier()
    root = frontier.compute_root()
    for entry in store.list_entries():
        frontier.append(compute_leaf_hash(entry))
        if frontier.size == size:
            root = frontier.compute_root()
    return frontier, root


def _fetch_missing(copy: Copy, store: LogStore, frontier: Frontier, checkpoint: Checkpoint) -> list[bytes]:
    """Fetch what is missing; what the database holds and what was fetched must give the root that was signed."""
    start = frontier.size
    entries = list(_list_entries(copy, start, checkpoint.size))
    for entry in entries:
        frontier.append(compute_leaf_hash(entry))
    if frontier.size != checkpoint.size or frontier.compute_root() != checkpoint.root:
        raise _explain_divergence(copy, store, checkpoint)
    return entries


def _list_entries(copy: Copy, start: int, size: int) -> Iterator[bytes]:
    position = start // TILE_WIDTH * TILE_WIDTH
    for path in list_bundle_paths(start, size):
        try:
            bundle = parse_bundle(read_bundle(copy, path))
        except MisconfiguredError:
            raise
        except AmanahError as error:
            raise MisconfiguredError(
                [f"The copy is damaged at {path}; name another one. Nothing was changed."]
            ) from error
        for entry in bundle[: size - position]:
            if position >= start:
                yield entry
            position += 1


def _append(store: LogStore, entries: list[bytes], say: Say) -> None:
    done = store.count_entries()
    end = done + len(entries)
    for place in range(0, len(entries), _CHUNK):
        done += len(store.append(entries[place : place + _CHUNK], done).new)
        say(f"{done} of {end} entries are in the database.")


def _record_signed(store: LogStore, identity: LogIdentity, note: bytes, checkpoint: Checkpoint) -> None:
    """Keep the checkpoint and its cosignatures: the next start carries on from there."""
    ours = sign_checkpoint(checkpoint, identity.checkpoint_seed)
    store.record_checkpoint(SignedCheckpoint(checkpoint.size, checkpoint.root, ours))
    lines = {
        encode_verifier_key(witness.key): find_line(note, witness.key)
        for witness in identity.policy.witnesses.values()
    }
    store.record_cosignatures(checkpoint.size, {vkey: line for vkey, line in lines.items() if line})


def _take_unsigned(own: Copy, store: LogStore, say: Say) -> None:
    """Take in what was acknowledged and written into our own files, but not signed before the machine stopped.

    A door was told that it is in the log; and a file that stands would otherwise contradict the next entry.
    """
    keys: dict[str, bytes] = {}
    edge: list[bytes] = []
    size = 0
    for data in store.list_entries():
        if len(edge) == TILE_WIDTH:
            edge = []
        edge.append(data)
        size += 1
        if size == 1 or _ADMISSION in data:
            admit_entry(parse_entry(data), keys)
    taken = list(_list_unsigned(own, size, edge, keys))
    if taken:
        say(f"{len(taken)} more were acknowledged and not signed yet; they are taken in behind the others.")
        _append(store, taken, say)


def _list_unsigned(own: Copy, size: int, edge: list[bytes], keys: dict[str, bytes]) -> Iterator[bytes]:
    """List the entries behind the database's in our own bundles, as far as each is signed by its office."""
    while True:
        number, place = divmod(size, TILE_WIDTH)
        edge = edge if place else []
        bundle = _find_longest_bundle(own, number, place)
        if bundle[:place] != edge:
            return
        for data in bundle[place:]:
            if not _is_by_its_office(data, keys):
                return
            edge.append(data)
            size += 1
            yield data
        if len(bundle) < TILE_WIDTH:
            return


def _find_longest_bundle(own: Copy, number: int, place: int) -> list[bytes]:
    for width in range(TILE_WIDTH, place, -1):
        data = own.read(encode_tile_path(ENTRIES, number, width))
        try:
            bundle = parse_bundle(data) if data else []
        except AmanahError:
            continue
        if len(bundle) == width:
            return bundle
    return []


def _is_by_its_office(data: bytes, keys: dict[str, bytes]) -> bool:
    try:
        entry = parse_entry(data)
        check_schema(entry)
        admit_entry(entry, keys)
    except AmanahError:
        return False
    return True


def _check_reached(config: Config, identity: LogIdentity, store: LogStore) -> None:
    """Say so where this copy was not new enough: the next start would refuse in any case (3.3)."""
    size = store.count_entries()
    files = (config.folder("log") / "public" / CHECKPOINT, config.keys("log") / LAST_SIGNED)
    for path in files:
        signed = find_signed(read_file(path), identity.verifier_key)
        if signed and signed.size > size:
            raise MisconfiguredError(
                [
                    f"The database now holds {size} entries, but {path} shows that {signed.size} were signed. "
                    "What this copy had is taken in; name a newer copy for the rest."
                ]
            )


def _explain_divergence(copy: Copy, store: LogStore, checkpoint: Checkpoint) -> MisconfiguredError:
    """Read the whole copy to tell a damaged one from another history."""
    frontier = Frontier()
    first: int | None = None
    ours = store.list_entries()
    for index, entry in enumerate(_list_entries(copy, 0, checkpoint.size)):
        frontier.append(compute_leaf_hash(entry))
        if first is None and next(ours, entry) != entry:
            first = index
    if frontier.size != checkpoint.size or frontier.compute_root() != checkpoint.root or first is None:
        return MisconfiguredError(
            ["The copy's entries do not give the root that it shows; name another copy. Nothing was changed."]
        )
    signed = max((found.size for found in store.list_checkpoints()), default=0)
    both = (
        f" This database has signed {signed} entries of its own history: the log has forked, and both are proof."
        if signed > first
        else ""
    )
    return MisconfiguredError(
        [
            f"The database and the copy are two histories: they differ from entry {first} on, and the copy's is "
            f"signed with this log's key.{both} Nothing was changed. Keep the database, the log's folder with its "
            "keys, and the copy as they are, tell those who witness this log, and read 'When the backup is older "
            "than the log' in docs/how-to/backup-and-restore.md."
        ]
    )
