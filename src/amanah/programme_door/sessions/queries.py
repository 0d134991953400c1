"""When and where sessions take place. It never reads who came: there is no such table."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from amanah.programme_door.programmes.queries import Words, pick_words
from amanah.programme_door.sessions.duties import tell_duty
from amanah.programme_door.sessions.models import Session

# Doors open a little before, so that people are in when it starts.
OPENS_BEFORE = timedelta(minutes=15)


@dataclass(frozen=True)
class SessionOnShow:
    """A session in one reader's language."""

    occasion: str
    programme: str
    words: Words
    official: Words
    duty: str
    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        """Give the planned end; check-in ends with it."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def opens_at(self) -> datetime:
        """Give the time from which people are let in."""
        return self.starts_at - OPENS_BEFORE

    @property
    def has_official(self) -> bool:
        """Tell whether an official present was declared."""
        return bool(self.official["official_present"])

    @property
    def duty_sentence(self) -> str:
        """Give whether that official has to report, in the reader's words."""
        return str(tell_duty(self.duty))


def list_sessions(language: str, *, programme: str | None = None) -> list[SessionOnShow]:
    """List sessions by start, of one programme or of all."""
    rows = Session.objects.select_related("programme")
    if programme is not None:
        rows = rows.filter(programme=programme)
    return [_show(row, language) for row in rows]


def find_session(occasion: str, language: str) -> SessionOnShow | None:
    """Find a session by its occasion id."""
    row = Session.objects.select_related("programme").filter(occasion=occasion).first()
    return _show(row, language) if row else None


def get_kept_session(occasion: str) -> Session | None:
    """Give the row with its words in every language, for the form."""
    return Session.objects.select_related("programme").filter(occasion=occasion).first()


def list_kept_titles() -> dict[str, dict[str, str]]:
    """List the titles of all sessions in every language, by occasion id."""
    rows = Session.objects.values_list("occasion", "words")
    return {
        row: {code: texts.get("title", "") for code, texts in sorted(words.items())} for row, words in rows
    }


def list_starts() -> list[tuple[str, datetime]]:
    """List when each session begins; its occasion opens a little earlier."""
    return list(Session.objects.values_list("occasion", "starts_at"))


def _show(row: Session, language: str) -> SessionOnShow:
    first = row.programme.language
    return SessionOnShow(
        occasion=row.occasion,
        programme=row.programme_id,
        words=pick_words(row.words, wanted=language, first=first),
        official=pick_words(row.official_present, wanted=language, first=first),
        duty=row.official_duty,
        starts_at=row.starts_at,
        minutes=row.minutes,
    )
