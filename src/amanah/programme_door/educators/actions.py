"""Writing down who teaches, and taking it away again. Nothing is shown that nobody agreed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from amanah.core.errors import RefusedError
from amanah.programme_door.educators.models import ConcernRoutes, Educator, Photograph
from amanah.programme_door.educators.photographs import Picture
from amanah.programme_door.programmes.actions import record_content_change
from amanah.programme_door.programmes.forgetting import forget_remains


class EducatorExistsError(RefusedError):
    """The name in the address is taken, or the person has a page already."""

    code = "educator-exists"


class ConsentMissingError(RefusedError):
    """Nobody is shown before they agreed."""

    code = "consent-missing"


@dataclass(frozen=True)
class EducatorPage:
    """What one page says, in one language, and what it answers for."""

    language: str
    texts: Mapping[str, str]
    holder: str
    scopes: Sequence[str]
    programmes: Sequence[str]
    safeguarding_on: date | None


def open_educator(slug: str, page: EducatorPage) -> None:
    """Write down a new page; it is shown to nobody yet."""
    with transaction.atomic():
        if Educator.objects.filter(slug=slug).exists():
            raise EducatorExistsError("There is a page with this short name; choose another.")
        _write(Educator(slug=slug, language=page.language), page)


def record_educator(slug: str, page: EducatorPage) -> None:
    """Write down a page's words in one language, and what it answers for in all."""
    with transaction.atomic():
        _write(Educator.objects.select_for_update().get(slug=slug), page)


def record_consent(slug: str, *, consent_on: date, is_shown: bool, today: date) -> None:
    """Write down since when somebody agrees, and whether their page is shown."""
    if consent_on > today:
        raise ConsentMissingError("Nobody has agreed on a day that is still to come.")
    with transaction.atomic():
        Educator.objects.filter(slug=slug).update(consent_on=consent_on, is_shown=is_shown)
        record_content_change()


def withdraw_consent(slug: str) -> None:
    """Take the page down at once and destroy it with its picture; signed papers and hashes are not part of it."""
    with transaction.atomic():
        Photograph.objects.filter(educator=slug).delete()
        Educator.objects.filter(slug=slug).delete()
        record_content_change()
        transaction.on_commit(_forget_pages)


def record_photograph(slug: str, picture: Picture) -> None:
    """Keep one picture in place of the one before."""
    with transaction.atomic():
        Photograph.objects.filter(educator=slug).delete()
        Photograph.objects.create(
            educator_id=slug,
            kind=picture.kind,
            width=picture.width,
            height=picture.height,
            data=picture.data,
        )
        record_content_change()


def destroy_photograph(slug: str) -> None:
    """Keep no picture any more."""
    with transaction.atomic():
        Photograph.objects.filter(educator=slug).delete()
        record_content_change()
        transaction.on_commit(_forget_pages)


def record_concern_routes(language: str, texts: Mapping[str, str]) -> None:
    """Write down where to turn with a concern, in one language."""
    with transaction.atomic():
        routes, _ = ConcernRoutes.objects.get_or_create(routes=1)
        routes.words = {**routes.words, language: dict(texts)}
        routes.save()
        record_content_change()


def _write(row: Educator, page: EducatorPage) -> None:
    taken = Educator.objects.filter(holder=page.holder).exclude(slug=row.slug)
    if page.holder and taken.exists():
        raise EducatorExistsError("Somebody else's page has this name in papers; each person has one page.")
    row.words = {**row.words, page.language: dict(page.texts)}
    row.holder = page.holder
    row.scopes = sorted(set(page.scopes))
    row.programmes = sorted(set(page.programmes))
    row.safeguarding_on = page.safeguarding_on
    row.save()
    record_content_change()


def _forget_pages() -> None:
    forget_remains(Photograph._meta.db_table, Educator._meta.db_table)
