"""Create the card door's tables."""

from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        CreateUnorderedModel(
            name="Invitation",
            fields=[
                ("hash", models.BinaryField(db_comment="invitation-known/as-long-as-software", primary_key=True, serialize=False)),
                ("request_hash", models.BinaryField(db_comment="invitation-used/as-long-as-software", null=True)),
                ("is_replacement", models.BooleanField(db_comment="invitation-known/as-long-as-software")),
            ],
            options={"db_table": "invitation"},
        ),
        CreateUnorderedModel(
            name="UsedJoinToken",
            fields=[
                ("nonce", models.BinaryField(db_comment="join-token-used/as-long-as-software", primary_key=True, serialize=False)),
            ],
            options={"db_table": "used_join_token"},
        ),
        CreateUnorderedModel(
            name="Card",
            fields=[
                ("public_key", models.BinaryField(db_comment="card-key/until-left", primary_key=True, serialize=False)),
                ("revocation_hash", models.BinaryField(db_comment="card-revocation/until-left", db_index=True)),
                ("last_wave", models.BinaryField(db_comment="card-last-wave/until-left", null=True)),
                ("request_hash", models.BinaryField(db_comment="card-last-wave/until-left", null=True)),
            ],
            options={"db_table": "card"},
        ),
        CreateUnorderedModel(
            name="Wave",
            fields=[
                ("wave", models.BinaryField(db_comment="wave-plan/public-record", primary_key=True, serialize=False)),
                ("served", models.BigIntegerField(db_comment="served-count/public-record")),
                ("is_open", models.BooleanField(db_comment="wave-plan/public-record")),
            ],
            options={"db_table": "wave"},
        ),
        CreateUnorderedModel(
            name="OccasionKey",
            fields=[
                ("occasion", models.BinaryField(db_comment="occasion-name/public-record", primary_key=True, serialize=False)),
                ("wave", models.BinaryField(db_comment="wave-plan/public-record", db_index=True, null=True)),
                ("position", models.IntegerField(db_comment="wave-plan/public-record")),
                ("descriptor", models.BinaryField(db_comment="occasion-rules/public-record")),
                ("spki", models.BinaryField(db_comment="occasion-key/public-record")),
                ("private_key", models.BinaryField(db_comment="signing-key/until-closed", null=True)),
                ("is_destruction_logged", models.BooleanField(db_comment="signing-key/public-record")),
            ],
            options={"db_table": "occasion_key"},
        ),
        CreateUnorderedModel(
            name="OutboxEntry",
            fields=[
                ("entry_hash", models.BinaryField(db_comment="hand-over/until-logged", max_length=32, primary_key=True, serialize=False)),
                ("entry", models.BinaryField(db_comment="hand-over/until-logged")),
            ],
            options={"db_table": "outbox_entry", "abstract": False},
        ),
    ]
