"""Every column of every door says what it is for; the page is made from the live schema."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from amanah.core.encoding import encode_canonical_json
from amanah.core.public_log.entries import sign_entry
from amanah.programme_door.occasions.models import LoggedEntry
from amanah.programme_door.public.queries import HOLDINGS_FILE
from amanah.web.holdings import (
    NOT_STATED,
    PURPOSES,
    RETENTIONS,
    encode_holdings,
    holding,
    list_live_columns,
    list_model_columns,
    parse_holding,
    parse_holdings,
)
from amanah.web.pages import KEPT_PAGES
from tests.support.desk import DATABASES, build_client

DOORS = {"card": "card_door", "programme": "programme_door", "request": "request_door", "log": "log_service"}
SOURCE = HOLDINGS_FILE.parents[1]
SETTINGS = """
from amanah.web.settings import _APPS
SECRET_KEY = "x"
INSTALLED_APPS = _APPS[{department!r}]
DATABASES = {{name: {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}} for name in ("default", "spending")}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
"""


@pytest.fixture(autouse=True)
def nothing_kept():
    KEPT_PAGES.pages.clear()


def list_columns_of(department, folder: Path):
    """Each door's models are listed by a process of its own: no process ever loads two doors."""
    (folder / "door_settings.py").write_text(SETTINGS.format(department=department))
    target = folder / "holdings.json"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(SOURCE.parent)]),
        "DJANGO_SETTINGS_MODULE": "door_settings",
    }
    command = [sys.executable, "-m", "amanah.web.holdings", str(target)]
    subprocess.run(command, check=True, env=environment, timeout=60)
    return target.read_text(), parse_holdings(target)


@pytest.mark.parametrize("department", sorted(DOORS))
def test_every_column_of_a_door_says_what_it_is_for_and_the_committed_list_is_current(department, tmp_path):
    text, columns = list_columns_of(department, tmp_path)
    missing = [f"{column.table}.{column.column}" for column in columns if not column.is_stated]
    assert columns
    assert not missing, f"give these a db_comment of holding(...): {missing}"
    committed = SOURCE / DOORS[department] / "holdings.json"
    assert committed.read_text() == text, f"write it again: python -m amanah.web.holdings {committed}"


@pytest.mark.django_db(databases=DATABASES)
def test_the_live_schema_of_this_door_holds_nothing_that_is_not_declared():
    declared = parse_holdings(HOLDINGS_FILE)
    live = {column for alias in DATABASES for column in list_live_columns(connections[alias], declared)}
    assert {column for column in live if column.purpose == NOT_STATED} == set()
    assert live == set(list_model_columns()) == set(declared)


@pytest.mark.django_db(databases=DATABASES)
def test_a_column_that_somebody_adds_by_hand_stands_on_the_page_as_unexplained():
    with connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE programmes_programme ADD COLUMN risk_score integer")
    page = build_client().get("/en/what-we-hold/").content.decode()
    assert "risk_score" in page
    assert "Nobody has said what this column is for" in page


@pytest.mark.django_db(databases=DATABASES)
def test_the_page_lists_every_column_with_its_sentences_and_what_is_not_held():
    page = build_client().get("/en/what-we-hold/").content.decode()
    for column in parse_holdings(HOLDINGS_FILE):
        assert f">{column.column}<" in page
        assert column.table in page
    assert "A list of who came to a session" in page
    assert "have not declared anything" in page


@pytest.mark.django_db(databases=DATABASES)
def test_what_the_other_doors_declared_in_the_log_is_shown():
    row = ["card", "public_key", "card-key", "until-left"]
    body = {"columns": [row]}
    entry = sign_entry(bytes(32), at=1, by="card-door", kind="holdings_declared", ref=None, body=body)
    data = encode_canonical_json(
        {"at": 1, "body": body, "by": "card-door", "kind": entry.kind, "ref": None, "sig": "", "v": 1}
    )
    LoggedEntry.objects.create(position=0, kind=entry.kind, entry=data)
    page = build_client().get("/en/what-we-hold/").content.decode()
    assert "The card door knows cards" in page
    assert "Public key of a card" in page
    assert "Until the member leaves" in page


def test_a_holding_without_a_sentence_is_refused():
    assert parse_holding(holding("card-key", "until-left")) == ("card-key", "until-left")
    with pytest.raises(ValueError, match="no sentence"):
        holding("because-we-can", "until-left")
    with pytest.raises(ValueError, match="no sentence"):
        holding("card-key", "for-ever")
    assert parse_holding("free words") == (NOT_STATED, NOT_STATED)


def test_no_purpose_marks_a_person():
    words = " ".join([*PURPOSES, *PURPOSES.values(), *RETENTIONS.values()]).lower()
    assert not [mark for mark in ("risk", "score", "profile", "suspicion") if mark in words]


def test_the_list_reads_back_as_it_was_written(tmp_path):
    columns = parse_holdings(HOLDINGS_FILE)
    target = tmp_path / "again.json"
    target.write_text(encode_holdings(reversed(columns)))
    assert parse_holdings(target) == columns
