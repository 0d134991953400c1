"""The library is complete in every shipped language, credits its sources, and can be asked as it stands."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from amanah.core.surveys.questions import QuestionnaireError, verify_questionnaire
from amanah.core.surveys.stated_plan import Season, SeasonLines, StatedPlan, build_plan, verify_plan
from amanah.programme_door.question_library.queries import (
    HARM_TEMPLATE,
    LIBRARY,
    Template,
    TemplateQuestion,
    find_template,
    list_own_translations,
    list_templates,
)
from amanah.web.settings import LANGUAGES

SHIPPED = [code for code, _ in LANGUAGES]
TEMPLATES = list_templates()
QUESTIONS = [question for template in TEMPLATES for question in template.questions]
LINES = SeasonLines(Season(1, 1000), trust=600_000, harm=50_000)
ARABIC, LATIN_MARKS = re.compile("[\u0621-\u064a]"), re.compile("[?;,]")


def get(name: str) -> Template:
    template = find_template(name)
    assert template
    return template


def list_texts(question: TemplateQuestion, language: str) -> list[str]:
    ends = ["low", "high"] if question.asked.kind in {"scale", "index", "change"} else []
    return [
        *(question.words[language].get(name, "") for name in ["wording", *ends]),
        *(choice[language]["wording"] for choice in question.choices),
    ]


@pytest.mark.parametrize("language", SHIPPED)
def test_every_question_is_written_in_every_language_that_is_shipped(language: str) -> None:
    missing = [question.asked.code for question in QUESTIONS if not all(list_texts(question, language))]
    assert missing == []
    for template in TEMPLATES:
        assert template.words[language]["title"]
        assert template.words[language]["about"]


def test_arabic_is_written_with_arabic_letters_and_marks() -> None:
    texts = [text for question in QUESTIONS for text in list_texts(question, "ar")]
    texts += [text for template in TEMPLATES for text in template.words["ar"].values()]
    assert [text for text in texts if not ARABIC.search(text) or LATIN_MARKS.search(text)] == []


def test_every_language_but_english_is_said_to_be_our_translation() -> None:
    assert list_own_translations() == set(SHIPPED) - {"en"}


def test_every_question_names_a_source_with_credit_and_terms_in_every_language() -> None:
    for question in QUESTIONS:
        for language in SHIPPED:
            assert all(question.source.words[language][name] for name in ("title", "credit", "terms"))
        assert (question.wording == "ours") == (question.source.address == "")
        assert question.wording in {"official", "adapted", "ours"}


def test_the_file_holds_nothing_that_no_template_offers_and_no_code_twice() -> None:
    document = json.loads(LIBRARY.read_text("utf-8"))
    written = [item["code"] for item in document["questions"]]
    assert sorted(written) == sorted(question.asked.code for question in QUESTIONS)
    assert len(set(written)) == len(written)
    assert {item["source"] for item in document["questions"]} == set(document["sources"])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_template_can_be_asked_by_itself(template: Template) -> None:
    verify_questionnaire([question.asked for question in template.questions])


def test_everything_but_the_single_statements_fits_into_one_survey_and_one_budget() -> None:
    verify_questionnaire(
        [
            question.asked
            for template in TEMPLATES
            if template.name != "programme-trust-items"
            for question in template.questions
        ]
    )


def test_the_statements_one_by_one_and_summed_would_give_too_much_away() -> None:
    both = [*get("programme-trust").questions, *get("programme-trust-items").questions]
    with pytest.raises(QuestionnaireError) as refused:
        verify_questionnaire([question.asked for question in both])
    assert refused.value.reason == "budget-exceeded"


def test_no_code_can_be_taken_for_an_organisers_own_question() -> None:
    assert [
        question.asked.code for question in QUESTIONS if re.fullmatch("q[0-9]+", question.asked.code)
    ] == []


def test_the_season_finds_its_gate_and_an_alarm_for_every_question_of_harm() -> None:
    names = ("programme-trust", HARM_TEMPLATE)
    asked = tuple(question.asked for name in names for question in get(name).questions)
    plan = build_plan(StatedPlan("ab" * 8, 900, asked, "cd" * 32), LINES)
    verify_plan(plan)
    assert plan.gate
    assert [claim.question for claim in plan.alarms] == [
        "harm-alienated",
        "harm-stigmatised",
        "harm-watched",
        "harm-opposite",
    ]
    assert {claim.target for claim in plan.alarms} == {"a"}


def test_harm_and_the_impossible_question_are_asked_alike() -> None:
    (impossible,) = get("impossible").questions
    for harm in get(HARM_TEMPLATE).questions:
        assert replace(harm.asked, code=impossible.asked.code) == impossible.asked
        assert (harm.asked.weight, harm.asked.is_in_block, harm.asked.prefer_not_to_say) == (7, True, True)


def test_a_change_and_its_level_are_asked_in_the_same_words() -> None:
    levels = {question.asked.code: question for question in get("before-after-levels").questions}
    for question in get("before-after-change").questions:
        assert question.asked.kind == "change"
        level = levels[question.asked.code.replace("change-", "level-")]
        assert level.words == question.words


def test_the_reference_lists_every_template_with_its_codes() -> None:
    text = (Path(__file__).parents[3] / "docs" / "reference" / "question-library.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))
    assert listed == {template.name for template in TEMPLATES}
    codes = {question.asked.code for question in QUESTIONS} - {
        f"programme-trust-{place}" for place in (2, 3, 4)
    }
    assert [code for code in sorted(codes) if f"`{code}`" not in text] == []
