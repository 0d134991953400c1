"""What a reader does before believing the log (`spec/public_log.md` 4), and the verified entries that come out of it.

It never gives an entry that it has not checked, and never accepts a past that differs from the one seen before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from amanah.core.encoding import parse_base64url
from amanah.core.errors import AmanahError, VerificationError
from amanah.core.public_log.entries import (
    Entry,
    check_schema,
    encode_entry,
    parse_entry,
    verify_entry_signature,
)
from amanah.core.public_log.merkle import Frontier, compute_leaf_hash
from amanah.core.public_log.policies import Policy, verify_witnessed
from amanah.core.public_log.schemas import LOG
from amanah.core.public_log.tiles import TILE_WIDTH, parse_bundle

Seen = tuple[int, bytes]
ADMITTED = "door_admitted"
STALE_SECONDS = 26 * 3_600


class ShrunkenLogError(VerificationError):
    """The log is smaller than it was."""

    code = "log-shrunken"


class ForkedLogError(VerificationError):
    """The log shows another past than before."""

    code = "log-forked"


class IncompleteLogError(VerificationError):
    """The bundles do not hold what the checkpoint promises."""

    code = "log-incomplete"


class BadLogEntryError(VerificationError):
    """The log holds an entry that the log service had to refuse."""

    code = "log-entry-bad"


@dataclass(frozen=True)
class LogView:
    """The whole verified log at one size; entries stand at their index; `witnessed_at` is UTC seconds (4.6)."""

    entries: tuple[Entry, ...] = ()
    keys: Mapping[str, bytes] = field(default_factory=dict)
    peaks: tuple[bytes, ...] = ()
    witnessed_at: int | None = None

    @property
    def size(self) -> int:
        """Count all entries, of unknown kinds too."""
        return len(self.entries)

    @cached_property
    def root(self) -> bytes:
        """Give the root of the tree."""
        return Frontier(self.size, self.peaks).compute_root()

    @property
    def alive_at(self) -> int:
        """Give the newest sign of life (4.6): what witnesses saw, or without them the last entry's own time."""
        if self.witnessed_at is not None:
            return self.witnessed_at
        return self.entries[-1].at if self.entries else 0

    @property
    def seen(self) -> Seen:
        """Give what a reader must remember."""
        return (self.size, self.root)

    def list_entries(self, kind: str) -> tuple[Entry, ...]:
        """List the entries of a kind in the order of the log."""
        return self._by_kind.get(kind, ())

    def list_entries_about(self, kind: str, ref: str) -> tuple[Entry, ...]:
        """List the entries of a kind about one subject; whoever needs exactly one checks that here."""
        return self._by_subject.get((kind, ref), ())

    def find_entry(self, kind: str, ref: str) -> Entry | None:
        """Find the first entry of a kind about one subject."""
        found = self.list_entries_about(kind, ref)
        return found[0] if found else None

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[Entry, ...]]:
        groups: dict[str, list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault(entry.kind, []).append(entry)
        return {kind: tuple(group) for kind, group in groups.items()}

    @cached_property
    def _by_subject(self) -> Mapping[tuple[str, str], tuple[Entry, ...]]:
        groups: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            if entry.ref is not None:
                groups.setdefault((entry.kind, entry.ref), []).append(entry)
        return {subject: tuple(group) for subject, group in groups.items()}


EMPTY_VIEW = LogView()


def is_stale(alive_at: int, now: int) -> bool:
    """Tell whether a log has given no sign of life for so long that it may be an old copy (4.6)."""
    return now - alive_at > STALE_SECONDS


def verify_log(
    checkpoint: bytes, bundles: Sequence[bytes], policy: Policy, last_seen: Seen | None = None
) -> LogView:
    """Check a whole log from its checkpoint and all its bundles (4.1 to 4.5)."""
    return extend_view(EMPTY_VIEW, checkpoint, bundles, policy, last_seen)


def extend_view(
    view: LogView,
    checkpoint: bytes,
    bundles: Sequence[bytes],
    policy: Policy,
    last_seen: Seen | None = None,
) -> LogView:
    """Check a later checkpoint with the bundles from number `view.size // 256` on; give the larger view.

    A bundle may hold more entries than the checkpoint promises, as when the full one took a partial one's place.
    """
    witnessed = verify_witnessed(checkpoint, policy)
    promise = witnessed.checkpoint
    if promise.size < max(view.size, last_seen[0] if last_seen else 0):
        raise ShrunkenLogError("The log is smaller than it was before.")
    leaves = _list_new_leaves(view, bundles, promise.size)
    frontier = Frontier(view.size, view.peaks)
    _check_remembered(frontier, last_seen)
    for leaf in leaves:
        frontier.append(compute_leaf_hash(leaf))
        _check_remembered(frontier, last_seen)
    if frontier.compute_root() != promise.root:
        raise ForkedLogError("The entries do not have the root that the log signed.")
    keys = dict(view.keys)
    entries = tuple(_verify_entry(leaf, keys) for leaf in leaves)
    return LogView(view.entries + entries, keys, frontier.peaks, witnessed.witnessed_at)


def admit_entry(entry: Entry, keys: dict[str, bytes]) -> None:
    """Check the signature of the next entry, and take in the key that it admits (4.3).

    The first entry admits the log itself and is signed by the key that it carries; that key stays.
    """
    if not keys:
        if entry.kind != ADMITTED or entry.body["door"] != LOG:
            raise BadLogEntryError("The first entry does not admit the log itself.")
        keys[LOG] = parse_base64url(entry.body["key"])
    if entry.by not in keys:
        raise BadLogEntryError("An entry is by an office that was not admitted before.")
    verify_entry_signature(entry, keys[entry.by])
    if entry.kind == ADMITTED and entry.body["door"] != LOG:
        keys[entry.body["door"]] = parse_base64url(entry.body["key"])


def _list_new_leaves(view: LogView, bundles: Sequence[bytes], size: int) -> list[bytes]:
    """Cut out what the view does not hold yet; what it holds already must be there unchanged."""
    first = view.size // TILE_WIDTH * TILE_WIDTH
    leaves: list[bytes] = []
    for place, bundle in enumerate(bundles):
        parsed = parse_bundle(bundle)
        if len(parsed) < TILE_WIDTH and place < len(bundles) - 1:
            raise IncompleteLogError("A bundle in the middle of the log is not full.")
        leaves += parsed
    known = view.size - first
    if any(
        leaf != encode_entry(entry) for leaf, entry in zip(leaves[:known], view.entries[first:], strict=False)
    ):
        raise ForkedLogError("The log shows another entry where one stood before.")
    new = leaves[known : size - first]
    if len(new) != size - view.size:
        raise IncompleteLogError("The bundles hold fewer entries than the checkpoint promises.")
    return new


def _check_remembered(frontier: Frontier, last_seen: Seen | None) -> None:
    if last_seen and frontier.size == last_seen[0] and frontier.compute_root() != last_seen[1]:
        raise ForkedLogError("The log shows another past than the one seen before.")


def _verify_entry(leaf: bytes, keys: dict[str, bytes]) -> Entry:
    try:
        entry = parse_entry(leaf)
        if entry.is_known:
            check_schema(entry)
        admit_entry(entry, keys)
    except BadLogEntryError:
        raise
    except AmanahError as error:
        raise BadLogEntryError(f"The log holds an entry that it had to refuse: {error}") from error
    return entry
