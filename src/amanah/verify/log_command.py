"""`log`: reads a whole log and says what holds, what does not, what was noticed and what nobody checked."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from amanah.core.errors import VerificationError
from amanah.core.public_log.policies import Policy, WitnessedCheckpoint
from amanah.core.public_log.reading import is_stale
from amanah.core.public_log.rules import Finding, RuleBook, RuleBrokenError
from amanah.verify.memory import Memory, read_memory, write_memory
from amanah.verify.report import (
    DOES_NOT_HOLD,
    HOLDS,
    Evidence,
    keep_evidence,
    say_errors,
    say_evidence,
    say_holds,
    say_not_checked,
    say_noticed,
    tell_time,
)
from amanah.verify.sources import CHECKPOINT, LONGEST_LOG_FILE, fetch_file, find_file
from amanah.verify.trust import Trust, add_trust_options, read_trust
from amanah.verify.walk import Landmark, Walk, Walker

SEEN_BEFORE = "seen here before"
SHOWN_NOW = "shown now"


def add_log_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `log` to the command line."""
    log = commands.add_parser("log", help="read the whole log and check every entry")
    log.add_argument("place", metavar="URL|DIR", help="the public log, or a folder with its files")
    add_trust_options(log, is_required=True)
    log.add_argument(
        "--remember", type=Path, metavar="FILE", help="compare with, then update, what was seen last time"
    )
    log.add_argument(
        "--evidence", type=Path, metavar="FILE", help="where to add both notes if something does not hold"
    )
    log.add_argument(
        "--tiles", action=argparse.BooleanOptionalAction, default=True, help="check the hash tiles too"
    )
    log.set_defaults(run=run_log)


def run_log(arguments: argparse.Namespace) -> int:
    """Check a whole log, and that it did not shrink or change since last time."""
    trust = read_trust(arguments)
    memory = read_memory(arguments.remember) if arguments.remember else None
    note = fetch_file(arguments.place, CHECKPOINT, longest=LONGEST_LOG_FILE)
    landmarks = (find_landmark(memory),) if memory else ()
    walker = Walker(lambda path: find_file(arguments.place, path), trust, landmarks, arguments.tiles)
    now = int(time.time())
    try:
        walk = walker.walk(note)
    except VerificationError as error:
        return _refuse(arguments, [error], list_evidence(memory, note), now)
    findings = walk.list_findings(now, trust.policy_file)
    broken = [*walk.problems, *list_breaches(findings)]
    broken += [walk.not_witnessed] if walk.not_witnessed else []
    _say_what_holds(walk, trust, memory, checks_tiles=arguments.tiles)
    say_findings(walk.book, [finding for finding in findings if not finding.is_breach])
    if walk.is_judged and is_stale(walk.alive_at, now):
        say_noticed(
            f"the newest sign of life is of {tell_time(walk.alive_at)}: the log stands still, or this is an old copy"
        )
    _say_what_was_not_checked(arguments, trust.policy)
    if broken:
        return _refuse(arguments, broken, list_evidence(memory, note), now)
    if arguments.remember:
        checkpoint = walk.checkpoint
        alarms = memory.alarms if memory else {}
        write_memory(arguments.remember, Memory(checkpoint.size, checkpoint.root, note, alarms))
        print(f"  remembered in {arguments.remember}")
    return HOLDS


def find_landmark(memory: Memory) -> Landmark:
    """Give what was remembered as a state that the log must continue."""
    return Landmark(SEEN_BEFORE, memory.size, memory.root, memory.note)


def list_evidence(memory: Memory | None, note: bytes) -> list[Evidence]:
    """List the note that was kept and the one that is shown."""
    before = [Evidence(SEEN_BEFORE, memory.note)] if memory and memory.note else []
    return [*before, Evidence(SHOWN_NOW, note)]


def list_breaches(findings: Sequence[Finding]) -> list[VerificationError]:
    """Give what breaks a rule as errors that name it."""
    return [
        RuleBrokenError(f"{finding.sentence} (rule {finding.rule}, entry {finding.index})")
        for finding in findings
        if finding.is_breach
    ]


def say_findings(book: RuleBook, findings: Sequence[Finding]) -> None:
    """Say what was only noticed, and how much more of the same there is than was kept."""
    for finding in findings:
        say_noticed(f"{finding.sentence} ({finding.rule})")
    for rule in sorted({finding.rule for finding in findings}):
        more = book.counts[rule] - sum(finding.rule == rule for finding in findings)
        if more > 0:
            say_noticed(f"{more} more of the kind {rule}")


def tell_witnesses(policy: Policy, witnessed: WitnessedCheckpoint) -> str:
    """Say who has cosigned, and when they say that they saw it."""
    seen = ", ".join(f"{name} at {tell_time(at)}" for name, at in witnessed.seen_at.items())
    return (
        f"{len(witnessed.seen_at)} of the {len(policy.witnesses)} witnesses of the policy have cosigned it, "
        f"which asks for {witnessed.least}: {seen}"
    )


def _say_what_holds(walk: Walk, trust: Trust, memory: Memory | None, *, checks_tiles: bool) -> None:
    checkpoint, policy = walk.checkpoint, trust.policy
    say_holds(f"the checkpoint of {checkpoint.size} entries is signed by the log {checkpoint.origin}")
    if policy.count_least() and walk.not_witnessed is None:
        say_holds(tell_witnesses(policy, walk.witnessed))
    if walk.problems:
        return
    say_holds(f"{checkpoint.size} entries have the root that the log signed")
    if checks_tiles:
        say_holds("every hash tile holds the hashes of these entries")
    say_holds("every entry is signed by the office that it names, with the key admitted for it")
    if memory:
        say_holds(f"the {memory.size} entries seen last time are still there, unchanged")
    if not walk.book.is_broken:
        say_holds("the entries keep the rules among each other: one key, one plan, counts that fit")
    for kind, count in sorted(walk.kinds.items()):
        print(f"    {kind}: {count}")


def _say_what_was_not_checked(arguments: argparse.Namespace, policy: Policy) -> None:
    if not policy.count_least():
        say_not_checked("whether the log shows others the same; no witness is needed by what you gave")
    if arguments.policy is None:
        say_not_checked("whether the log stated its policy; add --policy")
    if not arguments.remember:
        say_not_checked("whether the log took something back since you looked last; keep --remember")
    if not arguments.tiles:
        say_not_checked("the hash tiles, from which others make proofs")
    say_not_checked("whether everything that was done was logged; no log can show that")


def _refuse(
    arguments: argparse.Namespace, errors: Sequence[VerificationError], notes: Sequence[Evidence], now: int
) -> int:
    """Say what does not hold and keep the evidence; what was remembered stays as it was."""
    say_errors(errors)
    say_evidence(notes)
    if arguments.evidence:
        keep_evidence(arguments.evidence, [str(error) for error in errors], notes, now=now)
    return DOES_NOT_HOLD
