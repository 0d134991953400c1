"""Checks a log, a proof or a recount and says in words what was checked.

Exit code 0: all holds; 1: something does not hold; 2: it could not be checked; 3: it holds, and needs attention.
"""

import argparse
import sys
from collections.abc import Sequence

from amanah.core.errors import AmanahError, VerificationError
from amanah.verify.credential_command import add_credential_command
from amanah.verify.decide_command import add_decide_command
from amanah.verify.decision_command import add_decision_command
from amanah.verify.gate_command import add_gate_command
from amanah.verify.log_command import add_log_command
from amanah.verify.monitor_command import add_monitor_command
from amanah.verify.pack_command import add_pack_command
from amanah.verify.proof_commands import add_proof_commands
from amanah.verify.recount_command import add_recount_command
from amanah.verify.report import DOES_NOT_HOLD, NOT_CHECKED, quote_for_terminal, say_errors
from amanah.verify.report_command import add_report_command
from amanah.verify.requests_command import add_requests_command
from amanah.verify.results_command import add_results_command
from amanah.verify.sources import UnreachableError


def build_parser() -> argparse.ArgumentParser:
    """Give the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m amanah.verify",
        description="Check without trusting anybody.",
        epilog="Exit status 0: all holds; 1: something does not hold; 2: it could not be checked; "
        "3: it holds, and something needs attention (monitor only).",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    add_log_command(commands)
    add_monitor_command(commands)
    add_proof_commands(commands)
    add_recount_command(commands)
    add_results_command(commands)
    add_gate_command(commands)
    add_decide_command(commands)
    add_decision_command(commands)
    add_pack_command(commands)
    add_report_command(commands)
    add_requests_command(commands)
    add_credential_command(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one check; give its exit code."""
    parsed = build_parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except VerificationError as error:
        say_errors([error])
        return DOES_NOT_HOLD
    except UnreachableError as error:
        print(f"Could not be checked: {quote_for_terminal(str(error))}", file=sys.stderr)
        return NOT_CHECKED
    except AmanahError as error:
        print(f"Cannot be read: {quote_for_terminal(str(error))} [{error.code}]", file=sys.stderr)
        return NOT_CHECKED
    return code
