"""A document as a canonical RDF graph, in safe mode (`spec/credentials.md` 3.3), for `eddsa-rdfc-2022`.

JSON-LD lets one graph be written as many documents, some of which show a person other words than were signed.
So a document is refused unless every member of it stands in the graph, and under the name that readers look for.
It never takes long: what could keep canonicalisation busy is refused before.
"""

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

from amanah.core.credentials.contexts import list_defined_names, load_document, verify_context
from amanah.core.credentials.reading import CredentialError, encode_jcs

# The work grows with the square of the values, and with the factorial of the look-alikes.
MOST_VALUES = 1_000
MOST_LOOK_ALIKES = 7
_TERM = re.compile(r"[a-z][A-Za-z0-9]*")
_TYPE = re.compile(r"[A-Za-z0-9]+")
# Without a base PyLD takes one of its own for what is not absolute, and no other reader would.
_BASE = "https://not-absolute.invalid/"
# What could end an identifier in N-Quads early would let two documents have one canonical text.
_IDENTIFIER = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\\x7f]+')
# An endorsement inside a credential speaks of it by its identifier.
_SAID_OF_ROOT = {"id", "type", "endorsementComment"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# PyLD keeps processed contexts in one cache for all threads, and that cache is not made for several at once.
_ONE_AT_A_TIME = threading.Lock()


def encode_rdfc(document: dict[str, Any]) -> bytes:
    """Give the canonical N-Quads (RDFC-1.0 with SHA-256) of a document without its proofs."""
    spelling = _Spelling(document.get("id"))
    spelling.verify(document)
    from pyld import canon, jsonld

    options = {"documentLoader": load_document, "base": _BASE, "processingMode": "json-ld-1.1"}
    try:
        with _ONE_AT_A_TIME:
            dataset = _get_processor()(spelling).to_rdf(document, options)
    except (jsonld.JsonLdError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise _refuse("The document is no linked data that can be read.") from error
    if _count_look_alikes(dataset) > MOST_LOOK_ALIKES:
        raise _refuse("The document says the same of too many things without an identifier.")
    text: str = canon.URDNA2015().main(dataset, {"format": "application/n-quads"})
    return text.encode()


@cache
def _get_processor() -> Callable[["_Spelling"], Any]:
    """Give PyLD's processor with a look at what expansion kept; a second expansion would cost as much again."""
    # PyLD is heavy, and few processes check graphs.
    from pyld import jsonld

    class Processor(jsonld.JsonLdProcessor):  # type: ignore[misc]
        def __init__(self, spelling: _Spelling) -> None:
            super().__init__(on_property_dropped=_refuse_dropped)
            self.spelling = spelling

        def expand(self, input_: object, options: dict[str, Any]) -> object:
            expanded = super().expand(input_, options)
            if _count_kept(expanded, self.spelling.texts) != self.spelling.leaves:
                raise _refuse(
                    "The document holds words that linked data leaves out, so they were not signed."
                )
            return expanded

    return Processor


class _Spelling:
    """Walks the JSON: what expansion would drop, merge or take for something else is refused."""

    def __init__(self, root: object) -> None:
        self.root = root
        self.values = 0
        self.leaves = 0
        self.texts: set[str] = set()

    def verify(self, value: object) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            raise _refuse(f"A document signed as linked data holds more than {MOST_VALUES:,} values.")
        if isinstance(value, dict):
            self.verify_object(value)
        elif isinstance(value, list):
            self.verify_list(value)
        else:
            self.leaves += 1
            _verify_scalar(value)
            self.texts |= {value} if isinstance(value, str) else set()

    def verify_object(self, value: dict[str, Any]) -> None:
        if not value:
            raise _refuse("An object is empty, and linked data does not sign that everywhere.")
        if self.values > 1 and value.get("id") == self.root is not None and not set(value) <= _SAID_OF_ROOT:
            # To a graph it is all the same where the end of a credential stands; a reader looks at its top.
            raise _refuse("What belongs to the credential itself stands deeper inside it.")
        for name, item in value.items():
            if name == "@context":
                verify_context(item)
                continue
            if not _TERM.fullmatch(name) and not _is_unnamed(name):
                raise _refuse("A member is not named by the word that the contexts have for it.")
            if name == "type":
                _verify_types(item)
            self.verify(item)

    def verify_list(self, value: list[Any]) -> None:
        if not value:
            raise _refuse("A list is empty, and linked data does not sign that.")
        if any(isinstance(item, list) for item in value):
            raise _refuse("A list stands in a list, and linked data does not sign that.")
        if len({encode_jcs(item) for item in value}) != len(value):
            raise _refuse("A list holds one thing twice, and linked data signs it once.")
        for item in value:
            self.verify(item)


def _verify_types(value: object) -> None:
    for name in value if isinstance(value, list) else [value]:
        if not isinstance(name, str) or not (_TYPE.fullmatch(name) or _is_unnamed(name)):
            raise _refuse("A type is not named by the word that the contexts have for it.")


def _is_unnamed(name: str) -> bool:
    """Say whether this is a full identifier that no context has a word for."""
    return _IDENTIFIER.fullmatch(name) is not None and name not in list_defined_names()


def _verify_scalar(value: object) -> None:
    if value is None:
        raise _refuse("A member is null, and linked data does not sign that.")
    if isinstance(value, str) and _CONTROL.search(value):
        raise _refuse("A text holds a control character.")


def _count_kept(value: object, texts: set[str]) -> int:
    """Count what expansion kept; refuse an identifier that is not as it is written here."""
    if isinstance(value, list):
        return sum(_count_kept(item, texts) for item in value)
    if not isinstance(value, dict):
        return 1
    if "@value" in value:
        return _count_leaves(value["@value"])
    names = [*value.get("@type", []), *([value["@id"]] if "@id" in value else [])]
    if not all(isinstance(name, str) and _is_absolute(name) for name in names):
        raise _refuse("An identifier or a type is neither a word of the contexts nor absolute.")
    if "@id" in value and not (value["@id"] in texts or value["@id"] in list_defined_names()):
        raise _refuse("An identifier is not absolute.")
    inner = (_count_in(name, item, texts) for name, item in value.items() if name not in {"@id", "@type"})
    return len(names) + sum(inner)


def _is_absolute(name: str) -> bool:
    return _IDENTIFIER.fullmatch(name) is not None and not name.startswith(_BASE)


def _count_in(name: str, value: object, texts: set[str]) -> int:
    """Count what one member keeps; a graph inside holds things of which something is said, and nothing else."""
    if name == "@graph" and isinstance(value, list):
        value = [item for item in value if "@value" not in item and set(item) != {"@id"}]
    return _count_kept(value, texts)


def _count_leaves(value: object) -> int:
    if isinstance(value, dict):
        return sum(_count_leaves(item) for item in value.values())
    return sum(_count_leaves(item) for item in value) if isinstance(value, list) else 1


def _count_look_alikes(dataset: dict[str, list[dict[str, Any]]]) -> int:
    """Count things without identifier of which the same is said, before it is asked how they hang together."""
    said: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for graph, triples in dataset.items():
        for triple in triples:
            parts = [_spell(triple[place]) for place in ("subject", "predicate", "object")] + [graph]
            for node in {part for part in parts if part.startswith("_:")}:
                said[node].append(tuple(_mark(part, node) for part in parts))
    alike = Counter(tuple(sorted(lines)) for lines in said.values())
    return sum(count for count in alike.values() if count > 1)


def _spell(component: dict[str, Any]) -> str:
    if component["type"] == "blank node":
        return str(component["value"])
    return " ".join([component["type"], component.get("datatype", ""), component["value"]])


def _mark(part: str, node: str) -> str:
    if not part.startswith("_:"):
        return part
    return "_:a" if part == node else "_:z"


def _refuse_dropped(_name: object) -> None:
    raise _refuse("The document holds a word that no context defines, so it was not signed.")


def _refuse(sentence: str) -> CredentialError:
    return CredentialError(f"{sentence} Ask whoever gave it for another one.", "3.3")
