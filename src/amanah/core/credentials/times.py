"""Times and days as credentials write them: RFC 3339 in UTC with whole seconds, and ISO 8601 days.

It never reads a clock. Years are 1 to 9999, so that a grant of long ago has a time before 1970.
"""

import re
from datetime import UTC, date, datetime, timedelta

from amanah.core.credentials.reading import CredentialError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ANY_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})",
    re.ASCII,
)
_HOW_TO_WRITE = "A time is not written like 2026-11-25T20:00:00Z."


def parse_time(text: object, step: str = "2.1") -> int:
    """Read the one spelling that Amanah writes; give seconds since 1970."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise CredentialError(_HOW_TO_WRITE, step)
    return _count_seconds(text, step)


def parse_foreign_time(text: object, step: str = "4.3") -> int:
    """Read a time as other issuers may write it, with fractions and an offset; what is below a second is cut off."""
    found = _ANY_TIME.fullmatch(text) if isinstance(text, str) else None
    if not isinstance(text, str) or found is None:
        raise CredentialError(_HOW_TO_WRITE, step)
    return _count_seconds(text.replace(found[1] or "", "", 1), step)


def encode_time(seconds: int) -> str:
    """Write seconds since 1970."""
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise CredentialError("A time is not within the years 1 to 9999.", "2.1") from error
    return moment.replace(tzinfo=None).isoformat() + "Z"


def parse_day(text: object, step: str = "6.2") -> date:
    """Read a day like 2026-11-25."""
    if isinstance(text, str) and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise CredentialError("A day is not written like 2026-11-25.", step)


def encode_day(day: date) -> str:
    """Write a day."""
    return day.isoformat()


def _count_seconds(text: str, step: str) -> int:
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError) as error:
        raise CredentialError("A time is written like one, but there is no such moment.", step) from error
