"""Which witnesses our log asks and how many must have cosigned: reads and writes `log.policy`.

It rewrites only the one flat group that it makes itself; a policy that somebody built by hand is shown and left alone.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from amanah.cli.founding import replace_public_file
from amanah.cli.witnessing.public_folder import (
    WitnessChangeRefusedError,
    find_own_keys,
    hold_public_folder,
)
from amanah.core.errors import InvalidInputError
from amanah.core.public_log.policies import NO_QUORUM, Group, Policy, Witness, encode_policy, parse_policy
from amanah.web.config import Config
from amanah.web.log_policy import find_policy_path, load_policy

GROUP = "witnesses"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class UnreadableAddressError(InvalidInputError):
    """The text is not the address of a witness."""

    code = "witness-address-unreadable"


def change_policy(config: Config, change: Callable[[Policy], Policy]) -> tuple[Policy, bool]:
    """Write what a change makes of the policy, whole and durable; give the policy and whether it is another now."""
    with hold_public_folder(config):
        before = load_policy(config)
        require_flat(before)
        after = change(replace(before, log_url=config.urls["log"]))
        if after == before:
            return before, False
        path = find_policy_path(config)
        text = encode_policy(after)
        # What was written is read back by the rules that every reader has, before it takes the old one's place.
        parse_policy(text)
        replace_public_file(path, _keep_comments(path.read_text(encoding="utf-8")) + text)
        return after, True


def _keep_comments(text: str) -> str:
    return "".join(f"{line}\n" for line in text.splitlines() if line.lstrip(" \t").startswith("#"))


def require_flat(policy: Policy) -> None:
    """Raise unless the policy is one that these commands could have written."""
    if not is_flat(policy):
        raise WitnessChangeRefusedError(
            "The policy has groups that were made by hand. Change it by hand as well (log.policy in the folder "
            "public), and look at it with: amanah witnesses list"
        )


def is_flat(policy: Policy) -> bool:
    """Tell whether all witnesses stand in the one group, or in none because none is needed."""
    if policy.quorum == NO_QUORUM:
        return not policy.groups
    group = policy.groups.get(GROUP)
    return (
        policy.quorum == GROUP
        and len(policy.groups) == 1
        and group is not None
        and set(group.members) == set(policy.witnesses)
    )


def add_witness(policy: Policy, name: str, witness: Witness) -> Policy:
    """Name one more witness, or give a known one its new address; how many are needed stays."""
    if not _NAME.fullmatch(name) or name in {GROUP, NO_QUORUM}:
        raise WitnessChangeRefusedError(
            "Give the witness a short name of letters, digits, dots and hyphens, for example its community's."
        )
    known = policy.witnesses.get(name)
    if known is not None and known.key != witness.key:
        raise WitnessChangeRefusedError(
            f"{name} stands in the policy with another key. Ask its people why it changed; then remove it "
            "and add it again."
        )
    for other, standing in policy.witnesses.items():
        if other != name and standing.key.public_key == witness.key.public_key:
            raise WitnessChangeRefusedError(f"That key stands in the policy already, as {other}.")
    if witness.key.public_key == policy.log.public_key:
        raise WitnessChangeRefusedError(
            "That is the key of our own log. Who witnesses for themselves proves nothing; ask another community."
        )
    return regroup(replace(policy, witnesses={**policy.witnesses, name: witness}), policy.count_least())


def remove_witness(policy: Policy, name: str) -> Policy:
    """Leave a witness out, unless too few would be left for the number that is needed."""
    left = {other: witness for other, witness in policy.witnesses.items() if other != name}
    least = policy.count_least()
    if least > len(left):
        raise WitnessChangeRefusedError(
            f"The policy asks for {least} of {len(policy.witnesses)} witnesses, and {len(left)} would be left. "
            f"First name another, or ask for fewer: amanah witnesses quorum {len(left)}"
        )
    return regroup(replace(policy, witnesses=left), least)


def regroup(policy: Policy, least: int) -> Policy:
    """Ask for so many of all named witnesses; 0 asks for none."""
    if not 0 <= least <= len(policy.witnesses):
        raise WitnessChangeRefusedError(
            f"The policy names {len(policy.witnesses)} witnesses, so that {least} of them can never be met. "
            "Write a number from 0 to that, or name more: amanah witnesses add"
        )
    if not least:
        return replace(policy, groups={}, quorum=NO_QUORUM)
    return replace(policy, groups={GROUP: Group(least, tuple(policy.witnesses))}, quorum=GROUP)


def require_foreign(config: Config, witness: Witness) -> None:
    """Raise where the witness is our own."""
    if find_own_keys(config)[1].public_key == witness.key.public_key:
        raise WitnessChangeRefusedError(
            "That is our own witness. Who witnesses for themselves proves nothing; ask another community."
        )


def parse_address(text: str) -> str:
    """Read the prefix under which a witness is asked; outside this machine it must be https."""
    address = text.rstrip("/")
    try:
        parts = urlsplit(address)
        is_readable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_readable = False
    if (
        not is_readable
        or parts.scheme not in {"http", "https"}
        or parts.query
        or parts.fragment
        or not address.isprintable()
        or " " in address
        or (parts.scheme == "http" and parts.hostname not in _LOCAL)
    ):
        raise UnreadableAddressError(
            "The address of a witness looks like https://log.example/witness; http is for this machine alone."
        )
    return address
