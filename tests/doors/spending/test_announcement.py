"""What the programme door says of itself in public when it starts."""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import amanah
from amanah.programme_door.spending.rules import list_rules
from amanah.web.database import open_database
from amanah.web.outbox import list_waiting_entries
from tests.support.processes import Running

MANIFEST = Path(amanah.__file__).parent / "web" / "static" / "client" / "client-manifest.json"


@pytest.mark.processes
def test_the_door_names_the_very_client_that_it_serves(departments: Callable[..., Running]) -> None:
    # The log is away, so what was said waits in the outbox.
    running = departments(processes=("spending",))
    with open_database(running.config.database("programme"), read_only=True) as database:
        entries = [json.loads(entry) for _, entry in list_waiting_entries(database)]
    (started,) = [entry for entry in entries if entry["kind"] == "door_started"]
    assert started["body"] == {
        "client": hashlib.sha256(MANIFEST.read_bytes()).hexdigest(),
        "version": amanah.__version__,
    }
    (rules,) = [entry for entry in entries if entry["kind"] == "rules_stated"]
    assert rules["body"] == list_rules(running.config)


@pytest.mark.processes
def test_a_door_that_starts_again_at_the_same_pace_does_not_state_its_rules_again(
    departments: Callable[..., Running],
) -> None:
    running = departments(processes=("spending",))
    running.stop("spending")
    # What is said twice in one second is one entry.
    time.sleep(1.1)
    running.start("spending")
    with open_database(running.config.database("programme"), read_only=True) as database:
        kinds = [json.loads(entry)["kind"] for _, entry in list_waiting_entries(database)]
    assert kinds.count("door_started") == 2
    assert kinds.count("rules_stated") == 1


def test_the_manifest_names_every_file_of_the_client_by_its_hash() -> None:
    listed = json.loads(MANIFEST.read_bytes())["files"]
    folder = MANIFEST.parent
    served = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path != MANIFEST
    }
    assert listed == served
