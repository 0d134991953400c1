"""A programme's schedule as iCalendar (RFC 5545), with names that stay the same. It never knows who subscribes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from amanah.programme_door.programmes.queries import ProgrammeOnShow
from amanah.programme_door.sessions.queries import SessionOnShow
from amanah.web.config import Config

# RFC 5545 wants a time stamp in every event. A fixed one keeps the feed the same for everyone, and says nothing
# about when somebody last changed it.
_STAMP = datetime(2000, 1, 1, tzinfo=UTC)


def build_calendar(
    programme: ProgrammeOnShow, sessions: Iterable[SessionOnShow], *, config: Config, language: str
) -> bytes:
    """Give the feed of a programme."""
    host = urlsplit(config.urls["programme"]).hostname
    calendar = Calendar()
    calendar.add("prodid", "-//Amanah//Programme//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{programme.words['title']} · {config.community_name}")
    for session in sessions:
        event = Event()
        event.add("uid", f"{session.occasion}@{host}")
        event.add("dtstamp", _STAMP)
        event.add("dtstart", session.starts_at.astimezone(UTC))
        event.add("dtend", session.ends_at.astimezone(UTC))
        event.add("summary", session.words["title"])
        event.add("location", session.words["place"])
        if session.has_official:
            event.add("description", _tell_official(session))
        event.add("url", f"{config.urls['programme']}/{language}/programmes/{programme.slug}/")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _tell_official(session: SessionOnShow) -> str:
    """Whoever reads the schedule in a calendar reads this too."""
    return "\n".join(
        [_("An official will be in the room"), session.official["official_present"], session.duty_sentence]
    )
