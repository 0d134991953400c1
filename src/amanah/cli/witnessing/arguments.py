"""The command lines of `amanah witness`, `amanah witnesses` and `amanah recover-log`."""

import argparse


def add_witness(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the group about the witness that we run."""
    witness = commands.add_parser("witness", help="our witness: what it is called, and which logs it cosigns")
    parts = witness.add_subparsers(dest="part", metavar="WHAT", required=True)
    show = parts.add_parser("show", help="print the lines to give to a sister community")
    show.set_defaults(run=_run_show)
    add = parts.add_parser("add-log", help="let our witness cosign a log")
    add.add_argument("vkey", metavar="KEY", help="the log's key, one line that its people gave you")
    add.set_defaults(run=_run_add_log)
    remove = parts.add_parser("remove-log", help="let our witness cosign a log no more")
    remove.add_argument("origin", metavar="ORIGIN", help="the log's name, for example riverside.amanah/log")
    remove.set_defaults(run=_run_remove_log)
    serve = parts.add_parser("serve", help="run a witness alone, on a machine without a community")
    serve.set_defaults(run=_run_serve)


def add_witnesses(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the group about the witnesses that our log asks."""
    witnesses = commands.add_parser(
        "witnesses", help="the witnesses of our log, and how many must have cosigned"
    )
    parts = witnesses.add_subparsers(dest="part", metavar="WHAT", required=True)
    listed = parts.add_parser("list", help="say in words who witnesses our log")
    listed.set_defaults(run=_run_list)
    add = parts.add_parser("add", help="let our log ask one more witness")
    add.add_argument("name", metavar="NAME", help="a short name for it, for example its community's")
    add.add_argument("vkey", metavar="KEY", help="the witness's key, one line that its people gave you")
    add.add_argument(
        "url", metavar="URL", help="the witness's address, for example https://log.example/witness"
    )
    add.set_defaults(run=_run_add)
    remove = parts.add_parser("remove", help="let our log ask a witness no more")
    remove.add_argument("name", metavar="NAME", help="the name that amanah witnesses list shows")
    remove.set_defaults(run=_run_remove)
    quorum = parts.add_parser("quorum", help="say how many of all named witnesses must have cosigned")
    quorum.add_argument("least", metavar="K", type=int, help="a whole number; 0 waits for nobody")
    quorum.set_defaults(run=_run_quorum)


def add_recover_log(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the way back for a log whose database is older than what it published."""
    recover = commands.add_parser(
        "recover-log", help="take in the entries that the log published and this machine lost"
    )
    recover.add_argument(
        "source", metavar="SOURCE", help="where they stand: the log's own files, a mirror, or its address"
    )
    recover.set_defaults(run=_run_recover)


def _run_show(_: argparse.Namespace) -> int:
    from amanah.cli.witnessing.our_witness import run_show

    return run_show()


def _run_add_log(arguments: argparse.Namespace) -> int:
    from amanah.cli.witnessing.our_witness import run_add_log

    return run_add_log(arguments.vkey)


def _run_remove_log(arguments: argparse.Namespace) -> int:
    from amanah.cli.witnessing.our_witness import run_remove_log

    return run_remove_log(arguments.origin)


def _run_serve(_: argparse.Namespace) -> int:
    from amanah.cli.witnessing.serving import run_witness

    return run_witness()


def _run_list(_: argparse.Namespace) -> int:
    from amanah.cli.witnessing.our_witnesses import run_list

    return run_list()


def _run_add(arguments: argparse.Namespace) -> int:
    from amanah.cli.witnessing.our_witnesses import run_add

    return run_add(arguments.name, arguments.vkey, arguments.url)


def _run_remove(arguments: argparse.Namespace) -> int:
    from amanah.cli.witnessing.our_witnesses import run_remove

    return run_remove(arguments.name)


def _run_quorum(arguments: argparse.Namespace) -> int:
    from amanah.cli.witnessing.our_witnesses import run_quorum

    return run_quorum(arguments.least)


def _run_recover(arguments: argparse.Namespace) -> int:
    from amanah.cli.process import run_recovery

    return run_recovery(arguments.source)
