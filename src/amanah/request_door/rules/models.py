"""Rules that trustees have signed or are asked to sign, each by its hash. What was once in force stays readable."""

from django.db import models

from amanah.web.holdings import holding

PUBLIC = holding("request-rules", "public-record")


class Rules(models.Model):
    """One version of the rules; `in_force_from` is null while nobody has signed it, and the newest one is in force."""

    rules_hash = models.CharField(max_length=64, primary_key=True, db_comment=PUBLIC)
    document = models.BinaryField(db_comment=PUBLIC)
    in_force_from = models.BigIntegerField(null=True, blank=True, db_comment=PUBLIC)

    class Meta:
        db_table = "rules"

    def __str__(self) -> str:
        return str(self.rules_hash)[:16]
