"""Planned evaluations, as their hash stands in the public log. It never holds an answer or a count."""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

PLAN = holding("evaluation-plan", "public-record")


class Evaluation(models.Model):
    """One planned evaluation; `plan` is the canonical JSON whose hash was stated (`spec/surveys.md` 10.1)."""

    evaluation = models.CharField(max_length=16, primary_key=True, db_comment=PLAN)
    plan = models.BinaryField(db_comment=PLAN)

    class Meta:
        ordering: ClassVar = ["evaluation"]

    def __str__(self) -> str:
        return self.evaluation
