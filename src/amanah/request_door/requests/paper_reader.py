"""The process that reads one PDF from its standard input and says with its exit status whether it can be kept.

It gives everything up before it looks at the first byte. What it reads is never run, shown or written down.
"""

import logging
import os
import sys

import pypdf.errors
import pypdf.filters  # (pypdf opens it late otherwise, when nothing can be opened any more)

from amanah.request_door.requests.paper_contents import find_forbidden
from amanah.request_door.requests.paper_reasons import LARGEST_PAPER, STATUS_OF, PaperReason
from amanah.web.confined_reader import give_everything_up


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
