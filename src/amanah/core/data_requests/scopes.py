"""What is asked for or ordered: about whom, of what kind, over which days (`spec/data_requests.md` 3.2, 3.3).

A scope never grows by being compared: the meet of two scopes lies within both, or is nothing at all.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from amanah.core.encoding import JsonValue
from amanah.core.errors import InvalidInputError

CATEGORIES = (
    "membership-list",
    "identity",
    "contact-details",
    "attendance",
    "answers",
    "messages",
    "learning-records",
    "device-records",
    "donor-records",
    "staff-accounts",
    "request-records",
    "public-records",
    "other-records",
)
PUBLIC_RECORDS = "public-records"
LONGEST_NAME = 120
MOST_NAMES = 100
_MEMBERS = {"categories", "people", "since", "until"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSEEN_MARKS = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


class ScopeUnreadableError(InvalidInputError):
    """These values are no scope."""

    code = "scope-unreadable"


@dataclass(frozen=True)
class Scope:
    """Named people, kinds of material and days, both ends in; None leaves an end open, no people make a class."""

    people: tuple[str, ...]
    categories: tuple[str, ...]
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        """Refuse what has no one form, so that the same scope always has the same bytes."""
        if [*self.people] != sorted(set(self.people)) or [*self.categories] != sorted(set(self.categories)):
            raise ScopeUnreadableError("The lists of a scope are in order, and nothing stands there twice.")
        if len(self.people) > MOST_NAMES:
            raise ScopeUnreadableError(f"Name at most {MOST_NAMES} people in one request.")
        if any(parse_name(name) != name for name in self.people):
            raise ScopeUnreadableError("A name is written in its composed form, with single spaces.")
        if not set(self.categories) <= set(CATEGORIES):
            raise ScopeUnreadableError("Choose what is asked for from the list of kinds of material.")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise ScopeUnreadableError("The first day comes before the last day.")

    @property
    def is_class(self) -> bool:
        """Tell whether a class of people is meant, because nobody is named."""
        return not self.people

    @property
    def is_empty(self) -> bool:
        """Tell whether no kind of material is meant."""
        return not self.categories


def parse_name(text: str) -> str:
    """Give a name as a scope holds it: composed (NFC), single spaces, no mark that a reader cannot see."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ScopeUnreadableError(f"A name has 1 to {LONGEST_NAME} characters.")
    if any(unicodedata.category(mark) in _UNSEEN_MARKS and mark not in _JOINERS for mark in name):
        raise ScopeUnreadableError("A name holds a mark that cannot be seen. Type it again.")
    return name


def build_scope(
    people: Iterable[str], categories: Iterable[str], since: date | None = None, until: date | None = None
) -> Scope:
    """Make a scope of what somebody typed: names composed, both lists in order, nothing twice."""
    names = {parse_name(name) for name in people}
    return Scope(tuple(sorted(names)), tuple(sorted(set(categories))), since, until)


def encode_scope(scope: Scope) -> dict[str, JsonValue]:
    """Give the plain object of a scope, as facts and decisions hold it."""
    return {
        "categories": [*scope.categories],
        "people": [*scope.people],
        "since": _encode_day(scope.since),
        "until": _encode_day(scope.until),
    }


def parse_scope(value: Any) -> Scope:
    """Read the plain object of a scope; refuse one that this module would not have written."""
    if not isinstance(value, dict) or set(value) != _MEMBERS:
        raise ScopeUnreadableError("A scope has categories, people, since and until, and nothing else.")
    return Scope(
        _parse_texts(value["people"]),
        _parse_texts(value["categories"]),
        _parse_day(value["since"]),
        _parse_day(value["until"]),
    )


def is_within(inner: Scope, outer: Scope) -> bool:
    """Tell whether one scope asks for nothing that the other does not name; a class is within nothing."""
    return (
        not inner.is_class
        and not outer.is_class
        and set(inner.people) <= set(outer.people)
        and set(inner.categories) <= set(outer.categories)
        and _compute_since(inner.since, outer.since) == inner.since
        and _compute_until(inner.until, outer.until) == inner.until
    )


def compute_meet(one: Scope, other: Scope) -> Scope | None:
    """Give what both scopes name; None where that is nothing, or where one of them is a class."""
    people = set(one.people) & set(other.people)
    categories = set(one.categories) & set(other.categories)
    since = _compute_since(one.since, other.since)
    until = _compute_until(one.until, other.until)
    if not people or not categories or (since is not None and until is not None and since > until):
        return None
    return Scope(tuple(sorted(people)), tuple(sorted(categories)), since, until)


def _compute_since(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _compute_until(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _encode_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _parse_day(value: Any) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ScopeUnreadableError("A day is written like 2026-11-25, or left open.")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ScopeUnreadableError("This day is not in the calendar.") from error


def _parse_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ScopeUnreadableError("The people and the categories of a scope are lists of texts.")
    return tuple(value)
