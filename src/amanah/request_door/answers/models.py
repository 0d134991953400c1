"""Letters to outside bodies, and what was given to them. Nothing here says when within a day, or names a member.

A letter or a package that has no day of release has not left this door, and cannot.
"""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

ANSWER = holding("request-answer", "until-case-closed")
_PERSON = holding("request-people", "until-case-closed")
_HOLD = holding("request-hold", "until-lifted")


class Letter(models.Model):
    """The answer to one request, under the decision that it tells; empty until that was sealed (7.5)."""

    decision = models.CharField(max_length=16, primary_key=True, db_comment=ANSWER)
    reference = models.CharField(max_length=16, db_index=True, db_comment=ANSWER)
    text = models.TextField(blank=True, db_comment=ANSWER)
    paper = models.BinaryField(blank=True, default=b"", db_comment=ANSWER)
    released_on = models.DateField(null=True, blank=True, db_index=True, db_comment=ANSWER)
    sealed_in = models.BigIntegerField(null=True, blank=True, db_comment=ANSWER)

    class Meta:
        db_table = "letter"

    def __str__(self) -> str:
        return str(self.reference)


class PackageItem(models.Model):
    """One thing that trustees have put into the package of a case, before they put it to signature."""

    item = models.CharField(max_length=16, primary_key=True, db_comment=ANSWER)
    reference = models.CharField(max_length=16, db_index=True, db_comment=ANSWER)
    name = models.CharField(max_length=100, db_comment=ANSWER)
    content = models.BinaryField(db_comment=ANSWER)
    category = models.CharField(max_length=64, db_comment=ANSWER)
    person = models.CharField(max_length=120, db_comment=_PERSON)
    since = models.DateField(null=True, blank=True, db_comment=ANSWER)
    until = models.DateField(null=True, blank=True, db_comment=ANSWER)

    class Meta:
        db_table = "package_item"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reference", "name"], name="one_item_of_a_name"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Package(models.Model):
    """What is given for one decision, byte for byte; `disclosure` is the decision that approved it, else empty.

    `record` is the handle of the record that says it was made.
    """

    package_hash = models.CharField(max_length=64, primary_key=True, db_comment=ANSWER)
    reference = models.CharField(max_length=16, db_index=True, db_comment=ANSWER)
    decision = models.CharField(max_length=16, db_index=True, db_comment=ANSWER)
    disclosure = models.CharField(max_length=16, blank=True, db_comment=ANSWER)
    content = models.BinaryField(db_comment=ANSWER)
    record = models.BinaryField(blank=True, default=b"", db_comment=ANSWER)
    released_on = models.DateField(null=True, blank=True, db_comment=ANSWER)

    class Meta:
        db_table = "package"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision"], condition=~models.Q(disclosure=""), name="one_package_each"
            ),
        ]

    def __str__(self) -> str:
        return str(self.package_hash)[:16]


class Hold(models.Model):
    """What an order says must not be destroyed for now: a scope, and what lay in it when the hold began.

    `materials` names what existed on that day, as canonical JSON, and is never added to.
    """

    hold = models.CharField(max_length=16, primary_key=True, db_comment=_HOLD)
    reference = models.CharField(max_length=16, db_index=True, db_comment=_HOLD)
    scope = models.BinaryField(db_comment=_HOLD)
    salt = models.BinaryField(max_length=32, db_comment=_HOLD)
    materials = models.BinaryField(db_comment=_HOLD)
    begun_on = models.DateField(db_comment=_HOLD)

    class Meta:
        db_table = "hold"

    def __str__(self) -> str:
        return str(self.reference)


class SecrecyLook(models.Model):
    """When trustees last looked whether the law still forbids to tell of a request."""

    reference = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("request-secrecy", "until-lifted")
    )
    looked_on = models.DateField(db_comment=holding("request-secrecy", "until-lifted"))

    class Meta:
        db_table = "secrecy_look"

    def __str__(self) -> str:
        return str(self.reference)


class ToldReport(models.Model):
    """A published report of which the private log says whom it told of what."""

    number = models.BigIntegerField(primary_key=True, db_comment=holding("request-report", "public-record"))

    class Meta:
        db_table = "told_report"

    def __str__(self) -> str:
        return str(self.number)


class CalendarLink(models.Model):
    """The secret address of one trustee's calendar, by its hash; it goes with the account."""

    account = models.OneToOneField(
        "trustees.Account",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        db_column="account",
        db_comment=holding("calendar-link", "until-removed"),
    )
    link_hash = models.BinaryField(
        max_length=32, unique=True, db_comment=holding("calendar-link", "until-removed")
    )

    class Meta:
        db_table = "calendar_link"

    def __str__(self) -> str:
        return str(self.account_id)
