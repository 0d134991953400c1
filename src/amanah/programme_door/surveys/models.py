"""Surveys and their questions. It never holds an answer: those are with the spending gate, without order."""

from typing import ClassVar

from django.db import models

from amanah.programme_door.programmes.models import Programme
from amanah.web.holdings import holding

WORDS = holding("survey-words", "until-changed")
ORDER = holding("survey-order", "until-changed")
SCHEDULE = holding("survey-schedule", "until-changed")
HOW = holding("survey-protection", "until-changed")
PLAN = holding("survey-plan", "public-record")
LONGEST_CODE = 64


class Survey(models.Model):
    """One survey; `occasion` is drawn at random when it is written down and names it in the public log.

    `plan` and `plan_words` are the bytes whose hashes were stated when it was announced (`spec/surveys.md` 8).
    """

    occasion = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("occasion-name", "public-record")
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="surveys", db_comment=WORDS
    )
    words = models.JSONField(default=dict, db_comment=WORDS)
    opens_at = models.DateTimeField(db_comment=SCHEDULE)
    closes_at = models.DateTimeField(db_comment=SCHEDULE)
    breakdowns = models.JSONField(default=list, db_comment=WORDS)
    plan = models.BinaryField(null=True, db_comment=PLAN)
    plan_words = models.BinaryField(null=True, db_comment=PLAN)

    class Meta:
        ordering: ClassVar = ["opens_at", "occasion"]

    def __str__(self) -> str:
        return self.occasion


class Question(models.Model):
    """One question; `code` names it in answers, `mechanism` and `weight` say how the device answers it.

    For an index the choices are its items; `lowest` to `highest` are the steps of each of them.
    """

    question = models.CharField(max_length=17 + LONGEST_CODE, primary_key=True, db_comment=WORDS)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions", db_comment=WORDS)
    code = models.CharField(max_length=LONGEST_CODE, db_comment=ORDER)
    position = models.PositiveSmallIntegerField(db_comment=ORDER)
    kind = models.CharField(max_length=8, db_comment=WORDS)
    mechanism = models.CharField(max_length=16, default="plain", db_comment=HOW)
    weight = models.PositiveSmallIntegerField(default=0, db_comment=HOW)
    family = models.CharField(max_length=LONGEST_CODE, default="", blank=True, db_comment=HOW)
    is_in_block = models.BooleanField(default=False, db_comment=HOW)
    prefer_not_to_say = models.BooleanField(default=False, db_comment=WORDS)
    only_if = models.JSONField(null=True, blank=True, db_comment=WORDS)
    is_required = models.BooleanField(default=False, db_comment=WORDS)
    lowest = models.SmallIntegerField(default=0, db_comment=WORDS)
    highest = models.SmallIntegerField(default=0, db_comment=WORDS)
    words = models.JSONField(default=dict, db_comment=WORDS)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "code"], name="question_code_once"),
        ]

    def __str__(self) -> str:
        return self.question


class Choice(models.Model):
    """One choice under a question; `code` names it in answers."""

    choice = models.CharField(max_length=20 + LONGEST_CODE, primary_key=True, db_comment=WORDS)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices", db_comment=WORDS)
    code = models.CharField(max_length=2, db_comment=ORDER)
    position = models.PositiveSmallIntegerField(db_comment=ORDER)
    words = models.JSONField(default=dict, db_comment=WORDS)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "code"], name="choice_code_once"),
        ]

    def __str__(self) -> str:
        return self.choice
