"""Makes the data folder and every key in it, once; it never replaces or moves a key that is there.

It needs no Django, so that tests and the command can found a folder without any door.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.encoding import encode_base64url
from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.notes import encode_verifier_key
from amanah.core.public_log.policies import Policy, encode_policy
from amanah.web.config import DEPARTMENTS, Config, Department
from amanah.web.log_policy import KEY_FILE, find_policy_path

PUBLIC_FOLDER = "public"
ENTRY_KEY = "entry-signing.key"
CHECKPOINT_KEY = "checkpoint-signing.key"
OCCASION_KEK = "occasion-keys.kek"
DJANGO_SECRET = "django-secret.key"  # noqa: S105 - the name of a file
PARTIES: dict[Department, str] = {
    "log": "log",
    "card": "card-door",
    "programme": "programme-door",
    "request": "request-door",
}


def list_key_files(department: Department) -> dict[str, Callable[[], bytes]]:
    """Give the name of each key of a department and how it is drawn."""
    keys: dict[str, Callable[[], bytes]] = {
        ENTRY_KEY: lambda: secrets.token_bytes(32),
        DJANGO_SECRET: lambda: secrets.token_urlsafe(64).encode(),
    }
    if department == "log":
        keys[CHECKPOINT_KEY] = lambda: secrets.token_bytes(32)
    if department == "card":
        keys[OCCASION_KEK] = lambda: secrets.token_bytes(32)
    return keys


def found_data_folder(config: Config) -> bool:
    """Make what is missing of the folder tree, keys and public facts; tell whether the folder was new."""
    is_new = not is_founded(config)
    _make_folder(config.data, 0o711)
    _make_folder(config.data / PUBLIC_FOLDER, 0o755)
    for department in DEPARTMENTS:
        _make_folder(config.folder(department), 0o700)
        _make_folder(config.keys(department), 0o700)
        for name, draw in list_key_files(department).items():
            write_key_once(config.keys(department) / name, draw)
    _publish_facts(config)
    return is_new


def is_founded(config: Config) -> bool:
    """Tell whether every key of every department that can be seen from here exists."""
    return all(
        (config.keys(department) / name).exists()
        for department in DEPARTMENTS
        for name in list_key_files(department)
    )


def require_founded(config: Config, department: Department) -> None:
    """Raise MisconfiguredError when a department's keys were never made."""
    missing = [name for name in list_key_files(department) if not (config.keys(department) / name).exists()]
    if missing:
        raise MisconfiguredError(
            [
                f"{config.keys(department)} has no {', '.join(missing)}; run amanah init with the same settings first."
            ]
        )


def write_key_once(path: Path, draw: Callable[[], bytes]) -> bool:
    """Write a new key, readable by its owner alone, unless one is there; tell whether it was written."""
    if path.exists():
        return False
    # The key appears under its name only when whole and durable: a power cut leaves none, never half of one.
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(draw())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return False
    finally:
        unfinished.unlink()
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(path: Path, mode: int) -> None:
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        path.chmod(mode)
    except OSError as error:
        raise MisconfiguredError(
            [f"The folder {path} cannot be made or closed to others: {error.strerror}."]
        ) from error


def _publish_facts(config: Config) -> None:
    """Write the public halves that departments may read of each other; the log repeats them signed."""
    public = config.data / PUBLIC_FOLDER
    for department, party in PARTIES.items():
        key = Ed25519PrivateKey.from_private_bytes(
            _read_seed(config.keys(department) / ENTRY_KEY)
        ).public_key()
        _write_public(public / f"{party}.entry.pub", encode_base64url(key.public_bytes_raw()))
    checkpoint_key = compute_verifier_key(config.log_origin, _read_seed(config.keys("log") / CHECKPOINT_KEY))
    _write_public(public / KEY_FILE, encode_verifier_key(checkpoint_key))
    policy = find_policy_path(config)
    if not policy.exists():
        _write_public(policy, encode_policy(Policy(checkpoint_key, config.urls["log"])))


def _read_seed(path: Path) -> bytes:
    seed = path.read_bytes()
    if len(seed) != 32:
        raise MisconfiguredError([f"{path} is damaged: a key has 32 bytes. Restore it from your backup."])
    return seed


def _write_public(path: Path, text: str) -> None:
    if path.exists():
        if path.read_text(encoding="utf-8") != text:
            raise MisconfiguredError(
                [
                    f"{path} names another key or origin than the data folder holds. Keys and AMANAH_LOG_ORIGIN never "
                    "change once made: put the old ones back, or start a new community in an empty folder."
                ]
            )
    else:
        unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.chmod(0o644)
        unfinished.replace(path)
