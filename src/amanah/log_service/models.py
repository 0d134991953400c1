"""The log service's tables, for Django's migrations alone; the running service goes through `store.py`.

Everything in them is public. Nothing in them is ever deleted, and nothing but what the witness holds is ever changed:
triggers made by the migrations refuse it.
"""

from typing import Any

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


class LogCosignature(models.Model):
    """A witness's line under a checkpoint that was signed; `witness` is the vkey that the line was checked with."""

    pk: Any = models.CompositePrimaryKey("size", "witness")
    size: "models.BigIntegerField[int, int]" = models.BigIntegerField(
        db_comment=holding("log-tree", "public-record")
    )
    witness: "models.CharField[str, str]" = models.CharField(
        max_length=400, db_comment=holding("log-tree", "public-record")
    )
    line: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        db_comment=holding("log-tree", "public-record")
    )

    class Meta:
        db_table = "log_cosignature"

    def __str__(self) -> str:
        return f"cosignature under {self.size} entries"


class WitnessedLog(models.Model):
    """The newest checkpoint of another log that our witness cosigned; its size and time never fall."""

    origin_hash: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        primary_key=True, max_length=32, db_comment=holding("witness-memory", "public-record")
    )
    origin: "models.TextField[str, str]" = models.TextField(
        db_comment=holding("witness-memory", "public-record")
    )
    size: "models.BigIntegerField[int, int]" = models.BigIntegerField(
        db_comment=holding("witness-memory", "public-record")
    )
    root: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        max_length=32, db_comment=holding("witness-memory", "public-record")
    )
    note: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        db_comment=holding("witness-memory", "public-record")
    )
    cosigned_at: "models.BigIntegerField[int, int]" = models.BigIntegerField(
        db_comment=holding("witness-memory", "public-record")
    )

    class Meta:
        db_table = "witnessed_log"

    def __str__(self) -> str:
        return f"{self.origin} at {self.size} entries"


class ForkEvidence(models.Model):
    """One of several checkpoints of the same size that another log signed: proof that it has two histories."""

    pk: Any = models.CompositePrimaryKey("origin_hash", "size", "root")
    origin_hash: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        max_length=32, db_comment=holding("witness-memory", "public-record")
    )
    size: "models.BigIntegerField[int, int]" = models.BigIntegerField(
        db_comment=holding("witness-memory", "public-record")
    )
    root: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        max_length=32, db_comment=holding("witness-memory", "public-record")
    )
    note: "models.BinaryField[bytes, bytes]" = models.BinaryField(
        db_comment=holding("witness-memory", "public-record")
    )

    class Meta:
        db_table = "fork_evidence"

    def __str__(self) -> str:
        return f"fork at {self.size} entries"
