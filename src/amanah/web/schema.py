"""Migration operations for tables that must not remember in which order their rows came.

It never adds a serial key or a time column; `tests/privacy` reads the live schema to prove it.
"""

from typing import Any

from django.db import migrations


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
