"""Decisions, the signatures under them, and who has stepped aside. It never holds a member or when anybody signed."""

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from amanah.web.holdings import holding

DECISION = holding("request-decision", "until-case-closed")
SIGNATURE = holding("trustee-signature", "until-case-closed")


class State(models.TextChoices):
    """How far a decision has come; `done` is carried out, `void` never can be."""

    DRAFT = "draft", _("Waits for signatures")
    APPROVED = "approved", _("Decided")
    DONE = "done", _("Decided and carried out")
    STALE = "stale", _("Overtaken: nobody can sign it any more")
    VOID = "void", _("Decided, and could not be carried out")


MADE = (State.APPROVED, State.DONE)


class Decision(models.Model):
    """One decision. `document` is what is signed, byte for byte; where the rules refused by themselves it is empty.

    `by_rule` is then the body that an answer would have. `record` is the handle of the record that says it was made.
    """

    decision = models.CharField(max_length=16, primary_key=True, db_comment=DECISION)
    kind = models.CharField(max_length=32, db_comment=DECISION)
    reference = models.CharField(max_length=16, blank=True, db_index=True, db_comment=DECISION)
    document = models.BinaryField(blank=True, default=b"", db_comment=DECISION)
    by_rule = models.BinaryField(blank=True, default=b"", db_comment=DECISION)
    state = models.CharField(max_length=16, choices=State, db_index=True, db_comment=DECISION)
    decided_on = models.DateField(null=True, blank=True, db_comment=DECISION)
    record = models.BinaryField(blank=True, default=b"", db_comment=DECISION)

    class Meta:
        db_table = "decision"

    def __str__(self) -> str:
        return str(self.decision)

    @property
    def is_by_rule(self) -> bool:
        """Tell whether the rules refused by themselves, so that nobody signed."""
        return bool(self.by_rule)

    @property
    def is_made(self) -> bool:
        """Tell whether it was decided."""
        return self.state in MADE

    @property
    def body(self) -> dict[str, Any]:
        """Give what the decision says, in the form of its kind."""
        said: dict[str, Any] = json.loads(bytes(self.by_rule or self.document))
        return said if self.is_by_rule else dict(said["body"])


class Approval(models.Model):
    """One trustee's signature under the bytes as they stand; new bytes have none."""

    approval = models.CharField(max_length=16, primary_key=True, db_comment=SIGNATURE)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.CASCADE,
        related_name="approvals",
        db_column="decision",
        db_comment=SIGNATURE,
    )
    trustee = models.CharField(max_length=16, db_comment=SIGNATURE)
    document = models.BinaryField(db_comment=SIGNATURE)

    class Meta:
        db_table = "approval"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "trustee"], name="one_voice_each"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} by {self.trustee}"


class Recusal(models.Model):
    """That a trustee has no voice in a case, and why; `case_ref` is a reference, or a decision without one."""

    recusal = models.CharField(max_length=16, primary_key=True, db_comment=DECISION)
    case_ref = models.CharField(max_length=16, db_comment=DECISION)
    trustee = models.CharField(max_length=16, db_comment=DECISION)
    reason = models.CharField(max_length=32, db_comment=DECISION)

    class Meta:
        db_table = "recusal"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case_ref", "trustee"], name="one_recusal_each"),
        ]

    def __str__(self) -> str:
        return f"{self.trustee} in {self.case_ref}"
