"""Organisers and what their sign-in is checked against. It never holds a member, an address or past sign-ins."""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

SIGN_IN = holding("organiser-sign-in", "until-removed")
BRAKE = holding("guessing-brake", "until-removed")


class Organiser(models.Model):
    """Someone who runs programmes; `organiser` is random and is the passkey's user handle."""

    organiser = models.CharField(max_length=32, primary_key=True, db_comment=SIGN_IN)
    name = models.CharField(max_length=80, unique=True, db_comment=holding("organiser-name", "until-removed"))
    language = models.CharField(max_length=12, db_comment=holding("organiser-language", "until-removed"))
    password_hash = models.CharField(max_length=200, blank=True, db_comment=SIGN_IN)
    sealed_code_secret = models.BinaryField(blank=True, default=b"", db_comment=SIGN_IN)
    last_code_step = models.BigIntegerField(default=0, db_comment=SIGN_IN)
    failed_in_a_row = models.PositiveIntegerField(default=0, db_comment=BRAKE)
    barred_until = models.DateTimeField(null=True, blank=True, db_comment=BRAKE)

    def __str__(self) -> str:
        return self.name


class Passkey(models.Model):
    """A passkey's public half."""

    credential = models.CharField(max_length=1400, primary_key=True, db_comment=SIGN_IN)
    organiser = models.ForeignKey(
        Organiser, on_delete=models.CASCADE, related_name="passkeys", db_comment=SIGN_IN
    )
    public_key = models.BinaryField(db_comment=SIGN_IN)
    sign_count = models.BigIntegerField(default=0, db_comment=SIGN_IN)

    def __str__(self) -> str:
        return self.credential[:12]


class SetupToken(models.Model):
    """The one-time address of the first run, as a hash."""

    token_hash = models.CharField(
        max_length=64, primary_key=True, db_comment=holding("first-setup", "until-used")
    )
    expires_at = models.DateTimeField(db_comment=holding("first-setup", "until-used"))

    class Meta:
        ordering: ClassVar = ["expires_at"]

    def __str__(self) -> str:
        return self.token_hash[:12]
