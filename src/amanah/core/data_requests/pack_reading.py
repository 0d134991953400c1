"""Reads the values of a jurisdiction pack one by one and remembers what is wrong with each (`spec/data_requests.md` 2).

It never stops at the first fault: whoever writes a pack sees all of them at once, each in a sentence with its place.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Word = TypeVar("Word", bound=str)

LONGEST_PACK = 1 << 20
LONGEST_TEXT = 2_000
LONGEST_CODE = 64
MOST_ITEMS = 200
ENGLISH = "en"
ABSENT: Final = object()
"""Stands for a member that is missing: that is one fault, and what it would have held is no second one."""
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?#][!-~]*)?")
_UNSEEN_MARKS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Persian and Indian scripts cannot be spelt without joiners; Arabic needs marks of direction beside Latin names.
_NEEDED_MARKS = frozenset("\u200c\u200d\u200e\u200f\u061c")
_LONGEST_QUOTE = 40


class PackReader:
    """Takes values out of plain JSON; `problems` is every fault so far, in the order of the file."""

    def __init__(self) -> None:
        """Begin without faults, and with English alone."""
        self.problems: list[str] = []
        self.languages: tuple[str, ...] = (ENGLISH,)

    def find_fault(self, place: str, sentence: str, value: Any = None) -> None:
        """Remember one fault; of a member that is missing none beyond that."""
        if value is not ABSENT:
            self.problems.append(f"{place}: {sentence}")

    def document(self, data: bytes) -> Any:
        """Give the plain value of JSON in UTF-8; None, with the fault, where it is not that."""
        if len(data) > LONGEST_PACK:
            self.problems.append(
                f"The file is longer than {LONGEST_PACK // 1024} KiB. A pack holds text alone."
            )
            return None
        try:
            return json.loads(data.decode(), object_pairs_hook=self._collect_members)
        except UnicodeDecodeError:
            self.problems.append("The file is not saved as UTF-8. Save it again with that encoding.")
        except json.JSONDecodeError as error:
            self.problems.append(
                f"The file is not JSON: it cannot be read on from line {error.lineno}, column {error.colno}. Often a "
                "comma or a quotation mark is missing just before this place, or one too many stands there."
            )
        except (ValueError, RecursionError):
            self.problems.append(
                "The file is not JSON that a pack can have: a number is too long, or it is nested too deeply."
            )
        return None

    def table(self, value: Any, place: str, members: Sequence[str]) -> Mapping[str, Any]:
        """Give the members of an object that has these and no others."""
        if not isinstance(value, dict):
            self.find_fault(place, "this must be an object, in braces { }.", value)
            return dict.fromkeys(members, ABSENT)
        for name in members:
            if name not in value:
                self.find_fault(place, f"“{name}” is missing.")
        for name in value:
            if name not in members:
                self.find_fault(
                    place,
                    f"{quote(name)} is no member that stands here. Take it out, or correct its spelling.",
                )
        return {name: value.get(name, ABSENT) for name in members}

    def items(
        self, value: Any, place: str, read: Callable[[Any, str], Item], *, least: int = 0
    ) -> tuple[Item, ...]:
        """Give every item of a list, each read by `read`."""
        if not isinstance(value, list):
            self.find_fault(place, "this must be a list, in brackets [ ].", value)
            return ()
        if not least <= len(value) <= MOST_ITEMS:
            self.find_fault(
                place, f"this list must have {least} to {MOST_ITEMS} items, and has {len(value)}."
            )
            return ()
        return tuple(read(item, f"{place}, item {number}") for number, item in enumerate(value, start=1))

    def choice(self, value: Any, place: str, allowed: Sequence[Word]) -> Word:
        """Give a word of a closed list."""
        for word in allowed:
            if value == word:
                return word
        self.find_fault(place, f"must be one of {', '.join(allowed)}; here stands {quote(value)}.", value)
        return allowed[0]

    def code(self, value: Any, place: str) -> str:
        """Give a code: lower-case letters and digits, parted by single hyphens."""
        if isinstance(value, str) and len(value) <= LONGEST_CODE and _CODE.fullmatch(value):
            return value
        self.find_fault(
            place,
            f"a code has at most {LONGEST_CODE} lower-case letters a to z and digits, parted by single hyphens; "
            f"here stands {quote(value)}.",
            value,
        )
        return ""

    def language(self, value: Any, place: str) -> str:
        """Give a language tag such as `en` or `ar`."""
        if isinstance(value, str) and len(value) <= LONGEST_CODE and _LANGUAGE.fullmatch(value):
            return value
        self.find_fault(place, f"a language is written like en or ar; here stands {quote(value)}.", value)
        return ""

    def line(self, value: Any, place: str) -> str:
        """Give one line of text without marks that a reader cannot see."""
        if not isinstance(value, str) or not value.strip():
            self.find_fault(place, "some text must stand here, in quotation marks.", value)
        elif len(value) > LONGEST_TEXT:
            self.find_fault(place, f"this text is longer than {LONGEST_TEXT} characters.")
        elif any(_is_unseen(mark) for mark in value):
            self.find_fault(
                place, "this text holds a line break or a mark that cannot be seen. Type it again."
            )
        elif value != value.strip() or "  " in value:
            self.find_fault(place, "this text begins or ends with a space, or has two spaces in a row.")
        else:
            return value
        return ""

    def texts(self, value: Any, place: str) -> Mapping[str, str]:
        """Give one text in every language of the pack."""
        if not isinstance(value, dict):
            self.find_fault(place, 'this must be a text for each language, like {"en": "…"}.', value)
            return {}
        for language in self.languages:
            if language not in value:
                self.find_fault(place, f"the text in the language “{language}” is missing.")
        for language in value:
            if language not in self.languages:
                self.find_fault(
                    place,
                    f"{quote(language)} is not one of the pack's “languages” ({', '.join(self.languages)}).",
                )
        return {language: self.line(text, f"{place}, {quote(language)}") for language, text in value.items()}

    def texts_or_none(self, value: Any, place: str) -> Mapping[str, str] | None:
        """Give one text in every language, or None where null stands."""
        return None if value is None else self.texts(value, place)

    def flag_or_none(self, value: Any, place: str) -> bool | None:
        """Give true, false, or None where null stands."""
        if value is None or isinstance(value, bool):
            return value
        self.find_fault(
            place, f"must be true, false, or null (not checked); here stands {quote(value)}.", value
        )
        return False

    def days_or_none(self, value: Any, place: str, most: int) -> int | None:
        """Give a number of days from 1 on, or None where null stands."""
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most):
            return value
        self.find_fault(
            place,
            f"must be a whole number of days from 1 to {most}, or null; here stands {quote(value)}.",
            value,
        )
        return None

    def day(self, value: Any, place: str) -> date:
        """Give a day of the calendar."""
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            self.find_fault(place, f"{quote(value)} is not a day of the calendar.")
            return date.min
        self.find_fault(place, f"a day is written like 2026-11-25; here stands {quote(value)}.", value)
        return date.min

    def address_or_none(self, value: Any, place: str) -> str | None:
        """Give the address of a page, or None where null stands."""
        if value is None:
            return None
        if isinstance(value, str) and len(value) <= LONGEST_TEXT and _ADDRESS.fullmatch(value):
            return value
        self.find_fault(
            place,
            f"an address begins with https:// or http://, or is null; here stands {quote(value)}.",
            value,
        )
        return None

    def check_unique(self, codes: Sequence[str], place: str) -> None:
        """Find every code that stands more than once."""
        for code in sorted({code for code in codes if code and codes.count(code) > 1}):
            self.find_fault(place, f"“{code}” stands there more than once.")

    def _collect_members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for name, times in Counter(name for name, _ in pairs).items():
            if times > 1:
                self.problems.append(
                    f"The name {quote(name)} stands {times} times in one object. Which of them is meant?"
                )
        return dict(pairs)


def quote(value: Any) -> str:
    """Give a short quotation of a value that was not expected, safe to print anywhere."""
    if value is ABSENT:
        return "nothing"
    if isinstance(value, str):
        shown = value if value.isprintable() else ascii(value)[1:-1]
    elif isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    elif isinstance(value, int) and not isinstance(value, bool):
        # A number of thousands of digits has no text in Python.
        shown = str(value) if value.bit_length() < 256 else "a very long number"
    else:
        shown = json.dumps(value)
    return f"“{shown[:_LONGEST_QUOTE]}{'…' if len(shown) > _LONGEST_QUOTE else ''}”"


def _is_unseen(mark: str) -> bool:
    return unicodedata.category(mark) in _UNSEEN_MARKS and mark not in _NEEDED_MARKS
