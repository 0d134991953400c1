"""Writes a backup and proves that it restores before it says so.

Doors are copied before the log: an entry that a door has handed over is then in the log's copy, one that it has not is
still in the door's outbox.
"""

import getpass
import hashlib
import io
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from amanah import __version__
from amanah.cli.founding import PUBLIC_FOLDER, require_founded
from amanah.cli.saving.archive import (
    MANIFEST,
    Part,
    parse_manifest,
    read_archive,
    verify_parts,
    write_archive,
)
from amanah.cli.saving.encryption import Lock, decrypt, encrypt, parse_passphrase, parse_recipients
from amanah.cli.saving.snapshots import take_snapshot, verify_sqlite
from amanah.core.errors import InvalidInputError, RefusedError
from amanah.web.config import DEPARTMENTS, Config, load_config

DATABASE_ORDER = ("card", "spending", "programme", "request", "log")
TRIES = 3


class BackupRefusedError(RefusedError):
    """The backup would overwrite something, or the deployment is too busy to be copied as one."""

    code = "backup-refused"


def run_backup(target: Path, recipients: list[str]) -> int:
    """Write, prove, and say what was saved."""
    config = load_config()
    for department in DEPARTMENTS:
        require_founded(config, department)
    if target.exists():
        raise BackupRefusedError(f"{target} exists already; a backup never overwrites anything.")
    lock = parse_recipients(recipients) if recipients else parse_passphrase(ask_new_passphrase())
    print("Copying the databases …", flush=True)
    plaintext = collect_plaintext(config)
    print("Encrypting …", flush=True)
    write_durably(target, encrypt(lock, plaintext))
    print("Proving that the file restores …", flush=True)
    try:
        names = verify_backup(lock, target.read_bytes())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    print(
        f"Saved {len(names)} parts in {target} ({target.stat().st_size:,} bytes). It was opened and checked."
    )
    print("Keep it away from this machine, and its key or passphrase away from the file.")
    return 0


def ask_new_passphrase() -> str:
    """Ask twice at a terminal, or take one line from standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Passphrase for the backup: ")
    if getpass.getpass("The same again: ") != first:
        raise InvalidInputError("The two passphrases differ; nothing was written.")
    return first


def collect_plaintext(config: Config) -> bytes:
    """Copy everything; again when the log grew meanwhile, because then the copies would not fit each other."""
    for _ in range(TRIES):
        before = hash_parts(take_snapshot(config, "log"))
        plain = io.BytesIO()
        write_archive(plain, list_parts(config), collect_facts(config))
        if (
            hash_parts(part for part in read_archive(io.BytesIO(plain.getvalue())) if "/log" in part.name)
            == before
        ):
            return plain.getvalue()
        time.sleep(1)
    raise BackupRefusedError(
        "The public log kept growing while it was copied; try again at a quieter moment."
    )


def hash_parts(parts: Iterator[Part]) -> str:
    """Give one hash of the log's parts."""
    digest = hashlib.sha256()
    for part in parts:
        if part.name.startswith(("sqlite/log.", "postgresql/log/tables/")):
            digest.update(part.content)
    return digest.hexdigest()


def collect_facts(config: Config) -> dict[str, object]:
    """Say what the backup is of; no time of day, which would only tell when somebody was at work."""
    return {
        "version": __version__,
        "community": config.community,
        "log_origin": config.log_origin,
        "vendors": {name: url.partition(":")[0] for name, url in config.databases.items()},
    }


def list_parts(config: Config) -> Iterator[Part]:
    """Give keys, public facts and databases; what can be made again from them stays out."""
    for department in DEPARTMENTS:
        for path in sorted(config.keys(department).iterdir()):
            if path.is_file() and not path.name.startswith("."):
                yield _read_file(config, path)
    public = config.data / PUBLIC_FOLDER
    for path in sorted(public.rglob("*")):
        if path.is_file() and not any(name.startswith(".") for name in path.relative_to(public).parts):
            yield _read_file(config, path)
    for name in DATABASE_ORDER:
        yield from take_snapshot(config, name)


def _read_file(config: Config, path: Path) -> Part:
    return Part(f"files/{path.relative_to(config.data)}", path.read_bytes(), path.stat().st_mode & 0o777)


def write_durably(target: Path, content: bytes) -> None:
    """Write a new file, readable by its owner alone, and flush it."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def verify_backup(lock: Lock, ciphertext: bytes) -> list[str]:
    """Open a backup and check every part of it, in memory; give the names of the parts."""
    return list(open_backup(lock, ciphertext)[1])


def open_backup(lock: Lock, ciphertext: bytes) -> tuple[dict[str, object], dict[str, Part]]:
    """Give the manifest and the parts of a backup, every one checked."""
    parts: dict[str, Part] = {}
    for part in read_archive(io.BytesIO(decrypt(lock, ciphertext))):
        parts[part.name] = part
    manifest = parse_manifest(parts.pop(MANIFEST, Part(MANIFEST, b"")).content)
    verify_parts(manifest, {name: hashlib.sha256(part.content).hexdigest() for name, part in parts.items()})
    for name, part in parts.items():
        if name.startswith("sqlite/"):
            verify_sqlite(part.content, name)
    return manifest, parts
