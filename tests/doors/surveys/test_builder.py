"""An organiser writes every kind of question, protected or plain, and learns in words what cannot be asked."""

import re
from html import unescape
from typing import get_args

import pytest

from amanah.core.surveys.questions import MECHANISMS, Condition, Reason
from amanah.programme_door.error_words import WORDS_BY_REASON
from amanah.programme_door.surveys.actions import QuestionPlan, append_question
from amanah.programme_door.surveys.models import Question
from amanah.programme_door.surveys.queries import find_survey, list_asked_questions
from tests.support.desk import DATABASES, as_field, build_signed_in_client, open_example
from tests.support.survey_forms import ask_question, build_question_form, post_question, write_survey

pytestmark = pytest.mark.django_db(databases=DATABASES)
MANY = "\n".join(f"choice {number}" for number in range(26))


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
    return unescape(answer.content.decode())


def read_survey(client, survey, more=""):
    return read(client, f"/desk/surveys/{survey}/{more}")


def read_refusal(answer):
    """Give what stands in the page's notices and beside its fields."""
    assert answer.status_code == 200, "it was not refused"
    page = unescape(answer.content.decode())
    return " ".join(re.findall(r'(?:notice-title">|field-error".*?<span>)(.*?)</', page, re.DOTALL))


def find_question(survey, code):
    return next(question for question in list_asked_questions(survey) if question.code == code)


def test_a_survey_starts_with_times_that_can_be_kept(client):
    open_example()
    page = read(client, "/desk/programmes/solid-ground/surveys/new/")
    opens, closes = re.findall(r'type="datetime-local" name="\w+_at" value="([^"]+)"', page)
    assert opens < closes


def test_there_are_two_steps_to_a_question_which_kind_and_then_the_question(client, survey):
    kinds = read_survey(client, survey, "new-question/")
    for kind in ("single", "multiple", "scale", "ranking", "index", "change"):
        assert f"/desk/surveys/{survey}/new-question/{kind}/" in kinds
        page = read_survey(client, survey, f"new-question/{kind}/")
        assert ('name="choices"' in page) == (kind not in {"scale", "change"})
        assert ('name="highest"' in page) == (kind in {"scale", "index", "change"})
        assert page.count('type="radio" name="sensitivity"') == 3
        assert "checked" not in page, "nobody chooses the protection for the organiser"
    assert client.get(f"/desk/surveys/{survey}/new-question/essay/").status_code == 404


@pytest.mark.parametrize(("sensitivity", "weight"), [("harmless", 0), ("sensitive", 7), ("gravest", 3)])
def test_every_kind_is_asked_plainly_or_through_its_bag(client, survey, sensitivity, weight):
    for kind, mechanism in MECHANISMS.items():
        question = find_question(survey, ask_question(client, survey, kind, sensitivity=sensitivity))
        assert (question.kind, question.weight) == (kind, weight)
        assert question.mechanism == (mechanism if weight else "plain")
        assert question.is_in_block == question.prefer_not_to_say == bool(weight)
        assert question.lowest == 0
        assert question.highest == (4 if kind in {"scale", "index", "change"} else 0)
        assert len(question.choices) == {"single": 2, "index": 2, "scale": 0, "change": 0}.get(kind, 3)
    words = {0: "Harmless: plain answers", 7: "Sensitive: 7 to 1", 3: "Gravest: 3 to 1"}[weight]
    assert read_survey(client, survey).count(words) == 6


def test_an_organiser_chooses_the_weight_who_is_asked_and_what_may_be_left_out(client, survey):
    code = ask_question(
        client,
        survey,
        sensitivity="sensitive",
        own_weight="20",
        block="no",
        prefer_not_to_say="no",
        family="police",
        is_required="on",
    )
    question = find_question(survey, code)
    assert (question.weight, question.family, question.is_required) == (20, "police", True)
    assert not question.is_in_block
    assert not question.prefer_not_to_say
    page = read_survey(client, survey)
    assert "Your own weight: 20 to 1" in page
    assert "at most 20 times surer" in page
    changed = read_survey(client, survey, f"{code}/")
    assert 'name="own_weight" value="20"' in changed
    assert 'id="sensitivity-sensitive" checked' in changed
    assert '<option value="police">' in changed


def test_a_plain_question_has_no_lot_and_no_family_and_may_still_be_left_out(client, survey):
    code = ask_question(client, survey, block="yes", family="drinks", prefer_not_to_say="yes")
    question = find_question(survey, code)
    assert not question.is_in_block
    assert question.family == ""
    assert question.prefer_not_to_say


REFUSED = [
    ("single", {"wording": ""}, "Write the question."),
    ("single", {"choices": "Tea"}, "Write 2 to 26 choices"),
    ("single", {"choices": MANY + "\none more"}, "Write 2 to 26 choices"),
    ("single", {"choices": "Tea\nTea"}, "Two choices are the same."),
    ("ranking", {"choices": MANY}, "Write 2 to 11 things to put in order"),
    ("single", {"choices": MANY, "sensitivity": "sensitive"}, "has at most 11 choices"),
    ("index", {"choices": MANY}, "more than 100 steps"),
    ("scale", {"highest": "11"}, "A scale has 2 to 11 steps."),
    ("scale", {"highest": "0"}, "A scale has 2 to 11 steps."),
    ("scale", {"lowest": ""}, "Say from where to where the scale goes."),
    ("scale", {"highest": "many"}, "Write a whole number."),
    ("scale", {"high": ""}, "Say what this end of the scale means."),
    ("single", {"sensitivity": ""}, "Choose how the answers are protected."),
    ("single", {"own_weight": "7"}, "A harmless question is answered plainly"),
    (
        "single",
        {"own_weight": "1", "sensitivity": "sensitive"},
        "A weight is a whole number from 2 to 100.",
    ),
    ("single", {"own_weight": "x", "sensitivity": "sensitive"}, "Write a whole number."),
    ("single", {"family": "الشرطة", "sensitivity": "sensitive"}, "A short name has"),
]


def test_a_question_that_cannot_be_asked_is_explained_and_not_stored(client, survey):
    for kind, changed, words in REFUSED:
        assert words in read_refusal(post_question(client, survey, kind, **changed)), (kind, changed)
    assert not list_asked_questions(survey)


def test_a_fourth_sensitive_question_about_one_thing_is_refused_with_what_to_do(client, survey):
    about = {"sensitivity": "sensitive", "family": "police"}
    for number in range(3):
        ask_question(client, survey, wording=f"Question {number}?", **about)
    assert "Add them up as one index" in read_refusal(post_question(client, survey, **about))
    assert len(list_asked_questions(survey)) == 3
    assert post_question(client, survey, sensitivity="sensitive", family="").status_code == 302


def test_a_survey_too_long_for_one_pass_is_refused_when_it_is_written(client, survey):
    answers = [post_question(client, survey, "multiple", choices=MANY) for _ in range(20)]
    assert answers[0].status_code == 302
    assert "its longest answer does not fit" in read_refusal(answers[-1])
    assert len(list_asked_questions(survey)) == sum(answer.status_code == 302 for answer in answers)


def test_a_question_is_asked_only_of_whoever_answered_an_earlier_plain_one(client, survey):
    first = ask_question(client, survey)
    scale = ask_question(client, survey, "scale")
    hidden = ask_question(client, survey, wording="Hidden?", sensitivity="sensitive")
    page = read_survey(client, survey, "new-question/single/")
    for value in (f"{first}:a", f"{first}:b", f"{scale}:0", f"{scale}:4"):
        assert f'name="only_if" value="{value}"' in page
    assert f'value="{hidden}:a"' not in page
    code = ask_question(client, survey, wording="Why?", only_if=[f"{first}:a"])
    assert find_question(survey, code).only_if == Condition(first, ("a",))
    assert re.search(
        r"Asked only of whoever answered:\s+<bdi>Tea or coffee\?</bdi> – <bdi>Tea</bdi></p>",
        read_survey(client, survey),
    )
    assert f'value="{first}:a" checked' in read_survey(client, survey, f"{code}/")
    both = read_refusal(post_question(client, survey, only_if=[f"{first}:a", f"{scale}:0"]))
    assert "one earlier question only" in both


def test_a_branch_that_would_tell_what_a_bag_hides_is_refused(client, survey):
    first = ask_question(client, survey)
    ask_question(client, survey, wording="Why?", only_if=[f"{first}:a"])
    changed = build_question_form(sensitivity="sensitive")
    refused = read_refusal(client.post(f"/desk/surveys/{survey}/{first}/", changed))
    assert "who is asked next would tell the answer" in refused
    assert find_question(survey, first).mechanism == "plain"


def test_questions_change_places_but_none_goes_before_what_it_depends_on(client, survey):
    first = ask_question(client, survey)
    second = ask_question(client, survey, wording="Why?", only_if=[f"{first}:a"])
    third = ask_question(client, survey, "scale")

    def move(code, to):
        answer = client.post(f"/desk/surveys/{survey}/{code}/move/", {"to": to, "people": "30"})
        assert answer.headers["Location"].endswith("?people=30")
        return read(client, answer.headers["Location"])

    def list_codes():
        return [question.code for question in list_asked_questions(survey)]

    move(third, "earlier")
    assert list_codes() == [first, third, second]
    move(first, "later")
    assert list_codes() == [third, first, second]
    assert "can only depend on one that is asked before it" in move(first, "later")
    assert "can only depend on one that is asked before it" in move(second, "earlier")
    move(third, "earlier")
    move(second, "later")
    assert list_codes() == [third, first, second]


def test_a_question_that_another_one_depends_on_is_not_removed(client, survey):
    first = ask_question(client, survey)
    second = ask_question(client, survey, wording="Why?", only_if=[f"{first}:a"])
    answer = client.post(f"/desk/surveys/{survey}/{first}/remove/")
    assert "can only depend on one that is asked before it" in read(client, answer.headers["Location"])
    assert len(list_asked_questions(survey)) == 2
    for code in (second, first):
        client.post(f"/desk/surveys/{survey}/{code}/remove/")
    assert not list_asked_questions(survey)
    assert "No question yet" in read_survey(client, survey)


def test_results_are_told_apart_by_three_plain_questions_with_one_choice(client, survey):
    plain = [ask_question(client, survey, wording=f"Group {number}?") for number in range(4)]
    hidden = ask_question(client, survey, wording="Hidden?", sensitivity="sensitive")
    page = read_survey(client, survey)
    assert page.count('type="checkbox" name="breakdowns"') == 4
    assert f'name="breakdowns" value="{hidden}"' not in page

    def choose(codes):
        answer = client.post(f"/desk/surveys/{survey}/breakdowns/", {"breakdowns": codes})
        return read(client, answer.headers["Location"])

    assert "Saved." in choose(plain[:3])
    assert find_survey(survey, "en").breakdowns == tuple(plain[:3])
    assert "three questions at most" in choose(plain)
    assert find_survey(survey, "en").breakdowns == tuple(plain[:3])
    refused = client.post(f"/desk/surveys/{survey}/{plain[0]}/", build_question_form(sensitivity="gravest"))
    assert "cannot make groups" in read_refusal(refused)
    client.post(f"/desk/surveys/{survey}/{plain[1]}/remove/")
    assert find_survey(survey, "en").breakdowns == (plain[0], plain[2])
    choose([])
    assert find_survey(survey, "en").breakdowns == ()
    assert "checked" not in read_survey(client, survey)


def test_everything_about_a_question_changes_until_it_is_announced(client, survey):
    code = ask_question(client, survey, sensitivity="sensitive", choices="Tea\nCoffee\nWater")
    page = read_survey(client, survey, f"{code}/")
    assert 'id="sensitivity-sensitive" checked' in page
    assert '<option value="yes" selected>A random third' in page
    changed = build_question_form(wording="Milk?", choices="Yes\nNo", block="no")
    assert client.post(f"/desk/surveys/{survey}/{code}/", changed).status_code == 302
    question = find_question(survey, code)
    assert (question.mechanism, question.choices, question.is_in_block) == ("plain", ("a", "b"), False)
    shown = find_survey(survey, "en").questions[0]
    assert shown.words["wording"] == "Milk?"
    assert [choice.words["wording"] for choice in shown.choices] == ["Yes", "No"]


def test_a_translation_keeps_the_choices_in_number_and_order(client, survey):
    code = ask_question(client, survey)
    form = read_survey(client, survey, f"{code}/?words=ar")
    assert 'name="sensitivity"' not in form
    address = f"/desk/surveys/{survey}/{code}/?words=ar"
    arabic = {"written_in": "ar", "wording": "شاي أم قهوة؟"}
    short = client.post(address, arabic | {"choices": "شاي\nقهوة\nماء"})
    assert "Write as many choices as before" in read_refusal(short)
    assert client.post(address, arabic | {"choices": "شاي\nقهوة"}).status_code == 302
    own = {"written_in": "ar", "title": "مشروبات", "intro": "نشتري ما تحبون."}
    kept = find_survey(survey, "en")
    times = {"opens_at": as_field(kept.opens_at), "closes_at": as_field(kept.closes_at)}
    assert "Something is missing in: العربية." in read_survey(client, survey)
    client.post(f"/desk/surveys/{survey}/change/", own | times)
    assert "Something is missing in" not in read_survey(client, survey)
    question = find_survey(survey, "ar").questions[0]
    assert [(choice.code, choice.words["wording"]) for choice in question.choices] == [
        ("a", "شاي"),
        ("b", "قهوة"),
    ]
    fewer = build_question_form(choices="Tea\nCoffee\nWater")
    refused = client.post(f"/desk/surveys/{survey}/{code}/", fewer)
    assert "Write as many choices as before" in read_refusal(refused)
    assert (
        client.post(f"/desk/surveys/{survey}/{code}/", build_question_form(wording="Which?")).status_code
        == 302
    )
    kept = find_survey(survey, "ar").questions[0]
    assert kept.words["wording"] == "شاي أم قهوة؟"
    assert [choice.words["wording"] for choice in kept.choices] == ["شاي", "قهوة"]


def test_no_code_ever_names_two_questions_because_devices_remember_it(client, survey):
    first = ask_question(client, survey)
    second = ask_question(client, survey)
    client.post(f"/desk/surveys/{survey}/{first}/remove/")
    third = ask_question(client, survey)
    other = write_survey(client, "Food")
    fourth = ask_question(client, other)
    taken = list(Question.objects.values_list("code", flat=True))
    assert len({first, second, third, fourth}) == 4
    assert len(set(taken)) == len(taken)


def test_what_a_code_asks_elsewhere_it_asks_everywhere(client, survey):
    shared = {"wording": "Tea or coffee?", "choices": "Tea\nCoffee"}
    code = ask_question(client, survey, **shared)
    address = f"/desk/surveys/{survey}/{code}/"
    assert "another survey asks it too" not in read(client, address)
    plan = QuestionPlan("en", "single", {"wording": "Tea or coffee?"}, ["Tea", "Coffee"], False, 0, code=code)
    append_question(occasion=write_survey(client, "Second wave"), plan=plan, now=1)
    assert "another survey asks it too" in read(client, address)
    for otherwise in ({"wording": "Milk?"}, {"choices": "Tea\nMilk"}, {"choices": "Coffee\nTea"}):
        refused = client.post(address, build_question_form(**shared | otherwise))
        assert "Remove it and write a new question." in read_refusal(refused)
    assert find_survey(survey, "en").questions[0].words["wording"] == "Tea or coffee?"
    protected = build_question_form(sensitivity="gravest", block="no", **shared)
    assert client.post(address, protected).status_code == 302
    assert find_question(survey, code).weight == 3


def test_a_question_of_a_template_keeps_its_words(client, survey):
    plan = QuestionPlan(
        "en", "scale", {"wording": "How?", "low": "a", "high": "b"}, [], False, 10, code="police-trust"
    )
    append_question(occasion=survey, plan=plan, now=1)
    form = build_question_form("scale", wording="How?", low="a", high="b", highest="10")
    address = f"/desk/surveys/{survey}/police-trust/"
    assert client.post(address, form).status_code == 302
    for otherwise in ({"highest": "4"}, {"low": "c"}):
        assert "comes from a template" in read_refusal(client.post(address, form | otherwise))
    assert find_question(survey, "police-trust").highest == 10


def test_what_is_not_there_cannot_be_moved(client, survey):
    assert client.post(f"/desk/surveys/{survey}/q99/move/", {"to": "earlier"}).status_code == 404
    assert client.post(f"/desk/surveys/{survey}/q99/remove/").status_code == 302


def test_every_reason_has_words_that_say_what_to_do():
    assert set(WORDS_BY_REASON) == set(get_args(Reason))
    assert all(str(words).endswith(".") for words in WORDS_BY_REASON.values())


def test_every_link_of_a_survey_leads_somewhere(client, survey):
    ask_question(client, survey)
    page = read_survey(client, survey)
    for address in set(re.findall(rf'href="(/desk/surveys/{survey}/[^"#]*)"', page)):
        assert client.get(address.split("?")[0]).status_code == 200, address
