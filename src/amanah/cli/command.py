"""Reads the command line and turns every foreseen failure into a sentence and an exit code; never into a traceback."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from amanah import __version__
from amanah.cli.witnessing.arguments import add_recover_log, add_witness, add_witnesses
from amanah.core.errors import AmanahError, MisconfiguredError
from amanah.web.config import PROCESSES

EXIT_CLEAN = 0
EXIT_FAILED = 1
EXIT_MISCONFIGURED = 78
EXIT_INTERRUPTED = 130


def build_parser() -> argparse.ArgumentParser:
    """Give the whole command line; `docs/reference/commands.md` says the same in words."""
    parser = argparse.ArgumentParser(
        prog="amanah",
        description="Run a community programme without holding a list of the people in it.",
        epilog="Settings are AMANAH_* variables or one TOML file; see docs/reference/settings.md.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_init(commands)
    _add_new_trustee_address(commands)
    _add_serve(commands)
    _add_demo(commands)
    _add_doctor(commands)
    _add_recheck(commands)
    _add_backup(commands)
    _add_restore(commands)
    add_witness(commands)
    add_witnesses(commands)
    add_recover_log(commands)
    _add_drill(commands)
    version = commands.add_parser("version", help="say which version this is")
    version.set_defaults(run=_run_version)
    return parser


def _add_init(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    init = commands.add_parser(
        "init", help="make the data folder, its keys and its databases; run again after an upgrade"
    )
    init.add_argument(
        "--separate-users",
        action="store_true",
        help=(
            "as root: give each department's folder to its own system user (amanah-log, amanah-card, amanah-programme, "
            "amanah-request)"
        ),
    )
    init.add_argument(
        "--new-organiser-address",
        action="store_true",
        help="print a one-time address for one more organiser, for when nobody can sign in any more",
    )
    init.set_defaults(run=_run_init)


def _add_new_trustee_address(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    founding = commands.add_parser(
        "new-trustee-address",
        help="print a one-time address for founding the panel of trustees; none once a panel is in force",
    )
    founding.set_defaults(run=_run_new_trustee_address)


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="start every process and watch it, until Ctrl-C")
    serve.add_argument(
        "--only", choices=PROCESSES, metavar="PROCESS", help=f"run one process: {', '.join(PROCESSES)}"
    )
    serve.set_defaults(run=_run_serve)


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo", help="set up a worked example with waits of seconds, and serve it")
    demo.set_defaults(run=_run_demo)
    parts = demo.add_subparsers(dest="part", metavar="WHAT")
    crowd = parts.add_parser(
        "crowd", help="bring invented members into the running example; they answer, and are compared"
    )
    crowd.add_argument("--members", type=int, default=60, help="how many come (default 60)")
    crowd.add_argument("--seed", type=int, default=1, help="seed of who thinks what (default 1)")
    crowd.add_argument("--close", action="store_true", help="close the survey when all have answered")
    crowd.set_defaults(run=_run_demo_crowd)
    requests = parts.add_parser(
        "requests", help="let invented police and courts ask the running example for the list of its members"
    )
    requests.set_defaults(run=_run_demo_requests)


def _add_doctor(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    doctor = commands.add_parser("doctor", help="check this deployment against what Amanah promises")
    doctor.set_defaults(run=_run_doctor)


def _add_recheck(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    recheck = commands.add_parser("recheck", help="check every paper about who may teach again, now")
    recheck.set_defaults(run=_run_recheck)


def _add_backup(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser(
        "backup", help="write everything into one encrypted file, and prove that it restores"
    )
    backup.add_argument("file", type=Path, metavar="FILE", help="where to write; must not exist yet")
    backup.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="AGE1…",
        help="an age public key that may open it; may be given again",
    )
    backup.set_defaults(run=_run_backup)


def _add_restore(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    restore = commands.add_parser("restore", help="put a backup into an empty data folder")
    restore.add_argument("file", type=Path, metavar="FILE", help="what `amanah backup` wrote")
    restore.add_argument(
        "--identity", type=Path, metavar="FILE", help="age key file; without it a passphrase is asked for"
    )
    restore.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="the newest checkpoint of the log that anybody holds, to compare with",
    )
    restore.set_defaults(run=_run_restore)


def _add_drill(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    drill = commands.add_parser(
        "drill", help="play the seizure: take every disk and try to name people", add_help=False
    )
    drill.set_defaults(run=_run_drill)


def _run_version(_: argparse.Namespace) -> int:
    print(f"amanah {__version__}")
    return EXIT_CLEAN


def _run_init(arguments: argparse.Namespace) -> int:
    from amanah.cli.init import run_init

    return run_init(
        separate_users=arguments.separate_users, new_organiser_address=arguments.new_organiser_address
    )


def _run_new_trustee_address(_: argparse.Namespace) -> int:
    from amanah.cli.init import run_new_trustee_address

    return run_new_trustee_address()


def _run_serve(arguments: argparse.Namespace) -> int:
    if arguments.only:
        from amanah.cli.process import run_process

        return run_process(arguments.only)
    from amanah.cli.supervisor import run_supervisor

    return run_supervisor()


def _run_demo(_: argparse.Namespace) -> int:
    from amanah.cli.demo import run_demo

    return run_demo()


def _run_demo_crowd(arguments: argparse.Namespace) -> int:
    from amanah.cli.demo import run_crowd

    return run_crowd(members=arguments.members, seed=arguments.seed, closes=arguments.close)


def _run_demo_requests(_: argparse.Namespace) -> int:
    from amanah.cli.demo import run_requests

    return run_requests()


def _run_doctor(_: argparse.Namespace) -> int:
    from amanah.cli.doctor import run_doctor

    return run_doctor()


def _run_recheck(_: argparse.Namespace) -> int:
    from amanah.cli.rechecking import run_recheck

    return run_recheck()


def _run_backup(arguments: argparse.Namespace) -> int:
    from amanah.cli.saving.backup import run_backup

    return run_backup(arguments.file, arguments.to)


def _run_restore(arguments: argparse.Namespace) -> int:
    from amanah.cli.saving.restore import run_restore

    return run_restore(arguments.file, arguments.identity, arguments.checkpoint)


def _run_drill(arguments: argparse.Namespace) -> int:
    from amanah.cli.environment import find_drill

    command = find_drill("command")
    parser = argparse.ArgumentParser(prog="amanah drill")
    command.add_arguments(parser)
    return int(command.run(parser.parse_args(arguments.rest)) or EXIT_CLEAN)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code."""
    os.umask(0o077)
    given = sys.argv[1:] if arguments is None else list(arguments)
    parser = build_parser()
    parsed, rest = parser.parse_known_args(given)
    if rest and parsed.command != "drill":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    # The drill reads its own options: it is not installed everywhere, so this parser cannot know them.
    parsed.rest = rest
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except MisconfiguredError as error:
        print("Amanah cannot start. What to do:", file=sys.stderr)
        for problem in error.problems:
            print(f"  - {problem}", file=sys.stderr)
        return EXIT_MISCONFIGURED
    except AmanahError as error:
        print(f"{error} [{error.code}]", file=sys.stderr)
        return EXIT_FAILED
    except OSError as error:
        # A full disk, a missing permission, a busy port: the machine's own words name the place.
        print(f"The machine refused: {error}.", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return EXIT_INTERRUPTED
