"""The files that a server is set up with keep the doors apart and name what exists."""

import re
from pathlib import Path

import pytest

from amanah.cli.init import SYSTEM_USERS
from amanah.web.config import DEPARTMENTS, PROCESSES, SETTINGS, Process, load_config
from amanah.web.confinement import DEPARTMENT_OF

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def read_unit(process: str) -> dict[str, list[str]]:
    lines = (DEPLOY / "systemd" / f"amanah-{process}.service").read_text().splitlines()
    unit: dict[str, list[str]] = {}
    for name, value in (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")):
        unit.setdefault(name, []).append(value)
    return unit


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_has_a_unit_with_its_departments_user_and_folder_alone(process: Process) -> None:
    unit = read_unit(process)
    department = DEPARTMENT_OF[process]
    config = load_config({"AMANAH_DATA": "/var/lib/amanah"})
    assert unit["User"] == [SYSTEM_USERS[department]]
    assert unit["ExecStart"][0].endswith(f"amanah serve --only {process}")
    assert unit["ReadWritePaths"] == [str(config.folder(department))]
    hidden = unit["InaccessiblePaths"][0].split()
    assert all(f"-{config.folder(other)}" in hidden for other in DEPARTMENTS if other != department)
    assert [
        name for name in ("NoNewPrivileges", "PrivateTmp", "ProtectKernelLogs") if unit[name] != ["yes"]
    ] == []
    assert unit["LimitCORE"] == ["0"]
    assert unit["UMask"] == ["0077"]


def test_a_witness_alone_has_a_unit_that_starts_it_walled_in_like_the_log() -> None:
    log, witness = read_unit("log"), read_unit("witness")
    apart = {"Description", "PartOf", "User", "Group", "EnvironmentFile", "ExecStart", "WantedBy"}
    apart |= {"ReadWritePaths", "InaccessiblePaths", "StateDirectory", "StateDirectoryMode"}
    assert {name: witness[name] for name in log if name not in apart} == {
        name: log[name] for name in log if name not in apart
    }
    assert witness["ExecStart"][0].endswith("amanah witness serve")
    assert witness["ReadWritePaths"] == [f"/var/lib/{witness['StateDirectory'][0]}"]
    assert "-/var/lib/amanah" in witness["InaccessiblePaths"][0].split()


def test_the_target_wants_every_process() -> None:
    target = (DEPLOY / "systemd" / "amanah.target").read_text()
    assert [process for process in PROCESSES if f"amanah-{process}.service" not in target] == []


def test_the_settings_file_is_one_that_amanah_reads() -> None:
    lines = [
        line for line in (DEPLOY / "amanah.env").read_text().splitlines() if line and not line.startswith("#")
    ]
    settings = {name: value.strip('"') for name, value in (line.split("=", 1) for line in lines)}
    assert set(settings) <= set(SETTINGS)
    assert load_config(settings).behind_proxy
    assert [name for name in settings if "DATABASE" in name] == []


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_file_serves_every_door_under_a_hostname_of_its_own(name: str) -> None:
    text = (DEPLOY / name).read_text()
    config = load_config({})
    for _, port in config.binds.values():
        assert f"127.0.0.1:{port}" in text
    hosts = re.findall(r"^(?:    server_name )?((?:\w+\.)?riverside\.example)[ ;]", text, re.MULTILINE)
    assert len(set(hosts)) == len(hosts) == len(PROCESSES)
    assert text.lower().count("12m") == (1 if name == "Caddyfile" else 2), (
        "papers of 10 MiB reach the request door"
    )
    assert "User-Agent" in text
    assert "X-Forwarded-For" in text
