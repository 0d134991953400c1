"""Policies (`tlog-policy`): which log a reader believes, which witnesses it knows, and how many must have cosigned.

It reads a policy and judges a checkpoint by it; it never decides who deserves to be a witness.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.public_log.checkpoints import Checkpoint, verify_opened_checkpoint
from amanah.core.public_log.cosignatures import verify_cosignature
from amanah.core.public_log.notes import (
    COSIGNER,
    VerifierKey,
    encode_verifier_key,
    parse_note,
    parse_verifier_key,
)

NO_QUORUM = "none"
LONGEST_POLICY = 65_536
_MOST_NAMES = 64
_SPACE = re.compile(r"[ \t]+")
_NAME = re.compile(r"[^\s\x00-\x20\x7f\ud800-\udfff]{1,255}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


class UnreadablePolicyError(InvalidInputError):
    """The text is not a policy of one log."""

    code = "unreadable-policy"


class NotWitnessedError(VerificationError):
    """Too few witnesses have cosigned the checkpoint."""

    code = "checkpoint-not-witnessed"


@dataclass(frozen=True)
class Witness:
    """A witness as a policy names it; the address is needed only by those who ask it."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Members (witnesses or earlier groups, by name) of whom at least `least` must have cosigned."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Whom a reader believes; without witnesses and quorum it is the log's key alone."""

    log: VerifierKey
    log_url: str | None = None
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NO_QUORUM

    def is_met_by(self, names: Iterable[str]) -> bool:
        """Tell whether these witnesses are enough."""
        met = set(names) & self.witnesses.keys()
        for name, group in self.groups.items():
            if sum(member in met for member in group.members) >= group.least:
                met.add(name)
        return self.quorum == NO_QUORUM or self.quorum in met

    def count_least(self) -> int:
        """Count how many witnesses are needed at the least."""
        needed = dict.fromkeys(self.witnesses, 1)
        for name, group in self.groups.items():
            needed[name] = sum(sorted(needed[member] for member in group.members)[: group.least])
        return 0 if self.quorum == NO_QUORUM else needed[self.quorum]


@dataclass(frozen=True)
class WitnessedCheckpoint:
    """A checkpoint that holds under a policy, and when each witness saw it (UTC seconds, by name)."""

    checkpoint: Checkpoint
    seen_at: Mapping[str, int]
    policy: Policy

    @property
    def least(self) -> int:
        """Give how many witnesses the policy needs at the least."""
        return self.policy.count_least()

    @property
    def witnessed_at(self) -> int | None:
        """Give the newest time since when enough witnesses have seen it (4.6); None without quorum, or while unmet."""
        if self.policy.quorum == NO_QUORUM:
            return None
        for time in sorted(set(self.seen_at.values()), reverse=True):
            if self.policy.is_met_by(name for name, at in self.seen_at.items() if at >= time):
                return time
        return None


def verify_witnessed(note: bytes, policy: Policy) -> WitnessedCheckpoint:
    """Check a checkpoint by a policy (7.2); raise NotWitnessedError where only the quorum is missing."""
    witnessed = read_cosignatures(note, policy)
    if not policy.is_met_by(witnessed.seen_at):
        raise NotWitnessedError(
            f"The checkpoint of {witnessed.checkpoint.size} entries has {len(witnessed.seen_at)} "
            f"cosignatures of the {len(policy.witnesses)} witnesses; the policy asks for {witnessed.least}."
        )
    return witnessed


def read_cosignatures(note: bytes, policy: Policy) -> WitnessedCheckpoint:
    """Check the log's signature and every cosignature that stands there, and leave the quorum to the caller."""
    opened = parse_note(note)
    checkpoint = verify_opened_checkpoint(opened, policy.log)
    times = {name: verify_cosignature(opened, witness.key) for name, witness in policy.witnesses.items()}
    seen_at = {name: at for name, at in times.items() if at is not None}
    return WitnessedCheckpoint(checkpoint, seen_at, policy)


def encode_policy(policy: Policy) -> str:
    """Give the policy file."""
    lines = [_join("log", encode_verifier_key(policy.log), policy.log_url)]
    lines += [
        _join("witness", name, encode_verifier_key(witness.key), witness.url)
        for name, witness in policy.witnesses.items()
    ]
    lines += [_join("group", name, str(group.least), *group.members) for name, group in policy.groups.items()]
    return "\n".join([*lines, f"quorum {policy.quorum}", ""])


def parse_policy(text: str) -> Policy:
    """Read a policy file that names exactly one log."""
    if len(text) > LONGEST_POLICY:
        raise UnreadablePolicyError("The policy is too long.")
    if _CONTROL.search(text):
        raise UnreadablePolicyError(
            "The policy holds a control character; its lines end with a newline alone."
        )
    reader = _Reader()
    for line in text.split("\n"):
        words = _SPACE.split(line.strip(" \t"))
        if words[0] and not words[0].startswith("#"):
            reader.read(words)
    return reader.finish()


class _Reader:
    """Takes the lines of a policy one by one; names must stand before they are used."""

    def __init__(self) -> None:
        self._logs: list[tuple[VerifierKey, str | None]] = []
        self._witnesses: dict[str, Witness] = {}
        self._groups: dict[str, Group] = {}
        self._used: set[str] = set()
        self._quorums: list[str] = []

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._logs.append((parse_verifier_key(vkey), url[0] if url else None))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._add_witness(name, Witness(parse_verifier_key(vkey, COSIGNER), url[0] if url else None))
            case ["group", name, least, *members] if members:
                self._add_group(name, least, tuple(members))
            case ["quorum", name]:
                self._quorums.append(name)
                if name != NO_QUORUM:
                    self._require_known(name)
            case _:
                raise UnreadablePolicyError(f"The policy line '{words[0][:32]} …' cannot be read.")

    def finish(self) -> Policy:
        if len(self._logs) != 1 or len(self._quorums) != 1:
            raise UnreadablePolicyError("A policy here has exactly one log line and one quorum line.")
        (log, url), (quorum,) = self._logs[0], self._quorums
        if any(log.public_key == witness.key.public_key for witness in self._witnesses.values()):
            raise UnreadablePolicyError("The policy names the log's own key as a witness.")
        return Policy(log, url, self._witnesses, self._groups, quorum)

    def _add_witness(self, name: str, witness: Witness) -> None:
        self._require_new(name)
        if any(witness.key.public_key == known.key.public_key for known in self._witnesses.values()):
            raise UnreadablePolicyError(f"The policy names the key of witness {name} twice.")
        self._witnesses[name] = witness

    def _add_group(self, name: str, least: str, members: tuple[str, ...]) -> None:
        self._require_new(name)
        for member in members:
            self._require_known(member)
            if member in self._used:
                raise UnreadablePolicyError(f"The policy counts {member} more than once.")
            self._used.add(member)
        number = {"any": 1, "all": len(members)}.get(least)
        if number is None:
            number = int(least) if _NUMBER.fullmatch(least) else 0
        if not 1 <= number <= len(members):
            raise UnreadablePolicyError(
                f"The group {name} asks for more members than it has, or for none of them."
            )
        self._groups[name] = Group(number, members)

    def _require_new(self, name: str) -> None:
        is_full = len(self._witnesses) + len(self._groups) >= _MOST_NAMES
        if not _NAME.fullmatch(name) or name == NO_QUORUM or is_full:
            raise UnreadablePolicyError("The policy has too many names, or one that cannot be used.")
        if name in self._witnesses or name in self._groups:
            raise UnreadablePolicyError(f"The policy uses the name {name} twice.")

    def _require_known(self, name: str) -> None:
        if name not in self._witnesses and name not in self._groups:
            raise UnreadablePolicyError(f"The policy names {name[:64]} before saying who that is.")


def _join(*words: str | None) -> str:
    return " ".join(word for word in words if word)
