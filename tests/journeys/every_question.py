"""Surveys with every kind of question, written down and announced in a town under test; it opens no browser.

`python -m tests.journeys.every_question` runs inside the programme department's settings.
"""

import os
import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.processes import SETTINGS_MODULES, Running, build_environment

if TYPE_CHECKING:
    from amanah.programme_door.surveys.actions import QuestionPlan

ROOT = Path(__file__).resolve().parents[2]
EVERY = "Every kind of question"
SEASON = ("A first of four", "A second of four", "A third of four", "A fourth of four")
LOTS = ("A survey by lot", "Another survey by lot")
_TITLES = {
    EVERY: "كل أنواع الأسئلة",
    SEASON[0]: "الأول من أربعة",
    SEASON[1]: "الثاني من أربعة",
    SEASON[2]: "الثالث من أربعة",
    SEASON[3]: "الرابع من أربعة",
    LOTS[0]: "استبيان بالقرعة",
    LOTS[1]: "استبيان آخر بالقرعة",
}
_YES_NO = (["Yes", "No"], ["نعم", "لا"])
_THREE = (["The hall", "The tea", "The teacher"], ["القاعة", "الشاي", "المعلّم"])
_ENDS = (("not at all", "completely"), ("أبدًا", "تمامًا"))
_ITEMS = (
    ["I can speak freely here.", "Mistakes are forgiven here.", "I know what is done with what I say."],
    ["أستطيع أن أتكلم هنا بحرية.", "تُغتفر الأخطاء هنا.", "أعرف ما يُفعل بما أقوله."],
)


def plan_every_question(running: Running) -> None:
    """Write the surveys down in a deployment whose log and card door are running, and announce them."""
    settings = {**running.settings, "DJANGO_SETTINGS_MODULE": SETTINGS_MODULES["programme"]}
    environment = build_environment(settings)
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.every_question"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def list_questions() -> list[dict[str, Any]]:
    """Give every kind of question, plain first, then through a bag."""
    steps: dict[str, Any] = {"lowest": 1, "highest": 5, "ends": _ENDS}
    trust: dict[str, Any] = {"lowest": 0, "highest": 10, "ends": _ENDS}
    many: dict[str, Any] = {"choices": _THREE}
    return [
        {"code": "p-single", "kind": "single", "choices": _YES_NO, "is_required": True,
         "words": ("Were you here before?", "هل كنت هنا من قبل؟")},
        {"code": "p-branch", "kind": "scale", "words": ("How was it then?", "كيف كان الأمر حينها؟"),
         "only_if": ("p-single", "a"), **steps},
        {"code": "p-many", "kind": "multiple", "words": ("What was good?", "ما الذي كان جيدًا؟"), **many},
        {"code": "p-rank", "kind": "ranking", "words": ("What matters most?", "ما الأهم؟"), **many},
        {"code": "p-index", "kind": "index", "choices": _ITEMS, **steps,
         "words": ("How far do you agree?", "إلى أي حد توافق؟")},
        {"code": "p-change", "kind": "change", **steps,
         "words": ("How welcome are you here?", "ما مدى الترحيب بك هنا؟")},
        {"code": "harm-watched", "kind": "single", "choices": _YES_NO, "weight": 7, "family": "harm",
         "prefer": True, "words": ("Did you feel watched here?", "هل شعرت بأنك مراقَب هنا؟")},
        {"code": "police-trust", "kind": "scale", "weight": 7, "family": "trust", **trust,
         "words": ("How much do you trust the police?", "ما مدى ثقتك بالشرطة؟")},
        {"code": "s-many", "kind": "multiple", "weight": 7, **many,
         "words": ("What troubled you?", "ما الذي أزعجك؟")},
        {"code": "s-rank", "kind": "ranking", "weight": 3, **many,
         "words": ("What worries you most?", "ما أكثر ما يقلقك؟")},
        {"code": "s-index", "kind": "index", "choices": _ITEMS, "weight": 7, "family": "trust", **steps,
         "words": ("How far do you agree here?", "إلى أي حد توافق هنا؟")},
        {"code": "s-change", "kind": "change", "weight": 7, **steps,
         "words": ("How safe do you feel?", "ما مدى شعورك بالأمان؟")},
    ]  # fmt: skip


def list_harms(number: int) -> list[dict[str, Any]]:
    """Give one more sensitive question of a family that no other survey asks."""
    words = (f"Did harm number {number} happen?", f"هل وقع الضرر رقم {number}؟")
    return [
        {"code": f"harm-{number}", "kind": "single", "choices": _YES_NO, "weight": 7, "family": "shame"}
        | {"words": words}
    ]


def list_by_lot(number: int) -> list[dict[str, Any]]:
    """Give a plain question and one that is asked of one in three."""
    return [
        {"code": f"plain-{number}", "kind": "single", "choices": _YES_NO, "words": ("Tea?", "شاي؟")},
        {"code": f"lot-{number}", "kind": "single", "choices": _YES_NO, "weight": 3, "block": True,
         "words": ("Did anybody shame you?", "هل أخجلك أحد؟")},
    ]  # fmt: skip


def build_plan(question: dict[str, Any], place: int) -> "QuestionPlan":
    """Give a question as an organiser wrote it in one of the two languages."""
    from amanah.core.surveys.questions import MECHANISMS, Condition
    from amanah.programme_door.surveys.actions import QuestionPlan

    weight = question.get("weight", 0)
    ends = dict(zip(("low", "high"), question["ends"][place], strict=True)) if "ends" in question else {}
    earlier = question.get("only_if")
    return QuestionPlan(
        language=("en", "ar")[place],
        kind=question["kind"],
        texts={"wording": question["words"][place], **ends},
        choices=question["choices"][place] if "choices" in question else [],
        is_required=question.get("is_required", False),
        lowest=question.get("lowest", 0),
        highest=question.get("highest", 0),
        code=question["code"],
        mechanism=MECHANISMS[question["kind"]] if weight else "plain",
        weight=weight,
        family=question.get("family", ""),
        is_in_block=question.get("block", False),
        prefer_not_to_say=question.get("prefer", False),
        only_if=Condition(earlier[0], (earlier[1],)) if earlier else None,
    )


def plan_survey_with(title: str, questions: list[dict[str, Any]], programme: str, now: datetime) -> None:
    """Write one survey down in both languages."""
    from amanah.programme_door.surveys.actions import (
        SurveyPlan,
        append_question,
        plan_survey,
        record_question_words,
        record_survey,
    )

    minute = now.replace(second=0, microsecond=0)
    first, second = (
        SurveyPlan(language, {"title": words, "intro": words}, minute, minute + timedelta(days=7))
        for language, words in (("en", title), ("ar", _TITLES[title]))
    )
    seconds = int(now.timestamp())
    random_bytes = secrets.token_bytes(8)
    occasion = plan_survey(programme=programme, plan=first, now=seconds, random_bytes=random_bytes)
    record_survey(occasion=occasion, plan=second, now=seconds)
    for question in questions:
        code = append_question(occasion=occasion, plan=build_plan(question, 0), now=seconds)
        record_question_words(occasion=occasion, code=code, plan=build_plan(question, 1))


def main() -> None:
    """Write everything down and announce it for as long as phones in a test need."""
    import django

    django.setup()
    from amanah.programme_door.desk.actions import plan_season
    from amanah.programme_door.desk.queries import list_to_announce
    from amanah.programme_door.programmes.actions import open_programme, record_programme_words
    from amanah.web.settings import get_config

    now, programme = datetime.now(UTC), "every-question"
    seconds = int(time.time())
    texts = {"title": "Every question", "summary": "Invented, to try every question."}
    open_programme(slug=programme, language="en", texts=texts, now=seconds)
    record_programme_words(slug=programme, language="en", texts=texts, is_shown=True, now=seconds)
    plan_survey_with(EVERY, list_questions(), programme, now)
    for number, title in enumerate(SEASON, start=1):
        plan_survey_with(title, list_harms(number), programme, now)
    for number, title in enumerate(LOTS, start=1):
        plan_survey_with(title, list_by_lot(number), programme, now)
    pacing = get_config().pacing
    plan_season(
        list_to_announce("en", now=now),
        pacing=pacing,
        fetch_until=seconds + 2 * pacing.shortest_fetch_window,
        now=seconds,
        random_bytes=secrets.token_bytes(64),
    )


if __name__ == "__main__":
    main()
