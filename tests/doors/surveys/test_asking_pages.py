"""What a page says of a question's bag before any script runs, and the preview, which has nowhere to send."""

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from amanah.core.surveys.questions import Condition
from amanah.programme_door.surveys.actions import QuestionPlan, SurveyPlan, append_question, plan_survey
from amanah.programme_door.worked_example.actions import SLUG
from tests.support.desk import DATABASES, build_client, build_signed_in_client, open_example

pytestmark = pytest.mark.django_db(databases=DATABASES)
NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)


class Screens(HTMLParser):
    """Collects the facts of each question and the classes of every drawn ball in its bag."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, dict[str, str]] = {}
        self.balls: dict[str, list[str]] = {}
        self._current = ""
        self._is_in_bag = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-question" in given:
            self._current = given["data-question"]
            self.facts[self._current] = given
        if tag == "svg":
            self._is_in_bag = given.get("class") == "bag-picture"
        if tag == "circle" and self._is_in_bag and given["class"] != "ball-dot":
            self.balls.setdefault(self._current, []).append(given["class"])


def write_survey(*questions: QuestionPlan) -> str:
    """Write a survey down and announce nothing."""
    plan = SurveyPlan("en", {"title": "Sensitive", "intro": ""}, NOW, NOW + timedelta(days=7))
    occasion = plan_survey(programme=SLUG, plan=plan, now=1, random_bytes=b"\x07" * 8)
    for question in questions:
        append_question(occasion=occasion, plan=question, now=1)
    return occasion


def ask(code: str, kind: str = "single", choices: tuple[str, ...] = ("Yes", "No"), **more) -> QuestionPlan:
    texts = {"wording": f"{code}?", "low": "none", "high": "all"}
    return QuestionPlan(
        language="en",
        kind=kind,
        texts=texts,
        choices=choices,
        is_required=False,
        highest=more.pop("highest", 0),
        code=code,
        **more,
    )


@pytest.fixture
def occasion() -> str:
    open_example()
    return write_survey(
        ask("q1", only_if=None),
        ask("q2", only_if=Condition("q1", ("a",)), prefer_not_to_say=True),
        ask("harm-watched", mechanism="bag", weight=7, family="harm", is_in_block=True),
        ask("five", choices=tuple("vwxyz"), mechanism="bag", weight=20),
        ask("gravest", "scale", (), highest=10, mechanism="scale3", weight=3),
        ask("pick", "multiple", ("x", "y", "z"), mechanism="one_of_many", weight=100),
    )


def read(occasion: str) -> str:
    answer = build_signed_in_client().get(f"/desk/surveys/{occasion}/preview/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_question_carries_the_facts_that_the_device_goes_by(occasion: str) -> None:
    screens = Screens()
    screens.feed(read(occasion))
    assert list(screens.facts) == ["q1", "q2", "harm-watched", "five", "gravest", "pick"]
    branch = screens.facts["q2"]
    assert json.loads(branch["data-only-if"]) == {"choices": ["a"], "code": "q1"}
    assert branch["data-prefer"] == "yes"
    assert json.loads(screens.facts["q1"]["data-only-if"]) is None
    harm = screens.facts["harm-watched"]
    wanted = {"mechanism": "bag", "weight": "7", "family": "harm", "block": "yes", "required": "no"}
    assert {name: harm[f"data-{name}"] for name in wanted} == wanted
    assert json.loads(harm["data-choices"]) == ["a", "b"]
    assert screens.facts["gravest"]["data-highest"] == "10"


def test_the_bag_shows_as_many_balls_as_will_be_drawn_from(occasion: str) -> None:
    screens = Screens()
    screens.feed(read(occasion))
    counted = {
        code: (balls.count("ball-full"), balls.count("ball-ring")) for code, balls in screens.balls.items()
    }
    assert counted == {"harm-watched": (7, 1), "five": (20, 4), "gravest": (3, 2), "pick": (100, 1)}


def test_the_odds_are_said_in_words_and_never_promise_certainty(occasion: str) -> None:
    page = " ".join(re.sub(r"<[^>]+>", " ", read(occasion)).split())
    for said in (
        "7 balls say your answer",
        "4 balls say another, one each",
        "Whoever takes our computers can become at most 3 times surer about you.",
        "with a chance of 10 in 100. After seeing the ball they can come to 44 in 100 at most",
        "with a chance of 10 in 100. After seeing the ball they can come to 25 in 100 at most",
    ):
        assert said in page


def test_the_preview_has_no_pass_no_address_and_no_send(occasion: str) -> None:
    desk, address = build_signed_in_client(), f"/desk/surveys/{occasion}/preview/"
    page = desk.get(address).content.decode()
    assert "Here a member would press Send" in page
    assert 'data-act="send"' not in page
    assert "amanah-facts" not in page
    assert "pages/preview.js" in page
    assert desk.post(address).status_code == 405
    assert build_client().get(address).status_code in {302, 403}
    assert desk.get("/desk/surveys/0000000000000000/preview/").status_code == 404


def test_a_survey_without_questions_has_a_preview_that_says_so() -> None:
    open_example()
    page = read(write_survey())
    assert "No question yet" in page
    assert "preview.js" not in page
