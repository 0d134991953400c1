"""A backup holds everything, in no order, opens for nobody else, and comes back whole; on both databases."""

import io
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import psycopg
import pyrage
import pytest

from amanah.cli.founding import found_data_folder
from amanah.web.config import load_config
from tests.support.postgresql import Cluster
from tests.support.processes import Running, build_environment, build_settings, run_amanah, start_departments

PASSPHRASE = "six words nobody else would choose"
IDENTITY = pyrage.x25519.Identity.generate()


def run_with_input(
    settings: Mapping[str, str], text: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "amanah.cli", *arguments],
        env=build_environment(settings),
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def back_up(settings: Mapping[str, str], file: Path) -> subprocess.CompletedProcess[str]:
    return run_amanah(settings, "backup", str(file), "--to", str(IDENTITY.to_public()))


def restore(settings: Mapping[str, str], file: Path, *more: str) -> subprocess.CompletedProcess[str]:
    key = file.with_name("key.txt")
    key.write_text(f"# public key: {IDENTITY.to_public()}\n{IDENTITY}\n")
    return run_amanah(settings, "restore", str(file), "--identity", str(key), *more)


def list_sqlite_rows(path: str) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path.removeprefix("sqlite:///")) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in tables
        }


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Running:
    """A deployment whose log has run, so that its database holds entries."""
    running = start_departments(tmp_path_factory.mktemp("saved"), processes=["log"])
    running.stop()
    return running


def test_a_backup_comes_back_whole_into_a_new_folder(founded: Running, tmp_path: Path) -> None:
    file = tmp_path / "amanah.age"
    saved = run_with_input(founded.settings, PASSPHRASE, "backup", str(file))
    assert saved.returncode == 0, saved.stderr
    assert "It was opened and checked." in saved.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    settings = build_settings(tmp_path / "new")
    restored = run_with_input(settings, PASSPHRASE, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    new, old = load_config(settings), founded.config
    for name in old.databases:
        assert list_sqlite_rows(new.database(name)) == list_sqlite_rows(old.database(name))
    for path in old.keys("card").iterdir():
        copy = new.keys("card") / path.name
        assert copy.read_bytes() == path.read_bytes()
        assert copy.stat().st_mode & 0o777 == 0o600
    assert (new.data / "public" / "log.vkey").read_bytes() == (old.data / "public" / "log.vkey").read_bytes()
    again = run_amanah(settings, "init")
    assert again.returncode == 0, again.stderr


def test_our_witness_and_its_duties_come_back_and_the_houses_to_ask_are_named(
    founded: Running, tmp_path: Path
) -> None:
    sister = load_config(build_settings(tmp_path / "sister", AMANAH_COMMUNITY="orchard-house"))
    found_data_folder(sister)
    log, witness = ((sister.data / "public" / name).read_text() for name in ("log.vkey", "witness.vkey"))
    for command in (
        ("witness", "add-log", log),
        ("witnesses", "add", "orchard", witness, "https://log.orchard.example/witness"),
    ):
        assert run_amanah(founded.settings, *command).returncode == 0
    (founded.config.data / "public" / ".log.policy.cut-off").write_text("half of a file, after a power cut")
    try:
        file = tmp_path / "amanah.age"
        assert back_up(founded.settings, file).returncode == 0
        settings = build_settings(tmp_path / "new")
        restored = restore(settings, file)
        assert restored.returncode == 0, restored.stderr
        assert "forgotten what it cosigned" in restored.stdout
        assert "  orchard-house.amanah/log\n" in restored.stdout
        old, new = founded.config, load_config(settings)
        assert (new.keys("log") / "witness-signing.key").read_bytes() == (
            old.keys("log") / "witness-signing.key"
        ).read_bytes()
        assert (new.keys("log") / "witness-signing.key").stat().st_mode & 0o777 == 0o600
        public = sorted(path.name for path in (new.data / "public").iterdir())
        assert [name for name in public if name.startswith(".")] == []
        for name in ("log.policy", "witness.vkey", "witnessed-logs"):
            copy = new.data / "public" / name
            assert copy.read_bytes() == (old.data / "public" / name).read_bytes(), name
            assert copy.stat().st_mode & 0o777 == 0o644
    finally:
        assert (
            run_amanah(founded.settings, "witness", "remove-log", "orchard-house.amanah/log").returncode == 0
        )
        assert run_amanah(founded.settings, "witnesses", "remove", "orchard").returncode == 0
        (founded.config.data / "public" / ".log.policy.cut-off").unlink()


def test_a_jurisdiction_pack_of_the_community_itself_comes_back(founded: Running, tmp_path: Path) -> None:
    own = founded.config.data / "public" / "jurisdictions"
    own.mkdir()
    try:
        (own / "atlantis.json").write_text("a pack")
        file = tmp_path / "amanah.age"
        saved = back_up(founded.settings, file)
        assert saved.returncode == 0, saved.stderr
        settings = build_settings(tmp_path / "new")
        restored = restore(settings, file)
        assert restored.returncode == 0, restored.stderr
        copy = load_config(settings).data / "public" / "jurisdictions" / "atlantis.json"
        assert copy.read_text() == "a pack"
        assert copy.parent.stat().st_mode & 0o777 == 0o755
    finally:
        (own / "atlantis.json").unlink()
        own.rmdir()


def test_a_restored_log_starts_and_says_the_same(founded: Running, tmp_path: Path) -> None:
    file = tmp_path / "amanah.age"
    assert back_up(founded.settings, file).returncode == 0
    settings = build_settings(tmp_path / "data")
    note = founded.config.folder("log") / "public" / "checkpoint"
    done = restore(settings, file, "--checkpoint", str(note))
    assert done.returncode == 0, done.stderr
    running = Running(tmp_path / "data", settings, load_config(settings))
    running.start("log")
    assert running.stop() == {"log": 0}
    restored = (running.config.folder("log") / "public" / "checkpoint").read_text().splitlines()
    original = note.read_text().splitlines()
    assert int(restored[1]) >= int(original[1])


def test_a_backup_older_than_the_log_is_not_signed_on(tmp_path: Path) -> None:
    running = start_departments(tmp_path, processes=["log"])
    running.stop()
    file = tmp_path / "old.age"
    assert back_up(running.settings, file).returncode == 0
    # The log goes on after the backup: the card door's start is one more entry.
    running.start("log", "card")
    note = running.config.folder("log") / "public" / "checkpoint"
    size_before = int(note.read_text().splitlines()[1])
    wait_until_larger(note, size_before, running)
    running.stop()
    settings = build_settings(tmp_path / "again" / "data")
    restored = restore(settings, file, "--checkpoint", str(note))
    assert restored.returncode == 1
    assert "refuse to start" in restored.stderr
    started = run_amanah(settings, "serve", "--only", "log", timeout=30)
    assert started.returncode == 78
    assert "older" in started.stderr
    take_in_what_the_old_disk_holds(running, settings, note)


def take_in_what_the_old_disk_holds(old: Running, settings: Mapping[str, str], note: Path) -> None:
    """Recover as an operator does, twice, and start the log where it would not start before."""
    for _ in range(2):
        recovered = run_amanah(settings, "recover-log", str(note.parent))
        assert recovered.returncode == 0, recovered.stderr
    assert "Start the log again" in recovered.stdout
    again = Running(Path(settings["AMANAH_DATA"]), dict(settings), load_config(settings))
    again.start("log")
    meanwhile = run_amanah(settings, "recover-log", str(note.parent))
    assert (meanwhile.returncode, "stop it first" in meanwhile.stderr) == (78, True)
    assert again.stop() == {"log": 0}
    published = (again.config.folder("log") / "public" / "checkpoint").read_text().splitlines()
    assert int(published[1]) >= int(note.read_text().splitlines()[1])
    elsewhere = run_amanah(settings, "recover-log", str(old.folder.parent))
    assert (elsewhere.returncode, "Traceback" in elsewhere.stderr) == (78, False)


def wait_until_larger(note: Path, size: int, running: Running) -> None:
    import time

    from tests.doors.log_service.place import FOUNDING

    deadline = time.monotonic() + 30
    while int(note.read_text().splitlines()[1]) <= max(size, FOUNDING):
        assert time.monotonic() < deadline, running.read_output("card")
        time.sleep(0.1)


def test_a_backup_for_a_public_key_opens_with_its_secret_key_alone(founded: Running, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(f"{pyrage.x25519.Identity.generate()}\n")
    file = tmp_path / "amanah.age"
    assert back_up(founded.settings, file).returncode == 0
    settings = build_settings(tmp_path / "new")
    wrong = run_amanah(settings, "restore", str(file), "--identity", str(tmp_path / "other.txt"))
    assert (wrong.returncode, "backup-key-wrong" in wrong.stderr) == (1, True)
    assert not (tmp_path / "new").exists()
    assert restore(settings, file).returncode == 0


def test_a_backup_holds_no_order_of_insertion(founded: Running, tmp_path: Path) -> None:
    from amanah.cli.saving.snapshots import copy_sqlite

    path = tmp_path / "spending.sqlite3"
    words = [f"{number * 7919 % 1000:03d}-nonce-of-a-pass" for number in range(400)]
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE spent (nonce TEXT PRIMARY KEY) WITHOUT ROWID")
        for word in words:
            connection.execute("INSERT INTO spent VALUES (?)", (word,))
    content = copy_sqlite(path)
    places = [content.index(word.encode()) for word in words]
    by_key = [place for _, place in sorted(zip(words, places, strict=True))]
    # Within a page SQLite writes cells from the end; a rewritten database has them in the order of the key alone.
    rises = sum(later < earlier for earlier, later in pairwise(by_key))
    assert rises > 380


def test_a_backup_never_overwrites_and_a_restore_needs_an_empty_place(
    founded: Running, tmp_path: Path
) -> None:
    file = tmp_path / "taken"
    file.write_text("mine")
    refused = back_up(founded.settings, file)
    assert (refused.returncode, file.read_text()) == (1, "mine")
    again = restore(founded.settings, file)
    assert again.returncode == 78
    assert "is not empty" in again.stderr


def test_a_short_passphrase_is_refused(founded: Running, tmp_path: Path) -> None:
    file = tmp_path / "amanah.age"
    short = run_with_input(founded.settings, "short", "backup", str(file))
    assert (short.returncode, file.exists()) == (1, False)


@pytest.mark.parametrize("change", ["drop", "alter", "escape"])
def test_a_backup_that_was_changed_inside_is_refused(change: str, founded: Running, tmp_path: Path) -> None:
    file = tmp_path / "amanah.age"
    assert back_up(founded.settings, file).returncode == 0
    plain = io.BytesIO(pyrage.decrypt(file.read_bytes(), [IDENTITY]))
    changed = io.BytesIO()
    with tarfile.open(fileobj=plain) as source, tarfile.open(fileobj=changed, mode="w") as target:
        for place, header in enumerate(source.getmembers()):
            extracted = source.extractfile(header)
            assert extracted is not None
            content = extracted.read()
            if place == 0 and change == "drop":
                continue
            if place == 0 and change == "alter":
                content = bytes([content[0] ^ 1]) + content[1:]
            if place == 0 and change == "escape":
                header.name = "files/../../escaped"
            target.addfile(header, io.BytesIO(content))
    file.write_bytes(pyrage.encrypt(changed.getvalue(), [IDENTITY.to_public()]))
    done = restore(build_settings(tmp_path / "new"), file)
    assert (done.returncode, "backup-damaged" in done.stderr) == (1, True)
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "escaped").exists()


@pytest.mark.postgresql
def test_a_backup_of_postgresql_comes_back_into_empty_databases(postgresql: Cluster, tmp_path: Path) -> None:
    first = start_departments(tmp_path, processes=["log"], databases=postgresql.create_door_databases())
    first.stop()
    file = tmp_path / "amanah.age"
    saved = back_up(first.settings, file)
    assert saved.returncode == 0, saved.stderr
    assert postgresql.password not in saved.stdout
    databases = postgresql.create_door_databases()
    settings = build_settings(tmp_path / "new", databases=databases)
    restored = restore(settings, file)
    assert restored.returncode == 0, restored.stderr
    for name, url in databases.items():
        assert list_postgresql_rows(url) == list_postgresql_rows(first.config.database(name))
    assert run_amanah(settings, "init").returncode == 0
    again = Running(tmp_path / "new", settings, load_config(settings))
    again.start("log")
    assert again.stop() == {"log": 0}


def list_postgresql_rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        tables = [
            str(row[0])
            for row in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
        ]
        assert tables
        return {
            table: sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)  # type: ignore[arg-type]
            for table in tables
        }
