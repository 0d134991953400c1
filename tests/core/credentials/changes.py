"""Good documents with one thing wrong: each change names the step of the specification that it breaks."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Change:
    """One thing done to the good document called `base`, before it is signed."""

    name: str
    base: str
    step: str
    apply: Callable[[Document], None]

    def build(self, document: Document) -> Document:
        """Give a changed copy."""
        changed = copy.deepcopy(document)
        self.apply(changed)
        return changed


def put(*place: str | int, value: object) -> Callable[[Document], None]:
    """Put a value in a place, whether something stood there or not; -1 adds to a list."""

    def apply(document: Document) -> None:
        inside: Any = document
        for part in place[:-1]:
            inside = inside[part]
        if isinstance(inside, list) and place[-1] == -1:
            inside.append(value)
        else:
            inside[place[-1]] = value

    return apply


def drop(*place: str | int) -> Callable[[Document], None]:
    """Take away what stands in a place."""

    def apply(document: Document) -> None:
        inside: Any = document
        for part in place[:-1]:
            inside = inside[part]
        del inside[place[-1]]

    return apply


def list_objects(value: object, place: Place = ()) -> Iterator[Place]:
    """Give the place of every object in a document, the document itself first."""
    if isinstance(value, dict):
        yield place
        for name, item in value.items():
            yield from list_objects(item, (*place, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from list_objects(item, (*place, number))


def list_members(value: object) -> Iterator[Place]:
    """Give the place of every member of every object in a document."""
    for place in list_objects(value):
        inside: Any = value
        for part in place:
            inside = inside[part]
        for name in inside:
            yield (*place, name)
