"""Each department's settings: own databases only, safe by default, silent about who asked for what."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from amanah.core.errors import MisconfiguredError
from amanah.web.config import DEPARTMENTS, Config, Department, load_config
from amanah.web.settings import build_settings

OWN_DATABASES = {
    "card": {"default": "card"},
    "programme": {"default": "programme", "spending": "spending"},
    "request": {"default": "request"},
    "log": {"default": "log"},
}


def _make_config(folder: Path, **more: str) -> Config:
    config = load_config({"AMANAH_DATA": str(folder)} | more)
    for department in DEPARTMENTS:
        config.keys(department).mkdir(parents=True, exist_ok=True)
        (config.keys(department) / "django-secret.key").write_text(secrets.token_urlsafe(64))
    return config


def _https(folder: Path) -> dict[str, str]:
    names = ("programme", "spending", "card", "request", "log")
    urls = {f"AMANAH_{name.upper()}_URL": f"https://{name}.example" for name in names}
    return urls | {"AMANAH_DATA": str(folder), "AMANAH_BEHIND_PROXY": "yes"}


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_a_department_names_no_other_departments_database(tmp_path: Path, department: Department) -> None:
    config = _make_config(tmp_path)
    settings = build_settings(department, config)
    names = {alias: database["NAME"] for alias, database in settings["DATABASES"].items()}
    own = {
        alias: config.database(name).removeprefix("sqlite:///")
        for alias, name in OWN_DATABASES[department].items()
    }
    assert names == own
    foreign = [config.database(name).removeprefix("sqlite:///") for name in config.databases]
    for path in set(foreign) - set(own.values()):
        # The configuration itself is shared; everything that Django is given is not.
        assert path not in repr({key: value for key, value in settings.items() if key != "AMANAH"})


def test_a_missing_key_is_told_as_something_to_do(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match="run amanah init"):
        build_settings("programme", load_config({"AMANAH_DATA": str(tmp_path)}))


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    config = _make_config(tmp_path)
    (config.keys("request") / "django-secret.key").write_text("short")
    with pytest.raises(MisconfiguredError, match="too short"):
        build_settings("request", config)


def test_sqlite_is_durable_and_forgets_what_is_deleted(tmp_path: Path) -> None:
    options = build_settings("request", _make_config(tmp_path))["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        assert pragma in options["init_command"]


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    url = "postgresql://request%40door:p%2Fw@db.example:6543/requests?sslmode=require"
    database = build_settings("request", _make_config(tmp_path, AMANAH_DATABASE_REQUEST=url))["DATABASES"][
        "default"
    ]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    wanted = {
        "USER": "request@door",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6543",
        "NAME": "requests",
    }
    assert {key: database[key] for key in wanted} == wanted
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_the_deployment_check_finds_nothing_when_addresses_are_https(tmp_path: Path, department: str) -> None:
    _make_config(tmp_path)
    folder = "log_service" if department == "log" else f"{department}_door"
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=_clean_environment() | _https(tmp_path) | {"DJANGO_SETTINGS_MODULE": f"amanah.{folder}.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("department", "name"), [("programme", "__Secure-desk"), ("request", "__Secure-request-desk")]
)
def test_a_desks_cookie_is_kept_from_every_other_page(
    department: Department, name: str, tmp_path: Path
) -> None:
    settings = build_settings(department, _make_config(tmp_path, **_https(tmp_path)))
    assert settings["SESSION_COOKIE_PATH"] == "/desk"
    assert settings["SESSION_COOKIE_NAME"] == name
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["SESSION_COOKIE_HTTPONLY"]
    assert settings["SESSION_COOKIE_SAMESITE"] == "Strict"
    assert "SESSION_ENGINE" not in build_settings("card", _make_config(tmp_path))


def test_times_are_shown_where_the_community_is(tmp_path: Path) -> None:
    assert str(load_config({}).time_zone) == "Europe/London"
    assert str(load_config({"AMANAH_TIME_ZONE": "Asia/Amman"}).time_zone) == "Asia/Amman"
    with pytest.raises(MisconfiguredError, match="Asia/Amman"):
        load_config({"AMANAH_TIME_ZONE": "Nowhere/City"})


def _clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AMANAH_", "DJANGO_"))}
    return kept | {"PYTHONPATH": str(Path(__file__).parents[3] / "src")}
