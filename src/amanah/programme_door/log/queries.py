"""The public log as its pages show it: entries in words, its state, who has witnessed it. It changes nothing."""

import base64
import hashlib
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby

from django.utils.translation import get_language, gettext

from amanah.core.errors import AmanahError
from amanah.core.public_log.entries import Entry, parse_entry
from amanah.core.public_log.merkle import compute_leaf_hash
from amanah.core.public_log.notes import encode_verifier_key
from amanah.core.public_log.policies import Policy, WitnessedCheckpoint, encode_policy, read_cosignatures
from amanah.core.public_log.reading import is_stale
from amanah.core.public_log.teller import Teller
from amanah.core.public_log.wording import describe_entry, name_kind, name_office
from amanah.programme_door.occasions.queries import (
    WHOLE_LOG,
    CopiedEntry,
    LogChoice,
    count_logged,
    find_log_note,
    find_logged,
    find_occasion,
    list_logged,
    list_places,
)
from amanah.programme_door.programmes.queries import find_programme, get_lasting_version
from amanah.programme_door.public.queries import get_public_version
from amanah.programme_door.sessions import queries as sessions
from amanah.programme_door.surveys import queries as surveys
from amanah.web.log_evidence import EVIDENCE_FILE, EvidenceFile
from amanah.web.log_policy import load_policy
from amanah.web.settings import get_config
from amanah.web.templating import format_moment, format_number

PAGE_SIZE = 50
MOST_RELATED = 20
SEAL = "slots_sealed"
SIGNS_OF_LIFE = ("heartbeat", SEAL)
"""What is written at fixed times, whether or not anything happened."""
_AFTER_ALL = 2**63 - 1
# What lies after it no calendar can show; a door whose clock is broken must not take the page away.
LAST_MOMENT = 250_000_000_000


@dataclass(frozen=True)
class EntryOnShow:
    """One entry in the reader's language; `title` is what the organisers call its subject, and no part of the log."""

    index: int
    kind: str
    kind_name: str
    office: str
    sentence: str
    ref: str
    title: str
    at: int
    moment: datetime | None


@dataclass(frozen=True)
class EntryPage:
    """One entry with all that is needed to check it, and what lies beside it."""

    entry: EntryOnShow
    text: str
    leaf_hash: str
    previous: int | None
    following: int | None
    related: tuple[EntryOnShow, ...]
    related_count: int
    recount: str
    programme: str


@dataclass(frozen=True)
class Line:
    """One line of the ledger: an entry, or signs of life in a row, of which the ends are named."""

    newest: EntryOnShow
    oldest: EntryOnShow
    signs: Mapping[str, int] | None = None
    """How many of each kind stand in the row; None for an entry by itself."""

    @property
    def is_of_one_day(self) -> bool:
        """Tell whether both ends are of one day that a calendar has."""
        day = _find_day(self.newest.moment)
        return day is not None and day == _find_day(self.oldest.moment)


@dataclass(frozen=True)
class Day:
    """The lines of one day of the community's time zone; None where no calendar has the day."""

    day: date | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class EntryList:
    """One page of a choice of entries, the newest first; `count` is of all that was chosen."""

    count: int
    page: int
    pages: int
    lines: tuple[Line, ...]

    @property
    def days(self) -> list[Day]:
        """Give the lines day by day; a row of signs of life stands under the day of the newest."""
        grouped = groupby(self.lines, key=lambda line: _find_day(line.newest.moment))
        return [Day(day, tuple(group)) for day, group in grouped]


@dataclass(frozen=True)
class WitnessOnShow:
    """A witness of the policy, and when it last vouched for what is shown."""

    name: str
    key_name: str
    address: str
    seen_at: datetime | None


@dataclass(frozen=True)
class RefusalOnShow:
    """What this door once refused to believe of the log, with both notes, so that anybody can judge it."""

    code: str
    moment: datetime | None
    refused: str
    believed: str


@dataclass(frozen=True)
class LogOnShow:
    """The state of the log as this door last believed it."""

    size: int
    last_at: datetime | None
    root: str
    origin: str
    witnesses: tuple[WitnessOnShow, ...]
    needed: int
    is_met: bool
    alive_at: datetime | None
    is_stale: bool
    is_believed: bool
    policy: str
    vkey: str
    refusals: tuple[RefusalOnShow, ...] = ()

    @property
    def seen(self) -> int:
        """Count the witnesses that have vouched for the newest checkpoint."""
        return sum(witness.seen_at is not None for witness in self.witnesses)


def get_log_version(now: datetime) -> object:
    """Give what the pages about the log's state are kept under: a cosignature may come without any entry."""
    note = hashlib.sha256(find_log_note()).hexdigest()
    return (*get_public_version(now), note, len(list_refusals()))


def list_refusals() -> tuple[RefusalOnShow, ...]:
    """List what this door refused to believe of the log, the oldest first."""
    kept = EvidenceFile(get_config().folder("programme") / EVIDENCE_FILE).list_refusals()
    return tuple(RefusalOnShow(one.code, _find_moment(one.at), one.refused, one.believed) for one in kept)


def list_entries(choice: LogChoice = WHOLE_LOG, *, page: int = 1) -> EntryList:
    """List one page of a choice; signs of life fill no page, unless somebody asked for them."""
    skip = (page - 1) * PAGE_SIZE
    if choice.kind or choice.ref:
        shown = _show_all(list_logged(choice, skip=skip, most=PAGE_SIZE))
        lines = tuple(Line(entry, entry) for entry in shown)
        return EntryList(count_logged(choice), page, _count_pages(choice), lines)
    told = replace(choice, without=SIGNS_OF_LIFE)
    rows = list_logged(told, skip=skip, most=PAGE_SIZE + 1)
    # A row of them stands on the page of the entry above it.
    before = rows[0].index if skip and rows else _AFTER_ALL
    after = rows[PAGE_SIZE].index if len(rows) > PAGE_SIZE else -1
    shown = _show_all(rows[:PAGE_SIZE])
    signs = list_places(replace(choice, kinds=SIGNS_OF_LIFE), after=after, before=before)
    return EntryList(count_logged(choice), page, _count_pages(told), tuple(_fold(shown, signs)))


def list_newest() -> tuple[EntryOnShow, ...]:
    """List the newest entries for a reader's own program, without seals: they would push everything else out."""
    return _show_all(list_logged(LogChoice(without=(SEAL,)), most=PAGE_SIZE))


def find_entry_page(index: int) -> EntryPage | None:
    """Find one entry; an index that the log has not reached gives None."""
    row = find_logged(index)
    if row is None:
        return None
    (entry,) = _show_all([row])
    same = LogChoice(ref=entry.ref)
    related = list_logged(same, most=MOST_RELATED + 1) if entry.ref else []
    language = get_language() or "en"
    return EntryPage(
        entry=entry,
        text=row.data.decode(),
        leaf_hash=compute_leaf_hash(row.data).hex(),
        previous=index - 1 if index else None,
        following=index + 1 if find_logged(index + 1) else None,
        related=_show_all([other for other in related if other.index != index][:MOST_RELATED]),
        related_count=count_logged(same) - 1 if entry.ref else 0,
        recount=entry.ref if entry.ref and find_occasion(entry.ref) else "",
        programme=entry.ref if entry.ref and find_programme(entry.ref, language) else "",
    )


def get_log(now: datetime) -> LogOnShow:
    """Give the state of the log from the copied entries and the checkpoint that was believed with them."""
    config = get_config()
    policy = load_policy(config)
    size = get_lasting_version()[1]
    last = find_logged(size - 1) if size else None
    last_at = parse_entry(last.data).at if last else None
    witnessed = _read_note(find_log_note(), policy)
    seen_at = witnessed.seen_at if witnessed else {}
    alive_at = witnessed.witnessed_at if witnessed and policy.count_least() else last_at
    return LogOnShow(
        size=size,
        last_at=_find_moment(last_at),
        root=base64.b64encode(witnessed.checkpoint.root).decode() if witnessed else "",
        origin=policy.log.name,
        witnesses=tuple(
            WitnessOnShow(name, witness.key.name, witness.url or "", _find_moment(seen_at.get(name)))
            for name, witness in policy.witnesses.items()
        ),
        needed=policy.count_least(),
        is_met=policy.is_met_by(seen_at),
        alive_at=_find_moment(alive_at),
        is_stale=alive_at is not None and is_stale(alive_at, int(now.timestamp())),
        is_believed=witnessed is not None and witnessed.checkpoint.size == size,
        policy=encode_policy(policy),
        vkey=encode_verifier_key(policy.log),
        refusals=list_refusals(),
    )


def _read_note(note: bytes, policy: Policy) -> WitnessedCheckpoint | None:
    """Read the kept checkpoint; one that the policy of today does not know is shown as none, and the page says so."""
    try:
        return read_cosignatures(note, policy) if note else None
    except AmanahError:
        return None


def _count_pages(choice: LogChoice) -> int:
    """Count the pages; an empty list is one page."""
    return max(1, -(-count_logged(choice) // PAGE_SIZE))


def _show_all(rows: list[CopiedEntry]) -> tuple[EntryOnShow, ...]:
    entries = [(row.index, parse_entry(row.data)) for row in rows]
    titles = _list_titles() if any(entry.ref for _, entry in entries) else {}
    return tuple(_show(index, entry, titles) for index, entry in entries)


def _show(index: int, entry: Entry, titles: dict[str, str]) -> EntryOnShow:
    return EntryOnShow(
        index=index,
        kind=entry.kind,
        kind_name=name_kind(entry.kind, gettext),
        office=name_office(entry.by, gettext),
        sentence=describe_entry(entry, teller=Teller(gettext, _tell_moment, format_number)),
        ref=entry.ref or "",
        title=titles.get(entry.ref or "", ""),
        at=entry.at,
        moment=_find_moment(entry.at),
    )


def _fold(entries: Sequence[EntryOnShow], signs: Sequence[tuple[int, str]]) -> Iterator[Line]:
    """Put the signs of life between the entries, each row of them as one line."""
    waiting = deque(signs)
    for entry in entries:
        yield from _take_row(waiting, after=entry.index)
        yield Line(entry, entry)
    yield from _take_row(waiting, after=-1)


def _take_row(waiting: "deque[tuple[int, str]]", *, after: int) -> Iterator[Line]:
    row = []
    while waiting and waiting[0][0] > after:
        row.append(waiting.popleft())
    ends = [find_logged(row[0][0]), find_logged(row[-1][0])] if row else []
    shown = _show_all([end for end in ends if end is not None])
    if len(row) == 1:
        yield from (Line(entry, entry) for entry in shown[:1])
    elif shown:
        yield Line(shown[0], shown[-1], Counter(kind for _, kind in row))


def _list_titles() -> dict[str, str]:
    """List what sessions and surveys are called, in the reader's language or else in any."""
    language = get_language() or "en"
    kept = sessions.list_kept_titles() | surveys.list_kept_titles()
    return {
        occasion: titles.get(language) or next((title for title in titles.values() if title), "")
        for occasion, titles in kept.items()
    }


def _tell_moment(at: int) -> str:
    moment = _find_moment(at)
    return format_moment(moment, "medium") if moment else str(at)


def _find_day(moment: datetime | None) -> date | None:
    return moment.astimezone(get_config().time_zone).date() if moment else None


def _find_moment(at: int | None) -> datetime | None:
    return datetime.fromtimestamp(at, UTC) if at is not None and at < LAST_MOMENT else None
