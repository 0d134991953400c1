"""What a trustee sees of an ask or a season beside the decision about it. It reads, and decides nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from amanah.request_door.asks.queries import find_ask_by_hash, find_season_on_show
from amanah.web.templating import format_day, format_number

if TYPE_CHECKING:
    from amanah.request_door.decisions.models import Decision

Line = tuple[str, Sequence[str]]


def show_ask(decision: "Decision") -> list[Line]:
    """Give the words whose hash is signed."""
    found = find_ask_by_hash(decision.body["ask"])
    if found is None:
        return [(_("The ask"), [_("It is not here any more: it was forgotten when its season ended.")])]
    return [
        (_("Which body asks"), [found.ask.body]),
        (_("What it is about, in one line"), [found.ask.title]),
        (_("What it asks"), found.ask.text.split("\n")),
        (_("Where answers go"), [found.ask.channel]),
    ]


def show_season(decision: "Decision") -> list[Line]:
    """Give the lines of the season as the log states them now."""
    found = find_season_on_show(decision.body["season"], int(timezone.now().timestamp()))
    if found is None:
        return [
            (_("The season"), [_("The public log, as far as this door has read it, states no such season.")])
        ]
    days = f"{format_day(found.starts_at)} – {format_day(found.ends_at)}"
    values = {"line": format_number(found.line), "harm": format_number(found.harm)}
    lines = _("Line of trust: %(line)s of 100. Line of harm: %(harm)s in 100.") % values
    return [
        (_("The season"), [days, lines]),
        (_("Its entry in the public log"), [format_number(found.index)]),
    ]
