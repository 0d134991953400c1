"""Programmes, the community's words, invitation batches as counts. It never holds a code, a card or a member.

Words are kept per language: `{"en": {"title": "..."}, "ar": {...}}`.
"""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding


class Community(models.Model):
    """The community's own words; there is one row."""

    community = models.PositiveSmallIntegerField(
        primary_key=True, default=1, db_comment=holding("community-words", "until-changed")
    )
    words = models.JSONField(default=dict, db_comment=holding("community-words", "until-changed"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(community=1), name="one_community"),
        ]

    def __str__(self) -> str:
        return "community"


class Programme(models.Model):
    """A programme as everyone sees it; `slug` stands in signed descriptors and never changes."""

    slug = models.CharField(
        max_length=64, primary_key=True, db_comment=holding("programme-name", "until-changed")
    )
    language = models.CharField(max_length=12, db_comment=holding("programme-words", "until-changed"))
    words = models.JSONField(default=dict, db_comment=holding("programme-words", "until-changed"))
    is_shown = models.BooleanField(default=True, db_comment=holding("programme-shown", "until-changed"))
    # SHA-256 of the facts that the public log was last told; empty while it was told of none, or that none are shown.
    stated_facts = models.CharField(
        max_length=64, default="", db_comment=holding("log-copy", "until-changed")
    )

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.slug


class ContentVersion(models.Model):
    """One counter that goes up with every change to public content, so that cached pages are drawn again."""

    content = models.PositiveSmallIntegerField(
        primary_key=True, default=1, db_comment=holding("page-cache", "as-long-as-software")
    )
    version = models.BigIntegerField(default=0, db_comment=holding("page-cache", "as-long-as-software"))

    def __str__(self) -> str:
        return str(self.version)


class InvitationBatch(models.Model):
    """How many invitations were printed at once; the hashes go to the log and are not kept here."""

    batch = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("invitation-count", "until-changed")
    )
    printed = models.PositiveIntegerField(db_comment=holding("invitation-count", "until-changed"))
    medium = models.CharField(max_length=8, db_comment=holding("invitation-count", "until-changed"))
    is_replacement = models.BooleanField(db_comment=holding("invitation-count", "until-changed"))

    def __str__(self) -> str:
        return self.batch
