"""No process can open another department's files; the kernel's way and Python's way are each tried alone."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from amanah.cli.founding import found_data_folder
from amanah.web.config import DEPARTMENTS, PROCESSES, Config, Process, load_config
from amanah.web.confinement import DATABASES_OF, DEPARTMENT_OF
from amanah.web.landlock import find_landlock_version
from tests.support.postgresql import Cluster
from tests.support.processes import build_environment, build_settings

TRY_EVERYTHING = """
import ctypes, json, os, sqlite3, sys
from pathlib import Path
from amanah.web.config import load_config
from amanah.web import confinement

process, way, own, others = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4])
libc = ctypes.CDLL(None, use_errno=True)
config = load_config()
if way == "whole":
    confinement.confine(config, process)
elif way != "nothing":
    getattr(confinement, way)(confinement.compute_territory(config, process))

def by_open(path):
    open(path, "rb").read()

def by_sqlite(path):
    sqlite3.connect(path).execute("select * from secret").fetchall()

def by_sqlite_uri(path):
    sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("select * from secret").fetchall()

def by_detour(path):
    os.chdir(config.folder(confinement.DEPARTMENT_OF[process]))
    open(os.path.relpath(path), "rb").read()

def by_attach(path):
    sqlite3.connect(":memory:").execute("attach ? as other", [path]).execute("select * from other.secret").fetchall()

def by_libc(path):
    descriptor = libc.open(path.encode(), os.O_RDONLY)
    if descriptor < 0:
        raise PermissionError(ctypes.get_errno(), "refused by the kernel")
    os.close(descriptor)

def by_writing_beside(path):
    open(f"{path}-planted", "wb").close()

def by_listing(path):
    os.listdir(os.path.dirname(path))

def succeeds(attempt, path):
    try:
        attempt(path)
    except (PermissionError, sqlite3.OperationalError, sqlite3.DatabaseError):
        return False
    return True

attempts = [by_open, by_sqlite, by_sqlite_uri, by_detour, by_listing, by_writing_beside]
if way != "refuse_by_audit_hook":
    attempts += [by_libc, by_attach]
result = {
    "own": [attempt.__name__ for attempt in (by_open, by_sqlite, by_libc) if succeeds(attempt, own)],
    "others": [[attempt.__name__, path] for attempt in attempts for path in others if succeeds(attempt, path)],
}
print(json.dumps(result))
"""
WAYS = ["refuse_by_audit_hook", "restrict_by_kernel", "whole"]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, dict[str, str]]:
    folder = tmp_path_factory.mktemp("doors") / "data"
    settings = build_settings(folder)
    config = load_config(settings)
    found_data_folder(config)
    for name in config.databases:
        with sqlite3.connect(config.databases[name].removeprefix("sqlite:///")) as connection:
            connection.execute("create table secret (word)")
            connection.execute("insert into secret values ('heard')")
    return config, settings


def run_attempts(
    process: Process, way: str, config: Config, settings: dict[str, str]
) -> dict[str, list[object]]:
    department = DEPARTMENT_OF[process]
    paths = {name: url.removeprefix("sqlite:///") for name, url in config.databases.items()}
    foreign = [paths[name] for other in DEPARTMENTS if other != department for name in DATABASES_OF[other]]
    foreign += [str(config.keys(other) / "entry-signing.key") for other in DEPARTMENTS if other != department]
    arguments = [process, way, json.dumps(paths[process]), json.dumps(foreign)]
    done = subprocess.run(
        [sys.executable, "-c", TRY_EVERYTHING, *arguments],
        env=build_environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, list[object]] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_can_open_anything_of_another_department(
    process: Process, way: str, founded: tuple[Config, dict[str, str]]
) -> None:
    if way == "restrict_by_kernel" and find_landlock_version() is None:
        pytest.skip("this kernel has no Landlock")
    result = run_attempts(process, way, *founded)
    assert result["own"] == ["by_open", "by_sqlite", "by_libc"]
    assert result["others"] == []


def test_without_confinement_the_same_attempts_succeed(founded: tuple[Config, dict[str, str]]) -> None:
    result = run_attempts("card", "nothing", *founded)
    assert len(result["others"]) > 20


def test_confinement_reaches_the_children_of_a_process(founded: tuple[Config, dict[str, str]]) -> None:
    if find_landlock_version() is None:
        pytest.skip("this kernel has no Landlock")
    config, settings = founded
    script = (
        "import subprocess, sys; from amanah.web.config import load_config\n"
        "from amanah.web.confinement import confine\n"
        "config = load_config(); confine(config, 'card')\n"
        "print(subprocess.run(['cat', sys.argv[1]], capture_output=True, text=True).stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(config.folder("programme") / "programme.sqlite3")],
        env=build_environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "Permission denied" in done.stdout


def test_a_confined_process_leaves_no_core_and_connects_to_no_other_door(
    founded: tuple[Config, dict[str, str]],
) -> None:
    version = find_landlock_version()
    config, settings = founded
    script = (
        "import ctypes, resource, socket, sys; from amanah.web.config import load_config\n"
        "from amanah.web.confinement import confine\n"
        "server = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
        "confine(load_config(), 'card')\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
        "try: socket.create_connection(('127.0.0.1', int(sys.argv[1]))); print('connected')\n"
        "except PermissionError: print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(config.binds["programme"][1])],
        env=build_environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    expected = "refused" if version is not None and version >= 4 else "connected"
    assert done.stdout.split("\n")[:2] == ["(0, 0) 0", expected]


@pytest.mark.postgresql
def test_the_database_role_of_a_door_can_connect_to_no_other_doors_database(postgresql: Cluster) -> None:
    urls = postgresql.create_door_databases()
    for name, url in urls.items():
        with psycopg.connect(url) as connection:
            connection.execute("create table kept (word text)")
        for other, foreign in urls.items():
            if other == name:
                continue
            own_credentials, _, _ = url.rpartition("/")
            target = f"{own_credentials}/{foreign.rpartition('/')[2]}"
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(target)


def test_every_database_belongs_to_exactly_one_department() -> None:
    config = load_config({})
    owned = [name for department in DEPARTMENTS for name in DATABASES_OF[department]]
    assert sorted(owned) == sorted(config.databases)


def test_departments_whose_folders_overlap_are_refused(tmp_path: Path) -> None:
    from amanah.core.errors import MisconfiguredError
    from amanah.web.confinement import compute_territory

    inside = tmp_path / "log" / "card.sqlite3"
    config = load_config({"AMANAH_DATA": str(tmp_path), "AMANAH_DATABASE_CARD": f"sqlite:///{inside}"})
    with pytest.raises(MisconfiguredError, match="belongs to another department"):
        compute_territory(config, "log")
