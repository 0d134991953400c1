"""Take the requests over from the door's first table, with every row, and make room for facts and papers.

Only whole new tables: changing one on SQLite would bring back the hidden row number that shows in which order rows came.
"""

from typing import Any

from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel

CASE = "request-case/until-case-closed"
BODY = "request-body/until-case-closed"
PEOPLE = "request-people/until-case-closed"


def set_old_rows_aside(_apps: Any, schema_editor: Any) -> None:
    """Move the rows that stand there into a plain table; a new door has none."""
    schema_editor.execute("CREATE TABLE data_request_before AS SELECT * FROM data_request")
    schema_editor.execute("DROP TABLE data_request")


def bring_old_rows_back(_apps: Any, schema_editor: Any) -> None:
    """Give the old rows their place in the new table; they have no facts, because no rule decided them."""
    schema_editor.execute(
        "INSERT INTO data_request (reference, status_hash, body_name, officer, jurisdiction, instrument, channel, "
        "language, asked_for, facts_hash, received_on, closed_on, taken_in_by, is_paper_shown, state) "
        "SELECT reference, status_hash, body_name, '', '', instrument, 'form', 'en', asked_for, '', received_on, "
        "NULL, '', FALSE, state FROM data_request_before"
    )
    schema_editor.execute("DROP TABLE data_request_before")


class Migration(migrations.Migration):
    initial = True

    dependencies = [("request_door", "0001_initial")]

    operations = [
        migrations.RunPython(set_old_rows_aside, migrations.RunPython.noop),
        CreateUnorderedModel(
            name="DataRequest",
            fields=[
                ("reference", models.CharField(db_comment=CASE, max_length=16, primary_key=True, serialize=False)),
                ("status_hash", models.BinaryField(db_comment=CASE, max_length=32, unique=True)),
                ("body_name", models.CharField(db_comment=BODY, max_length=200)),
                (
                    "officer",
                    models.CharField(
                        blank=True, db_comment="request-officer/until-case-closed", max_length=200
                    ),
                ),
                ("jurisdiction", models.CharField(blank=True, db_comment=CASE, max_length=64)),
                ("instrument", models.CharField(db_comment=CASE, max_length=64)),
                ("channel", models.CharField(db_comment=CASE, max_length=16)),
                ("language", models.CharField(db_comment=CASE, max_length=8)),
                ("asked_for", models.TextField(db_comment=CASE, max_length=4000)),
                ("facts_hash", models.CharField(blank=True, db_comment=CASE, max_length=64)),
                ("received_on", models.DateField(db_comment=CASE)),
                ("closed_on", models.DateField(blank=True, db_comment=CASE, null=True)),
                ("taken_in_by", models.CharField(blank=True, db_comment=CASE, max_length=32)),
                ("is_paper_shown", models.BooleanField(db_comment=CASE)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("refused", "Refused"),
                            ("given", "Something was given"),
                            ("closed", "Closed"),
                            ("destroyed", "Closed and destroyed"),
                        ],
                        db_comment=CASE,
                        max_length=16,
                    ),
                ),
            ],
            options={"db_table": "data_request"},
        ),
        migrations.RunPython(bring_old_rows_back, migrations.RunPython.noop),
        CreateUnorderedModel(
            name="Facts",
            fields=[
                (
                    "facts_hash",
                    models.CharField(db_comment=PEOPLE, max_length=64, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(db_comment=PEOPLE, db_index=True, max_length=16)),
                ("document", models.BinaryField(db_comment=PEOPLE)),
            ],
            options={"db_table": "request_facts"},
        ),
        CreateUnorderedModel(
            name="InstrumentFile",
            fields=[
                (
                    "reference",
                    models.CharField(
                        db_comment="request-file/until-case-closed",
                        max_length=16,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("content", models.BinaryField(db_comment="request-file/until-case-closed")),
            ],
            options={"db_table": "instrument_file"},
        ),
        CreateUnorderedModel(
            name="CounterDay",
            fields=[
                (
                    "day",
                    models.DateField(
                        db_comment="counter-brake/until-next-day", primary_key=True, serialize=False
                    ),
                ),
                ("refused_papers", models.IntegerField(db_comment="counter-brake/until-next-day")),
            ],
            options={"db_table": "counter_day"},
        ),
    ]
