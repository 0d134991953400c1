"""Statements that a community may make in its reports: a closed list of sentences, each dated and with an end (8.8).

None of them can be made untrue by an order that nobody may speak of: nothing can be read out of its absence.
Sentences are gettext messages in English; whoever shows them translates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from amanah.core.encoding import JsonValue
from amanah.core.errors import InvalidInputError

LONGEST_DAYS = 184


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translators; it is translated when it is told."""
    return sentence


STATEMENTS: Mapping[str, str] = {
    "holds-as-declared": gettext_noop(
        "On the day of this statement our offices held the columns that the public log lists for them, and the log was "
        "checked against their databases."
    ),
    "no-list-of-members": gettext_noop(
        "On the day of this statement no office of ours held a list of the members: no column for their names exists."
    ),
    "software-as-published": gettext_noop(
        "On the day of this statement our offices ran the version of the software that the public log names, and its "
        "source is public."
    ),
    "trustees-sign": gettext_noop(
        "On the day of this statement the trustees that the public log names were in office, each with a key of their "
        "own, and a decision to give anything needed as many of their signatures as the log says."
    ),
    "rules-as-published": gettext_noop(
        "On the day of this statement the rules by which requests are decided were the ones whose fingerprint stands "
        "in the public log."
    ),
}
"""Every sentence by its code: facts of that day that anybody can check, and no promise about secret orders."""

WHAT_THEY_CANNOT_SAY = gettext_noop(
    "These sentences say nothing about orders that the law keeps secret, neither when they stand here nor when they do "
    "not. They are made on fixed dates for reasons of their own, and no community can make one about secret orders."
)


class StatementError(InvalidInputError):
    """This is no statement that a community may make."""

    code = "statement-unfit"


@dataclass(frozen=True)
class Statement:
    """One sentence of the list, with the day on which it was made and the day on which it expires."""

    code: str
    made_on: date
    expires_on: date

    def __post_init__(self) -> None:
        """Refuse sentences that are not on the list, and such as would stand for too long."""
        if self.code not in STATEMENTS:
            raise StatementError("A statement is chosen from the list.")
        if not 0 < (self.expires_on - self.made_on).days <= LONGEST_DAYS:
            raise StatementError(f"A statement expires after its day, and at most {LONGEST_DAYS} days later.")


def encode_statement(statement: Statement) -> list[JsonValue]:
    """Give the row of a statement, as reports hold it."""
    return [statement.code, statement.made_on.isoformat(), statement.expires_on.isoformat()]


def parse_statement(value: Any) -> Statement:
    """Read the row of a statement."""
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(part, str) for part in value):
        raise StatementError("A statement has a code and two days.")
    try:
        made_on, expires_on = (date.fromisoformat(part) for part in value[1:])
    except ValueError as error:
        raise StatementError("The days of a statement are written like 2026-11-25.") from error
    statement = Statement(value[0], made_on, expires_on)
    if encode_statement(statement) != value:
        raise StatementError("The days of a statement are written like 2026-11-25.")
    return statement
