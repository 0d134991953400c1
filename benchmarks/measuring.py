"""The run rule: denominator, ours, denominator again; only ratios within one run; the CPU of others beside each row.

It never turns a noisy run into a verdict, and never compares numbers of two runs.
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

CORES = 2
MOST_FOREIGN = 0.4
QUIET_CORES = 0.2
QUIET_SECONDS = 5.0
Verdict = Literal["met", "missed", "noisy", "no goal"]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Scale:
    """How much is measured; `TINY` only proves that every part runs."""

    rounds: int
    seconds: float
    openssl_seconds: int
    passes_per_second: int
    members: int
    has_network: bool
    entries: int
    patience: float = 0.0

    def count_passes(self, seconds: float | None = None) -> int:
        """Give more passes than any gate here can take in the time, so that none waits for the crowd."""
        return int((self.seconds if seconds is None else seconds) * self.passes_per_second)

    def list_tree_sizes(self) -> tuple[int, int, int]:
        """Give the sizes at which the log's tree is measured: 10 thousand, 1 million and 10 million."""
        return self.entries // 1_000, self.entries // 10, self.entries


FULL = Scale(
    rounds=3,
    seconds=4.0,
    openssl_seconds=3,
    passes_per_second=12_000,
    members=1_000,
    has_network=True,
    entries=10_000_000,
)
TINY = Scale(
    rounds=1,
    seconds=0.5,
    openssl_seconds=1,
    passes_per_second=400,
    members=20,
    has_network=False,
    entries=10_000,
)


@dataclass(frozen=True)
class Goal:
    """A number that a figure must reach or stay under."""

    kind: Literal["at least", "at most"]
    value: float

    def is_met(self, value: float) -> bool:
        """Tell whether the figure is good enough."""
        return value >= self.value if self.kind == "at least" else value <= self.value

    def __str__(self) -> str:
        return f"{'>=' if self.kind == 'at least' else '<='} {self.value:g}"


@dataclass(frozen=True)
class Sample:
    """One round: the denominator before and after, ours between them, and what others took of the machine."""

    before: float
    ours: float
    after: float
    foreign: float
    more: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Give ours in parts of the denominator."""
        return self.ours / statistics.fmean((self.before, self.after))


@dataclass(frozen=True)
class Row:
    """One line of the table; `needs_quiet` is false for sizes, which no neighbour can change."""

    figure: str
    title: str
    value: float
    unit: str
    foreign: float
    goal: Goal | None = None
    needs_quiet: bool = True
    more: Mapping[str, float] = field(default_factory=dict)
    samples: Sequence[Sample] = ()
    note: str = ""

    @property
    def is_noisy(self) -> bool:
        """Tell whether others took so much of the machine that the number proves nothing."""
        return self.needs_quiet and self.foreign > MOST_FOREIGN

    @property
    def verdict(self) -> Verdict:
        """Judge the row against its goal, unless the run was noisy."""
        if self.goal is None:
            return "no goal"
        if self.is_noisy:
            return "noisy"
        return "met" if self.goal.is_met(self.value) else "missed"


class CpuWatch:
    """Measures how many cores others used between start and end: the machine's time minus our process tree's.

    Interrupts are left out: on a loopback crowd they are our own, though no process is charged for them.
    """

    def __enter__(self) -> Self:
        self._started = self._read()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        ended = self._read()
        wall, machine, ours = (late - early for early, late in zip(self._started, ended, strict=True))
        self.seconds = wall
        self.ours = ours / wall
        self.foreign = max(0.0, (machine - ours) / wall)

    @staticmethod
    def _read() -> tuple[float, float, float]:
        return time.monotonic(), read_machine_seconds(), read_tree_seconds(os.getpid())


def read_machine_seconds() -> float:
    """Give the CPU seconds used on this machine, those taken by the host's other guests included."""
    user, nice, system, _idle, _iowait, _irq, _softirq, steal, *_ = (
        int(value) for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + steal) / _TICKS


def read_tree_seconds(root: int) -> float:
    """Give the CPU seconds of a process and all its descendants, those that have ended included."""
    used: dict[int, float] = {}
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                values = (folder / "stat").read_text().rpartition(") ")[2].split()
            except OSError:  # it ended while we looked; its parent has its time
                continue
            parents[int(folder.name)] = int(values[1])
            # Own time, and that of children already waited for: the sum stays the same when a process ends.
            used[int(folder.name)] = sum(int(value) for value in values[11:15]) / _TICKS
    tree = list_tree(root, parents)
    return sum(used[process] for process in tree)


def list_tree(root: int, parents: Mapping[int, int] | None = None) -> list[int]:
    """List a process and its living descendants."""
    known = _read_parents() if parents is None else parents
    tree = [root]
    for process in tree:
        tree += [child for child, parent in known.items() if parent == process]
    return tree


def _read_parents() -> dict[int, int]:
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
            except OSError:
                continue
    return parents


Measure = Callable[[], float]
MeasureWithMore = Callable[[], tuple[float, Mapping[str, float]]]


def take_sample(denominator: Measure, ours: MeasureWithMore) -> Sample:
    """Run one round under the run rule."""
    with CpuWatch() as watch:
        before = denominator()
        value, more = ours()
        after = denominator()
    return Sample(before, value, after, watch.foreign, more)


def collect_samples(scale: Scale, measure_round: Callable[[], Sample]) -> list[Sample]:
    """Take the rounds. With patience, wait for a quiet machine, and repeat a round that others disturbed.

    What a round gave is never a reason to repeat it: only how much of the machine others took.
    """
    deadline = time.monotonic() + scale.patience
    samples: list[Sample] = []
    disturbed: list[Sample] = []
    while len(samples) < scale.rounds:
        wait_for_quiet(deadline)
        sample = measure_round()
        (samples if sample.foreign <= MOST_FOREIGN else disturbed).append(sample)
        if time.monotonic() >= deadline and len(samples) + len(disturbed) >= scale.rounds:
            break
    return (samples + disturbed)[: scale.rounds]


def wait_for_quiet(deadline: float) -> None:
    """Return when others have left the machine alone for a few seconds, or at the deadline."""
    while time.monotonic() < deadline:
        with CpuWatch() as watch:
            time.sleep(min(QUIET_SECONDS, max(0.0, deadline - time.monotonic())))
        if watch.foreign <= QUIET_CORES:
            return


def compute_median(samples: Sequence[Sample], read: Callable[[Sample], float]) -> float:
    """Give the median of a number over the rounds."""
    return statistics.median(read(sample) for sample in samples)


def build_ratio_row(
    figure: str, title: str, samples: Sequence[Sample], *, goal: Goal | None, names: tuple[str, str, str]
) -> Row:
    """Make a row of the median ratio; `names` are the unit, what ours is called and what the denominator is called."""
    unit, ours, denominator = names
    more = {
        ours: compute_median(samples, lambda sample: sample.ours),
        denominator: compute_median(samples, lambda sample: statistics.fmean((sample.before, sample.after))),
    }
    for key in samples[0].more:
        more[key] = statistics.median(sample.more[key] for sample in samples)
    return Row(
        figure=figure,
        title=title,
        value=compute_median(samples, lambda sample: sample.ratio),
        unit=unit,
        foreign=compute_median(samples, lambda sample: sample.foreign),
        goal=goal,
        more=more,
        samples=samples,
    )


def hold_to_cores() -> None:
    """Keep this process, and with it everything it starts, on two cores: that is the machine the goals are about."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) > CORES:
        os.sched_setaffinity(0, set(available[:CORES]))
