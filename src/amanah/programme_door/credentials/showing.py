"""How papers and standing are said: people by their names, subjects by the community's words. It decides nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amanah.core.credentials.authorisations import Strength
from amanah.core.credentials.breaks import Break
from amanah.core.credentials.chains import Chain
from amanah.core.credentials.root_lists import RootList
from amanah.core.credentials.teller import Teller, tell_utc
from amanah.core.credentials.wording import describe_break, describe_grant, describe_root, describe_status
from amanah.programme_door.credentials.queries.papers import find_names
from amanah.programme_door.scopes.queries import find_scope_words
from amanah.web.templating import format_day, format_number

SHORT_ID = 14
STRENGTHS = {
    Strength.SIGNED: ("yes", gettext_lazy("Signed")),
    Strength.WITNESSED: ("info", gettext_lazy("Witnessed")),
    Strength.RECORDED: ("wait", gettext_lazy("Recorded")),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def build_teller(language: str) -> Teller:
    """Give how sentences of the core are told in one language."""
    return Teller(
        translate=_,
        tell_party=tell_party,
        tell_scope=lambda scope: find_scope_words(scope, language)["name"] or scope,
        tell_time=tell_time,
        tell_day=tell_day,
        tell_number=format_number,
    )


def tell_party(identifier: str) -> str:
    """Say who is meant: by name, or by the end of an identifier that nobody named."""
    name = find_names([identifier]).get(identifier, "")
    return name or shorten(identifier)


def shorten(identifier: str) -> str:
    """Give the end of an identifier, by which people can compare it."""
    return identifier if len(identifier) <= SHORT_ID else f"…{identifier[-SHORT_ID:]}"


@dataclass(frozen=True)
class LinkOnShow:
    """One link of a line in words: what was given, how it is held up, whether it ended, and what it breaks."""

    document_hash: str
    strength: tuple[str, Any]
    grant: Sequence[str]
    status: Sequence[str]
    breaks: Sequence[str]


@dataclass(frozen=True)
class ChainOnShow:
    """A line in words, from the holder up."""

    is_good: bool
    links: tuple[LinkOnShow, ...]
    root: Sequence[str]


def tell_chain(chain: Chain, root_list: RootList | None, teller: Teller) -> ChainOnShow:
    """Put a line into words."""
    return ChainOnShow(
        chain.is_good,
        tuple(
            LinkOnShow(
                link.authorisation.document_hash.hex(),
                STRENGTHS[link.strength],
                describe_grant(link, teller),
                describe_status(link, teller),
                explain_breaks(link.breaks, teller),
            )
            for link in chain.links
        ),
        describe_root(chain.root, root_list, teller) if chain.root and root_list else (),
    )


def explain_breaks(breaks: Iterable[Break], teller: Teller) -> list[str]:
    """Put what is broken into words, each once."""
    return list(dict.fromkeys(describe_break(one, teller) for one in breaks))


def tell_time(at: int) -> str:
    """Say a day, in the community's time zone."""
    try:
        return format_day(
            (_EPOCH + timedelta(seconds=at)).astimezone(timezone.get_current_timezone()), "long"
        )
    except (OverflowError, ValueError):
        return tell_utc(at)


def tell_day(day: date) -> str:
    """Say a day."""
    return format_day(day, "long")
