"""Papers that somebody changed after they were signed."""

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]


def list_leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """List where the texts of a document stand, proofs and contexts left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"proof", "@context"}:
                yield from list_leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from list_leaves(inner, (*path, place))
    else:
        yield path


def change(document: dict[str, Any], path: Path, value: Any = None) -> dict[str, Any]:
    """Give a copy with another value in one place; without one, the text there gets a letter more."""
    changed = copy.deepcopy(document)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = f"{holder[path[-1]]}a" if value is None else value
    return changed


def keep_proof(document: dict[str, Any], suite: str) -> dict[str, Any]:
    """Give a copy that has the proof of one suite alone."""
    proofs = [proof for proof in document["proof"] if proof["cryptosuite"] == suite]
    return {**copy.deepcopy(document), "proof": proofs}


def spell_in_full(document: dict[str, Any], name: str, identifier: str, kind: str) -> dict[str, Any]:
    """Give a copy in which a typed member is spelled by its full identifier: the same statement, hidden from people."""
    changed = copy.deepcopy(document)
    changed[identifier] = {"@type": kind, "@value": changed.pop(name)}
    return changed
