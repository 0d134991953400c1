"""Where the programme door's tables are made and read, with two databases and with one."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from amanah.programme_door.occasions.models import Occasion
from amanah.programme_door.router import SpendingRouter
from amanah.programme_door.spending.models import SpentPass
from amanah.web.database import open_database
from tests.support.processes import build_settings, run_amanah

ONE = {"ENGINE": "django.db.backends.postgresql", "NAME": "programme", "HOST": "127.0.0.1", "PORT": "5432"}


def configure(monkeypatch: pytest.MonkeyPatch, **databases: dict[str, str]) -> None:
    monkeypatch.setattr("amanah.programme_door.router.settings", SimpleNamespace(DATABASES=databases))


def test_spent_passes_live_in_the_gates_database_and_nothing_else_does() -> None:
    router = SpendingRouter()
    assert router.db_for_read(SpentPass) == router.db_for_write(SpentPass) == "spending"
    assert router.db_for_read(Occasion) == router.db_for_write(Occasion) == "default"
    assert not router.allow_relation(SpentPass(), Occasion())


@pytest.mark.parametrize(
    ("db", "app", "is_made"),
    [
        ("default", "occasions", True),
        ("default", "spending", False),
        ("spending", "spending", True),
        ("spending", "occasions", False),
    ],
)
def test_each_table_is_made_in_its_own_database_only(
    db: str, app: str, is_made: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, default=ONE, spending=ONE | {"NAME": "spending"})
    assert SpendingRouter().allow_migrate(db, app) is is_made


def test_nothing_is_skipped_where_both_are_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, default=ONE, spending=dict(ONE))
    assert all(
        SpendingRouter().allow_migrate(db, app)
        for db in ("default", "spending")
        for app in ("occasions", "spending")
    )


@pytest.mark.postgresql
@pytest.mark.processes
def test_one_postgresql_database_gets_the_tables_of_both(postgresql_url: str, tmp_path: Path) -> None:
    settings = build_settings(
        tmp_path / "data", databases={"programme": postgresql_url, "spending": postgresql_url}
    )
    done = run_amanah(settings, "init")
    assert done.returncode == 0, done.stderr
    with open_database(postgresql_url, read_only=True) as database:
        for table in ("occasions_occasion", "spending_spentpass", "outbox_entry"):
            assert (
                database.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)
                or table == "outbox_entry"
            )
