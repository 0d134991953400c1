"""The log's process connects to its witnesses, no other process to more than before, and nobody writes public files."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from socket import create_server, socket

import pytest

from amanah.cli.founding import found_data_folder
from amanah.cli.witnessing.our_policy import add_witness, change_policy
from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.notes import COSIGNER
from amanah.core.public_log.policies import Witness
from amanah.web.config import PROCESSES, Config, Process, load_config
from amanah.web.confinement import compute_territory
from amanah.web.landlock import find_landlock_version
from amanah.web.log_policy import find_policy_path
from tests.support.processes import build_environment, build_settings

TRY = """
import json, os, socket, sys
from pathlib import Path
from amanah.web.config import load_config
from amanah.web.confinement import confine

config = load_config()
confine(config, sys.argv[1])
public = config.data / "public"

def succeeds(attempt):
    try:
        attempt()
    except PermissionError:
        return False
    return True

def replace():
    os.rename(public / "log.policy", public / "log.policy.old")

print(json.dumps({
    "reached": [
        port for port in json.loads(sys.argv[2])
        if succeeds(lambda: socket.create_connection(("127.0.0.1", port), timeout=5).close())
    ],
    "read": [path.name for path in sorted(public.iterdir()) if succeeds(path.read_bytes)],
    "written": [
        attempt.__name__ for attempt in (
            lambda: (public / "log.policy").open("a").close(),
            lambda: (public / "planted").touch(),
            replace,
        ) if succeeds(attempt)
    ],
    "keys": succeeds((config.keys("log") / "witness-signing.key").read_bytes),
}))
"""

Deployment = tuple[Config, dict[str, str], list[int]]


@pytest.fixture(scope="module")
def listening() -> Iterator[list[socket]]:
    """A witness, and something else that listens."""
    servers = [create_server(("127.0.0.1", 0)) for _ in range(2)]
    yield servers
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory, listening: list[socket]) -> Deployment:
    settings = build_settings(tmp_path_factory.mktemp("witnessed") / "data")
    config = load_config(settings)
    found_data_folder(config)
    ports = [server.getsockname()[1] for server in listening]
    key = compute_verifier_key("orchard.example/witness", bytes(31) + b"o", COSIGNER)
    witness = Witness(key, f"http://127.0.0.1:{ports[0]}/witness")
    change_policy(config, lambda policy: add_witness(policy, "orchard", witness))
    return config, settings, ports


@pytest.mark.parametrize("process", PROCESSES)
def test_only_the_log_reaches_a_witness_and_nobody_writes_what_is_public(
    process: Process, founded: Deployment
) -> None:
    version = find_landlock_version()
    if version is None or version < 4:
        pytest.skip("this kernel cannot keep a process from connecting")
    config, settings, ports = founded
    done = subprocess.run(
        [sys.executable, "-c", TRY, process, json.dumps(ports)],
        env=build_environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["reached"] == (ports[:1] if process == "log" else [])
    assert result["read"] == sorted(path.name for path in (config.data / "public").iterdir())
    assert result["written"] == []
    assert result["keys"] is (process == "log")


@pytest.mark.parametrize("process", PROCESSES)
def test_the_ports_of_witnesses_are_the_logs_alone(process: Process, founded: Deployment) -> None:
    config, _, ports = founded
    allowed = compute_territory(config, process).connects_to
    assert (ports[0] in allowed) is (process == "log")
    assert ports[1] not in allowed


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("https://a.example/witness", 443),
        ("https://a.example:8443/w", 8443),
        ("https://a.example:none/", None),
    ],
)
def test_an_address_gives_its_port_or_none(url: str, port: int | None, tmp_path: Path) -> None:
    config = load_config(build_settings(tmp_path / "data"))
    found_data_folder(config)
    without = set(compute_territory(config, "log").connects_to)
    key = compute_verifier_key("orchard.example/witness", bytes(31) + b"o", COSIGNER)
    change_policy(config, lambda policy: add_witness(policy, "orchard", Witness(key, url)))
    assert set(compute_territory(config, "log").connects_to) == without | ({port} - {None})


def test_a_policy_that_cannot_be_read_opens_nothing(tmp_path: Path) -> None:
    config = load_config(build_settings(tmp_path / "data"))
    found_data_folder(config)
    before = compute_territory(config, "log").connects_to
    find_policy_path(config).write_bytes(b"\xff\xfe")
    assert compute_territory(config, "log").connects_to == before
    find_policy_path(config).unlink()
    assert compute_territory(config, "log").connects_to == before
