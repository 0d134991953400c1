"""What protection costs is said in people's words, with the core's numbers, before anything is asked."""

import re
from html import unescape

import pytest

from amanah.core.surveys.planning import (
    compute_prospect,
    find_fewest_members,
    find_members_for_change,
    find_members_for_precision,
)
from amanah.core.surveys.questions import Question
from amanah.programme_door.programmes.models import InvitationBatch
from amanah.programme_door.surveys.actions import QuestionPlan, append_question
from amanah.programme_door.surveys.queries import list_asked_questions
from tests.support.desk import DATABASES, build_client, build_signed_in_client, open_example
from tests.support.survey_forms import ask_question, build_question_form, write_survey

pytestmark = pytest.mark.django_db(databases=DATABASES)
PLANNING = "/desk/surveys/planning/"
YES_NO = Question("q", "single", ("a", "b"), mechanism="bag", weight=7)


@pytest.fixture
def client():
    return build_signed_in_client()


@pytest.fixture
def survey(client):
    open_example()
    return write_survey(client)


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return strip(answer)


def strip(answer):
    """Give a page as it is read: without marks, spaces joined."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def read_survey(client, survey, people):
    return read(client, f"/desk/surveys/{survey}/?people={people}")


def read_rows(client, address, table):
    """Give the rows of a table as lists of what stands in their cells."""
    page = client.get(address).content.decode()
    section = re.search(rf'id="{table}".*?<tbody.*?>(.*?)</tbody>', page, re.DOTALL)[1]
    cells = [re.findall(r"<(?:th|td).*?>(.*?)</(?:th|td)>", row, re.DOTALL) for row in section.split("</tr>")]
    plain = [[" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in row] for row in cells]
    return [row for row in plain if row]


def test_with_120_people_the_precision_of_each_protection_stands_beside_the_others(client, survey):
    page = read(client, f"/desk/surveys/{survey}/new-question/single/?people=120")
    assert "If 120 people answer" in page
    plain, sensitive, gravest = re.split("Sensitive: asked|Gravest: asked", page)[:3]
    assert "reads the answers, but not whose they are" in plain
    assert "You will know each share to within 10 points." in plain
    assert "at most 7 times surer" in sensitive
    assert "Everybody is asked: You will know each share to within 12 points." in sensitive
    assert "A random third is asked, about 40 people. Too few to say" in sensitive
    assert "at most 3 times surer" in gravest
    assert "Too few to say: results would show no number. It takes about 178 people." in gravest


def test_a_class_of_thirty_is_told_that_it_is_too_small_and_what_to_do_instead(client, survey):
    ask_question(client, survey, sensitivity="sensitive", block="no")
    page = read_survey(client, survey, 30)
    assert "Too few to say" in page
    assert "the bag alone leaves 16 points either way" in page
    assert "This group is too small for some of these questions" in page
    for advice in (
        "Put several sessions together",
        "Ask plainly what can hurt nobody",
        "Ask for a change directly",
    ):
        assert advice in page
    assert "Ask everybody instead of a random third" not in page
    ask_question(client, survey, wording="A third?", sensitivity="sensitive")
    assert "Ask everybody instead of a random third" in read_survey(client, survey, 30)
    large = read_survey(client, survey, 2_000)
    assert "too small" not in large
    assert "Too few" not in large


def test_of_a_third_that_is_too_small_it_is_said_what_everybody_would_tell(client, survey):
    ask_question(client, survey, sensitivity="sensitive")
    page = read_survey(client, survey, 120)
    assert "A random third is asked, about 40 people. Too few to say" in page
    assert "If everybody were asked: You will know each share to within 12 points." in page
    assert "If everybody were asked" not in read_survey(client, survey, 30)
    assert "the bag alone leaves 16 points either way" in read_survey(client, survey, 30)


@pytest.mark.parametrize("people", [60, 300, 2_000])
def test_what_is_said_of_a_question_is_what_the_core_computes(client, survey, people):
    for sensitivity in ("harmless", "sensitive", "gravest"):
        ask_question(client, survey, sensitivity=sensitivity)
    page = read_survey(client, survey, people)
    for question in list_asked_questions(survey):
        prospect = compute_prospect(question, people)
        said = (
            f"It takes about {find_fewest_members(question):,} people."
            if prospect.is_too_few
            else f"to within {-(-prospect.one_look * 100 // 1):.0f} points"
        )
        assert said in page


def test_means_are_told_in_steps_of_their_own_scale(client, survey):
    for kind, words in (
        ("scale", r"the mean to within 0\.\d on a length of 4\."),
        ("index", r"the mean to within 0\.\d on a length of 8\."),
        ("change", r"the mean change, from −2 to 2 steps, to within 0\.\d\."),
        ("ranking", r"the place of each thing, from 0 to 100, to within \d+ points\."),
    ):
        ask_question(client, survey, kind, sensitivity="sensitive")
        assert re.search(words, read_survey(client, survey, 3_000)), kind


def test_the_people_reckoned_with_are_those_who_were_invited_until_somebody_says_otherwise(client, survey):
    ask_question(client, survey)
    address = f"/desk/surveys/{survey}/"

    def read_people(more=""):
        page = client.get(address + more).content.decode()
        return re.search(r'name="people" value="(\d+)" min', page)[1]

    assert read_people() == "100"
    InvitationBatch.objects.create(batch="a" * 16, printed=240, medium="sheet", is_replacement=False)
    InvitationBatch.objects.create(batch="b" * 16, printed=7, medium="sheet", is_replacement=True)
    assert read_people() == "240"
    assert read_people("?people=30") == "30"
    for nonsense in ("0", "-3", "many", "1e9", "99999999999", "٣٠", ""):
        assert read_people(f"?people={nonsense}") == "240", nonsense


def test_one_button_works_out_what_is_typed_and_saves_nothing(client, survey):
    five = build_question_form(choices="a\nb\nc\nd\ne", sensitivity="", people="400", show="yes", wording="")
    answer = client.post(f"/desk/surveys/{survey}/new-question/single/", five)
    page = strip(answer)
    assert answer.status_code == 200
    question = Question("q", "single", tuple("abcde"), mechanism="bag", weight=7)
    within = -(-compute_prospect(question, 400).one_look * 100 // 1)
    assert f"Everybody is asked: You will know each share to within {within:.0f} points." in page
    assert "a\nb\nc\nd\ne" in answer.content.decode()
    assert "Write the question." not in page
    assert "Something is missing" not in page
    assert not list_asked_questions(survey)
    many = build_question_form(choices="\n".join("abcdefghijklm"), show="yes")
    refused = strip(client.post(f"/desk/surveys/{survey}/new-question/single/", many))
    assert "Not for so many choices: a bag holds 11 at most." in refused


def test_a_branch_and_a_weight_that_were_typed_survive_the_working_out(client, survey):
    first = ask_question(client, survey)
    typed = build_question_form(
        sensitivity="gravest", own_weight="20", only_if=[f"{first}:a"], is_required="on", show="yes"
    )
    page = client.post(f"/desk/surveys/{survey}/new-question/single/", typed).content.decode()
    assert f'name="only_if" value="{first}:a" checked' in page
    assert 'id="sensitivity-gravest" checked' in page
    assert 'name="own_weight" value="20"' in page
    assert re.search(r'name="is_required"[^>]*checked', page)


def test_what_devices_give_away_about_one_thing_is_added_up_over_surveys(client, survey):
    about = {"sensitivity": "sensitive", "family": "warmth"}
    assert "What a device gives away" not in read_survey(client, survey, 100)
    for number in range(2):
        ask_question(client, survey, wording=f"Question {number}?", **about)
    page = read_survey(client, survey, 100)
    assert "2 protected questions here are about it." in page
    assert "could become surer by up to 49 to 1" in page
    other = write_survey(client, "Food")
    for number in range(2):
        ask_question(client, other, wording=f"Other {number}?", **about)
    page = read_survey(client, survey, 100)
    assert "surer by up to 2,401 to 1" in page
    assert "Other surveys within 92 days ask about it too: Food" in page
    assert "This is more than devices give away" in page
    alone = write_survey(client, "Alone")
    ask_question(client, alone, sensitivity="sensitive")
    assert "surer by up to" not in read_survey(client, alone, 100)


def test_a_question_that_is_asked_again_within_92_days_is_told_apart_from_one_more(client, survey):
    ask_question(client, survey, wording="Again?", sensitivity="sensitive")
    other = write_survey(client, "Second wave")
    plan = QuestionPlan(
        "en",
        "single",
        {"wording": "Again?"},
        ["Tea", "Coffee"],
        is_required=False,
        highest=0,
        code=list_asked_questions(survey)[0].code,
        mechanism="bag",
        weight=7,
    )
    append_question(occasion=other, plan=plan, now=1)
    page = read_survey(client, other, 100)
    assert "Whoever answered the same question there is not asked it again here." in page
    assert "surer by up to 7 to 1" in page
    assert "This is more than devices give away" not in page


def test_the_planning_page_says_how_many_it_takes(client):
    open_example()
    rows = read_rows(client, f"{PLANNING}?people=120&precision=10&change=15", "needed")
    assert [row[0] for row in rows] == [
        "Harmless: plain answers",
        "Sensitive: 7 to 1",
        "Sensitive: 7 to 1 · a random third",
        "Gravest: 3 to 1",
        "Gravest: 3 to 1 · a random third",
    ]
    fewest, within, change = (int(cell.replace(",", "")) for cell in rows[1][1:])
    assert fewest == find_fewest_members(YES_NO)
    assert compute_prospect(YES_NO, within).one_look <= 0.1 < compute_prospect(YES_NO, within - 1).one_look
    assert change == find_members_for_change(YES_NO, 0.15)
    numbers = [int(row[3].replace(",", "")) for row in rows]
    assert numbers[2] == pytest.approx(3 * numbers[1], abs=3)
    page = read(client, f"{PLANNING}?people=120&precision=10&change=15")
    assert f"if {numbers[0]:,} people answer each of them plainly, or {numbers[1]:,} through a bag" in page


def test_the_planning_page_takes_a_weight_of_ones_own_and_asks_a_change_once(client):
    open_example()
    address = f"{PLANNING}?what=change&steps=5&people=500&precision=10&change=10&own_weight=20"
    rows = read_rows(client, address, "needed")
    assert "Your own weight: 20 to 1" in [row[0] for row in rows]
    page = read(client, address)
    assert "To see a change of 10 points, once" in page
    scale = read_rows(client, address.replace("what=change", "what=scale"), "needed")
    assert int(rows[1][3].replace(",", "")) * 2 == pytest.approx(int(scale[1][3].replace(",", "")), abs=2)


def test_the_planning_page_explains_what_it_cannot_work_out(client):
    open_example()
    finest = read_rows(client, f"{PLANNING}?precision=1", "needed")
    assert int(finest[1][2].replace(",", "")) == find_members_for_precision(YES_NO, 0.01)
    for name, words in (("people", "This number is too small."), ("precision", "This number is too small.")):
        page = read(client, f"{PLANNING}?{name}=0")
        assert words in page
        assert "How many people it takes" not in page
    assert "Write a whole number." in read(client, f"{PLANNING}?choices=two")
    assert build_client().get(PLANNING).headers["Location"].endswith("/desk/sign-in/")
