"""Passes spent per second on PostgreSQL, beside pgbench doing the same insert, on a throw-away server with fsync."""

import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.postgresql import Cluster, find_binaries, running_cluster

from amanah.programme_door.spending.store import COLUMNS, TABLE
from benchmarks.crowds import write_presences
from benchmarks.measuring import (
    CORES,
    Goal,
    Row,
    Sample,
    Scale,
    build_ratio_row,
    collect_samples,
    take_sample,
)
from benchmarks.spending_sqlite import CONNECTIONS, spend, start_gate

GOAL = Goal("at least", 0.50)
# Random keys as ours; a payload of presence is empty, and so are its key and signature.
SCRIPT = (
    f"INSERT INTO {TABLE} ({COLUMNS}) VALUES ('\\x0011223344556677',"
    " uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), decode(repeat('5a', 256), 'hex'), '', '', '')"
    " ON CONFLICT DO NOTHING RETURNING occasion, nonce;\n"
)


def measure(scale: Scale) -> list[Row]:
    """Run the rounds over one server, each in databases of its own."""
    with running_cluster() as cluster:
        samples = collect_samples(scale, lambda: measure_round(cluster, scale))
    names = ("of pgbench", "spent/s", "pgbench inserts/s")
    return [
        build_ratio_row(
            "spending_postgresql", "Passes spent on being there, PostgreSQL", samples, goal=GOAL, names=names
        )
    ]


def measure_round(cluster: Cluster, scale: Scale) -> Sample:
    """Measure once."""
    made = cluster.create_door_databases()
    databases = {name: made[name] for name in ("programme", "spending")}
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        folder = Path(name)
        running, press = start_gate(folder, databases=databases)
        try:
            bodies = write_presences(press, scale.count_passes(), folder / "bodies")

            def measure_ours() -> tuple[float, Mapping[str, float]]:
                return spend(running, press, bodies, scale)

            return take_sample(
                lambda: measure_pgbench(databases["spending"], folder, scale.seconds), measure_ours
            )
        finally:
            running.stop()


def measure_pgbench(url: str, folder: Path, seconds: float) -> float:
    """Give inserts a second of 64 clients, each insert a commit of its own."""
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError("pgbench is not on this machine: install the package postgresql")
    script = folder / "insert.sql"
    script.write_text(SCRIPT)
    parts = urlsplit(url)
    command = [str(binaries / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", str(CORES)]
    command += [
        "-f",
        str(script),
        "-h",
        str(parts.hostname),
        "-p",
        str(parts.port),
        "-U",
        str(parts.username),
    ]
    environment = {"PGPASSWORD": str(parts.password), "PATH": str(binaries), "LC_ALL": "C.UTF-8"}
    lasting = max(1, round(seconds))
    # On a machine that is busy with something else a second may end before the first insert does; no rate is no figure.
    for longer in (1, 5, 25):
        timed = [*command, "-T", str(lasting * longer), parts.path.lstrip("/")]
        done = subprocess.run(timed, env=environment, capture_output=True, text=True, check=True)
        found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        if found is not None:
            return float(found[1])
    raise ValueError(f"pgbench printed no rate: {done.stdout}")
