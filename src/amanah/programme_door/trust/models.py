"""Which lines this door stated for which season, and what closed surveys counted about them. It never holds an answer.

All of it is public: seasons stand in the log, and anybody counts the same from the published results bundles.
"""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

LINES = holding("season-lines", "public-record")
COUNTS = holding("survey-evidence", "public-record")


class Season(models.Model):
    """A season as it was stated last; lines are millionths, times UTC seconds (`spec/surveys.md` 4.4)."""

    season = models.CharField(max_length=16, primary_key=True, db_comment=LINES)
    stated_at = models.BigIntegerField(db_comment=LINES)
    starts_at = models.BigIntegerField(db_comment=LINES)
    ends_at = models.BigIntegerField(db_comment=LINES)
    line = models.PositiveIntegerField(db_comment=LINES)
    harm = models.PositiveIntegerField(db_comment=LINES)
    gate_closed_at = models.BigIntegerField(null=True, db_comment=LINES)

    class Meta:
        ordering: ClassVar = ["starts_at", "season"]

    def __str__(self) -> str:
        return self.season


class ClaimCount(models.Model):
    """One counted survey; `counts` is canonical JSON of how often each ball came, by question with a line."""

    occasion = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("occasion-name", "public-record")
    )
    counts = models.BinaryField(db_comment=COUNTS)

    class Meta:
        ordering: ClassVar = ["occasion"]

    def __str__(self) -> str:
        return self.occasion
