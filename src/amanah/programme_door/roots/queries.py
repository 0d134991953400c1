"""Whom communities recognise: what our next list will say, and every list that was published or brought here."""

from dataclasses import dataclass

from amanah.core.credentials.root_lists import Root as ListedRoot
from amanah.core.credentials.root_lists import RootList, Vote
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.queries import (
    find_root_list,
    list_other_root_lists,
    list_own_root_lists,
)
from amanah.programme_door.roots.models import Root


@dataclass(frozen=True)
class NextList:
    """What would be published now, beside what stands."""

    roots: tuple[ListedRoot, ...]
    published: RootList | None

    @property
    def is_changed(self) -> bool:
        """Tell whether publishing would say anything new."""
        return self.published is None or self.published.roots != self.roots


def get_own_list() -> RootList | None:
    """Give the list that is in force here: our newest."""
    return find_root_list(get_community_did())


def list_earlier_lists() -> list[RootList]:
    """List ours before the newest one, the newest first."""
    return list_own_root_lists(get_community_did())[1:]


def list_other_lists() -> list[RootList]:
    """List the newest list of each other community."""
    return list_other_root_lists(get_community_did())


def find_numbered_list(number: int) -> RootList | None:
    """Find one of our lists by its number."""
    lists = list_own_root_lists(get_community_did())
    return next((one for one in lists if one.number == number), None)


def get_next_list() -> NextList:
    """Give what the next list would hold."""
    return NextList(tuple(build_listed_root(row) for row in list_next_roots()), get_own_list())


def list_next_roots() -> list[Root]:
    """List whom the next list names, by name."""
    return list(Root.objects.all())


def find_next_root(root: str) -> Root | None:
    """Find one of them."""
    return Root.objects.filter(root=root).first()


def build_listed_root(row: Root) -> ListedRoot:
    """Give a root as a list holds it."""
    return ListedRoot(
        id=row.identifier,
        name=row.name,
        scopes=tuple(row.scopes),
        from_day=row.from_day,
        until_day=row.until_day,
        vote=Vote(
            held_on=row.held_on,
            votes_for=row.votes_for,
            votes_against=row.votes_against,
            abstained=row.abstained,
            way=row.way,  # type: ignore[arg-type]
            occasion=row.occasion or None,
        ),
        reasons=row.reasons,
        history=tuple(row.history),
        achievements=dict(row.achievements),
    )
