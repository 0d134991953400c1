"""No foreign key, database alias or setting crosses a door, and gates run without Django; asked of real processes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from amanah.cli.environment import ENTRY_POINTS, SETTINGS_MODULES
from amanah.cli.founding import found_data_folder
from amanah.web.config import DEPARTMENTS, Department, Process, load_config
from amanah.web.confinement import DATABASES_OF
from tests.support.processes import build_environment, build_settings

GATES: list[Process] = ["log", "card", "spending"]
OWN_CODE: dict[Department, str] = {
    "log": "amanah.log_service",
    "card": "amanah.card_door",
    "programme": "amanah.programme_door",
    "request": "amanah.request_door",
}
DESCRIBE = """
import json, sys, django
django.setup()
from django.apps import apps
from django.conf import settings
models = apps.get_models(include_auto_created=True)
print(json.dumps({
    "modules": sorted(model.__module__ for model in models),
    "relations": sorted(
        [model.__module__, field.related_model.__module__]
        for model in models for field in model._meta.get_fields() if field.is_relation and field.related_model
    ),
    "undescribed": sorted(
        f"{model._meta.db_table}.{field.column}" for model in models if model.__module__.startswith("amanah")
        for field in model._meta.local_concrete_fields if not field.db_comment
    ),
    "databases": {alias: str(value["NAME"]) for alias, value in settings.DATABASES.items()},
    "loaded": sorted(name for name in sys.modules if name.startswith("amanah.")),
}))
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    values = build_settings(tmp_path_factory.mktemp("share") / "data")
    found_data_folder(load_config(values))
    return values


@pytest.fixture(scope="module", params=DEPARTMENTS)
def described(request: pytest.FixtureRequest, settings: dict[str, str]) -> tuple[Department, dict[str, Any]]:
    department: Department = request.param
    done = subprocess.run(
        [sys.executable, "-c", DESCRIBE],
        env=build_environment(settings) | {"DJANGO_SETTINGS_MODULE": SETTINGS_MODULES[department]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return department, json.loads(done.stdout)


def is_own(module: str, department: Department) -> bool:
    return module.startswith((f"{OWN_CODE[department]}.", "django.contrib."))


def test_a_department_knows_no_model_of_another(described: tuple[Department, dict[str, Any]]) -> None:
    department, facts = described
    assert [module for module in facts["modules"] if not is_own(module, department)] == []
    assert any(module.startswith(OWN_CODE[department]) for module in facts["modules"])


def test_no_relation_leads_to_another_department(described: tuple[Department, dict[str, Any]]) -> None:
    department, facts = described
    assert [relation for relation in facts["relations"] if not is_own(relation[1], department)] == []


def test_a_department_names_no_database_but_its_own(
    described: tuple[Department, dict[str, Any]], settings: dict[str, str]
) -> None:
    department, facts = described
    config = load_config(settings)
    own = {config.database(name).removeprefix("sqlite:///") for name in DATABASES_OF[department]}
    assert set(facts["databases"].values()) == own
    assert set(facts["databases"]) == ({"default", "spending"} if department == "programme" else {"default"})


def test_a_department_loads_no_code_of_another(described: tuple[Department, dict[str, Any]]) -> None:
    department, facts = described
    foreign = [OWN_CODE[other] for other in DEPARTMENTS if other != department] + [
        "amanah.drill",
        "amanah.cli",
    ]
    loaded = [name for name in facts["loaded"] if name.startswith(tuple(foreign))]
    assert loaded == []


def test_every_column_says_what_it_is_for(described: tuple[Department, dict[str, Any]]) -> None:
    _, facts = described
    assert facts["undescribed"] == []


@pytest.mark.parametrize("process", GATES)
def test_a_gate_runs_without_django(process: Process, settings: dict[str, str]) -> None:
    script = f"import {ENTRY_POINTS[process]}, sys; print('django' in sys.modules, 'jinja2' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=build_environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "False"]


def test_a_department_is_told_nothing_of_the_other_databases(tmp_path: Path) -> None:
    from amanah.cli.environment import select_settings

    file = tmp_path / "amanah.toml"
    file.write_text(
        'database_card = "postgresql://card:hidden@db/card"\ndatabase_log = "postgresql://log:known@db/log"\n'
    )
    told = select_settings(
        "log", {"AMANAH_CONFIG": str(file), "AMANAH_PACE": "demo", "AMANAH_DATABASE_REQUEST": "sqlite:///x"}
    )
    assert told == {"AMANAH_PACE": "demo", "AMANAH_DATABASE_LOG": "postgresql://log:known@db/log"}


def test_every_process_has_an_entry_point_that_exists() -> None:
    missing = [
        module
        for module in ENTRY_POINTS.values()
        if not (Path(__file__).resolve().parents[2] / "src" / (module.replace(".", "/") + ".py")).exists()
    ]
    assert missing == []
