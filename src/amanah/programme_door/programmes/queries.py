"""What anybody may read about programmes, and the words to say it in. It never reads a card or a pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import connections
from django.db.models import Sum
from django.utils.translation import get_language_info

from amanah.core.encoding import JsonValue, encode_canonical_json
from amanah.programme_door.programmes.models import Community, InvitationBatch, Programme

Direction = Literal["ltr", "rtl"]
KeptWords = Mapping[str, Mapping[str, str]]
_VERSION = (
    "SELECT (SELECT version FROM programmes_contentversion WHERE content = 1),"
    " (SELECT MAX(position) FROM occasions_loggedentry)"
)


@dataclass(frozen=True)
class Words:
    """Texts in the language in which they were written; a page marks language and direction where they differ."""

    language: str
    direction: Direction
    texts: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")


@dataclass(frozen=True)
class ProgrammeOnShow:
    """A programme in one reader's language."""

    slug: str
    language: str
    words: Words
    is_shown: bool


def pick_words(kept: KeptWords, *, wanted: str, first: str = "") -> Words:
    """Give the words in the wanted language, else in the first one, else in any that was written."""
    for language in (wanted, first, *sorted(kept)):
        if kept.get(language):
            is_rightward = not get_language_info(language)["bidi"]
            return Words(language, "ltr" if is_rightward else "rtl", kept[language])
    return Words(wanted, "ltr", {})


def get_lasting_version() -> tuple[int, int]:
    """Give the counter of the content and the size of the log's copy, by two keys in one statement: every page asks."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_VERSION)
        content, last = cursor.fetchone()
    return (content or 0, 0 if last is None else last + 1)


def get_community_words(language: str) -> Words:
    """Give the community's own words; they are empty before the first run."""
    community = Community.objects.first()
    return pick_words(community.words if community else {}, wanted=language, first=_get_first_language())


def get_kept_community_words() -> dict[str, dict[str, str]]:
    """Give the community's words in every language, for the form."""
    community = Community.objects.first()
    return dict(community.words) if community else {}


def list_programmes(language: str, *, with_hidden: bool = False) -> list[ProgrammeOnShow]:
    """List programmes by title."""
    rows = Programme.objects.all() if with_hidden else Programme.objects.filter(is_shown=True)
    return sorted((_show(row, language) for row in rows), key=lambda programme: programme.words["title"])


def find_programme(slug: str, language: str, *, with_hidden: bool = False) -> ProgrammeOnShow | None:
    """Find a programme by the name in its address."""
    row = Programme.objects.filter(slug=slug).first()
    return _show(row, language) if row and (row.is_shown or with_hidden) else None


def encode_facts(slug: str) -> bytes | None:
    """Give the canonical JSON of what anybody can read about a programme, in all languages; None while it is hidden.

    It is the same whoever asks and whenever: sessions and surveys stay in it after they are over. Questions are not
    part of it: once a survey is announced they cannot change.
    """
    row = Programme.objects.filter(slug=slug, is_shown=True).first()
    if row is None:
        return None
    sessions: list[JsonValue] = [
        {
            "minutes": session.minutes,
            "occasion": session.occasion,
            "official_present": list_said(session.official_present),
            "starts_at": int(session.starts_at.timestamp()),
            "words": list_said(session.words),
            # What was stated before anybody asked keeps its hash.
            **({"official_duty": session.official_duty} if session.official_duty else {}),
        }
        for session in row.sessions.order_by("starts_at", "occasion")
    ]
    surveys: list[JsonValue] = [
        {
            "closes_at": int(survey.closes_at.timestamp()),
            "occasion": survey.occasion,
            "opens_at": int(survey.opens_at.timestamp()),
            "words": list_said(survey.words),
        }
        # Without a question there is nothing to answer, and no page names it.
        for survey in row.surveys.filter(questions__isnull=False).distinct().order_by("opens_at", "occasion")
    ]
    facts: dict[str, JsonValue] = {
        "language": row.language,
        "programme": row.slug,
        "sessions": sessions,
        "surveys": surveys,
        "v": 1,
        "words": list_said(row.words),
    }
    return encode_canonical_json(facts)


def list_said(words: KeptWords) -> dict[str, JsonValue]:
    """Leave out what says nothing: a text that was never written and one that is empty look the same on the page."""
    return {
        language: {name: text for name, text in texts.items() if text}
        for language, texts in words.items()
        if any(texts.values())
    }


def get_kept_programme(slug: str) -> Programme | None:
    """Give the row with its words in every language, for the form."""
    return Programme.objects.filter(slug=slug).first()


def has_programmes() -> bool:
    """Tell whether any programme was written down."""
    return Programme.objects.exists()


def list_invitation_batches() -> list[InvitationBatch]:
    """List batches by their random name."""
    return list(InvitationBatch.objects.order_by("batch"))


def count_invitations() -> int:
    """Count all invitations ever printed here."""
    return int(InvitationBatch.objects.aggregate(total=Sum("printed"))["total"] or 0)


def count_invited() -> int:
    """Count the invitations that were printed for somebody new; one that replaces a lost card adds nobody."""
    batches = InvitationBatch.objects.filter(is_replacement=False)
    return int(batches.aggregate(total=Sum("printed"))["total"] or 0)


def _show(row: Programme, language: str) -> ProgrammeOnShow:
    words = pick_words(row.words, wanted=language, first=row.language)
    return ProgrammeOnShow(slug=row.slug, language=row.language, words=words, is_shown=row.is_shown)


def _get_first_language() -> str:
    return str(settings.LANGUAGES[0][0])
