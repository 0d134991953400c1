"""Whom a check believes: a policy with its witnesses, or the log's key alone.

It never takes a policy from the log that is checked, unless a person names that address.
"""

import argparse
from dataclasses import dataclass

from amanah.core.errors import AmanahError, InvalidInputError
from amanah.core.public_log.notes import VerifierKey, parse_verifier_key
from amanah.core.public_log.policies import LONGEST_POLICY, Policy, UnreadablePolicyError, parse_policy
from amanah.verify.sources import fetch_file


@dataclass(frozen=True)
class Trust:
    """A policy and, where it came as a file, the bytes whose hash the log must have stated."""

    policy: Policy
    policy_file: bytes | None = None


def add_trust_options(parser: argparse.ArgumentParser, *, is_required: bool) -> None:
    """Add `--policy` and `--vkey`, of which one is given."""
    group = parser.add_mutually_exclusive_group(required=is_required)
    group.add_argument(
        "--policy",
        metavar="FILE|URL",
        help="the policy: the log's key, its witnesses, and how many are needed",
    )
    group.add_argument(
        "--vkey", metavar="KEY", help="the log's key alone, or a file that holds it; then no witness is asked"
    )


def read_trust(arguments: argparse.Namespace) -> Trust:
    """Read what `--policy` or `--vkey` names."""
    if arguments.policy is not None:
        return read_policy(arguments.policy)
    return Trust(Policy(read_key(arguments.vkey)))


def read_policy(place: str) -> Trust:
    """Read a policy from a file or an address."""
    content = fetch_file(place, longest=LONGEST_POLICY)
    try:
        return Trust(parse_policy(content.decode()), content)
    except UnicodeDecodeError as error:
        raise UnreadablePolicyError(f"{place} is not a policy.") from error
    except AmanahError as error:
        raise UnreadablePolicyError(f"{place} is not a policy: {error}") from error


def read_key(text: str) -> VerifierKey:
    """Read a verifier key, or the file that holds it."""
    if "+" not in text:
        text = fetch_file(text).decode(errors="replace")
    try:
        return parse_verifier_key(text)
    except InvalidInputError as error:
        raise InvalidInputError(f"The log's key cannot be read: {error}") from error
