"""How papers and standing are said: people by their names, subjects by the community's words. It decides nothing."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from amanah.core.credentials.teller import Teller, tell_utc
from amanah.programme_door.credentials.queries.papers import find_names
from amanah.programme_door.scopes.queries import find_scope_words
from amanah.web.templating import format_day, format_number

SHORT_ID = 14
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def build_teller(language: str) -> Teller:
    """Give how sentences of the core are told in one language."""
    return Teller(
        translate=_,
        tell_party=tell_party,
        tell_scope=lambda scope: find_scope_words(scope, language)["name"] or scope,
        tell_time=tell_time,
        tell_day=tell_day,
        tell_number=format_number,
    )


def tell_party(identifier: str) -> str:
    """Say who is meant: by name, or by the end of an identifier that nobody named."""
    name = find_names([identifier]).get(identifier, "")
    return name or shorten(identifier)


def shorten(identifier: str) -> str:
    """Give the end of an identifier, by which people can compare it."""
    return identifier if len(identifier) <= SHORT_ID else f"…{identifier[-SHORT_ID:]}"


def tell_time(at: int) -> str:
    """Say a day, in the community's time zone."""
    try:
        return format_day((_EPOCH + timedelta(seconds=at)).astimezone(timezone.get_current_timezone()))
    except (OverflowError, ValueError):
        return tell_utc(at)


def tell_day(day: date) -> str:
    """Say a day."""
    return format_day(day)
