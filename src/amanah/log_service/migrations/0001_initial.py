"""Create the log's tables and the triggers that keep them append-only."""

from django.db import migrations, models

TABLES = ("log_entry", "log_checkpoint")


def refuse_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the public log is append-only'; END $$"
        )
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in TABLES:
        for change in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the public log is append-only'); END"
            )


def allow_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION refuse_change() CASCADE")
        return
    for table in TABLES:
        for change in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{change}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("position", models.BigIntegerField(db_comment="log-entry/public-record", primary_key=True, serialize=False)),
                ("entry_hash", models.BinaryField(db_comment="log-entry/public-record", max_length=32, unique=True)),
                ("entry", models.BinaryField(db_comment="log-entry/public-record")),
            ],
            options={"db_table": "log_entry"},
        ),
        migrations.CreateModel(
            name="LogCheckpoint",
            fields=[
                ("size", models.BigIntegerField(db_comment="log-tree/public-record", primary_key=True, serialize=False)),
                ("root", models.BinaryField(db_comment="log-tree/public-record", max_length=32)),
                ("note", models.BinaryField(db_comment="log-tree/public-record")),
            ],
            options={"db_table": "log_checkpoint"},
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
