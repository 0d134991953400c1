"""Asks of outside bodies while their season lasts. It holds no answer, and nothing about anybody who reads them."""

from django.db import models

from amanah.web.holdings import holding

WORDS = holding("ask-words", "until-season-ends")
STATE = holding("ask-state", "until-season-ends")


class State(models.TextChoices):
    """How far an ask has come; what has left is never shown again."""

    WAITING = "waiting"
    SHOWN = "shown"
    LEFT = "left"


class Ask(models.Model):
    """One ask; `document` are the very bytes that trustees admit. `status_hash` lets the body find it again."""

    ask = models.CharField(max_length=16, primary_key=True, db_comment=WORDS)
    ask_hash = models.CharField(max_length=64, unique=True, db_comment=WORDS)
    status_hash = models.BinaryField(max_length=32, unique=True, db_comment=STATE)
    season = models.CharField(max_length=16, db_comment=STATE)
    document = models.BinaryField(db_comment=WORDS)
    state = models.CharField(max_length=8, choices=State, db_index=True, db_comment=STATE)
    reason = models.CharField(max_length=8, blank=True, default="", db_comment=STATE)
    handed_in_on = models.DateField(db_comment=STATE)

    class Meta:
        db_table = "ask"

    def __str__(self) -> str:
        return str(self.ask)
