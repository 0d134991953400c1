"""Whatever somebody writes where a paper has something else, the reader reads it or refuses it; it never breaks."""

import copy
import json
import random
from typing import Any

import pytest

from amanah.core.credentials.authorisations import build_authorisation
from amanah.core.credentials.bundles import build_bundle
from amanah.core.credentials.jwt import encode_jwt
from amanah.core.credentials.proofs import CredentialProofError, sign_document
from amanah.core.credentials.reading import CredentialError
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.programme_door.credentials.judge import judge_file
from amanah.programme_door.credentials.papers_read import encode_verdict, parse_verdict
from tests.core.credentials.foreign_papers import (
    ASSERTION,
    BADGE,
    SIGNED_ASSERTION,
    build_curve_key,
    sign_compact,
)
from tests.core.credentials.written import CREATED, OTHER, ROOT, SIGNED, build_key, list_documents

ODD: list[Any] = [
    None, True, False, 0, -1, 2**53 - 1, "", " ", "\u202e", "a" * 2001, "urn:uuid:", "did:key:z", "urn:amanah:scope:",
    "https://a.example/#", [], {}, [[]], [{}], [None], {"id": []}, {"id": None, "type": 7}, [[[["x"]]]],
    {"@value": "x"},
    "VerifiablePresentation", ["VerifiableCredential"], "eddsa-jcs-2022", "2026-01-01T00:00:00Z", "\u0000",
]  # fmt: skip
DOCUMENTS: dict[str, dict[str, Any]] = {
    **list_documents(),
    "foreign": sign_document(BADGE, build_key(OTHER), created=CREATED),
    "older": ASSERTION,
    "bundle": build_bundle(
        [*list(list_documents().values())[:2], encode_jwt(build_authorisation(SIGNED), build_key(ROOT))],
        list_documents()["root-list"],
    ),
}


def list_places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the way to every value inside another."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for name, item in inside for place in list_places(item, (*way, name)))]


def put_at(document: dict[str, Any], way: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Give a copy with something else in one place."""
    changed = copy.deepcopy(document)
    inner: Any = changed
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = value
    return changed


def judge(data: bytes) -> str:
    """Judge as the reading process does; anything but an answer or a refusal with its step breaks the test."""
    try:
        papers = judge_file(data)
    except (CredentialError, CredentialProofError) as error:
        return "refused" if error.sentence and error.step[0].isdigit() else "refused without a step"
    assert parse_verdict(encode_verdict(papers)) == papers
    return "read"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_something_odd_in_any_place_is_refused_or_read_and_breaks_nothing(name: str) -> None:
    document = DOCUMENTS[name]
    assert judge(json.dumps(document).encode()) == "read"
    drawn = random.Random(name)
    places = list_places(document)[1:]
    outcomes = {
        judge(json.dumps(put_at(document, way, value)).encode())
        for way in drawn.sample(places, min(len(places), 60))
        for value in drawn.sample(ODD, 6)
    }
    assert "refused" in outcomes
    assert outcomes <= {"refused", "read"}


@pytest.mark.parametrize("is_header", [True, False])
def test_something_odd_in_any_place_of_a_token_is_refused_or_read_and_breaks_nothing(is_header: bool) -> None:
    token = encode_jwt(build_authorisation(SIGNED), build_key(ROOT))
    older = sign_compact(SIGNED_ASSERTION, build_curve_key())
    drawn = random.Random(int(is_header))
    for whole in (token.encode(), older):
        parts = [*whole.split(b".")]
        place = 0 if is_header else 1
        said = json.loads(parse_base64url(parts[place].decode()))
        for extra in ("kid", "jwk", "crit", "typ"):
            said.setdefault(extra, "x")
        for way in list_places(said)[1:]:
            for value in drawn.sample(ODD, 6):
                changed = [*parts]
                changed[place] = encode_base64url(json.dumps(put_at(said, way, value)).encode()).encode()
                assert judge(b".".join(changed)) in {"refused", "read"}
