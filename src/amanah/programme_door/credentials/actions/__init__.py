"""Issuing, taking in and ending papers about who may teach. Each act and the entry that tells of it are one piece.

It never signs as anybody but the community, and never changes or removes a paper.
"""

from amanah.programme_door.credentials.actions.drafts import (
    DraftClockWrongError,
    DraftNotForKeyError,
    DraftNotOpenError,
    answer_draft,
    answer_key_request,
    open_draft,
    open_key_request,
    withdraw_draft,
)
from amanah.programme_door.credentials.actions.endings import end_authority, record_lifetime, record_lost_key
from amanah.programme_door.credentials.actions.issuing import Grant, GrantRefusedError, issue_authorisation
from amanah.programme_door.credentials.actions.papers import (
    PaperExistsError,
    import_credential,
    record_check,
    record_name,
)
from amanah.programme_door.credentials.actions.statuses import StatusListFullError, publish_status_list

__all__ = [
    "DraftClockWrongError",
    "DraftNotForKeyError",
    "DraftNotOpenError",
    "Grant",
    "GrantRefusedError",
    "PaperExistsError",
    "StatusListFullError",
    "answer_draft",
    "answer_key_request",
    "end_authority",
    "import_credential",
    "issue_authorisation",
    "open_draft",
    "open_key_request",
    "publish_status_list",
    "record_check",
    "record_lifetime",
    "record_lost_key",
    "record_name",
    "withdraw_draft",
]
