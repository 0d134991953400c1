"""The drill's table: attack, linked, chance level, interval. It prints findings and decides nothing else."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from amanah.drill.chance import Finding

COLUMNS = "{attack:<{width}}  {linked:>6} of {trials:<6} {chance:>7}  {low:>6}-{high:<6}  {verdict}"


@dataclass(frozen=True)
class Report:
    """All findings of one drill."""

    findings: Sequence[Finding]

    @property
    def leaks(self) -> list[Finding]:
        """Give the findings that beat chance, or that must not exist at all."""
        return [finding for finding in self.findings if finding.beats_chance(len(self.findings))]

    @property
    def names_recovered(self) -> int:
        """Count the members of whom a name, address, browser or device secret was found anywhere."""
        return max(
            (f.linked for f in self.findings if f.attack.startswith("search for each member's")), default=0
        )

    def as_json(self) -> dict[str, object]:
        """Give everything for a machine."""
        return {
            "attacks": len(self.findings),
            "names_recovered": self.names_recovered,
            "leaks": [asdict(finding) for finding in self.leaks],
            "findings": [asdict(finding) for finding in self.findings],
        }


def render_table(report: Report) -> str:
    """Give the table, the most surprising attack of each kind first, and the sentence that counts."""
    width = max(48, min(72, shutil.get_terminal_size((120, 40)).columns - 48))
    lines = [f"{'attack':<{width}}  {'linked':>6} {'':<9} {'chance':>7}  {'95 % interval':<13}  verdict"]
    lines += [_render_line(finding, report, width) for finding in summarise(report.findings)]
    lines.append("")
    lines.append(
        f"{len(report.findings)} attacks. Names, addresses and secrets recovered: {report.names_recovered}. "
        f"Attacks that beat chance: {len(report.leaks)}."
    )
    lines += [
        f"LEAK  {finding.attack}  ({finding.where}) p={finding.p:.2g} {finding.note}"
        for finding in report.leaks
    ]
    return "\n".join(lines)


def summarise(findings: Iterable[Finding]) -> list[Finding]:
    """Keep the strongest finding of each attack, so that hundreds of files give a table a person can read."""
    strongest: dict[str, Finding] = {}
    for finding in findings:
        key = finding.attack
        best = strongest.get(key)
        if best is None or (finding.p, -finding.linked) < (best.p, -best.linked):
            strongest[key] = finding
    return list(strongest.values())


def _render_line(finding: Finding, report: Report, width: int) -> str:
    low, high = finding.interval
    return COLUMNS.format(
        attack=finding.attack[:width],
        width=width,
        linked=finding.linked,
        trials=finding.trials,
        chance=f"{finding.chance:.1%}",
        low=f"{low:.1%}",
        high=f"{high:.1%}",
        verdict="LEAK" if finding.beats_chance(len(report.findings)) else "no better than chance",
    )
