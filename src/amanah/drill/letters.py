"""Reads letters as whoever asked would, and holds what they say is held against what every door declared in the log."""

from collections.abc import Iterable, Sequence

from amanah.core.data_requests.held import Holdings, build_holdings, list_absent
from amanah.core.data_requests.rules import RULES
from amanah.core.public_log.reading import LogView
from amanah.drill.wire import CrowdError
from amanah.web.holdings import PURPOSES

NOT_HELD = "not held. No door has a place for it."


def read_words(letter: str) -> str:
    """Give a letter without its line breaks."""
    return " ".join(letter.split())


def check_reasons(letter: str, rules: Iterable[str]) -> None:
    """Refuse a letter that leaves out the sentence of a rule which decided."""
    for rule in rules:
        if RULES[rule] not in read_words(letter):
            raise CrowdError(f"The letter does not say that the rule {rule} was applied.")


def read_holdings(view: LogView) -> Holdings:
    """Give what every office declared last that it holds."""
    declared = {entry.by: entry.body["columns"] for entry in view.list_entries("holdings_declared")}
    return build_holdings(
        {office: [tuple(column) for column in columns] for office, columns in declared.items()}
    )


def check_what_is_held(letter: str, holdings: Holdings, categories: Sequence[str]) -> int:
    """Refuse a letter that leaves out anything that is held, or claims more absent than is; count what is absent."""
    words = read_words(letter)
    purposes = {column.purpose for column in holdings.columns}
    unsaid = sorted(purpose for purpose in purposes if read_words(PURPOSES[purpose]) not in words)
    if unsaid or not holdings.is_whole:
        raise CrowdError(
            f"The letter does not say that this is held: {', '.join(unsaid) or 'not every door declared'}."
        )
    absent = list_absent(holdings, categories)
    if words.count(NOT_HELD) != len(absent):
        raise CrowdError(
            "The letter says of another number of kinds that they are not held than the log does."
        )
    return len(absent)
