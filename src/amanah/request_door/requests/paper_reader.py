"""The process that reads one PDF from its standard input and says with its exit status whether it can be kept.

Before it looks at the first byte it gives up everything: it can open no file and no socket, start no process, write
nothing, and has bounds on memory and time. What it reads is never run, shown or written down.
"""

import ctypes
import logging
import os
import resource
import sys

import pypdf.errors
import pypdf.filters  # (pypdf opens it late otherwise, when nothing can be opened any more)

from amanah.request_door.requests.paper_contents import find_forbidden
from amanah.request_door.requests.paper_reasons import LARGEST_PAPER, STATUS_OF, PaperReason
from amanah.web.landlock import Ruleset, find_landlock_version, restrict_self

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 5
_STANDARD_STREAMS = 3
_PR_SET_DUMPABLE = 4
# Codecs are modules that Python opens when they are first used; afterwards nothing can be opened any more.
_CODECS = ("utf-8", "utf-16", "utf-16-be", "utf-16-le", "latin-1", "ascii", "cp1252", "mac-roman", "charmap")


def give_everything_up() -> None:
    """Bound this process for the rest of its life; `/dev/null` and the paper itself are all that it holds."""
    for codec in _CODECS:
        b"".decode(codec)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    version = find_landlock_version()
    if version is not None:
        restrict_self(Ruleset(version))
    os.closerange(_STANDARD_STREAMS, 256)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _STANDARD_STREAMS),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
    ):
        resource.setrlimit(what, (most, most))


def judge(data: bytes) -> PaperReason | None:
    """Give why the paper is refused; whatever breaks while it is read is the paper's own doing."""
    try:
        return find_forbidden(data)
    except (MemoryError, RecursionError, pypdf.errors.LimitReachedError):
        return "file-too-heavy"
    except Exception:  # noqa: BLE001  (any file at all can stand here, and each must end in a reason)
        return "file-broken"


def main() -> int:
    """Read, judge, end."""
    logging.disable(logging.CRITICAL)
    give_everything_up()
    data = sys.stdin.buffer.read(LARGEST_PAPER + 1)
    if len(data) > LARGEST_PAPER:
        return STATUS_OF["file-too-large"]
    reason = judge(data)
    return STATUS_OF[reason] if reason else 0


if __name__ == "__main__":
    # No cleaning up: after a paper that filled the memory there may be no room for it.
    os._exit(main())
