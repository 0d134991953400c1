"""The rules that span entries (`spec/public_log.md` 5), as a fold over the log in its order.

It keeps ids, hashes and counts but no entry, so that a log of any length is judged in one reading.
It never judges a single entry: whoever hands one in has checked its form and its signature.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from amanah.core.encoding import parse_base64url
from amanah.core.errors import VerificationError
from amanah.core.public_log.entries import Entry
from amanah.core.public_log.request_rules import RequestRules
from amanah.core.public_log.rising_numbers import RisingNumber

BREACH_RULES = (
    "one-key",
    "one-plan",
    "plan-before-keys",
    "one-community",
    "close-once",
    "destroy-after-close",
    "counts",
    "counts-grow",
    "heartbeat-counts",
    "policy-stated",
    "stated-once",
    "slots-rise",
    "report-once",
    "panel-rise",
    "roots-rise",
)
REPORTED_RULES = (
    "silence",
    "clock",
    "not-stated",
    "small-policy",
    "key-kept",
    "unknown-kind",
    "slots-missed",
)
LONGEST_SILENCE_SECONDS = 26 * 3_600
LONGEST_KEPT_SECONDS = 24 * 3_600
LEAST_WITNESSES = 2
MOST_KEPT_FINDINGS = 100
_NOT_STATED = "not-stated"
_GROWING = {
    "cards": "cards",
    "replacements": "replacements",
    "invitations_used": "invitations used",
}


class RuleBrokenError(VerificationError):
    """The log breaks a rule that its entries must keep among each other."""

    code = "log-rule-broken"


@dataclass(frozen=True)
class Finding:
    """A rule, the entry at which it shows, and what to tell a person; a breach makes the log broken."""

    rule: str
    index: int
    sentence: str
    is_breach: bool


@dataclass(frozen=True)
class _Closing:
    """An occasion that was closed and whose key is not yet destroyed."""

    index: int
    at: int
    redeemed: int


@dataclass(frozen=True)
class StatedPolicy:
    """What the log said last about whom its readers should believe."""

    index: int
    hash: str
    least: int


class RuleBook:
    """Takes the entries of one log from the first on; `findings` grows up to a hundred of each rule."""

    def __init__(self) -> None:
        self.size = 0
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()
        self.last_heartbeat_at: int | None = None
        self.last_policy: StatedPolicy | None = None
        self._stated: set[str] = set()
        self._stated_plans: dict[tuple[str, str], int] = {}
        self._last_at: int | None = None
        self._last_at_by: dict[str, tuple[int, int]] = {}
        self._community: tuple[str, int] | None = None
        self._last_counts: tuple[int, Mapping[str, int]] | None = None
        # What follows maps ids to the index at which they came first; all keys are bytes, to stay small.
        self._keys: dict[bytes, int] = {}
        self._waves: dict[bytes, int] = {}
        self._opened: dict[bytes, int] = {}
        self._planned: dict[bytes, int] = {}
        self._batches: dict[bytes, int] = {}
        self._closed: dict[bytes, int] = {}
        self._destroyed: dict[bytes, int] = {}
        self._key_hashes: dict[bytes, bytes] = {}
        self._unopened: dict[bytes, tuple[bytes, ...]] = {}
        self._closings: dict[bytes, _Closing] = {}
        self._invitations: set[bytes] = set()
        self.requests = RequestRules(self._report)
        self._judges: Mapping[str, Callable[[Entry, int], None]] = {
            **self.requests.judges,
            "roots_stated": RisingNumber("roots-rise", "root list", self._report).take,
            "holdings_declared": self._take_holdings,
            "policy_stated": self._take_policy,
            "join_key_opened": self._take_join_key,
            "invitations_printed": self._take_invitations,
            "survey_stated": self._take_statement,
            "evaluation_stated": self._take_statement,
            "wave_planned": self._take_plan,
            "wave_opened": self._take_wave,
            "occasion_closed": self._take_closing,
            "occasion_key_destroyed": self._take_destruction,
            "heartbeat": self._take_heartbeat,
        }

    @property
    def is_broken(self) -> bool:
        """Tell whether any rule is broken."""
        return any(self.counts[rule] for rule in BREACH_RULES)

    def take(self, entry: Entry) -> None:
        """Judge the next entry by all that stand before it."""
        index = self.size
        self._judge_times(entry, index)
        judge = self._judges.get(entry.kind)
        if judge is not None:
            judge(entry, index)
        elif not entry.is_known:
            self._report(
                "unknown-kind", index, f"Entry {index} is of a kind that this version does not know."
            )
        self.size += 1

    def conclude(self, *, now: int, policy_file: bytes | None = None) -> list[Finding]:
        """Give what only the end of the log shows: keys that are still kept, and whether the policy was stated."""
        kept = [
            Finding(
                "key-kept",
                closing.index,
                f"Entry {closing.index} closes the occasion {occasion.hex()} {(now - closing.at) // 3_600} hours "
                "ago, and no entry says that its key was destroyed.",
                is_breach=False,
            )
            for occasion, closing in self._closings.items()
            if now - closing.at > LONGEST_KEPT_SECONDS
        ]
        found = kept[:MOST_KEPT_FINDINGS]
        if self.last_policy is not None and self.last_policy.least < LEAST_WITNESSES:
            found.append(_describe_small_policy(self.last_policy))
        if policy_file is not None:
            found += self._judge_policy_file(hashlib.sha256(policy_file).hexdigest())
        return found

    def _report(self, rule: str, index: int, sentence: str) -> None:
        self.counts[rule] += 1
        if self.counts[rule] <= MOST_KEPT_FINDINGS:
            self.findings.append(Finding(rule, index, sentence, is_breach=rule in BREACH_RULES))

    def _judge_policy_file(self, shown: str) -> list[Finding]:
        last = self.last_policy
        if last is not None and last.hash == shown:
            return []
        if last is None:
            sentence = (
                "The log never stated the policy that it is read under; no entry policy_stated stands in it."
            )
            return [Finding("policy-stated", max(self.size - 1, 0), sentence, is_breach=True)]
        history = "was stated earlier, but" if shown in self._stated else "was never stated;"
        sentence = f"The policy that the log is read under {history} entry {last.index} states another one."
        return [Finding("policy-stated", last.index, sentence, is_breach=True)]

    def _judge_times(self, entry: Entry, index: int) -> None:
        if self._last_at is not None and entry.at - self._last_at > LONGEST_SILENCE_SECONDS:
            hours = (entry.at - self._last_at) // 3_600
            self._report("silence", index, f"Before entry {index} the log was silent for {hours} hours.")
        before = self._last_at_by.get(entry.by)
        if before is not None and entry.at < before[0]:
            sentence = (
                f"Entry {index} by {entry.by} says an earlier time than its entry {before[1]} before it."
            )
            self._report("clock", index, sentence)
        self._last_at = entry.at
        self._last_at_by[entry.by] = (entry.at, index)

    def _take_holdings(self, entry: Entry, index: int) -> None:
        columns = entry.body["columns"]
        missing = [f"{table}.{column}" for table, column, *codes in columns if _NOT_STATED in codes]
        if missing:
            sentence = (
                f"Entry {index} by {entry.by} declares columns without a purpose or a retention: {missing[0]}"
            )
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            self._report("not-stated", index, f"{sentence}{more}.")

    def _take_policy(self, entry: Entry, index: int) -> None:
        self.last_policy = StatedPolicy(index, entry.body["policy"], entry.body["least"])
        self._stated.add(entry.body["policy"])

    def _take_statement(self, entry: Entry, index: int) -> None:
        name = (entry.kind, entry.ref or "")
        if name in self._stated_plans:
            before = self._stated_plans[name]
            sentence = f"Entry {index} states a second plan for {entry.ref}; entry {before} stated one."
            self._report("stated-once", index, sentence)
        self._stated_plans.setdefault(name, index)

    def _take_join_key(self, entry: Entry, index: int) -> None:
        descriptor = entry.body["descriptor"]
        self._judge_community(descriptor, index)
        if entry.ref != descriptor["occasion"]:
            sentence = (
                f"Entry {index} opens the key of {descriptor['occasion']} under the name of {entry.ref}."
            )
            self._report("one-community", index, sentence)
        self._take_key(descriptor["occasion"], entry.body["spki"], index)

    def _take_invitations(self, entry: Entry, index: int) -> None:
        batch = bytes.fromhex(entry.ref or "")
        if batch in self._batches:
            sentence = (
                f"Entry {index} prints the batch {entry.ref} again; entry {self._batches[batch]} printed it."
            )
            self._report("one-plan", index, sentence)
        self._batches.setdefault(batch, index)
        hashes = {parse_base64url(text) for text in entry.body["hashes"]}
        again = len(hashes & self._invitations)
        if again:
            sentence = f"Entry {index} prints {again} invitations whose hashes stand in the log already."
            self._report("one-plan", index, sentence)
        self._invitations |= hashes

    def _take_plan(self, entry: Entry, index: int) -> None:
        wave = bytes.fromhex(entry.ref or "")
        if wave in self._waves:
            sentence = (
                f"Entry {index} plans the wave {entry.ref} again; entry {self._waves[wave]} planned it."
            )
            self._report("one-plan", index, sentence)
        self._waves.setdefault(wave, index)
        for descriptor in entry.body["occasions"]:
            self._judge_community(descriptor, index)
            self._take_planned(descriptor, index)
        if wave not in self._opened:
            order = tuple(bytes.fromhex(descriptor["occasion"]) for descriptor in entry.body["occasions"])
            self._unopened.setdefault(wave, order)

    def _take_planned(self, descriptor: Mapping[str, Any], index: int) -> None:
        occasion = bytes.fromhex(descriptor["occasion"])
        if occasion in self._planned:
            sentence = (
                f"Entry {index} plans the occasion {descriptor['occasion']} again; "
                f"entry {self._planned[occasion]} planned it."
            )
            self._report("one-plan", index, sentence)
        self._planned.setdefault(occasion, index)
        if descriptor["kind"] == "join":
            sentence = (
                f"Entry {index} plans {descriptor['occasion']}, which is for joining; no wave may hold that."
            )
            self._report("one-plan", index, sentence)

    def _take_wave(self, entry: Entry, index: int) -> None:
        wave = bytes.fromhex(entry.ref or "")
        given = tuple(bytes.fromhex(occasion) for occasion, _ in entry.body["keys"])
        if wave in self._opened:
            sentence = (
                f"Entry {index} opens the wave {entry.ref} again; entry {self._opened[wave]} opened it."
            )
            self._report("one-plan", index, sentence)
        elif wave not in self._unopened:
            sentence = f"Entry {index} opens the wave {entry.ref}, which no entry before it plans."
            self._report("plan-before-keys", index, sentence)
        elif self._unopened[wave] != given:
            sentence = (
                f"Entry {index} does not give one key for each occasion of the wave {entry.ref}, "
                f"in the order in which entry {self._waves[wave]} planned them."
            )
            self._report("plan-before-keys", index, sentence)
        self._opened.setdefault(wave, index)
        self._unopened.pop(wave, None)
        for occasion, spki in entry.body["keys"]:
            self._take_key(occasion, spki, index)

    def _take_key(self, occasion: str, spki: str, index: int) -> None:
        name, key = bytes.fromhex(occasion), hashlib.sha256(parse_base64url(spki)).digest()
        if name in self._keys:
            sentence = f"Entry {index} gives the occasion {occasion} a second key; entry {self._keys[name]} gave one."
            self._report("one-key", index, sentence)
        other = self._key_hashes.get(key)
        if other is not None and other != name:
            sentence = f"Entry {index} gives the occasion {occasion} the key of the occasion {other.hex()}."
            self._report("one-key", index, sentence)
        self._keys.setdefault(name, index)
        self._key_hashes.setdefault(key, name)

    def _judge_community(self, descriptor: Mapping[str, Any], index: int) -> None:
        if self._community is None:
            self._community = (descriptor["community"], index)
        elif descriptor["community"] != self._community[0]:
            sentence = (
                f"Entry {index} describes an occasion of the community {descriptor['community']}; "
                f"entry {self._community[1]} named {self._community[0]}."
            )
            self._report("one-community", index, sentence)

    def _take_closing(self, entry: Entry, index: int) -> None:
        occasion = bytes.fromhex(entry.ref or "")
        if occasion in self._closed:
            sentence = f"Entry {index} closes the occasion {entry.ref} again; entry {self._closed[occasion]} closed it."
            self._report("close-once", index, sentence)
            return
        if occasion not in self._keys:
            sentence = f"Entry {index} closes the occasion {entry.ref}, which has no key before it."
            self._report("close-once", index, sentence)
        self._closed[occasion] = index
        if occasion not in self._destroyed:
            self._closings[occasion] = _Closing(index, entry.at, entry.body["redeemed"])

    def _take_destruction(self, entry: Entry, index: int) -> None:
        occasion = bytes.fromhex(entry.ref or "")
        closing = self._closings.pop(occasion, None)
        if occasion in self._destroyed:
            sentence = (
                f"Entry {index} destroys the key of {entry.ref} again; "
                f"entry {self._destroyed[occasion]} destroyed it."
            )
            self._report("destroy-after-close", index, sentence)
        elif closing is None:
            sentence = f"Entry {index} destroys the key of {entry.ref}, which no entry before it closes."
            self._report("destroy-after-close", index, sentence)
        self._destroyed.setdefault(occasion, index)
        self._judge_counts(entry.body, closing, index)

    def _judge_counts(self, body: Mapping[str, int], closing: _Closing | None, index: int) -> None:
        chain = [("redeemed", closing.redeemed)] if closing else []
        chain += [
            ("served", body["served"]),
            ("cards", body["cards"]),
            ("invitations used", body["invitations_used"]),
            ("invitations printed so far", len(self._invitations)),
        ]
        pairs = [*pairwise(chain)]
        pairs.append((("replacements", body["replacements"]), ("invitations used", body["invitations_used"])))
        for (less, smaller), (more, larger) in pairs:
            if smaller > larger:
                sentence = f"Entry {index} gives {smaller} {less}, which is more than {larger} {more}."
                self._report("counts", index, sentence)
        if self._last_counts is not None:
            before, counts = self._last_counts
            for name, words in _GROWING.items():
                if body[name] < counts[name]:
                    sentence = (
                        f"Entry {index} gives {body[name]} {words}; entry {before} gave {counts[name]}."
                    )
                    self._report("counts-grow", index, sentence)
        self._last_counts = (index, {name: body[name] for name in _GROWING})

    def _take_heartbeat(self, entry: Entry, index: int) -> None:
        if entry.body["entries"] != index:
            sentence = f"Entry {index} says that {entry.body['entries']} entries stand before it."
            self._report("heartbeat-counts", index, sentence)
        self.last_heartbeat_at = entry.at


def _describe_small_policy(policy: StatedPolicy) -> Finding:
    needed = "no witness is needed" if policy.least == 0 else "one witness is enough"
    sentence = (
        f"Entry {policy.index} states a policy under which {needed}; two would have to agree to hide a fork."
    )
    return Finding("small-policy", policy.index, sentence, is_breach=False)
