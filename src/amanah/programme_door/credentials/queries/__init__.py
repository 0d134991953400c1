"""What stands in the papers that are kept here, and what standing is worked out from. It believes no stored column."""

from amanah.programme_door.credentials.queries.drafts import DraftOnShow, find_draft, list_drafts
from amanah.programme_door.credentials.queries.papers import (
    PaperOnShow,
    find_authorisation,
    find_document_text,
    find_last_checked,
    find_names,
    find_paper,
    list_held_by,
    list_papers,
    list_parties,
)
from amanah.programme_door.credentials.queries.standing import (
    find_root_list,
    list_other_root_lists,
    list_own_root_lists,
    load_all_papers,
    load_papers,
)

__all__ = [
    "DraftOnShow",
    "PaperOnShow",
    "find_authorisation",
    "find_document_text",
    "find_draft",
    "find_last_checked",
    "find_names",
    "find_paper",
    "find_root_list",
    "list_drafts",
    "list_held_by",
    "list_other_root_lists",
    "list_own_root_lists",
    "list_papers",
    "list_parties",
    "load_all_papers",
    "load_papers",
]
