"""Organisers plan an evaluation in public: the lot comes from the plan, and nobody can take it back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from amanah.core.errors import RefusedError
from amanah.core.surveys.evaluation_plan import (
    EvaluationRefusedError,
    Window,
    draw_starts,
    parse_evaluation_plan,
)
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.programme_door.reports.actions import EvaluationWish, plan_evaluation
from amanah.programme_door.reports.models import Evaluation
from amanah.programme_door.reports.queries import find_evaluation_bytes, list_evaluations
from tests.doors.reports.closed_surveys import open_all_programmes
from tests.support.desk import DATABASES, as_field, build_client, build_signed_in_client
from tests.support.evaluated_surveys import START
from tests.support.reported_surveys import write_down_survey

pytestmark = pytest.mark.django_db(databases=DATABASES)
NEW = "/desk/evaluations/new/"


def fill(**more: Any) -> dict[str, Any]:
    """Give the form of a stepped wedge over four programmes."""
    return {
        "design": "stepped-wedge",
        "outcome": "programme-trust/mean",
        "programmes": ["green-room", "blue-room", "red-room", "old-mill"],
        "treated": "",
        "starts_at": as_field(timezone.now() + timedelta(days=3)),
        "days": "28",
        "waves": "4",
        **more,
    }


@pytest.fixture
def written() -> None:
    """Write down the programmes and one survey that asks for trust."""
    open_all_programmes()
    write_down_survey("00000000000000b1", "green-room", START)


def test_stating_a_stepped_wedge_logs_its_hash_and_draws_its_lot(written: None) -> None:
    client = build_signed_in_client()
    page = client.get(NEW).content.decode()
    assert "What is said here stays here" in page
    assert "Taking part made me feel like an outsider · Yes" in page
    answer = client.post(NEW, fill())
    assert answer.status_code == 302, answer.content.decode()
    (plan,) = list_evaluations()
    assert (plan.question, plan.target, plan.design) == ("programme-trust", "mean", "stepped-wedge")
    assert plan.steps == (1, 1, 2, 3)
    assert plan.waves[1].starts_at == plan.waves[0].ends_at == plan.waves[0].starts_at + 28 * 86_400
    (entry,) = [json.loads(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    assert (entry["kind"], entry["ref"], entry["by"]) == (
        "evaluation_stated",
        plan.evaluation,
        "programme-door",
    )
    data = find_evaluation_bytes(plan.evaluation)
    assert data
    assert parse_evaluation_plan(data) == plan
    listed = client.get("/desk/evaluations/").content.decode()
    for title, start in zip(
        ("Blue Room", "Green Room", "Old Mill", "Red Room"), draw_starts(plan), strict=True
    ):
        assert f"{title}: wave {start + 1}" in " ".join(listed.split())


def test_a_comparison_names_the_programme_that_is_compared_first(written: None) -> None:
    wish = fill(design="comparison", programmes=["blue-room", "green-room"], treated="green-room", waves="2")
    assert build_signed_in_client().post(NEW, wish).status_code == 302
    (plan,) = list_evaluations()
    assert plan.sites == ("green-room", "blue-room")
    assert plan.steps == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"design": "before-after"}, "Choose exactly one programme."),
        ({"design": "comparison"}, "Choose exactly two programmes."),
        ({"design": "comparison", "programmes": ["blue-room", "old-mill"]}, "Choose one of the two."),
        ({"programmes": ["blue-room", "old-mill"]}, "Choose three programmes or more."),
        ({"waves": "2"}, "A stepped wedge needs three waves or more."),
        ({"starts_at": "2020-01-01 10:00"}, "The first wave begins after the plan is stated."),
        ({"programmes": []}, "Choose the programmes."),
        ({"starts_at": "soon"}, "Write the day and the time like this"),
    ],
)
def test_what_could_tell_nothing_is_not_stated(written: None, change: dict[str, Any], words: str) -> None:
    answer = build_signed_in_client().post(NEW, fill(**change))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Evaluation.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_only_organisers_plan(written: None) -> None:
    answer = build_client().post(NEW, fill())
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"]
    assert not Evaluation.objects.exists()


def test_a_wish_that_the_core_refuses_writes_nothing() -> None:
    begins = int(datetime(2030, 1, 1, tzinfo=UTC).timestamp())
    wish = EvaluationWish("before-after", "q1", "a", ["one", "two"], [Window(begins, begins + 60)] * 2)
    with pytest.raises(EvaluationRefusedError):
        plan_evaluation(wish, now=begins - 10, random_bytes=b"\x01" * 8)
    assert issubclass(EvaluationRefusedError, RefusedError)
    assert not Evaluation.objects.exists()
    assert not OutboxEntry.objects.exists()
