"""Planning waves, closing occasions, and saying so in public. It never makes a key and never counts a pass.

Every act and the entry that tells of it are one transaction.
"""

from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from amanah.core.encoding import JsonValue
from amanah.core.errors import RefusedError
from amanah.core.passes import occasions as core
from amanah.core.public_log.entries import parse_entry, sign_entry
from amanah.core.public_log.schemas import MOST_OCCASIONS, PROGRAMME_DOOR
from amanah.programme_door.occasions.models import Occasion, OutboxEntry, Wave
from amanah.programme_door.occasions.states import CLOSED, CLOSING, decide_state
from amanah.web.outbox_models import append_entry
from amanah.web.settings import get_config

ENTRY_KEY = "entry-signing.key"
WAVE_ID_SIZE = 8
ROOM_SECRET_SIZE = 16


class WaveRefusedError(RefusedError):
    """A wave does not fit the pace, the waves before it, or its own occasions."""

    code = "wave-refused"


def record_public_entry(*, kind: str, ref: str | None, body: Mapping[str, JsonValue], now: int) -> None:
    """Sign an entry as the programme door and put it into the outbox, in the caller's transaction."""
    seed = (get_config().keys("programme") / ENTRY_KEY).read_bytes()
    entry = sign_entry(seed, at=now, by=PROGRAMME_DOOR, kind=kind, ref=ref, body=body)
    append_entry(OutboxEntry, entry)


def withdraw_waiting_entries(*, kind: str, ref: str, at: int) -> None:
    """Take back what was to be said about one subject in this very second and has not been handed over yet.

    The clerk may be handing it over at this moment: then it stands in the log, before whatever is said next.
    """
    for row in OutboxEntry.objects.all():
        entry = parse_entry(bytes(row.entry))
        if (entry.kind, entry.ref, entry.at) == (kind, ref, at):
            row.delete()


def plan_wave(
    *,
    occasions: Sequence[core.Occasion],
    fetch_from: int,
    fetch_until: int,
    minimum_age: int,
    now: int,
    random_bytes: bytes,
) -> str:
    """Announce all occasions of a period and give the wave id; `random_bytes` are at least 40, never used again."""
    if len(random_bytes) < WAVE_ID_SIZE + 32:
        raise ValueError("A wave needs 40 random bytes.")
    wave = random_bytes[:WAVE_ID_SIZE].hex()
    with transaction.atomic():
        _check_window(fetch_from=fetch_from, fetch_until=fetch_until, now=now)
        _check_occasions(occasions, fetch_until=fetch_until)
        row = Wave.objects.create(
            wave=wave, fetch_from=fetch_from, fetch_until=fetch_until, minimum_age=minimum_age
        )
        for position, occasion in enumerate(occasions):
            _create_occasion(row, position, occasion, random_bytes[WAVE_ID_SIZE:])
        record_public_entry(
            kind="wave_planned",
            ref=wave,
            body={
                "fetch_from": fetch_from,
                "fetch_until": fetch_until,
                "minimum_age": minimum_age,
                "occasions": [occasion.descriptor() for occasion in occasions],
            },
            now=now,
        )
    return wave


def close_occasion(occasion: str, *, now: int) -> None:
    """Ask for closing; the gate stops within a second, publishes the recount, and only then is it closed."""
    with transaction.atomic():
        row = Occasion.objects.select_for_update().get(occasion=occasion)
        state = decide_state(
            row.state, has_key=bool(row.spki), opens_at=row.opens_at, closes_at=row.closes_at, now=now
        )
        if state != CLOSED:
            row.state = CLOSING
            row.save(update_fields=["state"])


def _check_window(*, fetch_from: int, fetch_until: int, now: int) -> None:
    shortest = get_config().pacing.shortest_fetch_window
    if fetch_until - max(fetch_from, now) < shortest:
        raise WaveRefusedError(f"Devices need at least {shortest} seconds to fetch their passes in.")
    # Opening a wave ends issuing for the one before (spec/passes.md 6.7).
    if Wave.objects.filter(fetch_until__gt=fetch_from).exists():
        raise WaveRefusedError(
            "Devices are still fetching the passes announced before; wait until they are done."
        )


def _check_occasions(occasions: Sequence[core.Occasion], *, fetch_until: int) -> None:
    if not 1 <= len(occasions) <= MOST_OCCASIONS:
        raise WaveRefusedError(f"A wave holds 1 to {MOST_OCCASIONS} occasions.")
    names = {occasion.occasion for occasion in occasions}
    if len(names) < len(occasions) or Occasion.objects.filter(occasion__in=names).exists():
        raise WaveRefusedError("An occasion is announced once.")
    if any(occasion.kind == "join" for occasion in occasions):
        raise WaveRefusedError("Joining is no part of a wave.")
    community = get_config().community
    if any(occasion.community != community for occasion in occasions):
        raise WaveRefusedError("A wave holds the occasions of this community only.")
    if any(occasion.closes_at <= fetch_until for occasion in occasions):
        raise WaveRefusedError("An occasion closes before all devices could fetch their passes.")


def _create_occasion(wave: Wave, position: int, occasion: core.Occasion, seed: bytes) -> None:
    is_session = occasion.kind == "session"
    Occasion.objects.create(
        occasion=occasion.occasion,
        wave=wave,
        position=position,
        kind=occasion.kind,
        opens_at=occasion.opens_at,
        closes_at=occasion.closes_at,
        descriptor=occasion.descriptor_bytes(),
        room_secret=_derive_room_secret(seed, occasion.occasion) if is_session else None,
    )


def _derive_room_secret(seed: bytes, occasion: str) -> bytes:
    """One draw of randomness gives every room its own secret; the draw itself is not kept."""
    info = b"amanah/room-secret/v1" + bytes.fromhex(occasion)
    return HKDF(algorithm=SHA256(), length=ROOM_SECRET_SIZE, salt=None, info=info).derive(seed)
