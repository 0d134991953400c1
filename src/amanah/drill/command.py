"""The command `amanah drill`: options, one drill, the table. It never touches a real deployment."""

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

from amanah.drill.play import Plan, decide_exit_code, play
from amanah.drill.table import render_table
from amanah.drill.wire import CrowdError

FEWEST_MEMBERS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument(
        "--members", type=int, default=100, help=f"size of the crowd, at least {FEWEST_MEMBERS} (default 100)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of who does what when (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every finding to a file")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep what was seized, to look at it yourself"
    )
    parser.add_argument(
        "--database",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="use this PostgreSQL database for a door; may be given again",
    )
    parser.add_argument(
        "--also-seize",
        action="append",
        default=[],
        type=Path,
        metavar="FOLDER",
        help="a folder to take as well, such as a PostgreSQL cluster",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run one drill; 1 when anything beats chance or a name is found."""
    if arguments.members < FEWEST_MEMBERS:
        raise CrowdError(f"A crowd needs at least {FEWEST_MEMBERS} members, or chance explains everything.")
    plan = Plan(
        members=arguments.members,
        seed=arguments.seed,
        databases=dict(pair.split("=", 1) for pair in arguments.database),
        also_seize=arguments.also_seize,
    )
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="amanah-drill-") as folder:
        report = play(plan, Path(folder))
        if arguments.keep:
            shutil.copytree(Path(folder) / "seized", arguments.keep, symlinks=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(report.as_json(), indent=1), encoding="utf-8")
    print(render_table(report))
    print(f"{plan.members} members, seed {plan.seed}, {time.monotonic() - started:.0f} seconds.")
    return decide_exit_code(report)
