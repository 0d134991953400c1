"""`monitor`: watches a log for somebody who is asleep; says only what is new, and ends with a status that alarms.

It never forgets the last state that held until a newer one holds and enough witnesses have seen it.
"""

import argparse
import hashlib
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from amanah.core.errors import VerificationError
from amanah.core.public_log.entries import Entry
from amanah.core.public_log.policies import read_cosignatures
from amanah.core.public_log.reading import STALE_SECONDS, is_stale
from amanah.core.public_log.rules import Finding
from amanah.core.public_log.wording import describe_entry, name_kind
from amanah.verify.feed import MOST_ITEMS, FeedItem, encode_feed
from amanah.verify.log_command import find_landmark, list_breaches, list_evidence
from amanah.verify.memory import Memory, ToldAlarm, read_memory, replace_file, write_memory
from amanah.verify.report import (
    DOES_NOT_HOLD,
    HOLDS,
    NEEDS_ATTENTION,
    Evidence,
    keep_evidence,
    quote_for_terminal,
    say_broken,
    say_evidence,
    tell_time,
)
from amanah.verify.sources import CHECKPOINT, LONGEST_LOG_FILE, UnreachableError, fetch_file, find_file
from amanah.verify.trust import Trust, read_policy
from amanah.verify.walk import Walk, Walker
from amanah.verify.witnesses import Answers, ask_witnesses

# A log publishes at most 5 seconds after its witnesses have cosigned (3.4); before that, they hold more than it shows.
CATCH_UP_SECONDS = 15
# These are so now, and are told again at every run; other findings are told once, when their entry is new.
_LASTING_RULES = {"key-kept", "policy-stated"}


@dataclass(frozen=True)
class Alarm:
    """Something to tell a person; a breach makes the log broken. `name` is the same as long as the cause is."""

    name: str
    code: str
    sentence: str
    is_breach: bool


@dataclass(frozen=True)
class Watch:
    """What one run starts from."""

    place: str
    trust: Trust
    before: Memory | None
    now: int

    @property
    def known_size(self) -> int:
        """Count the entries that were told before."""
        return self.before.size if self.before else 0


def add_monitor_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `monitor` to the command line."""
    monitor = commands.add_parser("monitor", help="watch a log from cron: say only what is new, and alarm")
    monitor.add_argument("place", metavar="URL|DIR", help="the public log, or a folder with its files")
    monitor.add_argument("--policy", metavar="FILE|URL", required=True, help="the policy to hold the log to")
    monitor.add_argument(
        "--remember", type=Path, metavar="FILE", required=True, help="what was seen and told so far"
    )
    monitor.add_argument("--atom", type=Path, metavar="FILE", help="write what is new as an Atom feed")
    monitor.add_argument(
        "--evidence",
        type=Path,
        metavar="FILE",
        help="where to add the signed notes if something does not hold",
    )
    monitor.add_argument(
        "--witnesses", action="store_true", help="ask each witness of the policy what it has cosigned"
    )
    monitor.set_defaults(run=run_monitor)


def run_monitor(arguments: argparse.Namespace) -> int:
    """Read the whole log, tell what is new, and remember it if it holds."""
    trust = read_policy(arguments.policy)
    watch = Watch(arguments.place, trust, read_memory(arguments.remember), int(time.time()))
    answers = ask_witnesses(trust.policy) if arguments.witnesses else Answers()
    for sentence in answers.silent:
        print(f"not compared: {quote_for_terminal(sentence)}")
    note = fetch_checkpoint(watch.place, trust, answers)
    newest: deque[tuple[int, Entry]] = deque(maxlen=MOST_ITEMS)
    remembered = (find_landmark(watch.before),) if watch.before else ()
    walker = Walker(
        lambda path: find_file(watch.place, path),
        trust,
        (*remembered, *answers.landmarks),
        take_entry=lambda index, entry: newest.append((index, entry)),
    )
    try:
        walk = walker.walk(note)
    except VerificationError as error:
        alarms = [_blame_note(error, note)]
        _tell_alarms(arguments, watch, alarms, list_evidence(watch.before, note))
        _keep(arguments, watch, None, alarms, [])
        return DOES_NOT_HOLD
    alarms = list(find_alarms(watch, walk, answers))
    is_broken = any(alarm.is_breach for alarm in alarms)
    if not is_broken and walk.not_witnessed is None:
        _tell_news(watch, walk, newest)
    notes = _list_notes(watch, walk) if is_broken or walk.not_witnessed else []
    _tell_alarms(arguments, watch, alarms, notes)
    _keep(arguments, watch, None if is_broken else walk, alarms, [] if is_broken else list(newest))
    if is_broken:
        return DOES_NOT_HOLD
    return NEEDS_ATTENTION if alarms else HOLDS


def fetch_checkpoint(place: str, trust: Trust, answers: Answers) -> bytes:
    """Fetch the log's checkpoint, and give it a little time to publish what its witnesses have cosigned already."""
    largest = max((landmark.size for landmark in answers.landmarks), default=0)
    waited = 0
    while True:
        note = fetch_file(place, CHECKPOINT, longest=LONGEST_LOG_FILE)
        if not largest or waited >= CATCH_UP_SECONDS:
            return note
        try:
            if read_cosignatures(note, trust.policy).checkpoint.size >= largest:
                return note
        except VerificationError:
            return note
        time.sleep(1)
        waited += 1


def find_alarms(watch: Watch, walk: Walk, answers: Answers) -> Iterator[Alarm]:
    """Give everything that a person must look at, breaches first."""
    for problem in walk.problems:
        yield Alarm(f"{problem.code}:{_shorten(str(problem))}", problem.code, str(problem), is_breach=True)
    for breach in list_breaches(walk.book.findings if walk.has_root else []):
        yield Alarm(f"{breach.code}:{_shorten(str(breach))}", breach.code, str(breach), is_breach=True)
    if walk.not_witnessed is not None:
        code = walk.not_witnessed.code
        yield Alarm(
            f"{code}:{walk.checkpoint.size}",
            code,
            f"{walk.not_witnessed} What is new is told once it is witnessed.",
            is_breach=False,
        )
    if walk.is_judged:
        yield from _find_signs_of_death(watch, walk)
        yield from _find_findings(watch, walk)
    for sentence in answers.doubtful:
        yield Alarm(f"witness-doubtful:{_shorten(sentence)}", "witness-doubtful", sentence, is_breach=False)


def _find_signs_of_death(watch: Watch, walk: Walk) -> Iterator[Alarm]:
    if is_stale(walk.alive_at, watch.now):
        yield Alarm(
            f"log-stale:{walk.alive_at}",
            "log-stale",
            f"The newest sign of life is of {tell_time(walk.alive_at)}, more than 26 hours ago.",
            is_breach=False,
        )
    beat = walk.book.last_heartbeat_at
    # A log that is younger than a day has not had to write one.
    if watch.now - (walk.first_at if beat is None else beat) > STALE_SECONDS:
        last = "there is none" if beat is None else f"the last is of {tell_time(beat)}"
        sentence = f"The log wrote no heartbeat for more than 26 hours: {last}."
        yield Alarm(f"heartbeat-missing:{beat}", "heartbeat-missing", sentence, is_breach=False)
    yield from _find_missing_seals(watch, walk)


def _find_missing_seals(watch: Watch, walk: Walk) -> Iterator[Alarm]:
    """Alarm where the request door promised to seal, and does not; a door that never spoke promised nothing."""
    requests = walk.book.requests
    promised, sealed = requests.first_promised_at, requests.last_sealed_at
    if promised is not None and watch.now - max(promised, sealed or 0) > STALE_SECONDS:
        last = "there is none" if sealed is None else f"the last is of {tell_time(sealed)}"
        sentence = f"The request door sealed nothing for more than 26 hours: {last}."
        yield Alarm(f"seal-missing:{sealed}", "seal-missing", sentence, is_breach=False)


def _find_findings(watch: Watch, walk: Walk) -> Iterator[Alarm]:
    for finding in walk.list_findings(watch.now, watch.trust.policy_file):
        # A policy file can be older than the log's; that is for its owner to find out, and breaks nothing yet.
        is_reported = finding.rule == "policy-stated" or not finding.is_breach
        if is_reported and (finding.rule in _LASTING_RULES or finding.index >= watch.known_size):
            yield _blame_finding(finding)
    shown = _find_shown_policy(watch.place)
    last = walk.book.last_policy
    if shown is not None and (last is None or last.hash != hashlib.sha256(shown).hexdigest()):
        digest = hashlib.sha256(shown).hexdigest()
        sentence = f"The log shows a policy (SHA-256 {digest}) that is not the one it stated last."
        yield Alarm(f"policy-shown:{digest}", "policy-shown", sentence, is_breach=False)


def _find_shown_policy(place: str) -> bytes | None:
    """Find the policy that the log shows; where it cannot be had, there is nothing to compare."""
    try:
        return find_file(place, "policy")
    except UnreachableError:
        return None


def _blame_finding(finding: Finding) -> Alarm:
    return Alarm(f"{finding.rule}:{finding.index}", finding.rule, finding.sentence, is_breach=False)


def _blame_note(error: VerificationError, note: bytes) -> Alarm:
    return Alarm(
        f"{error.code}:{hashlib.sha256(note).hexdigest()[:16]}", error.code, str(error), is_breach=True
    )


def _shorten(sentence: str) -> str:
    return hashlib.sha256(sentence.encode()).hexdigest()[:16]


def _list_notes(watch: Watch, walk: Walk) -> list[Evidence]:
    others = [
        Evidence(landmark.whose, landmark.note)
        for landmark in walk.contradicted
        if landmark.note is not None and (watch.before is None or landmark.note != watch.before.note)
    ]
    return [*list_evidence(watch.before, walk.note), *others]


def _tell_news(watch: Watch, walk: Walk, newest: "deque[tuple[int, Entry]]") -> None:
    if not watch.known_size:
        print(f"Read for the first time: {walk.checkpoint.size} entries; they hold.")
        return
    new = [(index, entry) for index, entry in newest if index >= watch.known_size]
    hidden = walk.checkpoint.size - watch.known_size - len(new)
    if hidden > 0:
        print(f"{hidden} more new entries stand before these.")
    for index, entry in new:
        print(f"entry {index}, {tell_time(entry.at)}: {quote_for_terminal(describe_entry(entry))}")


def _tell_alarms(
    arguments: argparse.Namespace, watch: Watch, alarms: list[Alarm], notes: list[Evidence]
) -> None:
    for alarm in alarms:
        if alarm.is_breach:
            say_broken(alarm.sentence, alarm.code)
        else:
            print(f"needs attention: {quote_for_terminal(alarm.sentence)} [{alarm.code}]")
    say_evidence(notes)
    if arguments.evidence and notes:
        keep_evidence(arguments.evidence, [alarm.sentence for alarm in alarms], notes, now=watch.now)


def _keep(
    arguments: argparse.Namespace,
    watch: Watch,
    held: Walk | None,
    alarms: list[Alarm],
    newest: list[tuple[int, Entry]],
) -> None:
    """Remember the alarms always, and the log only where it held and was witnessed; then write the feed."""
    memory = watch.before or Memory()
    told = {alarm.name: ToldAlarm(watch.now, f"{alarm.sentence} [{alarm.code}]") for alarm in alarms}
    memory = replace(memory, alarms=told | dict(memory.alarms))
    if held is not None and held.not_witnessed is None:
        memory = replace(memory, size=held.checkpoint.size, root=held.checkpoint.root, note=held.note)
    write_memory(arguments.remember, memory)
    if arguments.atom:
        items = [_make_alarm_item(name, alarm) for name, alarm in memory.alarms.items()]
        items += [_make_entry_item(index, entry) for index, entry in newest if index < memory.size]
        feed = encode_feed(watch.trust.policy.log.name, watch.place, items, now=watch.now)
        replace_file(arguments.atom, feed)


def _make_alarm_item(name: str, alarm: ToldAlarm) -> FeedItem:
    return FeedItem(f"alarm:{name}", alarm.at, "Alarm: this log needs a person's attention", alarm.sentence)


def _make_entry_item(index: int, entry: Entry) -> FeedItem:
    return FeedItem(
        f"entry:{index}", entry.at, f"Entry {index}: {name_kind(entry.kind)}", describe_entry(entry)
    )
