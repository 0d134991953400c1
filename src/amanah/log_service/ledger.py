"""The one writer of the log: it sequences entries, writes tiles, signs checkpoints and publishes them, in that order.

Between signing and publishing witnesses may be asked, while entries go on coming in. It never signs a checkpoint
that is not an extension of every checkpoint it ever signed (`spec/public_log.md` 3.3).
All of it runs on one thread; anything unforeseen ends the service, and the next start checks everything again.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from amanah.core.encoding import JsonValue
from amanah.core.errors import VerificationError
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint
from amanah.core.public_log.entries import encode_entry, parse_entry, sign_entry
from amanah.core.public_log.reading import admit_entry
from amanah.core.public_log.schemas import LOG
from amanah.core.public_log.tiles import (
    TILE_WIDTH,
    TileFile,
    TreeEdge,
    compute_edge_root,
    encode_tile_path,
    parse_tile,
)
from amanah.log_service.identity import LogIdentity
from amanah.log_service.storage import PublicFolder, replace_file
from amanah.log_service.store import LogStore, SignedCheckpoint

CHECKPOINT = "checkpoint"
LAST_SIGNED = "last-signed"
HEARTBEAT_SECONDS = 23 * 3_600
_KEPT_KINDS = tuple(
    f'"kind":"{kind}"'.encode()
    for kind in ("door_admitted", "heartbeat", "holdings_declared", "policy_stated")
)


class WouldForkError(VerificationError):
    """The files do not hold the tree that is about to be signed."""

    code = "log-would-fork"


class Ledger:
    """The log while it grows; made by `opening.open_ledger`, which checks the past first."""

    def __init__(
        self,
        identity: LogIdentity,
        store: LogStore,
        folder: PublicFolder,
        last_signed: Path,
        now: Callable[[], float],
    ) -> None:
        self.identity = identity
        self.store = store
        self.folder = folder
        self.keys: dict[str, bytes] = {}
        self.declared_columns: Any = None
        self.stated_policy: Any = None
        self.signed: SignedCheckpoint | None = None
        self.lines: Mapping[str, bytes] = {}
        self._last_signed = last_signed
        self._now = now
        self._edge = TreeEdge()
        self._completed: list[TileFile] = []
        self._partials: list[str] = []
        self._has_full_tiles = False
        self._last_beat = 0

    @property
    def size(self) -> int:
        """Count the entries that are durable, published or not."""
        return self._edge.size

    @property
    def has_unsigned_entries(self) -> bool:
        """Tell whether there is anything to sign."""
        return self.signed is None or self.size > self.signed.size

    @property
    def is_heartbeat_due(self) -> bool:
        """Tell whether readers need a sign of life; an empty log has nobody waiting for one.

        Where the clock went back behind the last one, that one's time says nothing any more.
        """
        return self.size > 0 and abs(self._now() - self._last_beat) >= HEARTBEAT_SECONDS

    def compute_root(self) -> bytes:
        """Give the root over all durable entries."""
        return self._edge.compute_root()

    def take_in(self, entry: bytes) -> None:
        """Follow one durable entry in memory."""
        self._completed += self._edge.append(entry)
        if self.size == 1 or any(mark in entry for mark in _KEPT_KINDS):
            self._remember(entry)

    def append(self, entries: Sequence[bytes]) -> list[int]:
        """Make checked entries durable in one transaction; give the position of each, old or new."""
        appended = self.store.append(entries, self.size)
        for entry in appended.new:
            self.take_in(entry)
        return appended.positions

    def append_own(self, kind: str, body: dict[str, JsonValue]) -> None:
        """Write an entry by the log itself."""
        entry = sign_entry(
            self.identity.entry_seed, at=int(self._now()), by=LOG, kind=kind, ref=None, body=body
        )
        self.append([encode_entry(entry)])

    def append_heartbeat(self) -> None:
        """Write the sign of life that readers judge staleness by (3.4)."""
        self.append_own("heartbeat", {"entries": self.size})

    def write_completed_tiles(self) -> None:
        """Write the full tiles and bundles; files that are there must hold the same bytes."""
        self.folder.write_once(self._completed)
        self._completed = []

    def write_tiles(self) -> None:
        """Write what the tree consists of at its present size, unfinished tiles too."""
        self.write_completed_tiles()
        partials = self._edge.list_partial_files()
        self.folder.write_once(partials)
        self._partials += [file.path for file in partials]

    def sign(self) -> None:
        """Sign the present size, each step durable before the next (3.5); nobody sees it yet."""
        self._has_full_tiles |= bool(self._completed)
        self.write_tiles()
        checkpoint = Checkpoint(self.identity.origin, self.size, self.compute_root())
        self._check_files(checkpoint)
        note = sign_checkpoint(checkpoint, self.identity.checkpoint_seed)
        signed = SignedCheckpoint(checkpoint.size, checkpoint.root, note)
        replace_file(self._last_signed, note, mode=0o600)
        self.store.record_checkpoint(signed)
        self.signed, self.lines = signed, {}

    def publish(self, lines: Mapping[str, bytes] | None = None) -> None:
        """Publish what was signed last under the cosignatures that came (3.6); may be done again when more came."""
        if self.signed is None:
            return
        if lines:
            self.store.record_cosignatures(self.signed.size, lines)
            self.lines = self.store.list_cosignatures(self.signed.size)
        note = self.signed.note + b"".join(line for _, line in sorted(self.lines.items()))
        if self.folder.read(CHECKPOINT) != note:
            replace_file(self.folder.root / CHECKPOINT, note)
        if self._has_full_tiles:
            self._has_full_tiles = False
            self.destroy_outgrown_partials()

    def sign_and_publish(self) -> None:
        """Do both at once, where nobody is asked in between."""
        self.sign()
        self.publish()

    def adopt_signed(self, signed: SignedCheckpoint, lines: Mapping[str, bytes]) -> None:
        """Record and publish the newest signed checkpoint, wherever a crash cut that short."""
        self.store.record_checkpoint(signed)
        self.signed = signed
        self.store.record_cosignatures(signed.size, lines)
        self.lines = self.store.list_cosignatures(signed.size)
        self.publish()

    def adopt_partials(self) -> None:
        """Take over the partial files that an earlier life of the service left."""
        self._partials = self.folder.list_partial_paths()

    def destroy_outgrown_partials(self) -> None:
        """Remove partial files for which the published tree has the full one."""
        outgrown = {path for path in self._partials if self.folder.has(path.partition(".p/")[0])}
        self.folder.destroy_partials(sorted(outgrown))
        self._partials = sorted(set(self._partials) - outgrown)

    def _remember(self, data: bytes) -> None:
        entry = parse_entry(data)
        if entry.kind == "door_admitted":
            admit_entry(entry, self.keys)
        if entry.by == LOG and entry.kind == "holdings_declared":
            self.declared_columns = entry.body["columns"]
        if entry.by == LOG and entry.kind == "policy_stated":
            self.stated_policy = entry.body["policy"]
        if entry.kind == "heartbeat" or self.size == 1:
            self._last_beat = entry.at

    def _check_files(self, checkpoint: Checkpoint) -> None:
        """Read the right edge back from the files: what is signed is what readers find, and it continues the past."""
        if self._read_root(checkpoint.size) != checkpoint.root:
            raise WouldForkError("The log's files do not give the root of its entries; nothing was signed.")
        if self.signed and self._read_root(self.signed.size) != self.signed.root:
            raise WouldForkError(
                "The log's files do not give the root that was signed last; nothing was signed."
            )

    def _read_root(self, size: int) -> bytes:
        rows: list[list[bytes]] = []
        level, count = 0, size
        while count:
            number, width = divmod(count, TILE_WIDTH)
            rows.append(self._read_tile(level, number, width) if width else [])
            level, count = level + 1, number
        return compute_edge_root(rows)

    def _read_tile(self, level: int, number: int, width: int) -> list[bytes]:
        """Read the first hashes of a tile from its full file, or else from the partial one."""
        tile = self.folder.read(encode_tile_path(level, number))
        if tile is None:
            tile = self.folder.read(encode_tile_path(level, number, width))
        hashes = parse_tile(tile or b"")
        if len(hashes) < width:
            raise WouldForkError("A tile of the log is shorter than it was; nothing was signed.")
        return hashes[:width]
