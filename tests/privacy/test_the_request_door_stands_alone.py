"""The request door and the programme door try to reach each other, in both directions, by every way that we know of.

Each way is tried by a real process of one door. Each has its control: the same attempt on the door's own succeeds.
"""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from amanah.cli.environment import SETTINGS_MODULES
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.web.config import DEPARTMENTS, Config, Department, load_config
from amanah.web.confinement import DATABASES_OF
from amanah.web.database import find_sqlite_path
from amanah.web.landlock import find_landlock_version
from tests.support.processes import (
    SOURCE,
    Running,
    build_environment,
    build_settings,
    found_from_template,
    start_departments,
)

PAIRS: list[tuple[Department, Department]] = [("request", "programme"), ("programme", "request")]
HOSTS = {"request": "requests.riverside.example", "programme": "riverside.example"}
SHARED_TABLES = {"outbox_entry"}
BOTH_WAYS = pytest.mark.parametrize(("door", "other"), PAIRS)
needs_landlock = pytest.mark.skipif(find_landlock_version() is None, reason="this kernel has no Landlock")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, dict[str, str]]:
    """Give every door its own keys and its own migrated database, with no process running."""
    settings = build_settings(tmp_path_factory.mktemp("alone") / "data")
    config = load_config(settings)
    found_from_template(config)
    return config, settings


def run_as(door: Department, script: str, settings: dict[str, str], *arguments: str) -> Any:
    """Run a script as a process of this door, with this door's settings; give the JSON that it printed."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=build_environment(settings) | {"DJANGO_SETTINGS_MODULE": SETTINGS_MODULES[door]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- code ---------------------------------------------------------------------------------------------------------

LOAD_MODELS = """
import importlib, json, sys, django
django.setup()
loaded = []
for module in json.loads(sys.argv[1]):
    try:
        importlib.import_module(module)
    except RuntimeError:
        continue
    loaded.append(module)
print(json.dumps(loaded))
"""


def list_model_modules(door: Department) -> list[str]:
    folder = SOURCE / "amanah" / f"{door}_door"
    return sorted(
        ".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in folder.rglob("models.py")
    )


@BOTH_WAYS
def test_no_model_of_the_other_door_can_be_loaded(
    door: Department, other: Department, founded: tuple[Config, dict[str, str]]
) -> None:
    own, foreign = list_model_modules(door), list_model_modules(other)
    assert len(own) > 2
    assert run_as(door, LOAD_MODELS, founded[1], json.dumps(own + foreign)) == own


# --- databases and the router -------------------------------------------------------------------------------------

REACH_DATABASES = """
import json, sys, django
django.setup()
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections, router
from django.utils.connection import ConnectionDoesNotExist
aliases, labels = json.loads(sys.argv[1]), json.loads(sys.argv[2])
models = [model for model in apps.get_models() if model.__module__.startswith("amanah")]
reached, migrated = [], []
for alias in aliases:
    try:
        connections[alias].cursor().execute("SELECT 1")
    except ConnectionDoesNotExist:
        continue
    reached.append(alias)
for label in labels:
    try:
        call_command("migrate", label, verbosity=0)
    except CommandError:
        continue
    migrated.append(label)
print(json.dumps({
    "reached": reached,
    "migrated": migrated,
    "routed": sorted({name for model in models for name in (router.db_for_read(model), router.db_for_write(model))}),
    "labels": sorted(config.label for config in apps.get_app_configs() if config.name.startswith("amanah")),
}))
"""


@BOTH_WAYS
def test_no_alias_no_route_and_no_migration_leads_into_the_other_doors_database(
    door: Department, other: Department, founded: tuple[Config, dict[str, str]]
) -> None:
    config, settings = founded
    labels = {one: run_as(one, REACH_DATABASES, settings, "[]", "[]")["labels"] for one in (door, other)}
    own = ["default", "spending"] if door == "programme" else ["default"]
    names = [*own, *DATABASES_OF[other], *DEPARTMENTS, str(find_sqlite_path(config.database(other)))]
    tried = run_as(
        door,
        REACH_DATABASES,
        settings,
        json.dumps([name for name in names if name in own or name not in DATABASES_OF[door]]),
        json.dumps([*labels[door], *labels[other]]),
    )
    assert not set(labels[door]) & set(labels[other])
    assert tried["reached"] == own
    assert set(tried["migrated"]) & set(labels[door])
    assert not set(tried["migrated"]) & set(labels[other])
    assert tried["routed"] == own


def list_tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name for (name,) in rows if not name.startswith(("django_", "sqlite_"))}


def test_the_two_doors_have_no_table_in_common(founded: tuple[Config, dict[str, str]]) -> None:
    config, _ = founded
    tables = {name: list_tables(find_sqlite_path(config.database(name))) for name in config.databases}
    members = tables["programme"] | tables["spending"] | tables["card"]
    assert len(tables["request"]) > 1
    assert tables["request"] & members == SHARED_TABLES


# --- files, memory and network ------------------------------------------------------------------------------------

REACH_FILES = """
import ctypes, json, os, shutil, sys
from pathlib import Path
from amanah.web.config import load_config
from amanah.web.confinement import confine
door, way_in, processes, paths = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4])
config = load_config()
confine(config, door)
import django
django.setup()
from django.db import DatabaseError, connection
own = config.folder(door)
libc = ctypes.CDLL(None, use_errno=True)

def by_open(path):
    open(path, "rb").read()

def by_libc(path):
    descriptor = libc.open(path.encode(), os.O_RDONLY)
    if descriptor < 0:
        raise PermissionError(ctypes.get_errno(), "refused")
    os.close(descriptor)

def by_listing_its_folder(path):
    os.listdir(os.path.dirname(path))

def by_hard_link(path):
    os.link(path, own / "stolen")
    os.remove(own / "stolen")

def by_copy(path):
    shutil.copy(path, own / "copied")
    os.remove(own / "copied")

def by_a_link_that_somebody_planted(path):
    (way_in / str(paths.index(path))).read_bytes()

def by_djangos_own_connection(path):
    with connection.cursor() as cursor:
        cursor.execute("ATTACH %s AS stolen", [path])
        try:
            cursor.execute("SELECT name FROM stolen.sqlite_master").fetchall()
        finally:
            cursor.execute("DETACH stolen")

def succeeds(attempt, path):
    try:
        attempt(path)
    except (PermissionError, DatabaseError):
        return False
    return True

attempts = [by_open, by_libc, by_listing_its_folder, by_hard_link, by_copy, by_a_link_that_somebody_planted]
read = [[one.__name__, path] for one in attempts for path in paths if succeeds(one, path)]
read += [["attach", path] for path in paths if path.endswith("sqlite3") and succeeds(by_djangos_own_connection, path)]
for pid in processes:
    ways = {"environ": by_open, "maps": by_open, "mem": by_libc, "root/": os.listdir, "cwd/": os.listdir}
    ways |= {f"fd/{number}": os.readlink for number in (0, 1, 2)}
    read += [["memory", name] for name, one in ways.items() if succeeds(one, f"/proc/{pid}/{name}")]
print(json.dumps(read))
"""
CONNECT = """
import json, socket, sys
from amanah.web.config import load_config
from amanah.web.confinement import confine
confine(load_config(), sys.argv[1])
reached = []
for port in json.loads(sys.argv[2]):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except PermissionError:
        continue
    reached.append(port)
print(json.dumps(reached))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run the log and both doors on one machine, as somebody does who tries Amanah out."""
    running = start_departments(tmp_path_factory.mktemp("doors"), processes=("log", "programme", "request"))
    yield running
    running.stop()


def plant_links(config: Config, door: Department, paths: list[str]) -> Path:
    """Put a link to each file into the door's own folder, as an operator might by mistake."""
    folder = config.folder(door) / "tmp" / "links"
    folder.mkdir(parents=True, exist_ok=True)
    for place, path in enumerate(paths):
        (folder / str(place)).unlink(missing_ok=True)
        (folder / str(place)).symlink_to(path)
    return folder


def list_files(config: Config, door: Department) -> list[str]:
    """List the door's databases, every key, and what its clerk remembers."""
    files = [path for path in config.folder(door).rglob("*") if path.is_file()]
    return sorted(str(path) for path in files if not path.name.endswith(("-wal", "-shm")))


@pytest.mark.processes
@needs_landlock
@BOTH_WAYS
def test_nothing_in_the_other_doors_folder_or_memory_can_be_read(
    door: Department, other: Department, running: Running
) -> None:
    foreign = [path for path in list_files(running.config, other) if "/tmp/links/" not in path]
    kinds = ("sqlite3", "entry-signing.key", "django-secret.key")
    assert {kind for kind in kinds if any(path.endswith(kind) for path in foreign)} == set(kinds)
    links = plant_links(running.config, door, foreign)
    pids = json.dumps([running.pids[other]])
    assert run_as(door, REACH_FILES, running.settings, door, str(links), pids, json.dumps(foreign)) == []


@pytest.mark.processes
@needs_landlock
def test_on_a_doors_own_folder_the_same_attempts_succeed(running: Running) -> None:
    own = [path for path in list_files(running.config, "request") if path.endswith(("sqlite3", ".key"))]
    links = plant_links(running.config, "request", own)
    read = run_as(
        "request", REACH_FILES, running.settings, "request", str(links), '["self"]', json.dumps(own)
    )
    assert {way for way, _ in read} == {
        "by_open",
        "by_libc",
        "by_listing_its_folder",
        "by_hard_link",
        "by_copy",
        "by_a_link_that_somebody_planted",
        "attach",
        "memory",
    }


@pytest.mark.processes
@pytest.mark.skipif((find_landlock_version() or 0) < 4, reason="this kernel cannot close ports")
@BOTH_WAYS
def test_one_door_cannot_call_the_other_and_can_call_the_log(
    door: Department, other: Department, running: Running
) -> None:
    binds = running.config.binds
    ports = [binds[other][1], binds["log"][1]]
    assert run_as(door, CONNECT, running.settings, door, json.dumps(ports)) == [binds["log"][1]]


# --- keys, cookies and hostnames ----------------------------------------------------------------------------------


def test_no_two_doors_share_a_key(founded: tuple[Config, dict[str, str]]) -> None:
    config, _ = founded
    keys = [path.read_bytes() for door in DEPARTMENTS for path in config.keys(door).iterdir()]
    assert len(keys) > len(DEPARTMENTS)
    assert len(set(keys)) == len(keys)
    assert all(config.keys(door).stat().st_mode & 0o077 == 0 for door in DEPARTMENTS)


@pytest.mark.processes
@BOTH_WAYS
def test_the_log_takes_no_entry_that_one_door_signs_in_the_others_name(
    door: Department, other: Department, running: Running
) -> None:
    seed = (running.config.keys(door) / "entry-signing.key").read_bytes()
    answers = {}
    for name in (door, other):
        body = {"client": None, "version": "0"}
        entry = sign_entry(
            seed, at=1_800_000_000, by=f"{name}-door", kind="door_started", ref=None, body=body
        )
        address = f"{running.urls['log']}/api/v1/entries"
        answers[name] = httpx.post(address, content=encode_entry(entry), trust_env=False).status_code
    assert answers == {door: 200, other: 422}


def open_desk(client: httpx.Client, running: Running, door: Department, query: str = "") -> httpx.Response:
    """Ask for the desk's first page; whoever has no session there is answered in English."""
    return client.get(f"{running.urls[door]}/desk/{query}", headers={"Accept-Language": "en"})


@pytest.mark.processes
@BOTH_WAYS
def test_a_session_at_one_desk_is_none_at_the_other(
    door: Department, other: Department, running: Running
) -> None:
    with httpx.Client(trust_env=False) as client:
        assert open_desk(client, running, door, "?language=ar").headers["Content-Language"] == "ar"
        [cookie] = client.cookies.jar
        assert cookie.path == "/desk"
        assert open_desk(client, running, door).headers["Content-Language"] == "ar"
        # A browser sends the cookie of one port to every other port of the machine.
        assert open_desk(client, running, other).headers["Content-Language"] == "en"
        open_desk(client, running, other, "?language=ar")
        names = {one.name for one in client.cookies.jar}
        assert len(names) == 2
        assert open_desk(client, running, door).headers["Content-Language"] == "ar"
    for name in names:
        stolen = {"Cookie": f"{name}={cookie.value}", "Accept-Language": "en"}
        answer = httpx.get(f"{running.urls[other]}/desk/", headers=stolen, trust_env=False)
        assert answer.headers["Content-Language"] == "en"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run both doors under the hostnames that a deployment gives them."""
    names = {f"AMANAH_{door.upper()}_URL": f"https://{host}" for door, host in HOSTS.items()}
    running = start_departments(
        tmp_path_factory.mktemp("named"), processes=("programme", "request"), settings=names
    )
    yield running
    running.stop()


@pytest.mark.processes
@BOTH_WAYS
def test_a_door_answers_under_its_own_hostname_alone_and_its_pages_load_nothing_of_the_other(
    door: Department, other: Department, named: Running
) -> None:
    host, port = named.config.binds["request"] if door == "request" else named.config.binds["programme"]
    address = f"http://{host}:{port}/en/"
    answer = httpx.get(address, headers={"Host": HOSTS[door]}, trust_env=False)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert f"https://{HOSTS[other]}" not in policy.replace(";", " ").split()
    assert httpx.get(address, headers={"Host": HOSTS[other]}, trust_env=False).status_code == 400
    foreign = {"Host": HOSTS[door], "Origin": f"https://{HOSTS[other]}"}
    assert httpx.post(address, headers=foreign, trust_env=False).status_code == 403
