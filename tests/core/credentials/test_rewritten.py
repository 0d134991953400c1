"""A paper held up by linked data alone can be spelled in many ways: what is taken says what was signed."""

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from amanah.core.credentials.authorisations import parse_authorisation
from amanah.core.credentials.foreign import parse_foreign
from amanah.core.credentials.proofs import RDFC, sign_document, verify_document
from amanah.core.credentials.reading import CredentialError
from amanah.core.errors import AmanahError
from tests.core.credentials.foreign_papers import BADGE
from tests.core.credentials.written import CREATED, OTHER, build_key, list_documents

TRIES = 600


def list_places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """List every place of a document but its proofs, with what stands there."""
    if path:
        yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        if step != "proof":
            yield from list_places(item, (*path, step))


def put(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value


def rewrite(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Write one or two places otherwise, in ways that often mean the same to linked data."""
    changed = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 2))):
        places = [*list_places(changed)]
        (path, value), (_, other) = chance.choice(places), chance.choice(places)
        ways: list[Any] = [[value]]
        if isinstance(value, str):
            ways += [{"@value": value}, {"id": value}, {"@id": value}, {"@value": value, "@language": "ar"}]
        if isinstance(value, list):
            ways += [chance.sample(value, len(value)), *value[:1], {"@set": value}, {"@list": value}]
        if isinstance(value, dict):
            ways += [{**value, "@context": [*document["@context"]]}, {"@graph": [value]}, value.get("id")]
            if isinstance(other, dict) and value is not other:
                name = chance.choice([*value])
                if name not in other:
                    other[name] = copy.deepcopy(value.pop(name))
                    continue
        put(changed, path, chance.choice(ways))
    return changed


def read(document: dict[str, Any]) -> object:
    """Read a paper as a reader does; its hash is that of its spelling, and the order of a list is not signed."""
    one: Any = parse_authorisation(document, verify_document(document))
    return replace(one, document_hash=b"", witnesses=tuple(sorted(one.witnesses)))


def read_foreign(document: dict[str, Any]) -> object:
    """Read a badge of others as a reader does; texts that are left out are named to the reader, so they may be."""
    one: Any = parse_foreign(document, verify_document(document))
    words = {"issuer_name": "", "description": "", "criteria": "", "evidence": (), "left_out": ()}
    return replace(one, document_hash=b"", **words)


def build_badge() -> dict[str, Any]:
    badge: dict[str, Any] = sign_document(
        copy.deepcopy(BADGE), build_key(OTHER), created=CREATED, suites=(RDFC,)
    )
    return badge


@pytest.mark.parametrize("name", ["signed", "witnessed", "recorded", "foreign"])
def test_however_a_paper_is_rewritten_it_says_what_was_signed_or_is_refused(name: str) -> None:
    paper = build_badge() if name == "foreign" else list_documents()[name]
    paper["proof"] = [proof for proof in paper["proof"] if proof["cryptosuite"] == RDFC]
    understand = read_foreign if name == "foreign" else read
    signed, chance, held = understand(paper), random.Random(name), 0
    for _ in range(TRIES):
        changed = rewrite(paper, chance)
        try:
            verify_document(changed)
            held += changed != paper
            assert understand(changed) == signed, changed
        except AmanahError:
            continue
    assert held > 5, "no proof held in another spelling, so nothing was tried"


@pytest.mark.parametrize(
    "spelled",
    [
        {"statusPurpose": ["revocation"]},
        {"statusListIndex": ["94567"]},
        {"statusListCredential": {"id": "https://academy.example/status/3"}},
    ],
    ids=json.dumps,
)
def test_a_badge_that_has_ended_cannot_hide_it_by_its_spelling(spelled: dict[str, Any]) -> None:
    badge = build_badge()
    badge["credentialStatus"] |= spelled
    assert verify_document(badge) == (RDFC,)
    with pytest.raises(CredentialError):
        read_foreign(badge)


def test_a_badge_whose_status_has_its_type_in_a_list_is_read() -> None:
    badge = build_badge()
    whole = read_foreign(badge)
    badge["credentialStatus"]["type"] = ["BitstringStatusListEntry"]
    assert read_foreign(badge) == whole


def test_of_several_lists_none_is_chosen_for_standing_first() -> None:
    badge = copy.deepcopy(BADGE)
    second = {"id": "https://academy.example/status/4#1", "statusListIndex": "1"}
    second["statusListCredential"] = "https://academy.example/status/4"
    badge["credentialStatus"] = [badge["credentialStatus"], badge["credentialStatus"] | second]
    with pytest.raises(CredentialError, match="several"):
        read_foreign(sign_document(badge, build_key(OTHER), created=CREATED, suites=(RDFC,)))
