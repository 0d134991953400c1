"""Trustees change the numbers of the rules and make statements: drafted at the desk, in force once k have signed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from amanah.core.data_requests.rules import DEFAULTS
from amanah.core.data_requests.statements import STATEMENTS
from amanah.request_door.decisions.carrying_out import carry_out_due
from amanah.request_door.decisions.models import Decision
from amanah.request_door.records.queries import list_statements
from amanah.request_door.rules.queries import get_rules_in_force
from amanah.request_door.trustees.actions import open_founding
from tests.support.trustees import Desk, build_browser, found_panel

pytestmark = pytest.mark.django_db
NUMBERS = {name: str(number) for name, number in DEFAULTS.items()}


@pytest.fixture
def desks() -> list[Desk]:
    """Three trustees at their desks; two have to sign."""
    return found_panel(open_founding(now=timezone.now()))


def sign(desks: list[Desk], kind: str) -> None:
    """Let as many sign as have to, and do what the clock does."""
    decision = Decision.objects.get(kind=kind, state="draft")
    for desk in desks:
        assert desk.sign_decision(str(decision.decision)).status_code == 200
    carry_out_due(int(timezone.now().timestamp()))


def test_other_numbers_are_in_force_once_two_have_signed(desks: list[Desk]) -> None:
    page = desks[0].browser.get("/desk/rules/").content.decode()
    assert f'value="{DEFAULTS["most_people"]}"' in page
    answer = desks[0].browser.post("/desk/rules/", NUMBERS | {"most_people": "2"})
    assert answer.status_code == 302
    assert "2" in desks[1].browser.get(answer.headers["Location"]).content.decode()
    assert get_rules_in_force()[0].most_people == DEFAULTS["most_people"]
    sign(desks[:2], "rules-changed")
    assert get_rules_in_force()[0].most_people == 2


@pytest.mark.parametrize("most_people", ["0", "101", "many", "", str(DEFAULTS["most_people"])])
def test_numbers_beyond_the_bounds_or_unchanged_ask_nobody_to_sign(
    desks: list[Desk], most_people: str
) -> None:
    answer = desks[0].browser.post("/desk/rules/", NUMBERS | {"most_people": most_people})
    assert answer.status_code == 422
    assert not Decision.objects.filter(kind="rules-changed").exists()


def test_statements_are_made_once_two_have_signed(desks: list[Desk]) -> None:
    today = timezone.localdate()
    expires_on = today + timedelta(days=100)
    chosen = {"codes": ["trustees-sign", "no-list-of-members"], "expires_on": expires_on.isoformat()}
    answer = desks[0].browser.post("/desk/statements/", chosen)
    page = desks[1].browser.get(answer.headers["Location"]).content.decode()
    assert "no office of ours held a list of the members" in page
    assert list_statements(today) == []
    sign(desks[:2], "statement-made")
    assert sorted((one.code, one.expires_on) for one in list_statements(today)) == [
        ("no-list-of-members", expires_on),
        ("trustees-sign", expires_on),
    ]


@pytest.mark.parametrize(
    ("days", "codes"), [(0, ["trustees-sign"]), (185, ["trustees-sign"]), (10, []), (10, ["never"])]
)
def test_a_statement_without_end_or_not_of_the_list_asks_nobody_to_sign(
    desks: list[Desk], days: int, codes: list[str]
) -> None:
    expires_on = timezone.localdate() + timedelta(days=days)
    answer = desks[0].browser.post(
        "/desk/statements/", {"codes": codes, "expires_on": expires_on.isoformat()}
    )
    assert answer.status_code == 422
    assert not Decision.objects.filter(kind="statement-made").exists()


def test_the_page_offers_every_sentence_and_none_about_secret_orders(desks: list[Desk]) -> None:
    page = desks[0].browser.get("/desk/statements/").content.decode()
    assert all(code in page for code in STATEMENTS)
    assert page.count('type="checkbox"') == len(STATEMENTS)


@pytest.mark.parametrize("path", ["/desk/rules/", "/desk/statements/"])
def test_whoever_is_not_signed_in_is_sent_away(path: str, desks: list[Desk]) -> None:
    assert build_browser().get(path).status_code == 302
