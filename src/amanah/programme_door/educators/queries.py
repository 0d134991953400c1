"""Who teaches, for everybody: the page that they agreed to and what their papers show on this day. Never a member."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from amanah.core.credentials.authorisations import Authorisation
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.root_lists import RootList
from amanah.programme_door.credentials.queries import find_last_checked, find_names, load_papers
from amanah.programme_door.educators.bundling import draw_badge, encode_bundle
from amanah.programme_door.educators.lines import (
    LineOnShow,
    Names,
    RootOnShow,
    find_day,
    isolate,
    show_line,
    show_root,
)
from amanah.programme_door.educators.models import ConcernRoutes, Educator, Photograph
from amanah.programme_door.educators.standings import ScopeStanding, State, compute_scope_standings
from amanah.programme_door.programmes.queries import (
    ProgrammeOnShow,
    Words,
    find_programme,
    get_lasting_version,
    pick_words,
)
from amanah.programme_door.roots.queries import get_own_list, list_other_lists
from amanah.programme_door.scopes.queries import find_scope_words
from amanah.web.settings import get_config


@dataclass(frozen=True)
class Verdict:
    """What the list in force says about one subject; `root` where it names the person themselves."""

    scope: str
    name: str
    about: str
    state: State
    may_authorise: bool
    line: LineOnShow | None
    others: int
    root: RootOnShow | None


@dataclass(frozen=True)
class EducatorInBrief:
    """Somebody who teaches, and what they may teach here."""

    slug: str
    words: Words
    verdicts: tuple[Verdict, ...]
    has_photograph: bool

    @property
    def may_teach(self) -> tuple[Verdict, ...]:
        """List what they may teach."""
        return tuple(one for one in self.verdicts if one.state == "may-teach")


@dataclass(frozen=True)
class OtherList:
    """What another community's list says about the same subjects."""

    community: str
    number: int
    dated: date
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class EducatorOnShow:
    """Everything that one page says, on one day."""

    brief: EducatorInBrief
    own_list: RootList | None
    others: tuple[OtherList, ...]
    lines: tuple[LineOnShow, ...]
    programmes: tuple[ProgrammeOnShow, ...]
    safeguarding_on: date | None
    shown_since: date | None
    checked_on: date | None
    checked_problem: bool
    bundle_sha256: str
    has_badge: bool
    now: datetime

    @property
    def words(self) -> Words:
        """Give the words of the page."""
        return self.brief.words


def get_page_version(now: datetime) -> tuple[object, ...]:
    """Give what these pages are kept under: content, log, and the hour, because an authority can run out in it."""
    local = now.astimezone(get_config().time_zone)
    return (*get_lasting_version(), local.date().isoformat(), local.hour)


def list_educators(language: str, *, now: datetime, programme: str = "") -> list[EducatorInBrief]:
    """List who teaches and agreed to be shown, by name; of one programme where one is named."""
    own_list = get_own_list()
    rows = [row for row in _list_shown(now) if not programme or programme in row.programmes]
    listed = [_brief(row, language, load_papers(row.holder, own_list), now) for row in rows]
    return sorted(listed, key=lambda one: (one.words["name"].casefold(), one.slug))


def find_educator(slug: str, language: str, *, now: datetime) -> EducatorOnShow | None:
    """Find the page of somebody who agreed to it."""
    row = _list_shown(now).filter(slug=slug).first()
    return _show(row, language, now) if row else None


def find_educator_at_desk(slug: str, language: str, *, now: datetime) -> EducatorOnShow | None:
    """Find a page for those who write it, whether or not it is shown."""
    row = Educator.objects.filter(slug=slug).first()
    return _show(row, language, now) if row else None


def find_bundle(slug: str, *, now: datetime) -> bytes | None:
    """Find the file with which anybody checks a page without us."""
    row = _list_shown(now).filter(slug=slug).first()
    return _encode_bundle(row, now) if row else None


def find_badge(slug: str, address: str, *, now: datetime) -> bytes | None:
    """Find the picture with somebody's own paper in it."""
    row = _list_shown(now).filter(slug=slug).first()
    if row is None:
        return None
    papers = load_papers(row.holder, get_own_list())
    return draw_badge(_compute(row, papers, now), address)


def get_kept_educator(slug: str) -> Educator | None:
    """Give the row with its words in every language, for the form."""
    return Educator.objects.filter(slug=slug).first()


def list_kept_educators(language: str) -> list[tuple[Educator, Words]]:
    """List every page at the desk, hidden ones too, by name."""
    rows = [
        (row, pick_words(row.words, wanted=language, first=row.language)) for row in Educator.objects.all()
    ]
    return sorted(rows, key=lambda pair: (pair[1]["name"].casefold(), pair[0].slug))


def find_photograph(slug: str, *, now: datetime | None) -> Photograph | None:
    """Find the picture of somebody; for everybody at a time, or for the desk."""
    if now is not None and not _list_shown(now).filter(slug=slug).exists():
        return None
    return Photograph.objects.filter(educator=slug).first()


def get_concern_words(language: str) -> Words:
    """Give where to turn with a concern; empty before the community wrote it."""
    row = ConcernRoutes.objects.first()
    return pick_words(row.words if row else {}, wanted=language)


def get_kept_concern_words() -> dict[str, dict[str, str]]:
    """Give it in every language, for the form."""
    row = ConcernRoutes.objects.first()
    return dict(row.words) if row else {}


def _list_shown(now: datetime) -> "QuerySet[Educator]":
    today = now.astimezone(get_config().time_zone).date()
    return Educator.objects.filter(is_shown=True, consent_on__lte=today)


def _brief(row: Educator, language: str, papers: Papers, now: datetime) -> EducatorInBrief:
    words = pick_words(row.words, wanted=language, first=row.language)
    names = _find_names(row, words, papers, language, now)
    return EducatorInBrief(
        slug=row.slug,
        words=words,
        verdicts=_judge(row, papers, names, language, now),
        has_photograph=Photograph.objects.filter(educator=row.slug).exists(),
    )


def _show(row: Educator, language: str, now: datetime) -> EducatorOnShow:
    own_list = get_own_list()
    brief = _brief(row, language, load_papers(row.holder, own_list), now)
    lines = _list_lines(brief.verdicts)
    checked = [find_last_checked(link.document_hash) for line in lines for link in line.links]
    days = [day for day, _ in checked]
    bundle = _encode_bundle(row, now)
    return EducatorOnShow(
        brief=brief,
        own_list=own_list,
        others=tuple(_ask_other(row, brief.words, other, language, now) for other in list_other_lists()),
        lines=lines,
        programmes=tuple(filter(None, (find_programme(slug, language) for slug in row.programmes))),
        safeguarding_on=row.safeguarding_on,
        shown_since=row.consent_on,
        checked_on=None if None in days else min(filter(None, days), default=None),
        checked_problem=any(problem for _, problem in checked),
        bundle_sha256=hashlib.sha256(bundle).hexdigest() if bundle else "",
        has_badge=any(one.line is not None for one in brief.may_teach),
        now=now,
    )


def _ask_other(row: Educator, words: Words, other: RootList, language: str, now: datetime) -> OtherList:
    papers = load_papers(row.holder, other)
    names = _find_names(row, words, papers, language, now)
    verdicts = _judge(row, papers, names, language, now)
    return OtherList(isolate(other.name), other.number, find_day(other.dated), verdicts)


def _judge(row: Educator, papers: Papers, names: Names, language: str, now: datetime) -> tuple[Verdict, ...]:
    return tuple(_show_verdict(one, papers, names, language) for one in _compute(row, papers, now))


def _compute(row: Educator, papers: Papers, now: datetime) -> list[ScopeStanding]:
    return compute_scope_standings(row.holder, row.scopes, papers, int(now.timestamp()))


def _encode_bundle(row: Educator, now: datetime) -> bytes | None:
    papers = load_papers(row.holder, get_own_list())
    return encode_bundle(_compute(row, papers, now), papers)


def _show_verdict(standing: ScopeStanding, papers: Papers, names: Names, language: str) -> Verdict:
    words = find_scope_words(standing.scope, language)
    chain, root = standing.chain, standing.root
    can_authorise = chain is not None and chain.is_good and chain.links[0].authorisation.may_authorise
    return Verdict(
        scope=standing.scope,
        name=isolate(words["name"] or standing.scope),
        about=words["about"],
        state=standing.state,
        may_authorise=root is not None or can_authorise,
        line=show_line(chain, papers, names, isolate(words["name"] or standing.scope)) if chain else None,
        others=standing.others,
        root=show_root(root, papers.root_list, names) if root and papers.root_list else None,
    )


def _list_lines(verdicts: Sequence[Verdict]) -> tuple[LineOnShow, ...]:
    """List each line once, good ones first; one that reaches further subjects is shown for the first of them."""
    lines: dict[tuple[str, ...], LineOnShow] = {}
    for verdict in verdicts:
        # Of a paper for something else nothing is shown under what it is not for.
        if verdict.line is not None and verdict.state != "not-recognised":
            lines.setdefault(tuple(link.document_hash for link in verdict.line.links), verdict.line)
    for verdict in verdicts if not lines else ():
        if verdict.line is not None:
            lines.setdefault((), verdict.line)
    return tuple(sorted(lines.values(), key=lambda line: not line.is_good))


def _find_names(row: Educator, words: Words, papers: Papers, language: str, now: datetime) -> Names:
    """Find what people are called: first what the community says, then the list, then what givers call themselves."""
    signed = {one.issuer: one.issuer_name for one in papers.authorisations if one.issuer == one.giver}
    listed = papers.root_list
    roots = {root.id: root.name for root in listed.roots} | {listed.community: listed.name} if listed else {}
    named = find_names(_list_people(papers.authorisations))
    own = {row.holder: words["name"]} if row.holder else {}
    slugs = {one.holder: one.slug for one in _list_shown(now) if one.holder and one.slug != row.slug}
    return Names(signed | roots | named | own, lambda scope: find_scope_words(scope, language)["name"], slugs)


def _list_people(authorisations: Iterable[Authorisation]) -> set[str]:
    people: set[str] = set()
    for one in authorisations:
        people |= {one.giver, one.holder, one.issuer, *one.witnesses}
    return people
