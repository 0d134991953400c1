"""The way in for a file that somebody brings to the desk: a credential, alone or baked into a picture (4.3).

The file is taken apart in a process of its own that can open nothing and reach nothing. A picture is never kept or
shown.
"""

import threading

from amanah.core.credentials.baking import LARGEST_FILE
from amanah.core.credentials.reading import CredentialError
from amanah.core.errors import RefusedError
from amanah.programme_door.credentials.papers_read import LONGEST_VERDICT, TOO_HEAVY, Paper, parse_verdict
from amanah.web.confined_reader import SECONDS_ON_THE_CLOCK, read_elsewhere

_READER = "amanah.programme_door.credentials.judge_process"
_LANE = threading.Lock()


class UploadReaderBusyError(RefusedError):
    """Another file is being read, and nobody waits for it: waiting would hold up everybody else."""

    code = "upload-reader-busy"


def read_papers(data: bytes, *, seconds: float = SECONDS_ON_THE_CLOCK) -> tuple[Paper, ...]:
    """Give every paper of a file, checked; a bundle holds several."""
    if len(data) > LARGEST_FILE:
        raise CredentialError("The file is larger than 1 MiB. Send the credential alone.", "4.1")
    if not _LANE.acquire(blocking=False):
        raise UploadReaderBusyError("Another file is being read. Send this one again in a minute.")
    try:
        reading = read_elsewhere(_READER, data, seconds=seconds, longest_reply=LONGEST_VERDICT)
    finally:
        _LANE.release()
    if reading.status < 0 or reading.status == TOO_HEAVY:
        raise CredentialError("The file is too heavy to be read safely. Ask for the credential alone.", "4.1")
    if reading.status != 0:
        raise CredentialError("The file broke off while it was read. Ask for a fresh one.", "4.2")
    return parse_verdict(reading.reply)


def read_paper(data: bytes, *, seconds: float = SECONDS_ON_THE_CLOCK) -> Paper:
    """Give the one paper of a file."""
    papers = read_papers(data, seconds=seconds)
    if len(papers) != 1:
        raise CredentialError("The file holds several papers. Bring it in as a bundle.", "8.1")
    return papers[0]
