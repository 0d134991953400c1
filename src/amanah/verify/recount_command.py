"""`recount`: counts a closed session or survey again and holds the count against the log."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amanah.core.passes.recount import (
    Counts,
    RecountBundle,
    RecountResult,
    parse_recount_bundle,
    verify_counts,
    verify_recount_bundle,
)
from amanah.core.public_log.policies import Policy
from amanah.verify.report import HOLDS, quote_for_terminal, say_holds, say_not_checked
from amanah.verify.sources import fetch_file, read_log
from amanah.verify.trust import Trust, add_trust_options, read_key, read_trust


@dataclass(frozen=True)
class LogOfBundle:
    """A verified log's entries as plain objects; `own_key` is the bundle's key where nobody gave another."""

    entries: Sequence[Mapping[str, Any]]
    is_witnessed: bool
    own_key: str


def add_recount_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `recount` to the command line."""
    recount = commands.add_parser("recount", help="count a closed session or survey again")
    recount.add_argument("bundle", metavar="BUNDLE", help="the recount file, or its address")
    recount.add_argument("--log", metavar="URL|DIR", help="the public log, or a folder with its files")
    add_trust_options(recount, is_required=False)
    recount.set_defaults(run=run_recount)


def run_recount(arguments: argparse.Namespace) -> int:
    """Check a bundle and, given the log, everything the log says about it."""
    content = fetch_file(arguments.bundle)
    bundle = parse_recount_bundle(content)
    result = verify_recount_bundle(bundle)
    print(f"Occasion {bundle.occasion.occasion} ({bundle.occasion.kind}) of {bundle.occasion.community}")
    say_holds(
        f"{result.redeemed} passes, each signed by the occasion's key, none counted twice, sorted by nonce"
    )
    if bundle.occasion.kind == "survey":
        say_holds("every answer is signed by the one-time key of its own pass")
        print_counts(result)
    if arguments.log is None:
        say_not_checked("whether the log knows this key, this file and these numbers; add --log")
        return HOLDS
    log = read_log_of(bundle, arguments)
    say_counts(log, verify_counts(bundle, content, log.entries))
    return HOLDS


def print_counts(result: RecountResult) -> None:
    """Print how often each choice was given."""
    for question, counts in sorted(result.counts.items()):
        print(f"  {quote_for_terminal(question)}")
        for choice, count in sorted(counts.items(), key=lambda item: (str(type(item[0])), item[0])):
            print(f"    {quote_for_terminal(str(choice))}: {count}")


def read_log_of(bundle: RecountBundle, arguments: argparse.Namespace) -> LogOfBundle:
    """Read and check the log that `--log` names, under the policy or key that is given, or the file's own key."""
    is_own_key = arguments.vkey is None and arguments.policy is None
    trust = Trust(Policy(read_key(bundle.log_vkey))) if is_own_key else read_trust(arguments)
    view = read_log(arguments.log, trust.policy)
    entries = [
        {"kind": entry.kind, "ref": entry.ref, "at": entry.at, "body": entry.body} for entry in view.entries
    ]
    return LogOfBundle(
        entries, is_witnessed=bool(trust.policy.count_least()), own_key=bundle.log_vkey if is_own_key else ""
    )


def say_counts(log: LogOfBundle, counts: Counts) -> None:
    """Say what a log that was read holds about an occasion, and what it cannot tell."""
    size = len(log.entries)
    say_holds(f"the log has {size} entries, all signed by those who may write them, with the root it signed")
    if log.is_witnessed:
        say_holds("enough witnesses of the policy have cosigned it")
    say_holds("there is exactly one key for this occasion in the whole log, and its destruction is logged")
    say_holds("the file's hash and count are those that were logged at closing")
    say_holds(
        f"{counts.redeemed} redeemed <= {counts.served} served <= {counts.cards} cards <= "
        f"{counts.invitations_used} invitations used <= {counts.invitations_printed} printed"
    )
    if log.own_key:
        say_not_checked(f"the log's key came from the file itself; compare it with a poster: {log.own_key}")
