"""What the nightly check reads, and what it finds, paper by paper. It writes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amanah.core.credentials.authorisations import Authorisation
from amanah.core.credentials.foreign import Foreign
from amanah.core.credentials.notices import Notice
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.root_lists import RootList
from amanah.core.credentials.status_lists import StatusList
from amanah.programme_door.credentials.kept_papers import CheckedPaper, KeptPaper
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.credentials.queries.overview import list_chains

AT_ONCE = 500


def list_kept_papers() -> Iterator[KeptPaper]:
    """Give every paper, a few hundred at a time."""
    rows = Document.objects.values_list("document_hash", "kind", "original")
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield KeptPaper(*row)


@dataclass(frozen=True)
class Findings:
    """What each paper breaks, by hash, empty where it holds; and how many lines stand under our list, and do not.

    A line is worked out anew wherever it is shown, so that nothing of it is written down.
    """

    problems: dict[str, str]
    standing: int
    fallen: int


def get_findings(checked: Iterable[CheckedPaper], *, at: int) -> Findings:
    """Take in what was checked, and follow every line."""
    problems: dict[str, str] = {}
    reads: list[object] = []
    for paper in checked:
        problems[paper.document_hash] = paper.problem
        if paper.read is not None:
            reads.append(paper.read)
    chains = [held.chain for held in list_chains(_build_papers(reads), at=at)]
    standing = sum(chain.is_good for chain in chains)
    return Findings(problems, standing, len(chains) - standing)


def _build_papers(reads: list[object]) -> Papers:
    own = get_community_did()
    lists = [one for one in reads if isinstance(one, RootList) and one.community == own]
    return Papers(
        authorisations=tuple(one for one in reads if isinstance(one, Authorisation)),
        foreign=tuple(one for one in reads if isinstance(one, Foreign)),
        notices=tuple(one for one in reads if isinstance(one, Notice)),
        status_lists=tuple(one for one in reads if isinstance(one, StatusList)),
        root_list=max(lists, key=lambda one: one.number, default=None),
    )
