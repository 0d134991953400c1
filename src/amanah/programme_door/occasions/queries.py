"""Reading occasions and this door's copy of the public log, for pages. It never reads who took part."""

import json
from dataclasses import dataclass
from typing import Any

from amanah.core.passes.occasions import is_occasion_id
from amanah.programme_door.occasions.models import LoggedEntry, Occasion, Wave
from amanah.programme_door.occasions.states import CLOSED
from amanah.web.settings import get_config

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


def find_bundle_bytes(occasion: str) -> bytes | None:
    """Find the published recount bundle, byte for byte; None until its hash is recorded."""
    if not is_occasion_id(occasion) or not Occasion.objects.filter(occasion=occasion, state=CLOSED).exists():
        return None
    path = get_config().folder("programme") / RECOUNTS_FOLDER / f"{occasion}.json"
    return path.read_bytes() if path.is_file() else None


def find_bundle(occasion: str) -> dict[str, Any] | None:
    """Find the published recount bundle as JSON."""
    data = find_bundle_bytes(occasion)
    if data is None:
        return None
    bundle: dict[str, Any] = json.loads(data)
    return bundle


def find_logged_body(kind: str, *, ref: str | None = None, by: str | None = None) -> dict[str, Any] | None:
    """Find the body of the latest copied entry of a kind, about one subject or by one office where given."""
    rows = LoggedEntry.objects.filter(kind=kind).order_by("-position")
    for row in rows if ref is None else rows.filter(ref=ref):
        entry = json.loads(bytes(row.entry))
        if by is None or entry["by"] == by:
            body: dict[str, Any] = entry["body"]
            return body
    return None


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
