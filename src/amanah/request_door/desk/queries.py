"""What the desk shows: how the panel in the making differs from the one in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amanah.core.data_requests.panels import Trustee
from amanah.core.encoding import encode_base64url
from amanah.request_door.trustees.queries import get_panel_in_force
from amanah.request_door.trustees.signing_keys import compute_fingerprint

if TYPE_CHECKING:
    from amanah.request_door.trustees.models import Seat


@dataclass(frozen=True)
class SeatLine:
    """One seat of the panel in the making, beside what it is in the panel in force."""

    seat: "Seat"
    is_new: bool
    is_other: bool
    keys: int
    kept: int
    fingerprint: str

    @property
    def replaces_keys(self) -> bool:
        """Tell whether a passkey that counts today would count no more."""
        return not self.is_new and self.kept < self.keys


def build_seat_lines(seats: "Sequence[Seat]") -> list[SeatLine]:
    """Give each seat with what would change."""
    before = _list_trustees_in_force()
    lines = []
    for seat in seats:
        old = before.get(seat.trustee)
        is_other = old is not None and (old.name, old.office, old.is_deputy) != (
            seat.name,
            seat.office,
            seat.is_deputy,
        )
        kept = set(seat.kept_keys) & {encode_base64url(key) for key in old.keys} if old else set()
        lines.append(
            SeatLine(
                seat=seat,
                is_new=old is None,
                is_other=is_other,
                keys=len(old.keys) if old else 0,
                kept=len(kept),
                fingerprint=compute_fingerprint(seat.key) if seat.key else "",
            )
        )
    return lines


def list_leaving(seats: "Sequence[Seat]") -> list[Trustee]:
    """List who is in the panel in force and would not be in the next one."""
    staying = {seat.trustee for seat in seats}
    return [one for number, one in _list_trustees_in_force().items() if number not in staying]


def _list_trustees_in_force() -> dict[str, Trustee]:
    known = get_panel_in_force()
    return {one.trustee: one for one in known[0].trustees} if known else {}
