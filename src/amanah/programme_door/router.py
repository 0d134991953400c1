"""Where the programme door's rows live: spent passes in the gate's database, everything else in the pages' own.

It never lets a row of one refer to a row of the other.
"""

from typing import Any

from django.conf import settings

SPENDING = "spending"


class SpendingRouter:
    """Sends the app `spending` to the database `spending`; with PostgreSQL both may be one database."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        """Give the database that a model is read from."""
        return SPENDING if model._meta.app_label == SPENDING else "default"

    def db_for_write(self, model: Any, **_hints: Any) -> str:
        """Give the database that a model is written to."""
        return SPENDING if model._meta.app_label == SPENDING else "default"

    def allow_relation(self, first: Any, second: Any, **_hints: Any) -> bool:
        """Refuse every relation between spent passes and anything else."""
        return bool((first._meta.app_label == SPENDING) == (second._meta.app_label == SPENDING))

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Make each table in its own database only.

        Where both aliases are one PostgreSQL database, they share one table of migrations done: a migration
        that was skipped under one alias would count as done under the other, so nothing is skipped there.
        """
        return _is_one_database() or (db == SPENDING) == (app_label == SPENDING)


def _is_one_database() -> bool:
    pages, gate = settings.DATABASES["default"], settings.DATABASES[SPENDING]
    return all(pages.get(part) == gate.get(part) for part in ("ENGINE", "NAME", "HOST", "PORT"))
