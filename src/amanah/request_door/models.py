"""Entries of the request door that wait for the public log; every other table belongs to the noun that it is about."""

from amanah.web.outbox_models import AbstractOutboxEntry


class OutboxEntry(AbstractOutboxEntry):
    """Entries for the public log that it has not confirmed yet."""

    class Meta:
        db_table = "outbox_entry"

    def __str__(self) -> str:
        return "outbox entry"
