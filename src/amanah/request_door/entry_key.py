"""The key with which this door signs what it says in the public log. It is in no database."""

from functools import lru_cache
from pathlib import Path

from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config

ENTRY_KEY = "entry-signing.key"
SEED_SIZE = 32


def read_entry_seed(config: Config) -> bytes:
    """Read the raw Ed25519 seed; say what the operator must do where that cannot be done."""
    return _read_seed(config.keys("request") / ENTRY_KEY)


@lru_cache(maxsize=1)
def _read_seed(path: Path) -> bytes:
    try:
        seed = path.read_bytes()
    except OSError as error:
        raise MisconfiguredError(
            [f"The key {path} cannot be read ({error.strerror}); run amanah init."]
        ) from error
    if len(seed) != SEED_SIZE:
        raise MisconfiguredError([f"The key {path} must have 32 bytes; restore it from your backup."])
    return seed
