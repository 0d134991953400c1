"""What can be taught, in one reader's language. It never reads who teaches it."""

from dataclasses import dataclass

from amanah.programme_door.programmes.queries import Words, pick_words
from amanah.programme_door.scopes.models import Scope


@dataclass(frozen=True)
class ScopeOnShow:
    """One scope; `depth` is 0 at the top, `is_shown` is false also where a wider one is hidden."""

    scope: str
    words: Words
    is_shown: bool
    depth: int

    @property
    def outer(self) -> str:
        """Give the scope that it is directly a part of; empty at the top."""
        return self.scope.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Give the community's word for it; where none was written, the scope itself."""
        return self.words["name"] or self.scope


def list_scopes(language: str, *, with_hidden: bool = False) -> list[ScopeOnShow]:
    """List the tree from the top, each scope after the one that it lies inside."""
    hidden: set[str] = set()
    listed = []
    for row in sorted(Scope.objects.all(), key=lambda row: row.scope.split("/")):
        outer = row.scope.rpartition("/")[0]
        if not row.is_shown or outer in hidden:
            hidden.add(row.scope)
        if with_hidden or row.scope not in hidden:
            listed.append(_show(row, language, is_shown=row.scope not in hidden))
    return listed


def find_scope(scope: str, language: str) -> ScopeOnShow | None:
    """Find one scope, hidden or not: a credential may still name it."""
    row = Scope.objects.filter(scope=scope).first()
    return _show(row, language, is_shown=row.is_shown) if row else None


def find_scope_words(scope: str, language: str) -> Words:
    """Give the words for a scope; of one that nobody wrote down, the scope itself is its name."""
    row = Scope.objects.filter(scope=scope).first()
    if row is None:
        return Words(language, "ltr", {"name": scope})
    return pick_words(row.words, wanted=language, first=row.language)


def get_kept_scope(scope: str) -> Scope | None:
    """Give the row with its words in every language, for the form."""
    return Scope.objects.filter(scope=scope).first()


def _show(row: Scope, language: str, *, is_shown: bool) -> ScopeOnShow:
    words = pick_words(row.words, wanted=language, first=row.language)
    return ScopeOnShow(row.scope, words, is_shown, row.scope.count("/"))
