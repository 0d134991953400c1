"""Migration operations for tables that must not remember in which order their rows came, or must not forget a row.

It never adds a serial key or a time column; `tests/privacy` reads the live schema to prove it.
"""

from typing import Any

from django.db import migrations
from django.db.migrations import operations


class CreateUnorderedModel(migrations.CreateModel):
    """Create a table that SQLite stores by its random primary key alone, with no hidden row number.

    A later operation that rebuilds the table on SQLite (AlterField, RemoveField) would bring the row number
    back: make a new table with this operation instead.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Append WITHOUT ROWID where the vendor has row numbers."""
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        schema_editor.sql_create_table = f"{type(schema_editor).sql_create_table} WITHOUT ROWID"
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            del schema_editor.sql_create_table


class RefuseChanges(operations.base.Operation):
    """Let the database refuse to change or remove rows of a table, whoever asks and by whatever program.

    An operation that rebuilds the table on SQLite takes the refusal away with the old table: add it again after one.
    """

    reversible = True

    def __init__(self, table: str, key: str) -> None:
        self.table = table
        self.key = key

    def state_forwards(self, _app_label: str, _state: Any) -> None:
        """Change nothing about models."""

    def database_forwards(self, _app_label: str, schema_editor: Any, _from: Any, _to: Any) -> None:
        """Put the refusal on the table."""
        for statement in list_refusals(schema_editor.connection.vendor, self.table, self.key):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, _app_label: str, schema_editor: Any, _from: Any, _to: Any) -> None:
        """Take the refusal away with the table that it is on."""
        for statement in list_refusal_ends(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Say what this does, as Django asks of an operation."""
        return f"Refuse to change or remove rows of {self.table}"


def list_refusals(vendor: str, table: str, key: str) -> list[str]:
    """List the statements that make a table one to which rows can only be added."""
    said = f"{table}: rows are added, and never changed or removed"
    if vendor == "sqlite":
        # REPLACE removes the old row without asking any other trigger.
        is_there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608
        return [
            f"CREATE TRIGGER {table}_stays_{event.lower()} BEFORE {event} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            for event, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", f"WHEN {is_there} "))
        ]
    return [
        f"CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{said}'; END $$",
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_stays()",
        f"CREATE TRIGGER {table}_stays_whole BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays()",
    ]


def list_refusal_ends(vendor: str, table: str) -> list[str]:
    """List the statements that end what `list_refusals` began."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_stays_{event}" for event in ("update", "delete", "insert")]
    return [
        f"DROP TRIGGER {table}_stays ON {table}",
        f"DROP TRIGGER {table}_stays_whole ON {table}",
        f"DROP FUNCTION {table}_stays()",
    ]
