import json

from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


def fill_times(apps, schema_editor):
    """Copies made before this release told their time only inside the entry."""
    logged = apps.get_model("occasions", "LoggedEntry")
    alias = schema_editor.connection.alias
    for row in logged.objects.using(alias).filter(at=None).iterator():
        row.at = json.loads(bytes(row.entry))["at"]
        row.save(using=alias, update_fields=["at"])


class Migration(migrations.Migration):

    dependencies = [
        ("occasions", "0001_plan_occasions"),
    ]

    operations = [
        # Nullable and without a default: SQLite then adds the column and does not build the table again.
        migrations.AddField(
            model_name="loggedentry",
            name="at",
            field=models.BigIntegerField(db_comment="log-copy/public-record", null=True),
        ),
        CreateUnorderedModel(
            name="LogState",
            fields=[
                (
                    "state",
                    models.PositiveSmallIntegerField(
                        db_comment="log-copy/public-record", default=1, primary_key=True, serialize=False
                    ),
                ),
                ("note", models.BinaryField(db_comment="log-copy/public-record")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("state", 1)), name="one_log_state")
                ],
            },
        ),
        migrations.RunPython(fill_times, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="loggedentry", index=models.Index(fields=["at"], name="logged_entry_at")
        ),
        migrations.AddIndex(
            model_name="loggedentry", index=models.Index(fields=["ref"], name="logged_entry_ref")
        ),
    ]
