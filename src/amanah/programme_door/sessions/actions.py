"""Writing down sessions. It never changes the times of a session that has been announced in the public log."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from amanah.core.errors import RefusedError
from amanah.programme_door.occasions.queries import is_announced
from amanah.programme_door.programmes.actions import publish_facts
from amanah.programme_door.sessions.models import Session

OCCASION_ID_SIZE = 8
OFFICIAL = "official_present"


@dataclass(frozen=True)
class SessionPlan:
    """What an organiser wrote down; `texts` are title and place, `official` is empty when no official is present.

    `duty` says, by a code of `duties.py`, whether that official has to report; it is the same in every language.
    """

    language: str
    texts: dict[str, str]
    official: str
    starts_at: datetime
    minutes: int
    duty: str = ""


class AlreadyAnnouncedError(RefusedError):
    """The times stand in the public log and in every pass."""

    code = "already-announced"


def plan_session(*, programme: str, plan: SessionPlan, now: int, random_bytes: bytes) -> str:
    """Write down a session under a new random occasion id, and give it."""
    occasion = random_bytes[:OCCASION_ID_SIZE].hex()
    with transaction.atomic():
        Session.objects.create(
            occasion=occasion,
            programme_id=programme,
            words={plan.language: plan.texts},
            official_present={plan.language: {OFFICIAL: plan.official}} if plan.official else {},
            official_duty=plan.duty if plan.official else "",
            starts_at=plan.starts_at,
            minutes=plan.minutes,
        )
        publish_facts(programme, now=now)
    return occasion


def record_session(*, occasion: str, plan: SessionPlan, now: int) -> None:
    """Change words at any time, and times until the session is announced."""
    with transaction.atomic():
        session = Session.objects.select_for_update().get(occasion=occasion)
        has_new_times = (session.starts_at, session.minutes) != (plan.starts_at, plan.minutes)
        if has_new_times and is_announced(occasion):
            raise AlreadyAnnouncedError("The times of this session are announced and signed; they stay.")
        session.starts_at, session.minutes = plan.starts_at, plan.minutes
        session.words = {**session.words, plan.language: plan.texts}
        session.official_present = {**session.official_present, plan.language: {OFFICIAL: plan.official}}
        is_declared = any(texts.get(OFFICIAL) for texts in session.official_present.values())
        session.official_duty = plan.duty if is_declared else ""
        session.save()
        publish_facts(session.programme_id, now=now)


def withdraw_session(occasion: str, *, now: int) -> None:
    """Remove a session that has not been announced."""
    with transaction.atomic():
        if is_announced(occasion):
            raise AlreadyAnnouncedError("This session is announced in the public log; it cannot be removed.")
        session = Session.objects.filter(occasion=occasion).first()
        if session is not None:
            session.delete()
            publish_facts(session.programme_id, now=now)
