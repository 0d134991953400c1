"""What this door says in the public log: signed with its own key, waiting in the outbox with the rows it speaks of."""

from collections.abc import Mapping

from amanah.core.encoding import JsonValue
from amanah.core.public_log.entries import sign_entry
from amanah.core.public_log.schemas import REQUEST_DOOR
from amanah.request_door.entry_key import read_entry_seed
from amanah.request_door.models import OutboxEntry
from amanah.web.outbox_models import append_entry
from amanah.web.settings import get_config


def append_log_entry(kind: str, ref: str | None, body: Mapping[str, JsonValue], *, at: int) -> None:
    """Sign an entry and put it into the outbox, in the caller's transaction."""
    seed = read_entry_seed(get_config())
    append_entry(OutboxEntry, sign_entry(seed, at=at, by=REQUEST_DOOR, kind=kind, ref=ref, body=body))
