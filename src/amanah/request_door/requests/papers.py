"""Judges the file of a legal paper before anybody keeps it (`spec/data_requests.md` 3.6).

The file is parsed in a process of its own that can open no file, reach no network and start nothing; all that comes
back is one number. It never changes a file, and never shows one.
"""

import threading
from typing import Literal

from amanah.core.errors import RefusedError
from amanah.request_door.requests.paper_reasons import FIRST_BYTES, LARGEST_PAPER, STATUSES, PaperReason
from amanah.web.confined_reader import SECONDS_ON_THE_CLOCK, read_elsewhere

Lane = Literal["form", "desk"]
# Whoever sends heavy files without end holds one thread of the door, and nothing of what counter staff take in.
_LANES: dict[Lane, threading.Lock] = {"form": threading.Lock(), "desk": threading.Lock()}
_READER = "amanah.request_door.requests.paper_reader"


class PaperReaderBusyError(RefusedError):
    """Another file is being read, and nobody waits for it: waiting would hold up everybody else."""

    code = "paper-reader-busy"


def find_paper_refusal(
    data: bytes, *, lane: Lane = "form", seconds: float = SECONDS_ON_THE_CLOCK
) -> PaperReason | None:
    """Give why this file cannot be taken in, or None where it can; one file of each lane is read at a time."""
    if len(data) > LARGEST_PAPER:
        return "file-too-large"
    if not data.startswith(FIRST_BYTES):
        return "file-not-pdf"
    if not _LANES[lane].acquire(blocking=False):
        raise PaperReaderBusyError("Another file is being read. Send this one again in a minute.")
    try:
        status = read_elsewhere(_READER, data, seconds=seconds).status
    finally:
        _LANES[lane].release()
    if status == 0:
        return None
    # Ended by a bound (a signal), or in a way that no reader of ours ends: nobody can vouch for the file.
    return STATUSES.get(status, "file-too-heavy" if status < 0 else "file-broken")
