"""Runs one process of a deployment: it forgets the other doors, confines itself, then starts its own; in this order."""

import importlib
import os
import sys
from pathlib import Path

from amanah.cli.environment import ENTRY_POINTS, forget_other_departments
from amanah.cli.founding import require_founded
from amanah.web.config import Process, load_config
from amanah.web.confinement import DEPARTMENT_OF, confine


def run_process(process: Process) -> int:
    """Serve until SIGTERM or SIGINT."""
    os.umask(0o077)
    # Python puts the working folder first on the path of `python -m`; a door never loads code from there.
    sys.path[:] = [entry for entry in sys.path if entry not in {"", str(Path.cwd())}]
    department = DEPARTMENT_OF[process]
    load_config()
    forget_other_departments(department)
    config = load_config()
    require_founded(config, department)
    confine(config, process)
    try:
        importlib.import_module(ENTRY_POINTS[process]).run(config)
    except KeyboardInterrupt:
        return 0
    return 0
