"""How a process of its own reads one stranger's file: both ends, for whichever door takes files in.

Before it looks at the first byte the reading process gives up everything: it can open no file and no socket, start no
process, and has bounds on memory and time. It answers with its exit status and, where asked for, a short reply; it
writes nothing else, and whoever started it believes no more of it than that.
"""

import codecs
import ctypes
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from amanah.web.landlock import Ruleset, find_landlock_version, restrict_self

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 5
SECONDS_ON_THE_CLOCK = 8.0
_STANDARD_STREAMS = 3
_PR_SET_DUMPABLE = 4
# Codecs are modules that Python opens when they are first used; afterwards nothing can be opened any more.
_CODECS = (
    "utf-8",
    "utf-16",
    "utf-16-be",
    "utf-16-le",
    "latin-1",
    "ascii",
    "cp1252",
    "mac-roman",
    "charmap",
    "idna",
)
_SOURCE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a reading process ended: its exit status, below zero where a bound ended it, and its reply."""

    status: int
    reply: bytes


def read_elsewhere(
    reader: str, data: bytes, *, seconds: float = SECONDS_ON_THE_CLOCK, longest_reply: int = 0
) -> Reading:
    """Run the reader (a module) on a file that stands in memory alone; give how it ended."""
    source, reply = (os.memfd_create(name, os.MFD_CLOEXEC) for name in ("file", "reply"))
    try:
        with os.fdopen(os.dup(source), "wb") as file:
            file.write(data)
        os.lseek(source, 0, os.SEEK_SET)
        child = subprocess.Popen(
            [sys.executable, "-P", "-s", "-B", "-m", reader],
            stdin=source,
            stdout=reply if longest_reply else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_SOURCE), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        status = _wait(child, seconds)
        return Reading(status, os.pread(reply, longest_reply, 0))
    finally:
        os.close(source)
        os.close(reply)


def _wait(child: subprocess.Popen[bytes], seconds: float) -> int:
    try:
        return child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def give_everything_up(*, longest_reply: int = 0) -> None:
    """Bound this process for the rest of its life; the file itself and its reply are all that it holds."""
    for codec in _CODECS:
        codecs.lookup(codec)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    version = find_landlock_version()
    if version is not None:
        restrict_self(Ruleset(version))
    os.closerange(_STANDARD_STREAMS, 256)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, longest_reply),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _STANDARD_STREAMS),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
    ):
        resource.setrlimit(what, (most, most))
