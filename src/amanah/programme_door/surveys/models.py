"""Plain surveys and their questions. It never holds an answer: those are with the spending gate, without order."""

from typing import ClassVar

from django.db import models

from amanah.programme_door.programmes.models import Programme
from amanah.web.holdings import holding

WORDS = holding("survey-words", "until-changed")
ORDER = holding("survey-order", "until-changed")
SCHEDULE = holding("survey-schedule", "until-changed")


class Survey(models.Model):
    """One survey; `occasion` is drawn at random when it is written down and names it in the public log."""

    occasion = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("occasion-name", "public-record")
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="surveys", db_comment=WORDS
    )
    words = models.JSONField(default=dict, db_comment=WORDS)
    opens_at = models.DateTimeField(db_comment=SCHEDULE)
    closes_at = models.DateTimeField(db_comment=SCHEDULE)

    class Meta:
        ordering: ClassVar = ["opens_at", "occasion"]

    def __str__(self) -> str:
        return self.occasion


class Question(models.Model):
    """One question; `code` names it in answers, `mechanism` says how the device answers it."""

    question = models.CharField(max_length=24, primary_key=True, db_comment=WORDS)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions", db_comment=WORDS)
    code = models.CharField(max_length=4, db_comment=ORDER)
    position = models.PositiveSmallIntegerField(db_comment=ORDER)
    kind = models.CharField(max_length=8, db_comment=WORDS)
    mechanism = models.CharField(max_length=16, default="plain", db_comment=WORDS)
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

    choice = models.CharField(max_length=28, primary_key=True, db_comment=WORDS)
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
