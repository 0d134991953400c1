"""The key with which this community signs authorisations, notices, status lists and root lists. It is in no database.

It is made when it is first needed. Whoever reads it can sign as the community: the public log is what shows it.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.credentials.identifiers import build_did_key
from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config
from amanah.web.settings import get_config

CREDENTIALS_KEY = "credentials.key"
SEED_SIZE = 32


def get_community_key() -> Ed25519PrivateKey:
    """Give the community's key, made now if there is none yet."""
    return _read_key(find_key_path(get_config()))


def get_community_did() -> str:
    """Give the identifier under which the community signs."""
    return build_did_key(get_community_key().public_key().public_bytes_raw())


def find_key_path(config: Config) -> Path:
    """Give where the key lies."""
    return config.keys("programme") / CREDENTIALS_KEY


@lru_cache(maxsize=1)
def _read_key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        _make_key(path)
    try:
        seed = path.read_bytes()
    except OSError as error:
        raise MisconfiguredError([f"The key {path} cannot be read ({error.strerror})."]) from error
    if len(seed) != SEED_SIZE:
        raise MisconfiguredError([f"The key {path} must have 32 bytes; restore it from your backup."])
    return Ed25519PrivateKey.from_private_bytes(seed)


def _make_key(path: Path) -> None:
    """Put a new key there, whole or not at all; of two workers who try at once one key stays."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SEED_SIZE))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        unfinished.unlink()
