"""The waiting times that this door states in public (`spec/public_log.md` 1.4), and what it stated last.

It never states them again while they stay the same.
"""

import json
from itertools import chain

from amanah.core.encoding import JsonValue
from amanah.web.config import Config
from amanah.web.database import Database
from amanah.web.outbox import list_waiting_entries

RULES_STATED = "rules_stated"
_LAST_COPIED = "SELECT entry FROM occasions_loggedentry WHERE kind = ? ORDER BY position DESC LIMIT 1"


def list_rules(config: Config) -> dict[str, JsonValue]:
    """Give the body of `rules_stated` for the pace that was chosen."""
    return {
        "fetch_window": config.pacing.shortest_fetch_window,
        "minimum_age": config.pacing.minimum_age,
        "pace": config.pace,
        "register_window": config.pacing.register_window,
    }


def find_stated_rules(database: Database) -> dict[str, JsonValue] | None:
    """Find what was stated last: what waits for the log is later than what was copied from it."""
    waiting = [json.loads(entry) for _, entry in list_waiting_entries(database)]
    stated = sorted(
        (entry for entry in waiting if entry["kind"] == RULES_STATED), key=lambda entry: int(entry["at"])
    )
    copied = database.execute(_LAST_COPIED, (RULES_STATED,)).fetchall()
    for entry in chain(reversed(stated), (json.loads(row[0]) for row in copied)):
        body: dict[str, JsonValue] = entry["body"]
        return body
    return None
