"""Puts a backup into an empty data folder and empty databases; it never overwrites anything.

Entries that the log published after the backup was made are missing in it. A log that went on from there would
contradict what members' devices have seen; so whoever restores brings the newest checkpoint that anyone holds.
"""

import getpass
import secrets
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

from amanah.cli.founding import PUBLIC_FOLDER
from amanah.cli.saving.archive import Part
from amanah.cli.saving.backup import open_backup
from amanah.cli.saving.encryption import Lock, parse_identity_file
from amanah.cli.saving.snapshots import fill_postgresql, has_tables
from amanah.cli.witnessing.our_witness import list_witnessed_logs
from amanah.core.errors import MisconfiguredError, RefusedError
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.notes import parse_verifier_key
from amanah.web.config import DEPARTMENTS, Config, load_config
from amanah.web.database import find_sqlite_path, open_database, open_sqlite

LAST_SIGNED = "last-signed"


class RestoreRefusedError(RefusedError):
    """Restoring would overwrite something, or would make the log contradict itself."""

    code = "restore-refused"


def run_restore(source: Path, identity: Path | None, checkpoint: Path | None) -> int:
    """Restore, compare with the newest checkpoint, and say what comes next."""
    config = load_config()
    _require_empty(config)
    lock = parse_identity_file(identity) if identity else Lock(passphrase=ask_passphrase())
    print("Opening and checking the backup …", flush=True)
    manifest, parts = open_backup(lock, source.read_bytes())
    _require_same_community(config, manifest)
    _require_same_vendors(config, manifest)
    print("Putting everything in its place …", flush=True)
    _place_files(config, parts)
    _place_databases(config, parts)
    size = count_log_entries(config)
    print(f"Restored. The log of this backup has {size} entries.")
    _say_what_the_witness_forgot(config)
    if checkpoint is not None:
        remember_checkpoint(config, checkpoint.read_bytes(), size)
        print("No newer checkpoint is known. Now run: amanah init, then amanah doctor, then amanah serve")
    else:
        print(
            "Before you start it: find the newest checkpoint that a member's device, a witness or a mirror holds."
        )
        print("If its second line is a larger number, do not start: see docs/how-to/backup-and-restore.md")
    return 0


def _say_what_the_witness_forgot(config: Config) -> None:
    """Tell whom to ask before our witness signs again: it remembers nothing that it cosigned after the backup."""
    logs = list_witnessed_logs(config)
    if logs:
        print(
            "Our witness has forgotten what it cosigned after this backup. Before you start it, ask these houses for"
        )
        print(
            "the newest checkpoint that it cosigned (docs/how-to/witness-each-other.md, what a witness must never do):"
        )
        for log in logs:
            print(f"  {log.name}")


def ask_passphrase() -> str:
    """Ask at a terminal, or take one line from standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("Passphrase of the backup: ")


def _require_empty(config: Config) -> None:
    problems = []
    if config.data.exists() and any(config.data.iterdir()):
        problems.append(f"{config.data} is not empty; restore only into a new folder (AMANAH_DATA).")
    for name, url in config.databases.items():
        if url.startswith("sqlite:///"):
            if find_sqlite_path(url).exists():
                problems.append(f"The database file {find_sqlite_path(url)} exists already.")
        elif has_tables(url):
            problems.append(f"The PostgreSQL database for {name} is not empty; make a new one.")
    if problems:
        raise MisconfiguredError(problems)


def _require_same_community(config: Config, manifest: dict[str, Any]) -> None:
    if (manifest["community"], manifest["log_origin"]) != (config.community, config.log_origin):
        raise MisconfiguredError(
            [
                f"The backup is of community '{manifest['community']}' with log origin '{manifest['log_origin']}'; "
                "set AMANAH_COMMUNITY and AMANAH_LOG_ORIGIN to these before restoring."
            ]
        )


def _require_same_vendors(config: Config, manifest: dict[str, Any]) -> None:
    differing = [
        f"The backup holds a {manifest['vendors'][name]} database; set AMANAH_DATABASE_{name.upper()} to one."
        for name, url in config.databases.items()
        if manifest["vendors"][name] != url.partition(":")[0]
    ]
    if differing:
        raise MisconfiguredError(differing)


def _place_files(config: Config, parts: dict[str, Part]) -> None:
    """Build the folder beside its place and move it there whole, so that a crash leaves nothing half restored."""
    config.data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    building = config.data.with_name(f".{config.data.name}.restoring-{secrets.token_hex(4)}")
    building.mkdir(mode=0o711)
    try:
        for department in DEPARTMENTS:
            (building / config.folder(department).name / "keys").mkdir(mode=0o700, parents=True)
        for name, part in parts.items():
            if name.startswith("files/"):
                path = building / name.removeprefix("files/")
                path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
                path.write_bytes(part.content)
                path.chmod(part.mode)
        building.chmod(0o711)
        public = building / PUBLIC_FOLDER
        for folder in (public, *(path for path in public.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        if config.data.exists():
            config.data.rmdir()
        building.rename(config.data)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _place_databases(config: Config, parts: dict[str, Part]) -> None:
    contents = {name: part.content for name, part in parts.items()}
    for name, url in config.databases.items():
        if url.startswith("sqlite:///"):
            path = find_sqlite_path(url)
            path.touch(mode=0o600, exist_ok=False)
            path.write_bytes(contents[f"sqlite/{name}.sqlite3"])
            open_sqlite(path).close()
        else:
            fill_postgresql(url, name, contents)


def count_log_entries(config: Config) -> int:
    """Count the entries of the restored log."""
    with open_database(config.database("log"), read_only=True) as database:
        try:
            return int(database.execute("SELECT count(*) FROM log_entry").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def remember_checkpoint(config: Config, note: bytes, size: int) -> None:
    """Leave the checkpoint where the log service looks before it signs; raise when the backup is older than it."""
    vkey = (config.data / PUBLIC_FOLDER / "log.vkey").read_text(encoding="utf-8")
    checkpoint = verify_checkpoint(note, parse_verifier_key(vkey))
    place = config.keys("log") / LAST_SIGNED
    place.write_bytes(note)
    place.chmod(0o600)
    if checkpoint.size > size:
        raise RestoreRefusedError(
            f"The log had published {checkpoint.size} entries when that checkpoint was signed; this backup has {size}. "
            "The log service will refuse to start on it. If the missing entries stand on the old disk or a mirror: "
            "amanah recover-log SOURCE. See docs/how-to/backup-and-restore.md."
        )
