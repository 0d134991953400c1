"""The outbox table for Django doors: one abstract model and the one way to write to it.

It never writes outside a transaction: an act without its entry, or an entry without its act, must not be possible.
"""

from typing import ClassVar

from django.db import models, router, transaction

from amanah.core.errors import AmanahError
from amanah.core.public_log.entries import Entry, compute_entry_hash, encode_entry
from amanah.web.holdings import holding


class OutsideTransactionError(AmanahError):
    """A programme mistake: the business rows and the entry could be torn apart by a crash."""

    code = "outside-transaction"


class AbstractOutboxEntry(models.Model):
    """An entry that waits for the public log; concrete models set `db_table = "outbox_entry"`."""

    entry_hash: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        max_length=32, primary_key=True, db_comment=holding("hand-over", "until-logged")
    )
    entry: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        db_comment=holding("hand-over", "until-logged")
    )

    objects: ClassVar[models.Manager["AbstractOutboxEntry"]]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return "an entry that waits for the public log"


def append_entry(model: type[AbstractOutboxEntry], entry: Entry | bytes) -> bytes:
    """Add an entry in the transaction of the rows that it speaks of; give its hash."""
    alias = router.db_for_write(model)
    if not transaction.get_connection(alias).in_atomic_block:
        raise OutsideTransactionError(
            "Write the outbox entry in the same transaction as the rows that it speaks of."
        )
    data = encode_entry(entry) if isinstance(entry, Entry) else entry
    entry_hash = compute_entry_hash(data)
    model.objects.using(alias).get_or_create(entry_hash=entry_hash, defaults={"entry": data})
    return entry_hash
