"""Create the tables of cosignatures and of our own witness, and the triggers that let neither forget."""

from django.db import migrations, models

APPEND_ONLY = ("log_cosignature", "fork_evidence")
REFUSAL = "the public log is append-only"
FALLS = "NEW.origin_hash <> OLD.origin_hash OR NEW.size < OLD.size OR NEW.cosigned_at < OLD.cosigned_at"


def refuse_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in APPEND_ONLY:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        schema_editor.execute(
            "CREATE TRIGGER witnessed_log_keep BEFORE DELETE OR TRUNCATE ON witnessed_log "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        schema_editor.execute(
            "CREATE TRIGGER witnessed_log_grow BEFORE UPDATE ON witnessed_log "
            f"FOR EACH ROW WHEN ({FALLS}) EXECUTE FUNCTION refuse_change()"
        )
        return
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    schema_editor.execute(
        f"CREATE TRIGGER witnessed_log_no_delete BEFORE DELETE ON witnessed_log BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    schema_editor.execute(
        f"CREATE TRIGGER witnessed_log_grow BEFORE UPDATE ON witnessed_log WHEN {FALLS} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def allow_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in APPEND_ONLY:
            schema_editor.execute(f"DROP TRIGGER {table}_keep ON {table}")
        for trigger in ("keep", "grow"):
            schema_editor.execute(f"DROP TRIGGER witnessed_log_{trigger} ON witnessed_log")
        return
    for table in APPEND_ONLY:
        for change in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{change}")
    for trigger in ("no_delete", "grow"):
        schema_editor.execute(f"DROP TRIGGER witnessed_log_{trigger}")


class Migration(migrations.Migration):
    dependencies = [("log_service", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="LogCosignature",
            fields=[
                ("pk", models.CompositePrimaryKey("size", "witness", blank=True, editable=False, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(db_comment="log-tree/public-record")),
                ("witness", models.CharField(db_comment="log-tree/public-record", max_length=400)),
                ("line", models.BinaryField(db_comment="log-tree/public-record")),
            ],
            options={"db_table": "log_cosignature"},
        ),
        migrations.CreateModel(
            name="WitnessedLog",
            fields=[
                ("origin_hash", models.BinaryField(db_comment="witness-memory/public-record", max_length=32, primary_key=True, serialize=False)),
                ("origin", models.TextField(db_comment="witness-memory/public-record")),
                ("size", models.BigIntegerField(db_comment="witness-memory/public-record")),
                ("root", models.BinaryField(db_comment="witness-memory/public-record", max_length=32)),
                ("note", models.BinaryField(db_comment="witness-memory/public-record")),
                ("cosigned_at", models.BigIntegerField(db_comment="witness-memory/public-record")),
            ],
            options={"db_table": "witnessed_log"},
        ),
        migrations.CreateModel(
            name="ForkEvidence",
            fields=[
                ("pk", models.CompositePrimaryKey("origin_hash", "size", "root", blank=True, editable=False, primary_key=True, serialize=False)),
                ("origin_hash", models.BinaryField(db_comment="witness-memory/public-record", max_length=32)),
                ("size", models.BigIntegerField(db_comment="witness-memory/public-record")),
                ("root", models.BinaryField(db_comment="witness-memory/public-record", max_length=32)),
                ("note", models.BinaryField(db_comment="witness-memory/public-record")),
            ],
            options={"db_table": "fork_evidence"},
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
