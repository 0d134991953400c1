"""The log service's tables, for Django's migrations alone; the running service goes through `store.py`.

Everything in them is public. Nothing in them is ever changed or deleted: triggers made by the migration refuse it.
"""

from django.db import models

from amanah.web.holdings import holding


class LogEntry(models.Model):
    """One entry at its place in the log: the truth from which every tile can be made again."""

    position: "models.BigIntegerField[int, int]" = models.BigIntegerField(
        primary_key=True, db_comment=holding("log-entry", "public-record")
    )
    entry_hash: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        max_length=32, unique=True, db_comment=holding("log-entry", "public-record")
    )
    entry: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        db_comment=holding("log-entry", "public-record")
    )

    class Meta:
        db_table = "log_entry"

    def __str__(self) -> str:
        return f"entry {self.position}"


class LogCheckpoint(models.Model):
    """A checkpoint that was signed; there is never a second one of the same size."""

    size: "models.BigIntegerField[int, int]" = models.BigIntegerField(
        primary_key=True, db_comment=holding("log-tree", "public-record")
    )
    root: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        max_length=32, db_comment=holding("log-tree", "public-record")
    )
    note: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        db_comment=holding("log-tree", "public-record")
    )

    class Meta:
        db_table = "log_checkpoint"

    def __str__(self) -> str:
        return f"checkpoint of {self.size} entries"
