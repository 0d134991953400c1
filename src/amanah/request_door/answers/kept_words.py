"""Holds and what they freeze in words, for the desk and for who has to sign; it reads and never writes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as translate

from amanah.core.data_requests.scopes import parse_scope
from amanah.request_door.answers.holding import find_hold, list_frozen_by
from amanah.request_door.answers.material import ANSWER, PACKAGE, REQUEST
from amanah.request_door.answers.telling import describe_law, find_withheld
from amanah.web.templating import format_day

if TYPE_CHECKING:
    from amanah.request_door.decisions.models import Decision

Line = tuple[str, Sequence[str]]


def describe_materials(materials: Sequence[str]) -> list[str]:
    """Say what each frozen piece is."""
    return [_describe_material(name) for name in materials]


def show_begun_hold(decision: "Decision") -> Sequence[Line]:
    """Say what a hold froze, or would freeze today."""
    hold = find_hold(str(decision.decision))
    title = translate("Is kept from destruction")
    if hold is None and decision.is_made:
        return [(title, [translate("Nothing any more: this hold has ended.")])]
    frozen = list_frozen_by(parse_scope(decision.body["scope"])) if hold is None else hold.materials
    nothing = translate("Nothing that this door keeps lies in it. It holds nothing about members.")
    return [(title, describe_materials(frozen) or [nothing])]


def show_ended_hold(_decision: "Decision") -> Sequence[Line]:
    """Say what follows from the end of a hold."""
    words = translate(
        "What this hold kept is destroyed when its time is over; what is over already, at once."
    )
    return [(translate("What follows"), [words])]


def show_ended_secrecy(decision: "Decision") -> Sequence[Line]:
    """Say which law forbade to tell, since when, and what follows."""
    withheld = find_withheld(str(decision.reference))
    law = describe_law(withheld.reason) if withheld is not None else ""
    since = format_day(withheld.since, "long") if withheld is not None else "–"
    follows = translate("The next report opens this request. Nothing changes before its day.")
    return [
        (translate("The law that forbids to tell"), [law or translate("None: the body says so itself")]),
        (translate("The request came on"), [since]),
        (translate("What follows"), [follows]),
    ]


def _describe_material(name: str) -> str:
    kind, _, rest = name.partition(" ")
    words = {
        REQUEST: translate("Request %(name)s: what was asked, whom it names, who asked, the paper"),
        ANSWER: translate("Request %(name)s: decisions with their signatures, letters"),
        PACKAGE: translate("The package %(name)s: what was given"),
    }
    return words[kind] % {"name": rest[:16] if kind == PACKAGE else rest}
