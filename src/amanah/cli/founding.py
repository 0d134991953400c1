"""Makes the data folder and every key in it, once; it never replaces or moves a key that is there.

It needs no Django, so that tests and the command can found a folder without any door.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.encoding import encode_base64url
from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.notes import COSIGNER, encode_verifier_key
from amanah.core.public_log.policies import Policy, encode_policy
from amanah.web.config import DEPARTMENTS, Config, Department
from amanah.web.log_policy import KEY_FILE, find_policy_path

PUBLIC_FOLDER = "public"
ENTRY_KEY = "entry-signing.key"
CHECKPOINT_KEY = "checkpoint-signing.key"
WITNESS_KEY = "witness-signing.key"
WITNESS_KEY_FILE = "witness.vkey"
WITNESSED_LOGS = "witnessed-logs"
OCCASION_KEK = "occasion-keys.kek"
DJANGO_SECRET = "django-secret.key"  # noqa: S105 - the name of a file
NO_LOGS = "# The logs that our witness cosigns, one key a line; changed by: amanah witness add-log\n"
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
        keys[WITNESS_KEY] = lambda: secrets.token_bytes(32)
    if department == "card":
        keys[OCCASION_KEK] = lambda: secrets.token_bytes(32)
    return keys


def found_data_folder(config: Config) -> bool:
    """Make what is missing of the folder tree, keys and public facts; tell whether the folder was new."""
    is_new = not (config.keys("log") / ENTRY_KEY).exists()
    for department in DEPARTMENTS:
        _found_department(config, department, list_key_files(department))
    _publish_witness(config)
    _publish_facts(config)
    return is_new


def found_witness_folder(config: Config) -> bool:
    """Make what a witness alone needs, which a whole deployment can grow from later; tell whether it was new."""
    is_new = not is_witness_founded(config)
    keys = list_key_files("log")
    _found_department(config, "log", {name: keys[name] for name in (WITNESS_KEY, DJANGO_SECRET)})
    _publish_witness(config)
    return is_new


def is_witness_founded(config: Config) -> bool:
    """Tell whether this data folder has a witness."""
    return (config.keys("log") / WITNESS_KEY).exists() and (
        config.data / PUBLIC_FOLDER / WITNESS_KEY_FILE
    ).exists()


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


def replace_public_file(path: Path, text: str) -> None:
    """Put a text in place of a public file, whole and durable, so that a reader never sees half of one."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(path.parent)


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


def _found_department(
    config: Config, department: Department, keys: Mapping[str, Callable[[], bytes]]
) -> None:
    _make_folder(config.data, 0o711)
    _make_folder(config.data / PUBLIC_FOLDER, 0o755)
    _make_folder(config.folder(department), 0o700)
    _make_folder(config.keys(department), 0o700)
    for name, draw in keys.items():
        write_key_once(config.keys(department) / name, draw)


def _publish_witness(config: Config) -> None:
    """Write by which key our witness is known, and the list of the logs that it serves, empty at first."""
    public = config.data / PUBLIC_FOLDER
    key = compute_verifier_key(config.witness_name, _read_seed(config.keys("log") / WITNESS_KEY), COSIGNER)
    _write_public(public / WITNESS_KEY_FILE, encode_verifier_key(key))
    if not (public / WITNESSED_LOGS).exists():
        replace_public_file(public / WITNESSED_LOGS, NO_LOGS)


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
        replace_public_file(policy, encode_policy(Policy(checkpoint_key, config.urls["log"])))


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
                    f"{path} names another key or origin than the data folder holds. Keys, AMANAH_COMMUNITY and "
                    "AMANAH_LOG_ORIGIN never change once made: put the old ones back, or start a new community in an "
                    "empty folder."
                ]
            )
    else:
        replace_public_file(path, text)
