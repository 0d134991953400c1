"""Closed cases are destroyed when their time is over: all of it, once, in no file any more, and never what is held."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from amanah.core.data_requests.scopes import build_scope
from amanah.request_door.answers import forgetting, keeping
from amanah.request_door.answers.keeping import destroy_due
from amanah.request_door.answers.material import list_all_material, list_material
from amanah.request_door.answers.models import Letter, Package
from amanah.request_door.decisions.models import Approval, Decision, Recusal
from amanah.request_door.records.queries import is_chain_whole
from amanah.request_door.requests.models import Facts, InstrumentFile, State
from tests.counter.answered_cases import Door, take_in
from tests.counter.decision_bench import (
    NOBODY_KNOWN,
    get_stored,
    list_records,
    on_disk,
    receive,
    seat_panel,
)
from tests.counter.decision_town import found_town, read
from tests.counter.kept_cases import (
    DAY,
    GIVEN,
    OFFICER,
    SAID,
    begin_hold,
    end_hold,
    find_keep_time,
    give_case,
    refuse_case,
)
from tests.support.counter import LETTER, build_counter_client

ABOUT_SOMEBODY_ELSE = build_scope(["Nobody Atall"], ["membership-list"])
ABOUT_IDENTITY = build_scope([NOBODY_KNOWN], ["identity"])
PAPER = b"%PDF-1.4 an invented order that names somebody " + bytes(range(64, 91)) * 3
EMPTIED = (Facts, InstrumentFile, Letter, Package, Decision, Approval, Recusal)


@pytest.fixture
def door(db: None) -> Door:
    seat_panel()
    return Door()


@pytest.fixture
def file_door(transactional_db: None, tmp_path: Path) -> Iterator[Door]:
    with on_disk(tmp_path / "request.sqlite3"):
        seat_panel()
        yield Door()


def wait(door: Door, *, days: int = 0) -> None:
    door.now += find_keep_time() + days * DAY


def test_a_case_stays_until_the_last_day_of_its_time_and_is_gone_on_the_next(door: Door) -> None:
    reference = refuse_case(door)
    assert get_stored(reference).state == State.CLOSED
    wait(door, days=-1)
    destroy_due(door.now)
    assert get_stored(reference).state == State.CLOSED
    door.now += DAY
    destroy_due(door.now)
    stored = get_stored(reference)
    assert stored.state == State.DESTROYED
    assert (stored.body_name, stored.officer, stored.asked_for) == ("", "", "")
    assert list_material(reference) == []


def test_all_that_a_case_holds_goes_and_the_private_log_stays_whole(door: Door) -> None:
    reference = give_case(door, paper=PAPER)
    assert all(model.objects.exists() for model in EMPTIED if model is not Recusal)
    before = list_records()
    wait(door)
    destroy_due(door.now)
    assert [model for model in EMPTIED if model.objects.exists()] == []
    after = list_records()
    assert after[: len(before)] == before
    assert [(record.kind, record.ref) for record in after[len(before) :]] == [("case-destroyed", reference)]
    assert is_chain_whole()


def test_destroying_again_writes_nothing_more(door: Door) -> None:
    refuse_case(door)
    wait(door)
    for _ in range(3):
        destroy_due(door.now)
    assert len(list_records("case-destroyed")) == 1


def test_an_open_case_is_never_destroyed_however_old(door: Door) -> None:
    reference = receive()
    door.now += 100 * 366 * DAY
    destroy_due(door.now)
    assert get_stored(reference).state == State.RECEIVED
    assert Facts.objects.exists()


def test_a_clock_that_goes_back_destroys_nothing_and_brings_nothing_back(door: Door) -> None:
    gone = refuse_case(door)
    wait(door)
    kept = refuse_case(door)
    destroy_due(door.now)
    door.now -= 10 * 366 * DAY
    destroy_due(door.now)
    assert [get_stored(one).state for one in (gone, kept)] == [State.DESTROYED, State.CLOSED]
    assert len(list_records("case-destroyed")) == 1


@pytest.mark.parametrize(
    "step", ["destroy_request", "destroy_answers", "destroy_decisions", "destroy_package", "append_record"]
)
def test_a_crash_in_the_middle_destroys_nothing_and_the_next_time_all_of_it(
    door: Door, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    reference = give_case(door)
    other = refuse_case(door)
    wait(door)
    whole = {model: model.objects.count() for model in EMPTIED}
    real = getattr(keeping, step)

    def crash(*arguments: Any, **named: Any) -> None:
        real(*arguments, **named)
        raise ConnectionError("the machine goes away here")

    with monkeypatch.context() as broken:
        broken.setattr(keeping, step, crash)
        with pytest.raises(ConnectionError):
            destroy_due(door.now)
    if step == "destroy_package":
        # Only one of the two cases has a package: what failed held the other up in nothing.
        assert (get_stored(reference).state, get_stored(other).state) == (State.CLOSED, State.DESTROYED)
        assert Package.objects.exists()
    else:
        assert {model: model.objects.count() for model in EMPTIED} == whole
        assert list_records("case-destroyed") == []
    destroy_due(door.now)
    assert [model for model in EMPTIED if model.objects.exists()] == []
    assert len(list_records("case-destroyed")) == 2


def test_what_a_hold_names_stays_and_goes_when_the_hold_ends(door: Door) -> None:
    reference = give_case(door)
    other = refuse_case(door, asked=ABOUT_SOMEBODY_ELSE, officer="Somebody Uninvolved")
    asking = receive()
    begin_hold(door, asking)
    wait(door)
    destroy_due(door.now)
    assert (get_stored(reference).state, get_stored(other).state) == (State.CLOSED, State.DESTROYED)
    assert Package.objects.count() == 1
    assert len(list_material(reference)) == 3
    end_hold(door, asking)
    destroy_due(door.now)
    assert list_material(reference) == []


def test_a_hold_on_what_was_given_keeps_the_package_and_lets_the_rest_go(door: Door) -> None:
    reference = give_case(door)
    asking = receive()
    begin_hold(door, asking, ABOUT_IDENTITY)
    wait(door)
    destroy_due(door.now)
    assert get_stored(reference).state == State.DESTROYED
    assert [one.material.split()[0] for one in list_material(reference)] == ["package"]
    end_hold(door, asking, ABOUT_IDENTITY)
    destroy_due(door.now)
    assert list_material(reference) == []
    assert len(list_records("case-destroyed")) == 1


def test_a_hold_whose_own_case_is_over_still_holds_and_its_end_is_kept_for_its_own_time(door: Door) -> None:
    held = give_case(door)
    asking = refuse_case(door, asked=ABOUT_SOMEBODY_ELSE, officer="Somebody Uninvolved")
    begin_hold(door, asking)
    wait(door)
    door.keep_time()
    wait(door)
    destroy_due(door.now)
    assert (get_stored(held).state, get_stored(asking).state) == (State.CLOSED, State.DESTROYED)
    ended = end_hold(door, asking)
    destroy_due(door.now)
    assert get_stored(held).state == State.DESTROYED
    assert Decision.objects.filter(decision=ended.decision).exists(), "its signatures can still be asked for"
    wait(door)
    destroy_due(door.now)
    assert not Decision.objects.exists()
    assert list_all_material() == []


def test_looking_is_cheap_when_nothing_is_due(door: Door, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        refuse_case(door)
    destroy_due(door.now)
    with django_assert_max_num_queries(10):
        destroy_due(door.now)


def test_whoever_has_the_link_reads_that_it_was_destroyed_and_nothing_that_was_in_it(door: Door) -> None:
    asked = build_scope(["Nobody Atall"], ["contact-details"])
    ask = replace(LETTER, officer=OFFICER, words=SAID, asked=asked)
    reference, page = take_in(ask)
    door.keep_time()
    client = build_counter_client()
    assert client.get(f"{page}letter.txt").status_code == 200
    before = client.get(page).content.decode()
    assert LETTER.body_name in before
    wait(door)
    destroy_due(door.now)
    answer = client.get(page)
    assert answer.status_code == 200
    words = answer.content.decode()
    assert reference in words
    for gone in (LETTER.body_name, OFFICER, SAID, "Nobody Atall"):
        assert gone not in words
    for file in ("letter.txt", "letter.pdf", "decision.json", "package.zip", "facts.json", "receipt.txt"):
        assert client.get(f"{page}{file}").status_code == 404, file
    assert client.get(f"{page}openings.json").status_code == 200, "its records can still be checked"


def test_the_desk_has_no_page_of_a_destroyed_case_but_the_one_that_says_so(db: None) -> None:
    town, door = found_town(), Door()
    reference = refuse_case(door)
    wait(door)
    destroy_due(door.now)
    browser = town.amina.browser
    assert "What this case held was destroyed." in read(browser.get(f"/desk/requests/{reference}/keeping/"))
    assert browser.get(f"/desk/decisions/case/{reference}/").status_code == 404
    for page in ("/desk/", "/desk/deadlines/", "/desk/decisions/", f"/desk/requests/{reference}/package/"):
        answer = browser.get(page)
        assert answer.status_code == 200, page
        assert OFFICER not in answer.content.decode()


def is_in_some_file(folder: Path, wanted: bytes) -> bool:
    return any(wanted in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def take_samples(reference: str) -> dict[str, bytes]:
    letter = Letter.objects.get(reference=reference)
    return {
        "a person": NOBODY_KNOWN.encode(),
        "the officer": OFFICER.encode(),
        "what was said": SAID.encode(),
        "the paper": PAPER[20:60],
        "what was given": GIVEN[10:50],
        "the letter": str(letter.text).encode()[-120:-40],
        "the letter on paper": bytes(letter.paper)[200:240],
        "a signature": json.loads(bytes(Approval.objects.all()[0].document))["signature"][10:50].encode(),
    }


if os.environ.get("TEST_DATABASE") != "postgresql":

    def test_no_file_of_the_door_holds_what_was_destroyed(file_door: Door, tmp_path: Path) -> None:
        reference = give_case(file_door, paper=PAPER)
        wanted = take_samples(reference)
        found = [what for what, piece in wanted.items() if is_in_some_file(tmp_path, piece)]
        assert found == [*wanted], "the search must be able to find them"
        wait(file_door)
        destroy_due(file_door.now)
        assert get_stored(reference).state == State.DESTROYED
        assert [what for what, piece in wanted.items() if is_in_some_file(tmp_path, piece)] == []
        assert is_chain_whole()

    def test_a_large_file_that_is_not_rewritten_holds_nothing_of_it_either(
        file_door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forgetting, "_LARGEST_COPY", 0)
        reference = give_case(file_door, paper=PAPER)
        wanted = take_samples(reference)
        wait(file_door)
        destroy_due(file_door.now)
        assert [what for what, piece in wanted.items() if is_in_some_file(tmp_path, piece)] == []

    def test_a_reader_at_that_moment_only_puts_it_off(file_door: Door, tmp_path: Path) -> None:
        reference = give_case(file_door, paper=PAPER)
        wanted = take_samples(reference)
        wait(file_door)
        with closing(sqlite3.connect(tmp_path / "request.sqlite3")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM data_request").fetchone()
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 50")
            destroy_due(file_door.now)
            assert get_stored(reference).state == State.DESTROYED
            assert is_in_some_file(tmp_path, wanted["what was given"]), "the reader still sees it"
            reader.execute("COMMIT")
        destroy_due(file_door.now)
        assert [what for what, piece in wanted.items() if is_in_some_file(tmp_path, piece)] == []

    def test_a_crash_before_the_files_are_rewritten_is_made_good_at_the_next_start(
        file_door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reference = give_case(file_door, paper=PAPER)
        wanted = take_samples(reference)
        wait(file_door)
        with monkeypatch.context() as broken:
            broken.setattr(keeping, "forget_remains", lambda: False)
            destroy_due(file_door.now)
        assert is_in_some_file(tmp_path, wanted["what was given"]), "the journal still has it"
        # A process that starts does not know what the one before it left.
        monkeypatch.setattr(forgetting._Remains, "may_be_left", True)
        destroy_due(file_door.now)
        assert [what for what, piece in wanted.items() if is_in_some_file(tmp_path, piece)] == []

else:

    def test_no_row_version_of_postgresql_is_left_of_what_was_destroyed(file_door: Door) -> None:
        reference = give_case(file_door, paper=PAPER)
        wait(file_door)
        destroy_due(file_door.now)
        assert get_stored(reference).state == State.DESTROYED
        with connection.cursor() as cursor:
            for model in (Facts, InstrumentFile, Letter, Package, Decision, Approval):
                table = model._meta.db_table
                cursor.execute(
                    "SELECT pg_relation_size(oid), coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0)"
                    " FROM pg_class WHERE oid = %s::regclass",
                    [table],
                )
                assert cursor.fetchone() == (0, 0), f"{table} still has pages that hold dead rows"
