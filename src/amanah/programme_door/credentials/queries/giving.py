"""What stands in a draft, value by value, so that a page can say all of it before it is signed. It adds no word."""

import json
from dataclasses import dataclass
from typing import Any

from amanah.core.credentials.scopes import parse_scope_identifier
from amanah.programme_door.credentials.queries.papers import PaperOnShow, find_by_id, find_names

MAY_TEACH = "ext:AuthorisedToTeach"
MAY_AUTHORISE = "ext:AuthorisedToTeachAndToAuthorise"


@dataclass(frozen=True)
class GrantToSign:
    """A draft as its page says it; `text` is the whole document, as `JSON.stringify` would write it.

    `holder_name` and `parent` are what this community knows beside it; they are not signed.
    """

    text: str
    document: dict[str, Any]
    scope: str
    holder_name: str
    parent: PaperOnShow | None
    parent_giver: str

    @property
    def achievement(self) -> dict[str, Any]:
        """Give what is given."""
        return dict(self.document["credentialSubject"]["achievement"])

    @property
    def parent_id(self) -> str:
        """Give the name of the authority under which it is given, or nothing."""
        return str(self.document.get("relatedResource", {}).get("id", ""))


def describe_draft(document: dict[str, Any]) -> GrantToSign:
    """Take a draft apart."""
    subject = document["credentialSubject"]
    parent_id = document.get("relatedResource", {}).get("id", "")
    parent = find_by_id(parent_id) if parent_id else None
    names = find_names([subject["id"], *([parent.giver] if parent else [])])
    return GrantToSign(
        text=json.dumps(document, ensure_ascii=False, indent=2),
        document=document,
        scope=parse_scope_identifier(subject["achievement"]["id"]),
        holder_name=names.get(subject["id"], ""),
        parent=parent,
        parent_giver=names.get(parent.giver, "") if parent else "",
    )
