"""Whoever runs the server lets a new organiser in when nobody can sign in any more, and never by accident."""

import secrets
from pathlib import Path

from amanah.web.config import load_config
from amanah.web.database import open_database
from tests.support.processes import build_settings, found_from_template, run_amanah


def test_a_further_address_is_printed_only_when_it_is_asked_for(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data")
    config = load_config(settings)
    found_from_template(config)
    with open_database(config.database("programme")) as database:
        database.execute(
            "INSERT INTO staff_organiser (organiser, name, language, password_hash, sealed_code_secret,"
            " last_code_step, failed_in_a_row) VALUES (?, 'Lost Key', 'en', '', x'', 0, 0)",
            (secrets.token_hex(16),),
        )
    again = run_amanah(settings, "init")
    assert again.returncode == 0, again.stderr
    assert "/desk/setup/" not in again.stdout
    asked = run_amanah(settings, "init", "--new-organiser-address")
    assert asked.returncode == 0, asked.stderr
    assert f"{config.urls['programme']}/desk/setup/" in asked.stdout
    assert "for one day" in asked.stdout
