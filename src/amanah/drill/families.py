"""A process and everything that it started, held still or gone together, as a machine is whose plug is pulled.

It never asks a process to end: whoever is asked tidies up.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

_POLL = 0.01
_GONE_WITHIN = 10.0
_GONE = {"", "Z", "X"}


def stop_family(root: int) -> list[int]:
    """Hold a process and all that it started still, whatever session each is in; list them, the root first."""
    stopped: list[int] = []
    # Somebody who is not held yet may start another one meanwhile: look again until nobody is new.
    while new := [pid for pid in list_family(root) if pid not in stopped]:
        for pid in new:
            send_signal(pid, signal.SIGSTOP)
        stopped += new
    return stopped


def send_signal(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended by itself meanwhile."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def list_family(root: int) -> list[int]:
    """List a process and all that it started, the root first."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        state, parent = _read_state(int(folder.name))
        if state not in _GONE:
            parents.setdefault(parent, []).append(int(folder.name))
    family = [root]
    for pid in family:
        family += parents.get(pid, [])
    return family


def wait_for_end(family: list[int]) -> None:
    """Wait until none of these processes runs or holds a port any more."""
    deadline = time.monotonic() + _GONE_WITHIN
    while any(_read_state(pid)[0] not in _GONE for pid in family):
        if time.monotonic() > deadline:
            raise TimeoutError("A killed process does not end; is its disk hanging?")
        time.sleep(_POLL)


def _read_state(pid: int) -> tuple[str, int]:
    """Give the state letter and the parent of a process; nothing where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ("", 0)
    return (fields[0], int(fields[1]))
