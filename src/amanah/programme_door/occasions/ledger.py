"""The gate's view of occasions in raw SQL: which there are, what state they are in, and that one was closed.

It never writes anything but states, counts and outbox entries, and never reads a page's words.
"""

import json
from dataclasses import dataclass

from amanah.core.passes.occasions import Occasion, parse_descriptor
from amanah.programme_door.occasions.states import CLOSED, State, decide_state
from amanah.web.database import Database
from amanah.web.outbox import append_entry_raw

_COLUMNS = "occasion, descriptor, spki, state, room_secret"


@dataclass(frozen=True)
class UnclosedOccasion:
    """An occasion as written down, with the state that it has by the clock."""

    occasion: Occasion
    spki: bytes
    state: State
    room_secret: bytes


@dataclass(frozen=True)
class ClosedSurvey:
    """A survey that is closed, with the plan and the words that were stated for it."""

    occasion: str
    plan: bytes
    words: bytes


class OccasionLedger:
    """Reads and moves on the occasions of the programme door's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_unclosed(self, now: int) -> list[UnclosedOccasion]:
        """List every occasion that is not closed, and write down the states that the clock has changed."""
        sql = f"SELECT {_COLUMNS} FROM occasions_occasion WHERE state <> ?"  # noqa: S608
        rows = self._database.execute(sql, (CLOSED,)).fetchall()
        return [self._read(row, now) for row in rows]

    def _read(self, row: tuple[str, bytes, bytes | None, str, bytes | None], now: int) -> UnclosedOccasion:
        name, descriptor, spki, written, secret = row
        occasion = parse_descriptor(json.loads(bytes(descriptor)))
        state = decide_state(
            written, has_key=bool(spki), opens_at=occasion.opens_at, closes_at=occasion.closes_at, now=now
        )
        if state != written:
            # A page may have asked for closing in between; what it wrote stays.
            self._database.execute(
                "UPDATE occasions_occasion SET state = ? WHERE occasion = ? AND state = ?",
                (state, name, written),
            )
        return UnclosedOccasion(occasion, bytes(spki or b""), state, bytes(secret or b""))

    def find_plan_bytes(self, occasion: str) -> bytes | None:
        """Find the plan that was stated for a survey; it has codes and hashes, and no words."""
        sql = "SELECT plan FROM surveys_survey WHERE occasion = ? AND plan IS NOT NULL"
        row = self._database.execute(sql, (occasion,)).fetchone()
        return bytes(row[0]) if row else None

    def list_closed_surveys(self) -> list[ClosedSurvey]:
        """List the closed surveys whose plan was stated."""
        rows = self._database.execute(
            "SELECT s.occasion, s.plan, s.plan_words FROM surveys_survey s"
            " JOIN occasions_occasion o ON o.occasion = s.occasion WHERE o.state = ? AND s.plan IS NOT NULL",
            (CLOSED,),
        )
        return [ClosedSurvey(occasion, bytes(plan), bytes(words)) for occasion, plan, words in rows]

    def record_page_change(self) -> None:
        """Make every public page be drawn again."""
        self._database.execute("UPDATE programmes_contentversion SET version = version + 1")

    def list_closed(self) -> set[bytes]:
        """List the ids of all closed occasions."""
        rows = self._database.execute("SELECT occasion FROM occasions_occasion WHERE state = ?", (CLOSED,))
        return {bytes.fromhex(row[0]) for row in rows}

    def record_closed(self, occasion: str, *, redeemed: int, bundle_sha256: str, entry: bytes) -> None:
        """Write down that an occasion is closed, forget its room's secret, and say so in public; one transaction."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE occasions_occasion SET state = ?, redeemed = ?, bundle_sha256 = ?, room_secret = NULL"
                " WHERE occasion = ?",
                (CLOSED, redeemed, bundle_sha256, occasion),
            )
            append_entry_raw(self._database, entry)
