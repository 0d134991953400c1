"""Accounts at the request door's desk, their passkeys, and the panels. No member, and no time of any sign-in."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from amanah.web.holdings import holding

KEY = holding("trustee-key", "until-panel-changes")
PANEL = holding("trustee-panel", "public-record")
PROPOSED = holding("trustee-panel", "until-panel-changes")
LINK = holding("trustee-link", "until-link-used")


class Role(models.TextChoices):
    """What an account may do at the desk."""

    TRUSTEE = "trustee", _("Trustee")
    DEPUTY = "deputy", _("Deputy")
    COUNTER = "counter", _("Counter staff")


class Account(models.Model):
    """Somebody who signs in at this desk; `account` is random, and is the trustee's number in the panel."""

    account = models.CharField(max_length=16, primary_key=True, db_comment=PROPOSED)
    role = models.CharField(max_length=16, choices=Role, db_comment=PROPOSED)
    name = models.CharField(max_length=120, db_comment=holding("desk-name", "until-removed"))
    office = models.CharField(max_length=120, blank=True, db_comment=PROPOSED)
    language = models.CharField(max_length=12, db_comment=holding("trustee-language", "until-removed"))

    class Meta:
        db_table = "desk_account"

    def __str__(self) -> str:
        return str(self.name)


class Passkey(models.Model):
    """A passkey's public half, twice: as browsers write it, and as panels do (`key`, base64url SPKI)."""

    credential = models.CharField(max_length=1400, primary_key=True, db_comment=KEY)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="passkeys", db_column="account", db_comment=KEY
    )
    public_key = models.BinaryField(db_comment=KEY)
    key = models.CharField(max_length=800, unique=True, db_comment=KEY)
    sign_count = models.BigIntegerField(default=0, db_comment=KEY)

    class Meta:
        db_table = "desk_passkey"

    def __str__(self) -> str:
        return str(self.credential)[:12]


class Panel(models.Model):
    """A panel by its hash, with the decision that put it in force; `in_force_from` is null until then."""

    panel_hash = models.CharField(max_length=64, primary_key=True, db_comment=PANEL)
    number = models.PositiveIntegerField(db_comment=PANEL)
    document = models.BinaryField(db_comment=PANEL)
    decision = models.BinaryField(default=b"", blank=True, db_comment=PANEL)
    approvals = models.BinaryField(default=b"[]", db_comment=PANEL)
    in_force_from = models.BigIntegerField(null=True, blank=True, db_comment=PANEL)

    class Meta:
        db_table = "panel"

    def __str__(self) -> str:
        return f"panel {self.number}"


class Proposal(models.Model):
    """A panel in the making. `panel_hash` is set when it was put to signature, and nobody changes it from then on.

    `founding` is the document that every member signs, for the first panel alone.
    """

    proposal = models.CharField(max_length=16, primary_key=True, db_comment=PROPOSED)
    previous = models.CharField(max_length=64, blank=True, db_comment=PROPOSED)
    least = models.PositiveIntegerField(db_comment=PROPOSED)
    origin = models.CharField(max_length=300, db_comment=PROPOSED)
    panel_hash = models.CharField(max_length=64, blank=True, db_comment=PROPOSED)
    founding = models.BinaryField(default=b"", blank=True, db_comment=PROPOSED)

    class Meta:
        db_table = "panel_proposal"

    def __str__(self) -> str:
        return str(self.proposal)


class Seat(models.Model):
    """One place in a panel in the making, and the passkey that was made for it and does not count yet."""

    seat = models.CharField(max_length=16, primary_key=True, db_comment=PROPOSED)
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.CASCADE,
        related_name="seats",
        db_column="proposal",
        db_comment=PROPOSED,
    )
    place = models.PositiveIntegerField(db_comment=PROPOSED)
    trustee = models.CharField(max_length=16, db_comment=PROPOSED)
    name = models.CharField(max_length=120, db_comment=holding("trustee-name", "until-panel-changes"))
    office = models.CharField(max_length=120, db_comment=PROPOSED)
    is_deputy = models.BooleanField(db_comment=PROPOSED)
    kept_keys = models.JSONField(default=list, db_comment=KEY)
    needs_key = models.BooleanField(db_comment=PROPOSED)
    credential = models.CharField(max_length=1400, blank=True, db_comment=KEY)
    public_key = models.BinaryField(default=b"", blank=True, db_comment=KEY)
    key = models.CharField(max_length=800, blank=True, db_comment=KEY)
    sign_count = models.BigIntegerField(default=0, db_comment=KEY)
    language = models.CharField(
        max_length=12, blank=True, db_comment=holding("trustee-language", "until-removed")
    )
    approval = models.BinaryField(
        default=b"", blank=True, db_comment=holding("trustee-signature", "until-panel-changes")
    )

    class Meta:
        db_table = "panel_seat"
        ordering: ClassVar = ["place"]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def has_key(self) -> bool:
        """Tell whether nothing is missing of this seat's passkeys."""
        return not self.needs_key or bool(self.key)


class Link(models.Model):
    """A one-time address, as a hash: for founding, for one seat's passkey, or for somebody at the counter."""

    token_hash = models.CharField(max_length=64, primary_key=True, db_comment=LINK)
    purpose = models.CharField(max_length=16, db_comment=LINK)
    seat = models.ForeignKey(
        Seat,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="links",
        db_column="seat",
        db_comment=LINK,
    )
    expires_at = models.DateTimeField(db_comment=LINK)

    class Meta:
        db_table = "desk_link"

    def __str__(self) -> str:
        return str(self.token_hash)[:12]
