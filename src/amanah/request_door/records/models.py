"""The private log of this door: records, where they were sealed, what the law keeps secret, what was reported.

Of the first four tables the database refuses to change or remove a row. None holds a member, or a time within a day.
"""

from django.db import models

from amanah.web.holdings import holding

RECORD = holding("request-record", "until-opened")
SEAL = holding("request-seal", "until-opened")
REPORT = holding("request-report", "public-record")
SECRECY = holding("request-secrecy", "until-opened")


class Record(models.Model):
    """One record in its place of the chain; `chain` names it, and `case_ref` is the request that it belongs to."""

    place = models.BigIntegerField(primary_key=True, db_comment=RECORD)
    record = models.BinaryField(db_comment=RECORD)
    chain = models.BinaryField(max_length=32, unique=True, db_comment=RECORD)
    case_ref = models.CharField(max_length=16, blank=True, db_comment=RECORD)

    class Meta:
        db_table = "record"

    def __str__(self) -> str:
        return f"record {self.place}"


class SealedPeriod(models.Model):
    """One period that was sealed, with the key from which its unused slots follow."""

    number = models.BigIntegerField(primary_key=True, db_comment=SEAL)
    key = models.BinaryField(max_length=32, db_comment=SEAL)

    class Meta:
        db_table = "sealed_period"

    def __str__(self) -> str:
        return f"period {self.number}"


class SealedSlot(models.Model):
    """Where a record stands among the slots of its period, and the salt by which it can be recognised."""

    record = models.OneToOneField(
        Record, on_delete=models.PROTECT, primary_key=True, related_name="slot", db_comment=SEAL
    )
    period = models.ForeignKey(SealedPeriod, on_delete=models.PROTECT, related_name="slots", db_comment=SEAL)
    place = models.SmallIntegerField(db_comment=SEAL)
    salt = models.BinaryField(max_length=32, db_comment=SEAL)

    class Meta:
        db_table = "sealed_slot"

    def __str__(self) -> str:
        return f"slot {self.place} of period {self.period_id}"


class PublishedReport(models.Model):
    """A report byte for byte as it was published, with the totals of all reports up to it."""

    number = models.BigIntegerField(primary_key=True, db_comment=REPORT)
    name = models.CharField(max_length=20, unique=True, db_comment=REPORT)
    document = models.BinaryField(db_comment=REPORT)
    published_on = models.DateField(db_comment=REPORT)
    asked = models.IntegerField(db_comment=REPORT)
    given = models.IntegerField(db_comment=REPORT)
    people = models.IntegerField(db_comment=REPORT)

    class Meta:
        db_table = "published_report"

    def __str__(self) -> str:
        return str(self.name)


class Secrecy(models.Model):
    """That the law forbids to tell of a request: by which code, and until when where that is known."""

    case_ref = models.CharField(max_length=16, primary_key=True, db_comment=SECRECY)
    reason = models.CharField(max_length=64, db_comment=SECRECY)
    until = models.DateField(null=True, blank=True, db_comment=SECRECY)
    ended_on = models.DateField(null=True, blank=True, db_comment=SECRECY)

    class Meta:
        db_table = "secrecy"

    def __str__(self) -> str:
        return str(self.case_ref)


class MadeStatement(models.Model):
    """A statement that trustees made by a decision; reports show it with its days."""

    statement = models.CharField(max_length=80, primary_key=True, db_comment=REPORT)
    code = models.CharField(max_length=40, db_comment=REPORT)
    made_on = models.DateField(db_comment=REPORT)
    expires_on = models.DateField(db_comment=REPORT)

    class Meta:
        db_table = "made_statement"

    def __str__(self) -> str:
        return str(self.statement)
