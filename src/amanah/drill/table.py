"""The drill's table: one line for each kind of attack, with its strongest result. It decides nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from amanah.drill.attack_across import EQUAL_VALUES, LINED_UP, ROW_SIZES
from amanah.drill.attack_answers import LINKED, NAMED, TELLING
from amanah.drill.attack_orders import COLUMN, PAGES, PLACES, STORAGE, TIMES
from amanah.drill.attack_secrets import AT_THE_REQUEST_DOOR, DESTROYED, MARKS, NAMES, SECRETS
from amanah.drill.attack_wire import KEYS, SIZES, TIMING
from amanah.drill.chance import Finding

KINDS = (
    NAMES,
    SECRETS,
    MARKS,
    AT_THE_REQUEST_DOOR,
    DESTROYED,
    KEYS,
    SIZES,
    ROW_SIZES,
    TIMING,
    LINED_UP,
    EQUAL_VALUES,
    STORAGE,
    COLUMN,
    PLACES,
    PAGES,
    TIMES,
    NAMED,
    LINKED,
    TELLING,
)
PROMISED = frozenset({LINKED, TELLING})
"""Here chance is what a bag allows by its weight: an attack that gets no further has got what was promised."""
LINE = "{kind:<35} {tries:>6}  {linked:>6} of {trials:<6} {chance:>7}  {low:>5}-{high:<5}  {verdict}"


@dataclass(frozen=True)
class Searched:
    """How much one seizure held."""

    label: str
    files: int
    size: int
    rows: int


@dataclass(frozen=True)
class Report:
    """All findings of one drill."""

    findings: Sequence[Finding]
    searched: Sequence[Searched] = ()

    @property
    def counted(self) -> list[Finding]:
        """Give the findings on which the verdict rests."""
        return [finding for finding in self.findings if not finding.is_last_seconds]

    @property
    def leaks(self) -> list[Finding]:
        """Give the findings that beat chance, or that must not exist at all."""
        counted = self.counted
        return [finding for finding in counted if finding.beats_chance(len(counted))]

    @property
    def names_recovered(self) -> int:
        """Count the members of whom a name, address, browser or device secret was found anywhere."""
        return max((f.linked for f in self.findings if f.kind in {NAMES, SECRETS}), default=0)

    def as_json(self) -> dict[str, object]:
        """Give everything for a machine."""
        return {
            "attacks": len(self.counted),
            "names_recovered": self.names_recovered,
            "searched": [asdict(entry) for entry in self.searched],
            "leaks": [_as_json(finding) for finding in self.leaks],
            "findings": [_as_json(finding) for finding in self.findings],
        }


def _as_json(finding: Finding) -> dict[str, object]:
    return asdict(finding) | {"attack": finding.attack, "interval": finding.interval}


def render_table(report: Report) -> str:
    """Give the table: kinds in a fixed order, the strongest result of each, then the sentence that counts."""
    lines = [
        f"taken {entry.label}: {entry.files} files, {entry.size / 1e6:.1f} MB, {entry.rows} rows of tables"
        for entry in report.searched
    ]
    lines += [
        "",
        f"{'attack, strongest of':<35} {'tries':>6}  {'linked':>6}    {'':<6} {'chance':>7}  {'95 %':^11}  verdict",
    ]
    lines += [_render_kind(kind, found, report) for kind, found in group_by_kind(report.counted)]
    hurried = [finding for finding in report.findings if finding.is_last_seconds]
    if hurried:
        lines += [
            "",
            "The last seconds: seized in the thick of it, before the doors had tidied up (shown, not counted)",
        ]
        lines += [_render_kind(kind, found, report) for kind, found in group_by_kind(hurried)]
    lines += [
        "",
        f"{len(report.counted)} attacks. Names, addresses and secrets recovered: {report.names_recovered}. "
        f"Attacks that beat chance: {len(report.leaks)}.",
    ]
    lines += [
        f"LEAK  {finding.attack}\n      {finding.where}, p = {finding.p:.1g} {finding.note}".rstrip()
        for finding in report.leaks
    ]
    return "\n".join(lines)


def group_by_kind(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Give the findings of each kind, kinds in the order of the table."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.kind, []).append(finding)
    places = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(groups.items(), key=lambda group: places.get(group[0], len(places)))


def find_strongest(findings: Sequence[Finding]) -> Finding:
    """Give the most surprising finding, and among equals the one that links most."""
    return min(findings, key=lambda finding: (finding.p, -finding.linked, -finding.trials))


def _render_kind(kind: str, findings: Sequence[Finding], report: Report) -> str:
    strongest = find_strongest(findings)
    low, high = strongest.interval
    if strongest.beats_chance(len(report.counted)):
        verdict = "yes" if strongest.is_last_seconds else "LEAK"
    else:
        verdict = "nothing" if strongest.is_forbidden else "promised" if kind in PROMISED else "chance"
    return LINE.format(
        kind=kind,
        tries=len(findings),
        linked=strongest.linked,
        trials=strongest.trials,
        chance="none" if strongest.is_forbidden else f"{strongest.chance:.1%}",
        low=f"{low:.0%}",
        high=f"{high:.0%}",
        verdict=verdict,
    )
