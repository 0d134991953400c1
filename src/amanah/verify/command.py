"""Checks a recount or a log and says in words what was checked.

Exit code 0: all holds; 1: something does not hold; 2: it could not be checked.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from amanah.core.errors import AmanahError, VerificationError
from amanah.core.passes.recount import (
    RecountBundle,
    RecountResult,
    parse_recount_bundle,
    verify_counts,
    verify_recount_bundle,
)
from amanah.core.public_log.notes import VerifierKey, parse_verifier_key
from amanah.core.public_log.reading import LogView
from amanah.verify.sources import UnreachableError, fetch_file, read_log, read_memory, write_memory

HOLDS, DOES_NOT_HOLD, NOT_CHECKED = 0, 1, 2


def build_parser() -> argparse.ArgumentParser:
    """Give the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m amanah.verify", description="Check without trusting anybody."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    recount = commands.add_parser("recount", help="count a closed session or survey again")
    recount.add_argument("bundle", metavar="BUNDLE", help="the recount file, or its address")
    recount.add_argument("--log", metavar="URL|DIR", help="the public log, or a folder with its files")
    recount.add_argument(
        "--vkey", metavar="KEY", help="the log's key from a poster; otherwise the bundle's own is used"
    )
    recount.set_defaults(run=run_recount)
    log = commands.add_parser("log", help="read the whole log and check every entry")
    log.add_argument("place", metavar="URL|DIR", help="the public log, or a folder with its files")
    log.add_argument("--vkey", metavar="KEY", required=True, help="the log's key, or a file that holds it")
    log.add_argument(
        "--remember", type=Path, metavar="FILE", help="compare with, then update, what was seen last time"
    )
    log.set_defaults(run=run_log)
    return parser


def run_recount(arguments: argparse.Namespace) -> int:
    """Check a bundle and, given the log, everything the log says about it."""
    content = fetch_file(arguments.bundle)
    bundle = parse_recount_bundle(content)
    result = verify_recount_bundle(bundle)
    print(f"Occasion {bundle.occasion.occasion} ({bundle.occasion.kind}) of {bundle.occasion.community}")
    print(
        f"  holds: {result.redeemed} passes, each signed by the occasion's key, none counted twice, sorted by nonce"
    )
    if bundle.occasion.kind == "survey":
        print("  holds: every answer is signed by the one-time key of its own pass")
        print_counts(result)
    if arguments.log is None:
        print("  NOT checked: whether the log knows this key, this file and these numbers; add --log")
        return HOLDS
    return _check_with_log(bundle, content, arguments)


def _check_with_log(bundle: RecountBundle, content: bytes, arguments: argparse.Namespace) -> int:
    key = read_key(arguments.vkey or bundle.log_vkey)
    view = read_log(arguments.log, key)
    entries = [{"kind": entry.kind, "ref": entry.ref, "body": entry.body} for entry in view.entries]
    counts = verify_counts(bundle, content, entries)
    print(
        f"  holds: the log has {view.size} entries, all signed by those who may write them, with the root it signed"
    )
    print(
        "  holds: there is exactly one key for this occasion in the whole log, and its destruction is logged"
    )
    print("  holds: the file's hash and count are those that were logged at closing")
    print(
        f"  holds: {counts.redeemed} redeemed <= {counts.served} served <= {counts.cards} cards <= "
        f"{counts.invitations_used} invitations used <= {counts.invitations_printed} printed"
    )
    if arguments.vkey is None:
        print(
            f"  NOT checked: the log's key came from the file itself; compare it with a poster: {bundle.log_vkey}"
        )
    return HOLDS


def print_counts(result: RecountResult) -> None:
    """Print how often each choice was given."""
    for question, counts in sorted(result.counts.items()):
        print(f"  {quote_for_terminal(question)}")
        for choice, count in sorted(counts.items(), key=lambda item: (str(type(item[0])), item[0])):
            print(f"    {quote_for_terminal(str(choice))}: {count}")


def quote_for_terminal(text: str) -> str:
    """Give text that cannot steer a terminal: a changed program can sign any 64 characters as its choice."""
    return text if text.isprintable() else ascii(text)


def run_log(arguments: argparse.Namespace) -> int:
    """Check a whole log, and that it did not shrink or change since last time."""
    last_seen = read_memory(arguments.remember) if arguments.remember else None
    view = read_log(arguments.place, read_key(arguments.vkey), last_seen)
    print(f"  holds: {view.size} entries have the root that the log signed")
    print("  holds: every entry is signed by the office that it names, with the key admitted for it")
    if last_seen:
        print(f"  holds: the {last_seen[0]} entries seen last time are still there, unchanged")
    print_kinds(view)
    if arguments.remember:
        write_memory(arguments.remember, view.seen)
        print(f"  remembered in {arguments.remember}")
    else:
        print(
            "  NOT checked: whether the log shows others the same; keep --remember and compare with somebody"
        )
    return HOLDS


def print_kinds(view: LogView) -> None:
    """Print how many entries of each kind there are."""
    kinds = sorted({entry.kind for entry in view.entries})
    for kind in kinds:
        print(f"    {kind}: {len(view.list_entries(kind))}")


def read_key(text: str) -> VerifierKey:
    """Read a verifier key, or the file that holds it."""
    if "+" not in text:
        text = fetch_file(text).decode(errors="replace")
    return parse_verifier_key(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one check; give its exit code."""
    parsed = build_parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except VerificationError as error:
        print(f"DOES NOT HOLD: {error} [{error.code}]", file=sys.stderr)
        return DOES_NOT_HOLD
    except UnreachableError as error:
        print(f"Could not be checked: {error}", file=sys.stderr)
        return NOT_CHECKED
    except AmanahError as error:
        print(f"Cannot be read: {error} [{error.code}]", file=sys.stderr)
        return NOT_CHECKED
    return code
