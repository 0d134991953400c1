"""What the programme door takes over from the public log, in raw SQL for the gate's process: entries and keys.

It never takes a key that is not the only one of its occasion in the whole log (`spec/passes.md` 6.3).
"""

import logging

from amanah.core.passes.wave_keys import WaveKeysError, find_only_key
from amanah.core.public_log.entries import Entry, encode_entry
from amanah.core.public_log.reading import LogView
from amanah.web.database import Database

_log = logging.getLogger("amanah.occasions")


class LogMirror:
    """Copies the verified log into the programme door's database; `record` is the clerk's act."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._doubtful: set[str] = set()

    def record(self, view: LogView, checkpoint: bytes = b"") -> None:
        """Copy what is new, and take over the keys of occasions that have none; one transaction."""
        with self._database.transaction():
            self._copy_entries(view)
            self._keep_checkpoint(checkpoint)
            self._record_keys(view)

    def _copy_entries(self, view: LogView) -> None:
        (held,) = self._database.execute("SELECT COUNT(*) FROM occasions_loggedentry").fetchone()
        rows = [
            (position, entry.kind, entry.ref or "", entry.at, encode_entry(entry))
            for position, entry in enumerate(view.entries[held:], start=held)
        ]
        if rows:
            self._database.execute_many(
                "INSERT INTO occasions_loggedentry (position, kind, ref, at, entry) VALUES (?, ?, ?, ?, ?)",
                rows,
            )

    def _keep_checkpoint(self, checkpoint: bytes) -> None:
        """Keep what vouches for the copy; pages may not open the log's folder, and show who has cosigned."""
        if checkpoint:
            self._database.execute(
                "INSERT INTO occasions_logstate (state, note) VALUES (1, ?)"
                " ON CONFLICT (state) DO UPDATE SET note = excluded.note",
                (checkpoint,),
            )

    def _record_keys(self, view: LogView) -> None:
        sql = "SELECT occasion FROM occasions_occasion WHERE spki IS NULL"
        waiting = [row[0] for row in self._database.execute(sql).fetchall()]
        if not waiting:
            return
        published = list_published_keys(view)
        named = {occasion for occasion, _ in published}
        for occasion in waiting:
            if occasion in named:
                self._record_key(occasion, published)

    def _record_key(self, occasion: str, published: list[tuple[str, str]]) -> None:
        try:
            key = find_only_key(occasion, published)
        except WaveKeysError as error:
            if occasion not in self._doubtful:
                _log.error("No pass for the occasion %s can be taken: %s", occasion, error)
            self._doubtful.add(occasion)
            return
        self._database.execute(
            "UPDATE occasions_occasion SET spki = ? WHERE occasion = ? AND spki IS NULL", (key.spki, occasion)
        )


def list_published_keys(view: LogView) -> list[tuple[str, str]]:
    """List (occasion id, key) of every key that any entry of the log publishes."""
    waves = [pair for entry in view.list_entries("wave_opened") for pair in _list_wave_keys(entry)]
    joins = [
        (entry.body["descriptor"]["occasion"], entry.body["spki"])
        for entry in view.list_entries("join_key_opened")
    ]
    return waves + joins


def _list_wave_keys(entry: Entry) -> list[tuple[str, str]]:
    return [(occasion, spki) for occasion, spki in entry.body["keys"]]
