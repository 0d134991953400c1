"""Spent passes: enough to refuse a second one and to let anyone recount.

It never holds a time, a serial number, an address, or anything that leads to a card.
"""

from django.db import models

from amanah.web.holdings import holding

PROOF = holding("pass-proof", "until-published")


class SpentPass(models.Model):
    """One spent pass of an occasion that has not been published yet; the last three are empty for presence.

    Table and key are one b-tree in the order of (occasion, nonce), so that no hidden row number tells the order.
    """

    pk = models.CompositePrimaryKey("occasion", "nonce")
    occasion = models.BinaryField(max_length=8, db_comment=holding("occasion-name", "until-published"))
    nonce = models.BinaryField(max_length=32, db_comment=holding("pass-spent-once", "until-published"))
    authenticator = models.BinaryField(max_length=256, db_comment=PROOF)
    public_key = models.BinaryField(max_length=32, db_comment=PROOF)
    payload = models.BinaryField(db_comment=holding("survey-answer", "until-published"))
    signature = models.BinaryField(max_length=64, db_comment=PROOF)

    def __str__(self) -> str:
        return "a spent pass"
