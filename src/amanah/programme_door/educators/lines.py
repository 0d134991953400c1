"""The line from somebody who teaches up to whom a community recognises, in one reader's words. It works out nothing.

Every sentence comes from what the core computed; names come from the community, and stay apart from what was signed.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from amanah.core.credentials.authorisations import Strength
from amanah.core.credentials.chains import Chain, Link
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.root_lists import Root, RootList
from amanah.core.credentials.teller import Teller
from amanah.core.credentials.wording import (
    STRENGTH_NAMES,
    describe_break,
    describe_grant,
    describe_root,
    describe_status,
)
from amanah.web.templating import format_day, format_number

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISOLATE, _POP = "\u2068", "\u2069"
_FIRST_RIGHTWARD = 0x0590
_LAST_RIGHTWARD = 0x08FF
_DATES = 6
# These say that an authority is over or has not begun; whether it was given at a time that fits is another question.
_ABOUT_TODAY = {"not-begun", "run-out", "ended", "ended-undated", "void", "not-alive"}
# Of a paper that is missing, or is not the one that was meant, no date was compared.
_UNSEEN = {"parent-missing", "parent-twice", "parent-changed"}
_END_OF_A_NAME = 8


@dataclass(frozen=True)
class LinkOnShow:
    """One grant: between whom, how it is held up, and what stands against it."""

    giver: str
    holder: str
    giver_slug: str
    scope: str
    may_authorise: bool
    given_on: date
    strength: str
    strength_words: str
    sentences: tuple[str, ...]
    evidence: tuple[str, ...]
    status: tuple[str, ...]
    problems: tuple[str, ...]
    has_ended: bool
    is_void: bool
    listed_on: date | None
    document_hash: str
    log_ref: str


@dataclass(frozen=True)
class RootOnShow:
    """Whom the line begins with, and who recognises them."""

    name: str
    slug: str
    community: str
    recognition: str
    vote: str
    reasons: str
    history: tuple[str, ...]


@dataclass(frozen=True)
class LineOnShow:
    """A line from the top down; without a root it begins with somebody whom the list does not name."""

    links: tuple[LinkOnShow, ...]
    root: RootOnShow | None
    subject: str
    is_good: bool
    time_problems: tuple[str, ...]
    known_lives: int
    people: int
    is_whole: bool

    @property
    def unchecked(self) -> int:
        """Count the links of which no list says whether they have ended."""
        return sum(link.listed_on is None and not link.has_ended for link in self.links)

    @property
    def listed_on(self) -> date | None:
        """Give the day of the oldest list that says so of the others."""
        return min((link.listed_on for link in self.links if link.listed_on), default=None)

    @property
    def strengths(self) -> tuple[tuple[str, str, int], ...]:
        """Count the links of each strength; they are never averaged."""
        kinds = [(strength.name.lower(), _(STRENGTH_NAMES[strength])) for strength in reversed(Strength)]
        counted = [(kind, word, sum(link.strength == kind for link in self.links)) for kind, word in kinds]
        return tuple(one for one in counted if one[2])


@dataclass(frozen=True)
class Names:
    """What people and scopes are called here; `slugs` are the pages of those who agreed to one."""

    people: Mapping[str, str]
    scopes: Callable[[str], str]
    slugs: Mapping[str, str]

    def tell_party(self, identifier: str) -> str:
        """Give a name; of whom nobody named, the end of the identifier, so that two stay apart."""
        name = self.people.get(identifier)
        if name is None:
            name = _("somebody not named here (…%(end)s)") % {"end": identifier[-_END_OF_A_NAME:]}
        return isolate(name)

    def build_teller(self) -> Teller:
        """Give what fills the sentences of the core."""
        return Teller(
            translate=_,
            tell_party=self.tell_party,
            tell_scope=lambda scope: isolate(self.scopes(scope)),
            tell_time=lambda at: tell_day(find_day(at)),
            tell_day=tell_day,
            tell_number=format_number,
        )


def isolate(text: str) -> str:
    """Keep a name that is written the other way from pulling the sentence around it."""
    turned = any(_FIRST_RIGHTWARD <= ord(letter) <= _LAST_RIGHTWARD for letter in text)
    plain = any(letter.isascii() and letter.isalpha() for letter in text)
    is_foreign = plain if get_language_bidi() else turned
    return f"{_ISOLATE}{text}{_POP}" if is_foreign else text


def find_day(at: int) -> date:
    """Give the UTC day of a time, also long before 1970."""
    return (_EPOCH + timedelta(seconds=at)).date()


def tell_day(day: date) -> str:
    """Write a day as the language does."""
    return format_day(day, "long")


def compute_log_ref(document_id: str) -> str:
    """Give under what the public log speaks of a paper (`spec/credentials.md` 9.1)."""
    return hashlib.sha256(document_id.encode()).hexdigest()[:16]


def show_line(chain: Chain, papers: Papers, names: Names, subject: str) -> LineOnShow:
    """Turn a chain into what a page shows, the root first."""
    teller = names.build_teller()
    dated = {notice.subject for notice in papers.notices if notice.kind == "lifetime"}
    people = {
        person for link in chain.links for person in (link.authorisation.giver, link.authorisation.holder)
    }
    root_list = papers.root_list
    return LineOnShow(
        links=tuple(_show_link(link, names, teller) for link in reversed(chain.links)),
        root=show_root(chain.root, root_list, names) if chain.root and root_list else None,
        subject=subject,
        is_good=chain.is_good,
        time_problems=tuple(
            describe_break(one, teller)
            for one in chain.breaks
            if one.rule == _DATES and one.reason not in _ABOUT_TODAY
        ),
        known_lives=len(people & dated),
        people=len(people),
        is_whole=not _UNSEEN & {one.reason for one in chain.breaks},
    )


def show_root(root: Root, root_list: RootList, names: Names) -> RootOnShow:
    """Say who recognises somebody, by which vote and why."""
    recognition, vote, reasons = describe_root(root, root_list, names.build_teller())
    return RootOnShow(
        name=root.name,
        slug=names.slugs.get(root.id, ""),
        community=root_list.name,
        recognition=recognition,
        vote=vote,
        reasons=reasons,
        history=root.history,
    )


def _show_link(link: Link, names: Names, teller: Teller) -> LinkOnShow:
    paper = link.authorisation
    return LinkOnShow(
        giver=names.tell_party(paper.giver),
        holder=names.tell_party(paper.holder),
        giver_slug=names.slugs.get(paper.giver, ""),
        scope=isolate(names.scopes(paper.scope)),
        may_authorise=paper.may_authorise,
        given_on=find_day(paper.valid_from),
        strength=paper.strength.name.lower(),
        strength_words=_(STRENGTH_NAMES[paper.strength]),
        sentences=tuple(describe_grant(link, teller)[1:]),
        evidence=tuple(": ".join(filter(None, (one.name, one.narrative))) for one in paper.evidence),
        status=tuple(describe_status(link, teller)),
        problems=tuple(dict.fromkeys(describe_break(one, teller) for one in link.breaks)),
        has_ended=link.status.state == "ended",
        is_void=link.ending is not None and link.ending.kind == "void",
        listed_on=None if link.status.listed_at is None else find_day(link.status.listed_at),
        document_hash=paper.document_hash.hex(),
        log_ref=compute_log_ref(paper.id),
    )
