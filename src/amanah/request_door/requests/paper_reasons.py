"""Why a legal paper's file is refused: the closed list that the reading process, the records and the pages share.

It never holds anything of a file.
"""

from typing import Literal, get_args

PaperReason = Literal[
    "file-too-large",
    "file-not-pdf",
    "file-encrypted",
    "file-script",
    "file-action",
    "file-embedded",
    "file-form",
    "file-too-heavy",
    "file-broken",
]

PAPER_REASONS: tuple[PaperReason, ...] = get_args(PaperReason)
LARGEST_PAPER = 10 * 1024 * 1024
FIRST_BYTES = b"%PDF-"
# The reading process has no voice but its exit status: 0 says that the file can be kept.
FIRST_STATUS = 64
STATUSES: dict[int, PaperReason] = {
    FIRST_STATUS + place: reason for place, reason in enumerate(PAPER_REASONS)
}
STATUS_OF: dict[PaperReason, int] = {reason: status for status, reason in STATUSES.items()}
