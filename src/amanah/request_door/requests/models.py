"""What outside bodies asked for: the case, its facts in every version, and the paper itself.

Nothing here names or counts a member. References are random, and a day is the finest time that is kept.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from amanah.web.holdings import holding

_CASE = holding("request-case", "until-case-closed")
LONGEST_BODY_NAME = 200
LONGEST_WORDS = 4000


class State(models.TextChoices):
    """How far a case has come; whether it was answered is the answers' to say."""

    RECEIVED = "received", _("Received")
    REFUSED = "refused", _("Refused")
    GIVEN = "given", _("Something was given")
    CLOSED = "closed", _("Closed")
    DESTROYED = "destroyed", _("Closed and destroyed")


class DataRequest(models.Model):
    """One ask by an outside body; `status_hash` lets whoever asked find it again, and nobody else.

    `facts_hash` names the facts in force; it is empty for what came in before this door decided by rules.
    """

    reference = models.CharField(max_length=16, primary_key=True, db_comment=_CASE)
    status_hash = models.BinaryField(max_length=32, unique=True, db_comment=_CASE)
    body_name = models.CharField(
        max_length=LONGEST_BODY_NAME, db_comment=holding("request-body", "until-case-closed")
    )
    officer = models.CharField(
        max_length=LONGEST_BODY_NAME,
        blank=True,
        db_comment=holding("request-officer", "until-case-closed"),
    )
    jurisdiction = models.CharField(max_length=64, blank=True, db_comment=_CASE)
    instrument = models.CharField(max_length=64, db_comment=_CASE)
    channel = models.CharField(max_length=16, db_comment=_CASE)
    language = models.CharField(max_length=8, db_comment=_CASE)
    asked_for = models.TextField(max_length=LONGEST_WORDS, db_comment=_CASE)
    facts_hash = models.CharField(max_length=64, blank=True, db_comment=_CASE)
    received_on = models.DateField(db_comment=_CASE)
    closed_on = models.DateField(null=True, blank=True, db_comment=_CASE)
    taken_in_by = models.CharField(max_length=32, blank=True, db_comment=_CASE)
    is_paper_shown = models.BooleanField(db_comment=_CASE)
    state = models.CharField(max_length=16, choices=State, db_comment=_CASE)

    class Meta:
        db_table = "data_request"

    def __str__(self) -> str:
        return str(self.reference)


class Facts(models.Model):
    """One version of the facts of a case, under its own hash; a signature over one counts for no other."""

    facts_hash = models.CharField(
        max_length=64, primary_key=True, db_comment=holding("request-people", "until-case-closed")
    )
    reference = models.CharField(
        max_length=16, db_index=True, db_comment=holding("request-people", "until-case-closed")
    )
    document = models.BinaryField(db_comment=holding("request-people", "until-case-closed"))

    class Meta:
        db_table = "request_facts"

    def __str__(self) -> str:
        return str(self.facts_hash)[:16]


class InstrumentFile(models.Model):
    """The paper of one case as it was handed in; trustees alone fetch it."""

    reference = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("request-file", "until-case-closed")
    )
    content = models.BinaryField(db_comment=holding("request-file", "until-case-closed"))

    class Meta:
        db_table = "instrument_file"

    def __str__(self) -> str:
        return str(self.reference)


class CounterDay(models.Model):
    """How many papers were refused on a day, so that nobody can fill the private log with them."""

    day = models.DateField(primary_key=True, db_comment=holding("counter-brake", "until-next-day"))
    refused_papers = models.IntegerField(db_comment=holding("counter-brake", "until-next-day"))

    class Meta:
        db_table = "counter_day"

    def __str__(self) -> str:
        return str(self.day)
