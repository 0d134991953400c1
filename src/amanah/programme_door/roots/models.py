"""Whom the community has voted to recognise, as it will stand in the next list. Published lists are signed papers.

It never holds who voted how: numbers alone.
"""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

WORDS = holding("root-words", "until-changed")


class Root(models.Model):
    """Somebody whom the next list names; the same person may stand twice, for two votes (`spec/credentials.md` 6.2)."""

    root = models.CharField(max_length=16, primary_key=True, db_comment=WORDS)
    identifier = models.CharField(max_length=2_048, db_comment=WORDS)
    name = models.CharField(max_length=200, db_comment=WORDS)
    scopes = models.JSONField(default=list, db_comment=WORDS)
    from_day = models.DateField(db_comment=WORDS)
    until_day = models.DateField(null=True, db_comment=WORDS)
    held_on = models.DateField(db_comment=WORDS)
    votes_for = models.PositiveIntegerField(db_comment=WORDS)
    votes_against = models.PositiveIntegerField(db_comment=WORDS)
    abstained = models.PositiveIntegerField(db_comment=WORDS)
    way = models.CharField(max_length=8, db_comment=WORDS)
    occasion = models.CharField(max_length=16, default="", db_comment=WORDS)
    reasons = models.TextField(db_comment=WORDS)
    history = models.JSONField(default=list, db_comment=WORDS)
    achievements = models.JSONField(default=dict, db_comment=WORDS)

    class Meta:
        ordering: ClassVar = ["name", "root"]

    def __str__(self) -> str:
        return self.name
