"""The card door's tables, for Django's migrations alone; the running gate reads and writes them through `store.py`.

No table has a serial key, a time, or any other order, and none has a name in it. Nothing joins an invitation to a card
or a card to a pass.
"""

from django.db import models

from amanah.web.holdings import holding
from amanah.web.outbox_models import AbstractOutboxEntry


class Invitation(models.Model):
    """Hash of a printed code, and once it is used the hash of the request that used it (`spec/passes.md` 3)."""

    hash = models.BinaryField(primary_key=True, db_comment=holding("invitation-known", "as-long-as-software"))
    request_hash = models.BinaryField(null=True, db_comment=holding("invitation-used", "as-long-as-software"))
    is_replacement = models.BooleanField(db_comment=holding("invitation-known", "as-long-as-software"))

    class Meta:
        db_table = "invitation"

    def __str__(self) -> str:
        return "invitation"


class UsedJoinToken(models.Model):
    """Number of a join token that registered a card; it stays when the card goes, so that it makes one card once."""

    nonce = models.BinaryField(primary_key=True, db_comment=holding("join-token-used", "as-long-as-software"))

    class Meta:
        db_table = "used_join_token"

    def __str__(self) -> str:
        return "used join token"


class Card(models.Model):
    """A card's public key, how to end it, and the last wave it fetched (`spec/passes.md` 4 and 6)."""

    public_key = models.BinaryField(primary_key=True, db_comment=holding("card-key", "until-left"))
    revocation_hash = models.BinaryField(db_index=True, db_comment=holding("card-revocation", "until-left"))
    last_wave = models.BinaryField(null=True, db_comment=holding("card-last-wave", "until-left"))
    request_hash = models.BinaryField(null=True, db_comment=holding("card-last-wave", "until-left"))

    class Meta:
        db_table = "card"

    def __str__(self) -> str:
        return "card"


class Wave(models.Model):
    """A wave, how many cards fetched it, and whether it still issues (`spec/passes.md` 6.6 and 6.7)."""

    wave = models.BinaryField(primary_key=True, db_comment=holding("wave-plan", "public-record"))
    served = models.BigIntegerField(db_comment=holding("served-count", "public-record"))
    is_open = models.BooleanField(db_comment=holding("wave-plan", "public-record"))

    class Meta:
        db_table = "wave"

    def __str__(self) -> str:
        return "wave"


class OccasionKey(models.Model):
    """The key pair of one occasion; the private half is encrypted, and NULL once it has been destroyed."""

    occasion = models.BinaryField(primary_key=True, db_comment=holding("occasion-name", "public-record"))
    wave = models.BinaryField(null=True, db_index=True, db_comment=holding("wave-plan", "public-record"))
    position = models.IntegerField(db_comment=holding("wave-plan", "public-record"))
    descriptor = models.BinaryField(db_comment=holding("occasion-rules", "public-record"))
    spki = models.BinaryField(db_comment=holding("occasion-key", "public-record"))
    private_key = models.BinaryField(null=True, db_comment=holding("signing-key", "until-closed"))
    is_destruction_logged = models.BooleanField(db_comment=holding("signing-key", "public-record"))

    class Meta:
        db_table = "occasion_key"

    def __str__(self) -> str:
        return "occasion key"


class OutboxEntry(AbstractOutboxEntry):
    """Entries for the public log that it has not confirmed yet."""

    class Meta:
        db_table = "outbox_entry"

    def __str__(self) -> str:
        return "outbox entry"
