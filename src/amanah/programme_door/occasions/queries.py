"""Reading occasions and this door's copy of the public log, for pages. It never reads who took part."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanah.core.passes.occasions import is_occasion_id
from amanah.programme_door.occasions.models import LoggedEntry, LogState, Occasion, Wave
from amanah.programme_door.occasions.states import CLOSED
from amanah.web.settings import get_config

if TYPE_CHECKING:
    from django.db.models import QuerySet

RECOUNTS_FOLDER = "recounts"


@dataclass(frozen=True)
class OccasionOnShow:
    """An occasion that was announced; `spki` is empty until its wave is opened, `room_secret` once it is closed."""

    occasion: str
    wave: str
    kind: str
    programme: str
    opens_at: int
    closes_at: int
    state: str
    descriptor: dict[str, Any]
    spki: bytes
    room_secret: bytes
    redeemed: int | None
    bundle_sha256: str


@dataclass(frozen=True)
class LogChoice:
    """Which entries of the public log are asked for; times are UTC seconds, `until` is not part of it any more.

    `kinds` are the only kinds wanted, where any are named; `without` are kinds that are not.
    """

    kind: str = ""
    ref: str = ""
    since: int | None = None
    until: int | None = None
    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


WHOLE_LOG = LogChoice()


@dataclass(frozen=True)
class CopiedEntry:
    """An entry of the public log, byte for byte, and its index there."""

    index: int
    data: bytes


def find_occasion(occasion: str) -> OccasionOnShow | None:
    """Find one announced occasion."""
    row = Occasion.objects.filter(occasion=occasion).first()
    return _show(row) if row else None


def is_announced(occasion: str) -> bool:
    """Tell whether an occasion stands in a planned wave, so that nothing signed about it can change."""
    return Occasion.objects.filter(occasion=occasion).exists()


def list_occasions() -> list[OccasionOnShow]:
    """List every announced occasion by opening."""
    return [_show(row) for row in Occasion.objects.all()]


def find_fetch_end() -> int | None:
    """Find when the last fetch window ends or ended; None before the first wave."""
    last = Wave.objects.order_by("-fetch_until").first()
    return last.fetch_until if last else None


def find_bundle_path(occasion: str) -> Path | None:
    """Find where the published recount bundle lies; None until its hash is recorded."""
    if not is_occasion_id(occasion) or not Occasion.objects.filter(occasion=occasion, state=CLOSED).exists():
        return None
    path = get_config().folder("programme") / RECOUNTS_FOLDER / f"{occasion}.json"
    return path if path.is_file() else None


def find_logged_body(kind: str, *, ref: str | None = None, by: str | None = None) -> dict[str, Any] | None:
    """Find the body of the latest copied entry of a kind, about one subject or by one office where given."""
    rows = LoggedEntry.objects.filter(kind=kind).order_by("-position")
    for row in rows if ref is None else rows.filter(ref=ref):
        entry = json.loads(bytes(row.entry))
        if by is None or entry["by"] == by:
            body: dict[str, Any] = entry["body"]
            return body
    return None


def count_logged(choice: LogChoice = WHOLE_LOG) -> int:
    """Count the copied entries of a choice."""
    return _choose(choice).count()


def list_logged(choice: LogChoice = WHOLE_LOG, *, skip: int = 0, most: int) -> list[CopiedEntry]:
    """List copied entries, the newest first."""
    rows = _choose(choice).order_by("-position")[skip : skip + most]
    return [CopiedEntry(row.position, bytes(row.entry)) for row in rows]


def list_places(choice: LogChoice, *, after: int, before: int) -> list[tuple[int, str]]:
    """List place and kind of the entries of a choice between two others, the newest first, without reading them."""
    rows = _choose(choice).filter(position__gt=after, position__lt=before)
    return list(rows.order_by("-position").values_list("position", "kind"))


def find_logged(position: int) -> CopiedEntry | None:
    """Find a copied entry by its place in the log."""
    row = LoggedEntry.objects.filter(position=position).first()
    return CopiedEntry(row.position, bytes(row.entry)) if row else None


def find_log_note() -> bytes:
    """Find the last checkpoint that the clerk believed, with its signatures; empty before the first reading."""
    row = LogState.objects.first()
    return bytes(row.note) if row else b""


def _choose(choice: LogChoice) -> "QuerySet[LoggedEntry]":
    rows = LoggedEntry.objects.all()
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.kinds:
        rows = rows.filter(kind__in=choice.kinds)
    if choice.without:
        rows = rows.exclude(kind__in=choice.without)
    if choice.ref:
        rows = rows.filter(ref=choice.ref)
    if choice.since is not None:
        rows = rows.filter(at__gte=choice.since)
    if choice.until is not None:
        rows = rows.filter(at__lt=choice.until)
    return rows


def _show(row: Occasion) -> OccasionOnShow:
    descriptor = json.loads(bytes(row.descriptor))
    return OccasionOnShow(
        occasion=row.occasion,
        wave=row.wave_id,
        kind=row.kind,
        programme=descriptor["programme"],
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        state=row.state,
        descriptor=descriptor,
        spki=bytes(row.spki or b""),
        room_secret=bytes(row.room_secret or b""),
        redeemed=row.redeemed,
        bundle_sha256=row.bundle_sha256,
    )
