"""The request door's tables: what outside bodies asked for, and entries that wait for the public log.

Nothing here names or counts a member. References are random, and a day is the finest time that is kept.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from amanah.request_door.instruments import Instrument
from amanah.web.holdings import holding
from amanah.web.outbox_models import AbstractOutboxEntry


class State(models.TextChoices):
    """How far a request has come."""

    RECEIVED = "received", _("Received")
    REFUSED = "refused", _("Refused")
    GIVEN = "given", _("Something was given")


class DataRequest(models.Model):
    """One ask by an outside body; `status_hash` lets whoever asked find it again, and nobody else."""

    reference = models.CharField(
        max_length=16, primary_key=True, db_comment=holding("request-case", "until-case-closed")
    )
    status_hash = models.BinaryField(
        max_length=32, unique=True, db_comment=holding("request-case", "until-case-closed")
    )
    body_name = models.CharField(max_length=200, db_comment=holding("request-body", "until-case-closed"))
    instrument = models.CharField(
        max_length=32, choices=Instrument, db_comment=holding("request-case", "until-case-closed")
    )
    asked_for = models.TextField(max_length=4000, db_comment=holding("request-case", "until-case-closed"))
    received_on = models.DateField(db_comment=holding("request-case", "until-case-closed"))
    state = models.CharField(
        max_length=16, choices=State, db_comment=holding("request-case", "until-case-closed")
    )

    class Meta:
        db_table = "data_request"

    def __str__(self) -> str:
        return str(self.reference)


class OutboxEntry(AbstractOutboxEntry):
    """Entries for the public log that it has not confirmed yet."""

    class Meta:
        db_table = "outbox_entry"

    def __str__(self) -> str:
        return "outbox entry"
