"""The papers that a chain is computed from, put in order once: who is named, what has ended and who may say so.

It reads a notice only where its signer may end what it names, and a status list only of the document's own issuer.
Two documents with one name are both left out, and said (`spec/credentials.md` 5, 7.5).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from amanah.core.credentials.authorisations import Authorisation
from amanah.core.credentials.notices import Notice
from amanah.core.credentials.root_lists import RootList
from amanah.core.credentials.status_lists import StatusList, is_set

if TYPE_CHECKING:
    from amanah.core.credentials.foreign import Foreign

StatusState = Literal["good", "ended", "not-checked"]
EndingKind = Literal["void", "ended", "undated"]


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything at hand, each already read and its proof checked; nothing else is ever asked for."""

    authorisations: tuple[Authorisation, ...] = ()
    notices: tuple[Notice, ...] = ()
    status_lists: tuple[StatusList, ...] = ()
    root_list: RootList | None = None
    foreign: "tuple[Foreign, ...]" = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """How a credential ended: void from its start, from a moment on, or by a bit that has no date (5.2, 5.4)."""

    kind: EndingKind
    at: int | None
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """What is known of whether a credential has ended, and when the newest list that says so was signed."""

    state: StatusState
    listed_at: int | None


class PaperIndex:
    """The papers by what they are looked up by, made once; `mapped` is what the list makes of foreign ones (4.4)."""

    def __init__(self, papers: Papers, mapped: Iterable[Authorisation] = ()) -> None:
        self.root_list = papers.root_list
        self.recorders = frozenset(papers.root_list.recorders if papers.root_list else ())
        self._by_id, self.conflicts = _part([*papers.authorisations, *mapped])
        self._by_holder: dict[str, list[Authorisation]] = defaultdict(list)
        for authorisation in self._by_id.values():
            self._by_holder[authorisation.holder].append(authorisation)
        # A second notice or list with a used id takes nothing away: both can only end things, and both count.
        self._notices: dict[str, list[Notice]] = defaultdict(list)
        for notice in papers.notices:
            self._notices[notice.subject].append(notice)
        self._lists: dict[tuple[str, str], list[StatusList]] = defaultdict(list)
        for status_list in papers.status_lists:
            self._lists[status_list.id, status_list.issuer].append(status_list)
        self._endings: dict[str, Ending | None] = {}

    def find(self, document_id: str) -> Authorisation | None:
        """Give the one document of a name; none where there is none, or where there are several."""
        return self._by_id.get(document_id)

    def list_held(self, holder: str) -> Sequence[Authorisation]:
        """List what somebody was given, in the order of the names of the documents."""
        return sorted(self._by_holder.get(holder, ()), key=lambda one: one.id)

    def find_ending(self, authorisation: Authorisation) -> Ending | None:
        """Tell how a credential ended or will end: a void notice before an ended one, then the earliest (5.2)."""
        if authorisation.id not in self._endings:
            self._endings[authorisation.id] = self._compute_ending(authorisation)
        return self._endings[authorisation.id]

    def check_status(self, authorisation: Authorisation, at: int) -> StatusCheck:
        """Say what is known at a moment; without a list of its issuer it is not checked, however good it looks."""
        listed_at = max((one.valid_from for one in self._list_own(authorisation)), default=None)
        ending = self.find_ending(authorisation)
        if ending is not None and (ending.at is None or ending.at <= at):
            return StatusCheck("ended", listed_at)
        return StatusCheck("not-checked" if listed_at is None else "good", listed_at)

    def was_alive(self, person: str, at: int) -> bool:
        """Tell whether no recorder dates a life so that the moment is outside it (5.3)."""
        return all(
            notice.lived_at(at)
            for notice in self._notices.get(person, ())
            if notice.kind == "lifetime" and notice.issuer in self.recorders
        )

    def _compute_ending(self, authorisation: Authorisation) -> Ending | None:
        entitled = [
            notice
            for notice in self._notices.get(authorisation.id, ())
            if notice.issuer == authorisation.issuer or notice.issuer in self.recorders
        ]
        void = _find_earliest(notice for notice in entitled if notice.kind == "void")
        if void is not None:
            return Ending("void", None, void)
        ended = _find_earliest(notice for notice in entitled if notice.kind == "ended")
        if ended is not None:
            return Ending("ended", ended.valid_from, ended)
        place = authorisation.status
        if place and any(is_set(one, place.index) for one in self._list_own(authorisation)):
            return Ending("undated", None, None)
        return None

    def _list_own(self, authorisation: Authorisation) -> Sequence[StatusList]:
        place = authorisation.status
        return self._lists.get((place.list, authorisation.issuer), ()) if place else ()


def _part(authorisations: Iterable[Authorisation]) -> tuple[dict[str, Authorisation], tuple[str, ...]]:
    """Part documents that are alone with their name from names that stand on different bytes."""
    by_id: dict[str, Authorisation] = {}
    conflicts: set[str] = set()
    for authorisation in authorisations:
        known = by_id.setdefault(authorisation.id, authorisation)
        if known.document_hash != authorisation.document_hash:
            conflicts.add(authorisation.id)
    for document_id in conflicts:
        del by_id[document_id]
    return by_id, tuple(sorted(conflicts))


def _find_earliest(notices: Iterable[Notice]) -> Notice | None:
    return min(notices, key=lambda one: (one.valid_from, one.id, one.document_hash), default=None)
