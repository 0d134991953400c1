"""Planning and closing at the desk: what is written, what is said in public, what is refused."""

import secrets
from typing import Any

import pytest
from django.db import transaction

from amanah.core.encoding import parse_base64url
from amanah.core.errors import RefusedError
from amanah.core.passes.occasions import Occasion as Descriptor
from amanah.core.public_log.entries import Entry, check_schema, parse_entry, verify_entry_signature
from amanah.programme_door.occasions.actions import (
    WaveRefusedError,
    close_occasion,
    plan_wave,
    record_public_entry,
)
from amanah.programme_door.occasions.models import Occasion, OutboxEntry, Wave
from amanah.programme_door.occasions.queries import (
    find_bundle_path,
    find_logged_body,
    find_occasion,
    is_announced,
    list_occasions,
)
from amanah.web.outbox_models import OutsideTransactionError
from amanah.web.settings import get_config

NOW = 1_800_000_000
pytestmark = pytest.mark.django_db


def build_descriptor(**changes: Any) -> Descriptor:
    values: dict[str, Any] = {
        "occasion": secrets.token_hex(8),
        "kind": "session",
        "community": get_config().community,
        "programme": "evening-circle",
        "opens_at": NOW + 200,
        "closes_at": NOW + 900,
    }
    return Descriptor(**(values | changes))


def plan(*occasions: Descriptor, **changes: Any) -> str:
    values: dict[str, Any] = {
        "occasions": occasions,
        "fetch_from": NOW,
        "fetch_until": NOW + 60,
        "minimum_age": 60,
        "now": NOW,
        "random_bytes": secrets.token_bytes(64),
    }
    return plan_wave(**(values | changes))


def list_outbox() -> list[Entry]:
    return [parse_entry(bytes(row.entry)) for row in OutboxEntry.objects.all()]


def test_planning_writes_the_occasions_and_one_signed_entry() -> None:
    session, survey = build_descriptor(), build_descriptor(kind="survey")
    wave = plan(session, survey)
    (entry,) = list_outbox()
    check_schema(entry)
    key = (get_config().data / "public" / "programme-door.entry.pub").read_text().strip()
    verify_entry_signature(entry, parse_base64url(key))
    assert (entry.kind, entry.by, entry.ref, entry.at) == ("wave_planned", "programme-door", wave, NOW)
    assert entry.body == {
        "fetch_from": NOW,
        "fetch_until": NOW + 60,
        "minimum_age": 60,
        "occasions": [session.descriptor(), survey.descriptor()],
    }
    shown = find_occasion(session.occasion)
    assert shown is not None
    assert (shown.state, shown.spki, shown.descriptor) == ("planned", b"", session.descriptor())
    assert is_announced(survey.occasion)
    assert {row.occasion for row in list_occasions()} == {session.occasion, survey.occasion}


def test_every_room_has_a_secret_of_its_own_and_a_survey_has_none() -> None:
    rooms = [build_descriptor() for _ in range(5)]
    survey = build_descriptor(kind="survey")
    plan(*rooms, survey)
    drawn = {found.room_secret for room in rooms if (found := find_occasion(room.occasion))}
    assert len(drawn) == 5
    assert all(len(secret) == 16 for secret in drawn)
    without = find_occasion(survey.occasion)
    assert without is not None
    assert without.room_secret == b""


def test_a_fetch_window_shorter_than_the_pace_allows_is_refused() -> None:
    shortest = get_config().pacing.shortest_fetch_window
    with pytest.raises(WaveRefusedError):
        plan(build_descriptor(), fetch_until=NOW + shortest - 1)
    with pytest.raises(WaveRefusedError):
        plan(build_descriptor(), fetch_from=NOW - 1_000, fetch_until=NOW + shortest - 1)
    plan(build_descriptor(), fetch_until=NOW + shortest)


def test_a_wave_waits_until_the_one_before_has_been_fetched() -> None:
    plan(build_descriptor(), fetch_until=NOW + 100)
    with pytest.raises(WaveRefusedError):
        plan(build_descriptor(), fetch_from=NOW + 99, fetch_until=NOW + 200)
    plan(build_descriptor(), fetch_from=NOW + 100, fetch_until=NOW + 200)


@pytest.mark.parametrize(
    "changes",
    [
        {"community": "another"},
        {"kind": "join", "programme": None},
        {"opens_at": NOW, "closes_at": NOW + 60},
    ],
)
def test_an_occasion_that_does_not_belong_into_the_wave_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(WaveRefusedError):
        plan(build_descriptor(), build_descriptor(**changes))
    assert not Wave.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_a_wave_holds_1_to_60_occasions_and_each_is_announced_once() -> None:
    known = build_descriptor()
    for occasions in ([], [build_descriptor() for _ in range(61)], [known, known]):
        with pytest.raises(WaveRefusedError):
            plan(*occasions)
    plan(known, *(build_descriptor() for _ in range(59)))
    with pytest.raises(WaveRefusedError):
        plan(known, fetch_from=NOW + 60, fetch_until=NOW + 120)


def test_an_entry_is_written_only_inside_the_transaction_of_what_it_tells(
    transactional_db: None,
) -> None:
    body = {"bundle": "0" * 64, "redeemed": 1}
    with pytest.raises(OutsideTransactionError):
        record_public_entry(kind="occasion_closed", ref="0" * 16, body=body, now=NOW)
    with pytest.raises(RefusedError), transaction.atomic():
        record_public_entry(kind="occasion_closed", ref="0" * 16, body=body | {"who": "x"}, now=NOW)
    assert not OutboxEntry.objects.exists()


def test_closing_asks_the_gate_and_publishes_nothing_itself() -> None:
    session = build_descriptor()
    plan(session)
    close_occasion(session.occasion, now=NOW + 300)
    shown = find_occasion(session.occasion)
    assert shown is not None
    assert shown.state == "closing"
    assert shown.room_secret
    assert find_bundle_path(session.occasion) is None
    assert [entry.kind for entry in list_outbox()] == ["wave_planned"]


def test_closing_again_leaves_a_closed_occasion_closed() -> None:
    session = build_descriptor()
    plan(session)
    Occasion.objects.filter(occasion=session.occasion).update(state="closed", redeemed=3)
    close_occasion(session.occasion, now=NOW + 300)
    shown = find_occasion(session.occasion)
    assert shown is not None
    assert (shown.state, shown.redeemed) == ("closed", 3)


def test_a_bundle_is_shown_only_once_its_occasion_is_closed() -> None:
    session = build_descriptor()
    plan(session)
    folder = get_config().folder("programme") / "recounts"
    folder.mkdir(exist_ok=True)
    (folder / f"{session.occasion}.json").write_bytes(b'{"spent":[]}')
    assert find_bundle_path(session.occasion) is None
    Occasion.objects.filter(occasion=session.occasion).update(state="closed")
    path = find_bundle_path(session.occasion)
    assert path
    assert path.read_bytes() == b'{"spent":[]}'
    assert find_bundle_path("../../keys/entry-signing") is None


def test_what_was_never_logged_is_not_found() -> None:
    assert find_logged_body("occasion_closed", ref="0" * 16) is None
    assert find_occasion("0" * 16) is None
    assert not is_announced("0" * 16)
