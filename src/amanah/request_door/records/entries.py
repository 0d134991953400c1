"""What this door says in the public log: signed with its own key, waiting in the outbox with the rows it speaks of."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from amanah.core.encoding import JsonValue
from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.entries import sign_entry
from amanah.core.public_log.schemas import REQUEST_DOOR
from amanah.request_door.models import OutboxEntry
from amanah.web.outbox_models import append_entry
from amanah.web.settings import get_config

ENTRY_KEY = "entry-signing.key"
SEED_SIZE = 32


def append_log_entry(kind: str, ref: str | None, body: Mapping[str, JsonValue], *, at: int) -> None:
    """Sign an entry and put it into the outbox, in the caller's transaction."""
    seed = read_seed(get_config().keys("request") / ENTRY_KEY)
    append_entry(OutboxEntry, sign_entry(seed, at=at, by=REQUEST_DOOR, kind=kind, ref=ref, body=body))


@lru_cache(maxsize=4)
def read_seed(path: Path) -> bytes:
    """Read the key with which this door signs what it says."""
    try:
        seed = path.read_bytes()
    except OSError as error:
        raise MisconfiguredError(
            [f"The key {path} cannot be read ({error.strerror}); run amanah init."]
        ) from error
    if len(seed) != SEED_SIZE:
        raise MisconfiguredError([f"The key {path} must have 32 bytes; restore it from your backup."])
    return seed
