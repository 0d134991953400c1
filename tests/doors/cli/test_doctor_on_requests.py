"""The doctor says when nobody can answer an order, and when a community's own jurisdiction pack cannot be read."""

from pathlib import Path

import pytest

from amanah.cli.doctor.request_door import check_packs, check_panel
from amanah.core.data_requests import jurisdictions
from amanah.web.config import Config, load_config
from amanah.web.database import open_database
from tests.support.processes import build_settings, found_from_template

SHIPPED = Path(jurisdictions.__file__).parents[2] / "request_door" / "jurisdictions" / "packs"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    config = load_config(build_settings(tmp_path / "data"))
    found_from_template(config)
    return config


def found_panel(config: Config, in_force_from: int | None) -> None:
    with open_database(config.database("request")) as database, database.transaction():
        database.execute(
            "INSERT INTO panel (panel_hash, number, document, decision, approvals, in_force_from)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            ("0" * 64, 1, b"{}", b"", b"[]", in_force_from),
        )


def test_a_door_without_a_panel_in_force_is_found(config: Config) -> None:
    assert ["amanah new-trustee-address" in finding for finding in check_panel(config)] == [True]
    found_panel(config, in_force_from=None)
    assert len(list(check_panel(config))) == 1


def test_a_door_with_a_panel_is_fine(config: Config) -> None:
    found_panel(config, in_force_from=100)
    assert list(check_panel(config)) == []


def test_a_database_that_is_away_is_left_to_the_check_of_databases(config: Config, tmp_path: Path) -> None:
    Path(config.database("request").removeprefix("sqlite:///")).unlink()
    assert list(check_panel(config)) == []


def test_a_faulty_pack_of_the_community_is_found_with_its_first_fault(config: Config) -> None:
    folder = config.data / "public" / "jurisdictions"
    folder.mkdir(parents=True)
    assert list(check_packs(config)) == []
    (folder / "uk.json").write_bytes((SHIPPED / "uk.json").read_bytes())
    assert list(check_packs(config)) == []
    (folder / "uk.json").write_text('{"v": 2}')
    assert ["uk.json has" in finding for finding in check_packs(config)] == [True]
