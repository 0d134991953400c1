"""Invented questions of every kind, plain and through a bag, in English and Arabic, and a crowd that answers them."""

import random

from amanah.core.surveys.questions import Question
from tests.doors.results.published import Asked

AGREE = {"low": "not at all", "high": "completely"}
AGREE_AR = {"low": "لا أبدًا", "high": "تمامًا"}


def say(english: str, arabic: str) -> dict[str, dict[str, str]]:
    """Give words in both languages."""
    return {"en": {"wording": english}, "ar": {"wording": arabic}}


def say_scale(english: str, arabic: str) -> dict[str, dict[str, str]]:
    """Give words of a question with ends."""
    return {"en": {"wording": english, **AGREE}, "ar": {"wording": arabic, **AGREE_AR}}


YES_NO = {"a": say("Yes", "نعم"), "b": say("No", "لا")}
AGE = Asked(
    Question("age", "single", ("a", "b", "c")),
    say("How old are you?", "كم عمرك؟"),
    {
        "a": say("Under 25", "أقل من 25"),
        "b": say("25 to 60", "من 25 إلى 60"),
        "c": say("Over 60", "أكثر من 60"),
    },
)
TOPICS = Asked(
    Question("q2", "multiple", ("a", "b", "c")),
    say("What should we talk about next?", "عمّ نتحدث في المرة القادمة؟"),
    {
        "a": say("News and rumours", "الأخبار والشائعات"),
        "b": say("Rights at a police stop", "حقوقك حين توقفك الشرطة"),
        "c": say("Cooking", "الطبخ"),
    },
)
WARM = Asked(
    Question("q3", "scale", lowest=1, highest=5),
    say_scale("How welcome did you feel?", "إلى أي حد شعرت بالترحيب؟"),
)
SPEAK = Asked(
    Question("speak-freely", "single", ("a", "b"), mechanism="bag", weight=7, family="trust"),
    say("Can you speak freely here?", "هل تستطيع أن تتكلم بحرية هنا؟"),
    YES_NO,
)
TRUST = Asked(
    Question(
        "programme-trust",
        "index",
        ("a", "b", "c", "d", "e"),
        lowest=0,
        highest=4,
        mechanism="scale3",
        weight=7,
        family="programme",
    ),
    say_scale("How far do you trust this programme?", "إلى أي حد تثق بهذا البرنامج؟"),
    {code: say(f"Part {code}", f"الجزء {code}") for code in "abcde"},
)
HARM = Asked(
    Question(
        "harm-watched",
        "single",
        ("a", "b"),
        mechanism="bag",
        weight=7,
        family="harm",
        is_in_block=True,
        prefer_not_to_say=True,
    ),
    say("Have you felt spied upon because of us?", "هل شعرت بأن أحدًا يتجسس عليك بسببنا؟"),
    YES_NO,
)
POLICE = Asked(
    Question("police-trust", "scale", lowest=0, highest=10, mechanism="scale3", weight=7, family="police"),
    say_scale("How far do you trust the police?", "إلى أي حد تثق بالشرطة؟"),
)
BETTER = Asked(
    Question("better", "change", lowest=1, highest=5, mechanism="change", weight=7, family="better"),
    say_scale(
        "How has your trust in the news changed since the first evening?",
        "كيف تغيّرت ثقتك بالأخبار منذ الأمسية الأولى؟",
    ),
)
WORRIES = Asked(
    Question("worries", "multiple", ("a", "b", "c"), mechanism="one_of_many", weight=7, family="worries"),
    say("What worries you?", "ما الذي يقلقك؟"),
    {
        "a": say("Rent", "الإيجار"),
        "b": say("Police stops", "توقيفات الشرطة"),
        "c": say("Rumours", "الشائعات"),
    },
)
ORDER = Asked(
    Question("order", "ranking", ("a", "b", "c"), mechanism="pair", weight=7, family="order"),
    say("What matters most? Put it first.", "ما الأهم؟ ضعه أولًا."),
    {"a": say("Safety", "الأمان"), "b": say("Being heard", "أن يُسمع صوتي"), "c": say("Learning", "التعلّم")},
)
PLACES = Asked(
    Question("places", "ranking", ("a", "b")),
    say("Where do you like to meet? The best first.", "أين تحب أن نلتقي؟ الأفضل أولًا."),
    {"a": say("The library", "المكتبة"), "b": say("The café", "المقهى")},
)
EVERYTHING = (AGE, TOPICS, WARM, SPEAK, TRUST, HARM, POLICE, BETTER, WORRIES, ORDER, PLACES)
BY_AGE = ("age",)


def answer_everything(chance: random.Random) -> dict[str, object]:
    """Give one invented member's true answers."""
    speaks = chance.random() < 0.7
    answers: dict[str, object] = {
        "age": chance.choices("abc", (30, 60, 10))[0],
        "q2": sorted(chance.sample("abc", chance.randint(1, 3))),
        "q3": chance.choices((1, 2, 3, 4, 5), (1, 2, 4, 9, 6))[0],
        "speak-freely": 0 if speaks else 1,
        "programme-trust": min(20, max(0, round(chance.gauss(15 if speaks else 9, 3)))),
        "police-trust": min(10, max(0, round(chance.gauss(4, 2.5)))),
        "better": chance.choices((-2, -1, 0, 1, 2), (1, 2, 8, 6, 2))[0],
        "worries": [place for place, share in enumerate((0.6, 0.3, 0.45)) if chance.random() < share],
        "order": sorted(range(3), key=lambda place: place + chance.gauss(0, 1.2)),
        "places": ["a", "b"] if chance.random() < 0.65 else ["b", "a"],
    }
    # A random third is asked.
    return answers | ({"harm-watched": 0 if chance.random() < 0.06 else 1} if chance.random() < 1 / 3 else {})
