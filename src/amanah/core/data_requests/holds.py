"""What a legal hold freezes: material that exists when it begins, and nothing else (`spec/data_requests.md` 9.4).

A hold takes something out of what would be destroyed. It never adds anything to what is kept, and begins nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from amanah.core.data_requests.scopes import Scope


@dataclass(frozen=True)
class KeptMaterial:
    """Something that this door keeps, and what it is about; `material` is the name by which it can be destroyed."""

    material: str
    categories: tuple[str, ...]
    people: tuple[str, ...]
    since: date | None
    until: date | None


def compute_frozen(scope: Scope, existing: Iterable[KeptMaterial]) -> tuple[str, ...]:
    """Give the names of what a hold freezes: what lies in its scope among what exists now."""
    return tuple(sorted({one.material for one in existing if _is_named(scope, one)}))


def list_destroyable(due: Sequence[str], frozen: Iterable[str]) -> tuple[str, ...]:
    """Give what of the material that is due may be destroyed, in its order."""
    held = set(frozen)
    return tuple(material for material in due if material not in held)


def _is_named(scope: Scope, material: KeptMaterial) -> bool:
    """Tell whether a hold names a thing: by kind, by a person where it names any, and by days that touch."""
    if not set(scope.categories) & set(material.categories):
        return False
    if scope.people and not set(scope.people) & set(material.people):
        return False
    starts_after = scope.until is not None and material.since is not None and material.since > scope.until
    ends_before = scope.since is not None and material.until is not None and material.until < scope.since
    return not starts_after and not ends_before
