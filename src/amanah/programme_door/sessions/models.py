"""Sessions of a programme: when, where, which official is present. It never holds who came."""

from typing import ClassVar

from django.db import models

from amanah.programme_door.programmes.models import Programme
from amanah.web.holdings import holding

SCHEDULE = holding("session-schedule", "until-changed")


class Session(models.Model):
    """One session; `occasion` is drawn at random when it is written down and names it in the public log."""

    occasion = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("occasion-name", "public-record")
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="sessions", db_comment=SCHEDULE
    )
    words = models.JSONField(default=dict, db_comment=holding("session-words", "until-changed"))
    official_present = models.JSONField(default=dict, db_comment=holding("official-present", "until-changed"))
    official_duty = models.CharField(
        max_length=16, blank=True, default="", db_comment=holding("official-present", "until-changed")
    )
    starts_at = models.DateTimeField(db_comment=SCHEDULE)
    minutes = models.PositiveSmallIntegerField(db_comment=SCHEDULE)

    class Meta:
        ordering: ClassVar = ["starts_at", "occasion"]

    def __str__(self) -> str:
        return self.occasion
