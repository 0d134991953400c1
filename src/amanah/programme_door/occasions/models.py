"""Waves, occasions, and this door's copy of the public log. All of it is public, except a room's secret.

It never holds a pass, a card, or who took part; times here are of the plan, never of a person.
"""

from typing import ClassVar

from django.db import models

from amanah.programme_door.occasions.states import CLOSED, CLOSING, OPEN, PLANNED
from amanah.web.holdings import holding
from amanah.web.outbox_models import AbstractOutboxEntry

PLAN = holding("wave-plan", "public-record")
RULES = holding("occasion-rules", "public-record")
COPY = holding("log-copy", "public-record")


class Wave(models.Model):
    """The occasions of one period, and when devices fetch their passes."""

    wave = models.CharField(max_length=16, primary_key=True, db_comment=PLAN)
    fetch_from = models.BigIntegerField(db_comment=PLAN)
    fetch_until = models.BigIntegerField(db_comment=PLAN)
    minimum_age = models.BigIntegerField(db_comment=PLAN)

    class Meta:
        ordering: ClassVar = ["fetch_from", "wave"]

    def __str__(self) -> str:
        return self.wave


class Occasion(models.Model):
    """What can be taken part in once; `descriptor` is the canonical JSON whose hash stands in every pass."""

    STATES: ClassVar = [(state, state) for state in (PLANNED, OPEN, CLOSING, CLOSED)]

    occasion = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("occasion-name", "public-record")
    )
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="occasions", db_comment=PLAN)
    position = models.PositiveSmallIntegerField(db_comment=PLAN)
    kind = models.CharField(max_length=8, db_comment=RULES)
    opens_at = models.BigIntegerField(db_comment=RULES)
    closes_at = models.BigIntegerField(db_comment=RULES)
    descriptor = models.BinaryField(db_comment=RULES)
    spki = models.BinaryField(null=True, db_comment=holding("occasion-key", "public-record"))
    state = models.CharField(
        max_length=8,
        choices=STATES,
        default=PLANNED,
        db_comment=holding("occasion-state", "public-record"),
    )
    room_secret = models.BinaryField(
        max_length=16, null=True, db_comment=holding("room-code", "until-closed")
    )
    redeemed = models.BigIntegerField(null=True, db_comment=holding("occasion-count", "public-record"))
    bundle_sha256 = models.CharField(
        max_length=64, default="", db_comment=holding("recount-file", "public-record")
    )

    class Meta:
        ordering: ClassVar = ["opens_at", "occasion"]

    def __str__(self) -> str:
        return self.occasion


class LoggedEntry(models.Model):
    """One verified entry of the public log, so that pages can show it; `position` is its place in the log."""

    position = models.BigIntegerField(primary_key=True, db_comment=COPY)
    kind = models.CharField(max_length=64, db_comment=COPY)
    ref = models.CharField(max_length=64, default="", db_comment=COPY)
    at = models.BigIntegerField(null=True, db_comment=COPY)
    entry = models.BinaryField(db_comment=COPY)

    class Meta:
        ordering: ClassVar = ["position"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "ref"], name="logged_entry_kind_ref"),
            models.Index(fields=["at"], name="logged_entry_at"),
            models.Index(fields=["ref"], name="logged_entry_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind}"


class LogState(models.Model):
    """The last checkpoint that the clerk believed, with its signatures; there is one row, and all of it is public."""

    state = models.PositiveSmallIntegerField(primary_key=True, default=1, db_comment=COPY)
    note = models.BinaryField(db_comment=COPY)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state=1), name="one_log_state"),
        ]

    def __str__(self) -> str:
        return "log"


class OutboxEntry(AbstractOutboxEntry):
    """What this door has to say in public and has not handed over yet."""

    class Meta:
        db_table = "outbox_entry"
