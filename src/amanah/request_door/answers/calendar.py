"""The deadlines as a calendar feed (RFC 5545) under one trustee's secret address.

It holds references and days. It never says which law, which body or whom a case is about, and never that one is
secret: whoever runs a trustee's calendar reads along.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as translate
from icalendar import Calendar, Event

from amanah.core.encoding import compute_hash
from amanah.request_door.answers.models import CalendarLink
from amanah.request_door.trustees.queries import TRUSTED_ROLES, find_account, has_panel
from amanah.web.settings import get_config

if TYPE_CHECKING:
    from amanah.request_door.answers.deadlines import DueLine
    from amanah.request_door.trustees.models import Account

SECRET_SIZE = 16
_DOMAIN = "amanah/calendar-link/v1"
_EVENT_DOMAIN = "amanah/calendar-event/v1"
# RFC 5545 wants a time stamp in every event. A fixed one says nothing about when something was decided.
_STAMP = datetime(2000, 1, 1, tzinfo=UTC)


def issue_calendar(account: "Account") -> str:
    """Give a trustee a fresh secret for a calendar; an older address works no more."""
    secret = secrets.token_bytes(SECRET_SIZE)
    CalendarLink.objects.update_or_create(
        account_id=account.account, defaults={"link_hash": _compute_link_hash(secret)}
    )
    return secret.hex()


def revoke_calendar(account: "Account") -> None:
    """Let a trustee's address work no more."""
    CalendarLink.objects.filter(account_id=account.account).delete()


def has_calendar(account: "Account") -> bool:
    """Tell whether a trustee has an address that works."""
    return CalendarLink.objects.filter(account_id=account.account).exists()


def find_subscriber(secret: str) -> "Account | None":
    """Find whose address it is, as long as that is a trustee or a deputy of the panel."""
    try:
        raw = bytes.fromhex(secret)
    except ValueError:
        return None
    if len(raw) != SECRET_SIZE or raw.hex() != secret:
        return None
    link = CalendarLink.objects.filter(link_hash=_compute_link_hash(raw)).first()
    account = find_account(str(link.account_id)) if link is not None else None
    return account if account is not None and account.role in TRUSTED_ROLES and has_panel() else None


def build_calendar(deadlines: "Iterable[DueLine]", secret: str) -> bytes:
    """Give the feed: whole days, and of each only the reference and whether an answer is due or a look at the case."""
    config = get_config()
    calendar = Calendar()
    calendar.add("prodid", "-//Amanah//Request door//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", translate("Request door") + f" · {config.community_name}")
    days = sorted({(due.due_on, due.reference, due.is_answer) for due in deadlines})
    for day, reference, is_answer in days:
        words = translate("An answer is due") if is_answer else translate("Look at this case at the desk")
        event = Event()
        event.add("uid", _build_event_name(secret, f"{reference} {day} {is_answer}"))
        event.add("dtstamp", _STAMP)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"{words}: {reference}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _build_event_name(secret: str, what: str) -> str:
    """Give a name that stays the same and says nothing: in two trustees' calendars it differs."""
    name = compute_hash(_EVENT_DOMAIN, secret.encode(), what.encode()).hex()[:32]
    return f"{name}@{urlsplit(get_config().urls['request']).hostname}"


def _compute_link_hash(secret: bytes) -> bytes:
    return compute_hash(_DOMAIN, secret)
