"""`pack`: checks a jurisdiction pack that somebody wrote, offline, and says every fault in a sentence.

It judges the form and what can be judged without knowing the law: it never says that the law is so.
"""

import argparse
import hashlib
import sys

from amanah.core.data_requests.jurisdictions import Pack, PackFaultsError, choose_text, parse_pack
from amanah.core.data_requests.pack_reading import LONGEST_PACK
from amanah.verify.report import DOES_NOT_HOLD, HOLDS, quote_for_terminal
from amanah.verify.sources import fetch_file

_MOST_SHOWN = 100


def add_pack_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `pack` to the command line."""
    pack = commands.add_parser("pack", help="check a jurisdiction pack", description=__doc__)
    pack.add_argument("file", metavar="FILE", help="the pack, or its address")
    pack.set_defaults(run=run_pack)


def run_pack(arguments: argparse.Namespace) -> int:
    """Check one file; say its faults, or what it holds."""
    data = fetch_file(arguments.file, longest=LONGEST_PACK + 1)
    try:
        pack = parse_pack(data)
    except PackFaultsError as error:
        _say_faults(error)
        return DOES_NOT_HOLD
    print("This pack can be used.")
    _say_summary(pack)
    print(f"SHA-256 {hashlib.sha256(data).hexdigest()}")
    return HOLDS


def _say_faults(error: PackFaultsError) -> None:
    for problem in error.problems[:_MOST_SHOWN]:
        print(quote_for_terminal(problem), file=sys.stderr)
    hidden = len(error.problems) - _MOST_SHOWN
    if hidden > 0:
        print(f"And {hidden} more.", file=sys.stderr)
    print(f"This pack cannot be used: faults found: {len(error.problems)}. [{error.code}]", file=sys.stderr)


def _say_summary(pack: Pack) -> None:
    print(
        f"{quote_for_terminal(choose_text(pack.names, 'en')[0])} ({pack.code}), read through on {pack.reviewed_on}"
    )
    print(f"Languages: {', '.join(pack.languages)}")
    rows = [("code", "force", "signed by", "bulk", "telling", "to check")]
    rows += [
        (
            instrument.code,
            instrument.force,
            ", ".join(instrument.signed_by) or "-",
            instrument.bulk,
            f"{instrument.telling}{' (may be secret)' if instrument.may_be_secret else ''}",
            str(len(instrument.check_with_counsel)),
        )
        for instrument in pack.instruments
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    marks = sum(len(instrument.check_with_counsel) for instrument in pack.instruments)
    print(f"Instruments: {len(pack.instruments)}. Marks “check with counsel”: {marks}.")
