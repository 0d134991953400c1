"""Surveys and questions as an organiser types them into the forms of the desk."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from tests.support.desk import as_field

WORDING = {
    "single": "Tea or coffee?",
    "multiple": "What do you like?",
    "scale": "How warm?",
    "ranking": "What first?",
    "index": "How was it?",
    "change": "How is it now?",
}
LINES = {
    "single": "Tea\nCoffee",
    "multiple": "Tea\nCoffee\nWater",
    "ranking": "Tea\nCoffee\nWater",
    "index": "I was heard\nI was safe",
}
STEPS = {"lowest": "0", "highest": "4", "low": "cold", "high": "hot"}


def build_question_form(kind: str = "single", **changed: Any) -> dict[str, Any]:
    """Give what a browser sends for a harmless question of a kind."""
    form: dict[str, Any] = {
        "written_in": "en",
        "wording": WORDING[kind],
        "sensitivity": "harmless",
        "own_weight": "",
        "block": "fitting",
        "prefer_not_to_say": "fitting",
        "family": "",
    }
    if kind in LINES:
        form["choices"] = LINES[kind]
    if kind in {"scale", "index", "change"}:
        form |= STEPS
    return form | changed


def write_survey(client: Client, title: str = "Drinks", *, days: float = 2) -> str:
    """Write down a survey of the worked example's programme; give its occasion id."""
    now = timezone.now()
    form = {
        "written_in": "en",
        "title": title,
        "intro": "We buy what you like.",
        "opens_at": as_field(now),
        "closes_at": as_field(now + timedelta(days=days)),
    }
    answer = client.post("/desk/programmes/solid-ground/surveys/new/", form)
    assert answer.status_code == 302, "the survey was not written down"
    return answer.headers["Location"].split("/")[3]


def post_question(client: Client, occasion: str, kind: str = "single", **changed: Any) -> Any:
    """Send the form of a new question."""
    form = build_question_form(kind, **changed)
    return client.post(f"/desk/surveys/{occasion}/new-question/{kind}/", form)


def ask_question(client: Client, occasion: str, kind: str = "single", **changed: Any) -> str:
    """Add a question; give its code."""
    from amanah.programme_door.surveys.queries import list_asked_questions

    answer = post_question(client, occasion, kind, **changed)
    assert answer.status_code == 302, answer.content.decode()
    return list_asked_questions(occasion)[-1].code
