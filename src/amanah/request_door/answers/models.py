"""Letters to outside bodies, and what was given to them. Nothing here says when within a day, or names a member.

A letter or a package that has no day of release has not left this door, and cannot.
"""

from typing import ClassVar

from django.db import models

from amanah.web.holdings import holding

ANSWER = holding("request-answer", "until-case-closed")
_PERSON = holding("request-people", "until-case-closed")


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
