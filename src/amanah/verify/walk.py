"""Reads a whole log once, bundle by bundle, and judges everything about it that its files can show.

It keeps no entry, so that a log of any length can be read; and it never stops at the first thing that does not hold.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from amanah.core.errors import AmanahError, InvalidInputError, VerificationError
from amanah.core.public_log.checkpoints import Checkpoint
from amanah.core.public_log.diagnosis import (
    Damage,
    DamagedFilesError,
    ReadFile,
    describe_fork,
    describe_shrinking,
    find_damage,
    find_damages,
    read_served,
)
from amanah.core.public_log.entries import Entry, check_schema, parse_entry
from amanah.core.public_log.policies import NotWitnessedError, WitnessedCheckpoint, read_cosignatures
from amanah.core.public_log.reading import (
    BadLogEntryError,
    ForkedLogError,
    ShrunkenLogError,
    admit_entry,
)
from amanah.core.public_log.rules import Finding, RuleBook
from amanah.core.public_log.tiles import (
    ENTRIES,
    TILE_WIDTH,
    TileFile,
    TreeEdge,
    parse_bundle,
    parse_tile,
)
from amanah.verify.trust import Trust

MOST_DAMAGES = 20

TakeEntry = Callable[[int, Entry], None]


@dataclass(frozen=True)
class Landmark:
    """A state of the log that somebody saw: its size and root, and the signed note if it was kept."""

    whose: str
    size: int
    root: bytes
    note: bytes | None


@dataclass
class Walk:
    """What one reading of a log showed; `problems` is empty where everything held."""

    note: bytes
    witnessed: WitnessedCheckpoint
    book: RuleBook = field(default_factory=RuleBook)
    kinds: Counter[str] = field(default_factory=Counter)
    keys: dict[str, bytes] = field(default_factory=dict)
    problems: list[VerificationError] = field(default_factory=list)
    not_witnessed: NotWitnessedError | None = None
    contradicted: list[Landmark] = field(default_factory=list)
    has_root: bool = False
    is_judged: bool = False
    first_at: int = 0
    last_at: int = 0

    @property
    def checkpoint(self) -> Checkpoint:
        """Give what the log signed."""
        return self.witnessed.checkpoint

    @property
    def alive_at(self) -> int:
        """Give the newest sign of life (4.6)."""
        if self.not_witnessed is None and self.witnessed.witnessed_at is not None:
            return self.witnessed.witnessed_at
        return self.last_at

    def list_findings(self, now: int, policy_file: bytes | None) -> list[Finding]:
        """List what the rules say about the entries that the log signed; damaged files say nothing about it."""
        if not self.has_root:
            return []
        end = self.book.conclude(now=now, policy_file=policy_file) if self.is_judged else []
        return [*self.book.findings, *end]


@dataclass(frozen=True)
class Walker:
    """How a log is read: from where, believing whom, held against which landmarks."""

    read_file: ReadFile
    trust: Trust
    landmarks: tuple[Landmark, ...] = ()
    checks_tiles: bool = True
    take_entry: TakeEntry | None = None

    def walk(self, note: bytes) -> Walk:
        """Read the log that a checkpoint promises; raise where the checkpoint itself is not the log's."""
        policy = self.trust.policy
        walk = Walk(note, read_cosignatures(note, policy))
        if not policy.is_met_by(walk.witnessed.seen_at):
            walk.not_witnessed = NotWitnessedError(
                f"The checkpoint of {walk.checkpoint.size} entries has {len(walk.witnessed.seen_at)} cosignatures of "
                f"the {len(policy.witnesses)} witnesses; the policy asks for {walk.witnessed.least}."
            )
        reading = _Reading(walk, self)
        walk.has_root = reading.read_bundles()
        walk.is_judged = walk.has_root and not reading.bad_entries
        if walk.has_root:
            walk.problems += [DamagedFilesError(damage.sentence) for damage in reading.damages]
            walk.problems += reading.bad_entries
        else:
            walk.problems += list_damages(walk.checkpoint, self.read_file)
        self._compare_landmarks(walk, reading.roots if walk.has_root else {})
        return walk

    def _compare_landmarks(self, walk: Walk, roots: dict[int, bytes]) -> None:
        shown = walk.checkpoint
        # Two signed roots of one size are proof, whatever the files hold.
        known = roots | {shown.size: shown.root}
        for landmark in self.landmarks:
            seen = (landmark.size, landmark.root)
            if landmark.size > shown.size:
                walk.problems.append(ShrunkenLogError(_by(landmark, describe_shrinking(seen, shown))))
                walk.contradicted.append(landmark)
            elif known.get(landmark.size, landmark.root) != landmark.root:
                told = describe_fork(seen, known[landmark.size], shown)
                walk.problems.append(ForkedLogError(_by(landmark, told)))
                walk.contradicted.append(landmark)


def list_damages(checkpoint: Checkpoint, read_file: ReadFile) -> list[VerificationError]:
    """List what was broken in files that do not lead to the signed root."""
    damages: Iterable[Damage] = islice(find_damages(checkpoint, read_file), MOST_DAMAGES)
    errors: list[VerificationError] = [DamagedFilesError(damage.sentence) for damage in damages]
    return errors or [
        DamagedFilesError(
            "The files did not have the root that the log signed, and have it now; somebody changes them. Check again."
        )
    ]


class _Reading:
    """The state of one reading: the growing tree, and what was found so far."""

    def __init__(self, walk: Walk, walker: Walker) -> None:
        self._walk = walk
        self._walker = walker
        self._edge = TreeEdge()
        self._landmark_sizes = {landmark.size for landmark in walker.landmarks}
        self.roots: dict[int, bytes] = {}
        self.damages: list[Damage] = []
        self.bad_entries: list[BadLogEntryError] = []

    def read_bundles(self) -> bool:
        """Read every bundle; tell whether the entries have the signed root."""
        size = self._walk.checkpoint.size
        self._remember_root()
        for number in range(-(-size // TILE_WIDTH)):
            served = read_served(self._walker.read_file, ENTRIES, number, size)
            try:
                leaves = parse_bundle(served.data or b"")
            except InvalidInputError:
                return False
            if len(leaves) != served.width:
                return False
            for leaf in leaves:
                self._take(leaf)
        if self._edge.compute_root() != self._walk.checkpoint.root:
            return False
        self._compare_tiles(self._edge.list_partial_files())
        return True

    def _take(self, leaf: bytes) -> None:
        completed = self._edge.append(leaf)
        self._remember_root()
        if completed:
            self._compare_tiles(completed)
        # After a bad entry nobody knows which keys are admitted, so that nothing more can be judged.
        if not self.bad_entries:
            self._judge(leaf, self._edge.size - 1)

    def _judge(self, leaf: bytes, index: int) -> None:
        walk = self._walk
        try:
            entry = parse_entry(leaf)
            if entry.is_known:
                check_schema(entry)
            admit_entry(entry, walk.keys)
        except AmanahError as error:
            self.bad_entries.append(BadLogEntryError(f"Entry {index} had to be refused by the log: {error}"))
            return
        walk.book.take(entry)
        walk.kinds[entry.kind if entry.is_known else "of an unknown kind"] += 1
        walk.last_at = entry.at
        if index == 0:
            walk.first_at = entry.at
        if self._walker.take_entry is not None:
            self._walker.take_entry(index, entry)

    def _remember_root(self) -> None:
        if self._edge.size in self._landmark_sizes:
            self.roots[self._edge.size] = self._edge.compute_root()

    def _compare_tiles(self, files: list[TileFile]) -> None:
        if not self._walker.checks_tiles:
            return
        for level, number, file in _list_hash_tiles(files):
            if len(self.damages) < MOST_DAMAGES:
                served = read_served(self._walker.read_file, level, number, self._walk.checkpoint.size)
                damage = find_damage(served, parse_tile(file.data))
                self.damages += [damage] if damage else []


def _list_hash_tiles(files: list[TileFile]) -> Iterator[tuple[int, int, TileFile]]:
    for file in files:
        _, level, *number = file.path.partition(".p/")[0].split("/")
        if level != ENTRIES:
            yield int(level), int("".join(number).replace("x", "")), file


def _by(landmark: Landmark, sentence: str) -> str:
    return f"{sentence} (Compared with: {landmark.whose}.)"
