"""The next panel in the making: who comes, who goes, which passkeys count, how many must sign.

It changes nothing that is in force: a proposal that nobody signs stays a proposal.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from django.db import transaction

from amanah.core.data_requests.panels import (
    FEWEST_MEMBERS,
    MOST_DEPUTIES,
    MOST_KEYS,
    MOST_MEMBERS,
    PanelUnreadableError,
    compute_panel_hash,
    encode_panel,
    parse_panel,
)
from amanah.core.encoding import encode_base64url
from amanah.core.errors import RefusedError
from amanah.request_door.trustees.actions import ID_SIZE, SEAT, open_link
from amanah.request_door.trustees.founding import Enrolment, NewSeat, build_panel
from amanah.request_door.trustees.models import Link, Proposal, Seat
from amanah.request_door.trustees.models import Panel as KeptPanel
from amanah.request_door.trustees.queries import find_proposal, get_panel_in_force, list_seats


class ProposalClosedError(RefusedError):
    """The panel in the making was dropped, put to signature, or overtaken by another one in force."""

    code = "proposal-closed"


Problem = Literal[
    "too-many-keys", "needs-first-key", "key-missing", "nothing-changed", "too-few-members", "too-many-people", "least",
    "same-name", "unfit",
]  # fmt: skip


class ProposalUnfitError(RefusedError):
    """What was written down is no panel; `problem` is one of a closed list, which pages have words for."""

    code = "proposal-unfit"

    def __init__(self, problem: Problem) -> None:
        self.problem: Problem = problem
        super().__init__(
            "The panel that was written down cannot be put to signature. Correct it at the desk."
        )


def open_proposal() -> Proposal:
    """Begin the next panel as a copy of the one in force, or go on with the one that is being made."""
    with transaction.atomic():
        known = get_panel_in_force()
        if known is None:
            raise ProposalClosedError("There is no panel yet. Found it first.")
        current = find_proposal()
        if current is not None:
            return current
        panel, document = known
        proposal = Proposal.objects.create(
            proposal=secrets.token_hex(ID_SIZE),
            previous=compute_panel_hash(document),
            least=panel.least,
            origin=panel.origin,
        )
        for place, one in enumerate(panel.trustees):
            Seat.objects.create(
                seat=secrets.token_hex(ID_SIZE),
                proposal=proposal,
                place=place,
                trustee=one.trustee,
                name=one.name,
                office=one.office,
                is_deputy=one.is_deputy,
                kept_keys=[encode_base64url(key) for key in one.keys],
                needs_key=False,
            )
        return proposal


def plan_least(proposal: Proposal, least: int, origin: str) -> None:
    """Change how many must sign, and the address of this door; on another host no passkey of today works."""
    with transaction.atomic():
        current = _hold(proposal)
        is_other_host = urlsplit(origin).hostname != urlsplit(current.origin).hostname
        current.least, current.origin = least, origin
        current.save(update_fields=["least", "origin"])
        if is_other_host:
            _let_go_of_all_keys(current)


def add_seat(proposal: Proposal, wanted: NewSeat, *, now: datetime) -> Enrolment:
    """Add somebody, who makes a passkey by a one-time address."""
    with transaction.atomic():
        current = _hold(proposal)
        places = [seat.place for seat in list_seats(current)]
        seat = Seat.objects.create(
            seat=secrets.token_hex(ID_SIZE),
            proposal=current,
            place=max(places, default=-1) + 1,
            trustee=secrets.token_hex(ID_SIZE),
            name=wanted.name,
            office=wanted.office,
            is_deputy=wanted.is_deputy,
            needs_key=True,
        )
        return Enrolment(seat, open_link(SEAT, now=now, seat=seat))


def plan_seat(seat: Seat, wanted: NewSeat) -> None:
    """Change name, office or standing of somebody in the panel in the making."""
    with transaction.atomic():
        _hold(seat.proposal)
        seat.name, seat.office, seat.is_deputy = wanted.name, wanted.office, wanted.is_deputy
        seat.save(update_fields=["name", "office", "is_deputy"])


def withdraw_seat(seat: Seat) -> None:
    """Take somebody out of the panel in the making; whoever is in the panel in force stays there until it is signed."""
    with transaction.atomic():
        _hold(seat.proposal)
        seat.delete()


def plan_key(seat: Seat, *, keeps_others: bool, now: datetime) -> Enrolment:
    """Ask a trustee for a new passkey: beside the others, or in their place where one was lost."""
    with transaction.atomic():
        current = _hold(seat.proposal)
        kept = _list_keys_in_force(seat.trustee) if keeps_others else []
        if len(kept) >= MOST_KEYS:
            raise ProposalUnfitError("too-many-keys")
        _forget_new_key(seat)
        seat.kept_keys, seat.needs_key, seat.proposal = kept, True, current
        seat.save()
        return Enrolment(seat, open_link(SEAT, now=now, seat=seat))


def withdraw_key(seat: Seat) -> None:
    """Ask for no new passkey after all: the keys in force stay."""
    with transaction.atomic():
        _hold(seat.proposal)
        kept = _list_keys_in_force(seat.trustee)
        if not kept:
            raise ProposalUnfitError("needs-first-key")
        _forget_new_key(seat)
        seat.kept_keys, seat.needs_key = kept, False
        seat.save()


def withdraw_proposal(proposal: Proposal) -> None:
    """Drop the panel in the making, with its addresses and the passkeys that were made for it."""
    with transaction.atomic():
        _hold(proposal).delete()


def state_proposal(proposal: Proposal) -> str:
    """Write the panel down for signature and give its hash; from now on nobody changes it."""
    with transaction.atomic():
        current = _hold(proposal)
        known = get_panel_in_force()
        seats = list_seats(current)
        if known is None or current.previous != compute_panel_hash(known[1]):
            raise ProposalClosedError("Another panel is in force by now. Begin again from that one.")
        problem = find_problem(current, seats)
        if problem is not None:
            raise ProposalUnfitError(problem)
        try:
            document = encode_panel(build_panel(current, seats, number=known[0].number + 1))
        except PanelUnreadableError as error:
            raise ProposalUnfitError("unfit") from error
        panel_hash = compute_panel_hash(document)
        if not _is_any_change(known[1], document):
            raise ProposalUnfitError("nothing-changed")
        current.panel_hash = panel_hash
        current.save(update_fields=["panel_hash"])
        KeptPanel.objects.get_or_create(
            panel_hash=panel_hash, defaults={"number": known[0].number + 1, "document": document}
        )
        return panel_hash


def find_problem(proposal: Proposal, seats: Sequence[Seat]) -> Problem | None:
    """Give the first thing that keeps this from being a panel, or None; core has the last word."""
    members = sum(not seat.is_deputy for seat in seats)
    if members < FEWEST_MEMBERS:
        return "too-few-members"
    if members > MOST_MEMBERS or len(seats) - members > MOST_DEPUTIES:
        return "too-many-people"
    if not members < 2 * proposal.least <= 2 * members:
        return "least"
    if len({seat.name.casefold() for seat in seats}) < len(seats):
        return "same-name"
    return None if all(seat.has_key for seat in seats) else "key-missing"


def _hold(proposal: Proposal) -> Proposal:
    """Lock the panel in the making; what was put to signature or dropped is not changed any more."""
    current = Proposal.objects.select_for_update().filter(proposal=proposal.proposal, panel_hash="").first()
    if current is None or not current.previous:
        raise ProposalClosedError("This proposal is not open any more. Look at the panel's page.")
    return current


def _forget_new_key(seat: Seat) -> None:
    Link.objects.filter(seat=seat).delete()
    seat.credential = seat.key = ""
    seat.public_key, seat.sign_count = b"", 0


def _let_go_of_all_keys(proposal: Proposal) -> None:
    for seat in list_seats(proposal):
        _forget_new_key(seat)
        seat.kept_keys, seat.needs_key = [], True
        seat.save()


def _list_keys_in_force(trustee: str) -> list[str]:
    known = get_panel_in_force()
    one = known[0].find_trustee(trustee) if known else None
    return [encode_base64url(key) for key in one.keys] if one else []


def _is_any_change(old: bytes, new: bytes) -> bool:
    """Tell whether two panels differ in more than their place in the chain."""
    before, after = parse_panel(old), parse_panel(new)
    return replace(before, number=after.number, previous=after.previous) != after
