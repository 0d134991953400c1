"""Templates and earlier surveys are added whole: all languages at once, codes and words unchanged."""

from datetime import UTC, datetime, timedelta

import pytest

from amanah.core.encoding import parse_canonical_json
from amanah.core.surveys.questions import Condition, QuestionnaireError
from amanah.programme_door.occasions.models import Occasion, Wave
from amanah.programme_door.programmes.actions import open_programme
from amanah.programme_door.question_library.actions import append_earlier_questions, append_template
from amanah.programme_door.question_library.queries import (
    find_template,
    list_repeatable_surveys,
    list_templates,
    list_templates_for,
)
from amanah.programme_door.surveys.actions import (
    QuestionPlan,
    SurveyAnnouncedError,
    SurveyPlan,
    append_question,
    plan_survey,
    record_breakdowns,
    record_question_words,
)
from amanah.programme_door.surveys.models import Survey
from amanah.programme_door.surveys.queries import encode_words, list_asked_questions

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())


@pytest.fixture
def programme() -> str:
    texts = {"title": "Evening", "summary": "S", "who_teaches": "T", "who_pays": "P"}
    open_programme(slug="evening-circle", language="en", texts=texts, now=SECONDS)
    return "evening-circle"


def write_survey(programme: str, number: int) -> str:
    plan = SurveyPlan(
        "en", {"title": f"Survey {number}", "intro": "Why."}, NOW, NOW + timedelta(days=7 + number)
    )
    return plan_survey(programme=programme, plan=plan, now=SECONDS, random_bytes=bytes([number]) * 8)


def announce(occasion: str) -> None:
    wave = Wave.objects.create(wave="ab" * 8, fetch_from=0, fetch_until=1, minimum_age=0)
    Occasion.objects.create(
        occasion=occasion,
        wave=wave,
        position=0,
        kind="survey",
        opens_at=1,
        closes_at=2,
        descriptor=b'{"programme":"evening-circle"}',
    )


def add(occasion: str, name: str) -> list[str]:
    template = find_template(name)
    assert template
    return append_template(occasion=occasion, template=template, now=SECONDS)


def ask_own(occasion: str, only_if: Condition | None = None) -> str:
    plan = QuestionPlan(
        language="en", kind="single", texts={"wording": "Where?"}, choices=["North", "South"], is_required=True,
        highest=0, only_if=only_if,
    )  # fmt: skip
    return append_question(occasion=occasion, plan=plan, now=SECONDS)


def read_words(occasion: str) -> object:
    document = parse_canonical_json(encode_words(occasion))
    assert isinstance(document, dict)
    return document["questions"]


def test_every_template_is_added_whole_with_its_codes_and_in_all_languages(programme: str) -> None:
    for number, template in enumerate(list_templates(), 1):
        occasion = write_survey(programme, number)
        assert add(occasion, template.name) == [question.asked.code for question in template.questions]
        assert list_asked_questions(occasion) == [question.asked for question in template.questions]
        assert read_words(occasion) == [
            {
                "choices": [
                    {"code": code, "words": words}
                    for code, words in zip(question.asked.choices, question.choices, strict=True)
                ],
                "code": question.asked.code,
                "words": question.words,
            }
            for question in template.questions
        ]


def test_only_what_is_missing_is_added_and_nothing_twice(programme: str) -> None:
    occasion = write_survey(programme, 1)
    add(occasion, "harm")
    Survey.objects.get(occasion=occasion).questions.filter(code="harm-watched").delete()
    assert add(occasion, "harm") == ["harm-watched"]
    with pytest.raises(QuestionnaireError) as refused:
        add(occasion, "harm")
    assert refused.value.reason == "codes-twice"


def test_a_template_that_would_break_the_budget_leaves_nothing_behind(programme: str) -> None:
    occasion = write_survey(programme, 1)
    add(occasion, "programme-trust")
    with pytest.raises(QuestionnaireError):
        add(occasion, "programme-trust-items")
    assert [question.code for question in list_asked_questions(occasion)] == ["programme-trust"]


def test_nothing_is_added_to_an_announced_survey(programme: str) -> None:
    occasion, earlier = write_survey(programme, 1), write_survey(programme, 2)
    add(occasion, "impossible")
    add(earlier, "harm")
    announce(occasion)
    with pytest.raises(SurveyAnnouncedError):
        add(occasion, "harm")
    with pytest.raises(SurveyAnnouncedError):
        append_earlier_questions(occasion=occasion, earlier=earlier, now=SECONDS)


def test_an_earlier_survey_is_asked_again_word_for_word(programme: str) -> None:
    earlier, later = write_survey(programme, 1), write_survey(programme, 2)
    place = ask_own(earlier)
    translation = QuestionPlan("ar", "single", {"wording": "أين؟"}, ["الشمال", "الجنوب"], True, 0)
    record_question_words(occasion=earlier, code=place, plan=translation)
    ask_own(earlier, Condition(place, ("b",)))
    add(earlier, "harm")
    record_breakdowns(occasion=earlier, codes=[place])
    announce(earlier)
    asked = append_earlier_questions(occasion=later, earlier=earlier, now=SECONDS)
    assert asked[0] == place
    assert list_asked_questions(later) == list_asked_questions(earlier)
    assert read_words(later) == read_words(earlier)
    assert Survey.objects.get(occasion=later).breakdowns == [place]


def test_what_both_surveys_ask_alike_stays_where_it_is(programme: str) -> None:
    earlier, later = write_survey(programme, 1), write_survey(programme, 2)
    add(earlier, "harm")
    own = ask_own(earlier)
    add(later, "harm")
    assert append_earlier_questions(occasion=later, earlier=earlier, now=SECONDS) == [own]
    with pytest.raises(QuestionnaireError):
        append_earlier_questions(occasion=later, earlier=earlier, now=SECONDS)


def test_surveys_that_ask_something_else_under_one_code_are_not_mixed(programme: str) -> None:
    earlier, later = write_survey(programme, 1), write_survey(programme, 2)
    add(earlier, "impossible")
    ask_own(earlier)
    add(later, "impossible")
    mended = QuestionPlan("en", "single", {"wording": "Mars?"}, ["Yes", "No"], is_required=False, highest=0)
    record_question_words(occasion=later, code="impossible", plan=mended)
    with pytest.raises(QuestionnaireError) as refused:
        append_earlier_questions(occasion=later, earlier=earlier, now=SECONDS)
    assert refused.value.reason == "codes-twice"
    assert len(list_asked_questions(later)) == 1


def test_a_survey_without_questions_and_the_survey_itself_are_not_offered_again(programme: str) -> None:
    asked, empty, own = (write_survey(programme, number) for number in (1, 2, 3))
    ask_own(asked)
    ask_own(own)
    assert [survey.occasion for survey in list_repeatable_surveys(own, "en")] == [asked]
    assert empty not in [survey.occasion for survey in list_repeatable_surveys(asked, "en")]


def test_an_organiser_reads_all_languages_and_which_translation_is_ours(programme: str) -> None:
    occasion = write_survey(programme, 1)
    add(occasion, "police-trust")
    shown = {template.name: template for template in list_templates_for(occasion, "ar")}
    assert shown["police-trust"].is_added
    assert not shown["harm"].is_added
    (question,) = shown["police-trust"].questions
    assert [(written.words.language, written.is_our_translation) for written in question.written] == [
        ("ar", True),
        ("en", False),
    ]
    assert question.source.direction == "rtl"
