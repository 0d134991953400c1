"""Runs one process of a deployment: it forgets the other doors, confines itself, then starts its own; in this order."""

import importlib
import os
import sys
from pathlib import Path

from amanah.cli.environment import ENTRY_POINTS, RECOVERY, find_owner, forget_other_departments
from amanah.cli.founding import require_founded
from amanah.web.config import Config, Department, Process, load_config
from amanah.web.confinement import DEPARTMENT_OF, confine


def run_process(process: Process) -> int:
    """Serve until SIGTERM or SIGINT."""
    require_founded(_prepare(DEPARTMENT_OF[process]), DEPARTMENT_OF[process])
    return run_confined(process, ENTRY_POINTS[process])


def run_confined(process: Process, entry_point: str) -> int:
    """Confine this very process, then import what it serves and serve it."""
    config = _prepare(DEPARTMENT_OF[process])
    confine(config, process)
    try:
        importlib.import_module(entry_point).run(config)
    except KeyboardInterrupt:
        return 0
    return 0


def run_recovery(source: str) -> int:
    """Take in what the log published and this machine lost, as the user who owns the log's folder."""
    config = _prepare("log")
    require_founded(config, "log")
    become_owner(config, "log")
    importlib.import_module(RECOVERY).recover(config, source)
    return 0


def become_owner(config: Config, department: Department) -> None:
    """As root, become the user of a department for good, so that nothing in its folder ever belongs to root."""
    user, group = find_owner(config.folder(department))
    if user is not None and group is not None:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)


def _prepare(department: Department) -> Config:
    os.umask(0o077)
    # Python puts the working folder first on the path of `python -m`; a door never loads code from there.
    sys.path[:] = [entry for entry in sys.path if entry not in {"", str(Path.cwd())}]
    load_config()
    forget_other_departments(department)
    return load_config()
