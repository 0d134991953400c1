"""Signed papers about who may teach what, drafts that wait for a signature, and names. It never holds a member.

What stands in a paper is read out of `original`, which keeps its proof; the other columns are for finding it.
"""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

PAPER = holding("teaching-paper", "for-good")
CHECK = holding("teaching-check", "public-record")
DRAFT = holding("teaching-draft", "until-signed")
NAME = holding("teaching-name", "until-changed")
PLACE = holding("teaching-status", "public-record")
LONGEST_IDENTIFIER = 2_048


class Document(models.Model):
    """One paper; `original` is its canonical JSON, or a compact JWS where `form` is jwt.

    `kind` is authorisation, foreign, older, notice, status or endorsement; `document_hash` is hexadecimal
    (`spec/credentials.md` 2.4). `problem` is empty while it held when it was last checked.
    """

    document_hash = models.CharField(max_length=64, primary_key=True, db_comment=PAPER)
    document_id = models.CharField(max_length=LONGEST_IDENTIFIER, db_index=True, db_comment=PAPER)
    kind = models.CharField(max_length=16, db_index=True, db_comment=PAPER)
    form = models.CharField(max_length=16, db_comment=PAPER)
    original = models.TextField(db_comment=PAPER)
    issuer = models.CharField(max_length=LONGEST_IDENTIFIER, default="", db_comment=PAPER)
    giver = models.CharField(max_length=LONGEST_IDENTIFIER, default="", db_comment=PAPER)
    holder = models.CharField(max_length=LONGEST_IDENTIFIER, default="", db_index=True, db_comment=PAPER)
    scope = models.CharField(max_length=64, default="", db_comment=PAPER)
    achievement = models.CharField(max_length=LONGEST_IDENTIFIER, default="", db_comment=PAPER)
    parent = models.CharField(max_length=LONGEST_IDENTIFIER, default="", db_index=True, db_comment=PAPER)
    subject = models.CharField(max_length=LONGEST_IDENTIFIER, default="", db_index=True, db_comment=PAPER)
    checked_on = models.DateField(null=True, db_comment=CHECK)
    problem = models.CharField(max_length=32, default="", db_comment=CHECK)

    class Meta:
        ordering: ClassVar = ["document_hash"]

    def __str__(self) -> str:
        return self.document_hash


class Party(models.Model):
    """What somebody who gives, holds or witnesses is called; papers name them by an identifier alone."""

    identifier = models.CharField(max_length=128, primary_key=True, db_comment=NAME)
    name = models.CharField(max_length=200, db_comment=NAME)

    class Meta:
        ordering: ClassVar = ["name", "identifier"]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What somebody opens by a one-time address, of which the hash alone is kept.

    `kind` is grant for an unsigned paper that its giver signs, key for a request to somebody to make a key.
    """

    secret_hash = models.CharField(max_length=64, primary_key=True, db_comment=DRAFT)
    kind = models.CharField(max_length=8, db_comment=DRAFT)
    name = models.CharField(max_length=200, default="", db_comment=DRAFT)
    document = models.TextField(db_comment=DRAFT)
    giver = models.CharField(max_length=128, default="", db_comment=DRAFT)
    closes_on = models.DateField(db_comment=DRAFT)

    class Meta:
        ordering: ClassVar = ["closes_on", "secret_hash"]

    def __str__(self) -> str:
        return self.secret_hash


class StatusIndex(models.Model):
    """A place of the community's one status list that was given out; drawn at random, never in order."""

    position = models.PositiveIntegerField(primary_key=True, db_comment=PLACE)
    is_ended = models.BooleanField(default=False, db_comment=PLACE)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return str(self.position)
