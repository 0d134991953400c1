"""What the desk shows first, and how the panel in the making differs from the one in force. It holds no member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from amanah.core.data_requests.panels import Trustee
from amanah.core.encoding import encode_base64url
from amanah.request_door.decisions.queries import (
    ANSWERED,
    has_answer,
    is_current,
    list_drafts,
    list_references_decided,
    list_waiting_for,
)
from amanah.request_door.requests.queries import (
    compute_answer_day,
    get_facts,
    has_instrument_file,
    list_open_requests,
)
from amanah.request_door.trustees.queries import find_proposal, get_panel_in_force
from amanah.request_door.trustees.signing_keys import compute_fingerprint

if TYPE_CHECKING:
    from amanah.request_door.decisions.queries import WaitingDecision
    from amanah.request_door.trustees.models import Seat

Standing = Literal["unread", "unanswered", "drafted", "answered"]


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


@dataclass(frozen=True)
class OpenCase:
    """One case that is not closed, and how far it is; whom it is about stands on its own page alone."""

    reference: str
    received_on: date
    answer_by: date
    standing: Standing


@dataclass(frozen=True)
class DeskDay:
    """What one trustee sees first."""

    to_sign: tuple["WaitingDecision", ...]
    cases: tuple[OpenCase, ...]
    has_proposal: bool

    @property
    def to_read(self) -> list[OpenCase]:
        """List the cases whose paper nobody has read."""
        return [case for case in self.cases if case.standing == "unread"]

    @property
    def to_answer(self) -> list[OpenCase]:
        """List the cases whose answer nobody has drafted."""
        return [case for case in self.cases if case.standing == "unanswered"]

    @property
    def is_anything_waiting(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.to_sign or self.to_read or self.to_answer or self.has_proposal)


def get_desk_day(trustee: str) -> DeskDay:
    """Gather what is due: what this trustee may sign, papers that nobody has read, cases without an answer."""
    decided = set(list_references_decided())
    drafted = {
        str(draft.reference) for draft in list_drafts() if draft.kind == ANSWERED and is_current(draft)
    }
    return DeskDay(
        to_sign=tuple(list_waiting_for(trustee)),
        cases=tuple(
            OpenCase(
                reference=str(request.reference),
                received_on=request.received_on,
                answer_by=compute_answer_day(request),
                standing=_find_standing(str(request.reference), decided, drafted),
            )
            for request in list_open_requests()
        ),
        has_proposal=find_proposal() is not None,
    )


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


def _find_standing(reference: str, decided: set[str], drafted: set[str]) -> Standing:
    if reference in decided and has_answer(reference):
        return "answered"
    if reference in drafted:
        return "drafted"
    is_unread = get_facts(reference).ordered is None and has_instrument_file(reference)
    return "unread" if is_unread else "unanswered"
