"""A signed graph shows nobody other words than were signed, and no graph keeps a reader busy."""

import copy
import json
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from amanah.core.credentials.contexts import CREDENTIALS, OPEN_BADGES, list_contexts, load_document
from amanah.core.credentials.graphs import MOST_LOOK_ALIKES, MOST_VALUES, encode_rdfc
from amanah.core.credentials.reading import CredentialError
from tests.core.credentials.proof_vectors import FILE, VECTORS

Document = dict[str, Any]
CONTEXTS = [CREDENTIALS, OPEN_BADGES]
BASE: Document = {
    "@context": CONTEXTS,
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
}
LONGEST_WAIT = 1.5
"""A poison graph keeps an unguarded reader busy for minutes; a second and a half is far from both on a busy machine."""
WRITTEN: Document = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))
SAME_GRAPH = [
    "a term that no context defines",
    "the same, deeper",
    "a member that is null",
    "an empty list",
    "a list in a list",
    "one thing twice in a list",
    "the status spelled in full",
    "the end spelled in full",
    "the end moved aside",
    "a type spelled in full",
]


def find_document(part: str, name: str) -> Document:
    document = next(case["document"] for case in WRITTEN[part] if case["name"] == name)
    return {member: value for member, value in document.items() if member != "proof"}


def encode_without_guard(document: Document) -> str:
    options = {
        "documentLoader": load_document,
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
    }
    return str(jsonld.normalize(document, options))


def say(count: int, **more: Any) -> list[Document]:
    return [{"type": ["Alignment"], "targetName": "the same", **more} for _ in range(count)]


def verify_refused_soon(document: Document) -> CredentialError:
    start = time.perf_counter()
    with pytest.raises(CredentialError) as caught:
        encode_rdfc(document)
    assert time.perf_counter() - start < LONGEST_WAIT
    return caught.value


@pytest.mark.parametrize("name", SAME_GRAPH)
def test_without_the_guard_these_changes_would_be_one_graph(name: str) -> None:
    good, changed = find_document("good", "rdfc alone"), find_document("refused", name)
    assert changed != good
    assert encode_without_guard(changed) == encode_without_guard(good)
    with pytest.raises(CredentialError, match=r"step 3\.3"):
        encode_rdfc(changed)


def test_with_the_guard_a_good_document_has_the_same_bytes_as_without() -> None:
    good = find_document("good", "rdfc alone")
    assert encode_rdfc(good).decode() == encode_without_guard(good)


def test_what_belongs_to_the_credential_cannot_be_moved_under_something_that_names_it() -> None:
    endorsed = {**BASE, "validUntil": "2030-01-01T00:00:00Z"}
    endorsement = {
        "id": "urn:x:endorsement",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "credentialSubject": {
            "id": BASE["id"],
            "type": ["EndorsementSubject"],
            "endorsementComment": "Good.",
        },
    }
    honest = {**endorsed, "endorsement": [endorsement]}
    encode_rdfc(honest)
    moved = copy.deepcopy(honest)
    subject = moved["endorsement"][0]["credentialSubject"]
    subject |= {"type": [*BASE["type"], "EndorsementSubject"], "validUntil": moved.pop("validUntil")}
    honest["type"] = subject["type"]
    assert encode_without_guard({**moved, "type": subject["type"]}) == encode_without_guard(honest)
    assert "deeper inside" in str(verify_refused_soon({**moved, "type": subject["type"]}))


def test_a_ring_of_things_that_look_alike_is_refused_at_once() -> None:
    ring = [
        {"id": f"_:b{at}", "type": ["Related"], "related": {"id": f"_:b{(at + 1) % 12}"}} for at in range(12)
    ]
    verify_refused_soon({**BASE, "relatedResource": ring})
    without_names = {"type": ["Profile"], "name": "z"}
    for _ in range(12):
        without_names = {"type": ["Profile"], "parentOrg": without_names}
    assert "too many things" in str(verify_refused_soon({**BASE, "issuer": without_names}))


@pytest.mark.parametrize("count", [4, 6, 8, 12, 60])
def test_a_poison_graph_is_refused_before_it_is_canonicalised(count: int) -> None:
    kids = [
        {**alike, "endorsement": {"type": ["Related"], "version": f"v{at}"}}
        for at, alike in enumerate(say(count))
    ]
    others = [{"type": ["Alignment"], "targetName": f"other {at}"} for at in range(count)]
    parents = [{"type": ["Result"], "alignment": inside} for inside in (kids, others)]
    document = {**BASE, "credentialSubject": {"type": ["AchievementSubject"], "result": parents}}
    if count + len(parents) > MOST_LOOK_ALIKES:
        assert "too many things" in str(verify_refused_soon(document))
    else:
        assert encode_rdfc(document).decode() == encode_without_guard(document)


@pytest.mark.parametrize(
    "more",
    [
        {"type": [f"urn:x:{at}" for at in range(MOST_VALUES)]},
        {"name": [f"{at}" for at in range(MOST_VALUES)]},
        {"termsOfUse": [{"id": f"urn:x:{at}"} for at in range(MOST_VALUES // 2)]},
        {"@context": CONTEXTS * 2_000},
        {"endorsement": [{"@context": CONTEXTS * 9, "type": ["Profile"]}]},
    ],
    ids=["types", "names", "things", "contexts", "contexts inside"],
)
def test_a_document_of_great_many_things_is_refused_at_once(more: Document) -> None:
    verify_refused_soon({**BASE, **more})


def test_the_largest_list_that_is_admitted_takes_no_seconds() -> None:
    start = time.perf_counter()
    encode_rdfc({**BASE, "name": [f"name {at}" for at in range(MOST_VALUES - 10)]})
    assert time.perf_counter() - start < 2 * LONGEST_WAIT


@pytest.mark.parametrize(
    "value", ["\x00", "\x0b", "\x7f", "a\x1fb"], ids=["null", "vertical tab", "delete", "unit separator"]
)
def test_a_character_that_readers_write_differently_is_refused(value: str) -> None:
    with pytest.raises(CredentialError, match="control character"):
        encode_rdfc({**BASE, "name": value})


@pytest.mark.parametrize(
    "image",
    ["", "1.png", "//x.invalid/1.png", "https://not-absolute.invalid/1", "urn:x:a b", 'urn:x:"', "_:b"],
)
def test_an_identifier_that_is_not_absolute_is_refused(image: str) -> None:
    with pytest.raises(CredentialError, match="absolute"):
        encode_rdfc({**BASE, "image": image})


@pytest.mark.parametrize("type_", ["Invented", "//x.invalid/T", "a/b", 5, None, {"id": "urn:x:y"}])
def test_a_type_that_no_context_has_is_refused(type_: object) -> None:
    with pytest.raises(CredentialError, match=r"step 3\.3"):
        encode_rdfc({**BASE, "evidence": {"type": [type_], "name": "x"}})


def test_words_are_not_lost_in_a_graph_inside() -> None:
    presentation = {"@context": [CREDENTIALS], "type": ["VerifiablePresentation"]}
    for lost in ("words", 5):
        with pytest.raises(CredentialError, match="leaves out"):
            encode_rdfc({**presentation, "verifiableCredential": [lost]})
    with pytest.raises(CredentialError, match="leaves out"):
        encode_rdfc({**BASE, "proof": {"id": "urn:x:y"}})


def test_no_two_words_for_a_member_mean_one_thing() -> None:
    words: dict[str, set[str]] = {}

    def collect(terms: Document) -> None:
        for word, meaning in terms.items():
            if word.startswith("@") or not isinstance(meaning, str | dict):
                continue
            name = meaning if isinstance(meaning, str) else meaning.get("@id", "")
            if word[0].islower() and not name.startswith("@"):
                words.setdefault(name, set()).add(word)
            collect(meaning.get("@context") or {} if isinstance(meaning, dict) else {})

    for text in list_contexts().values():
        collect(json.loads(text)["@context"])
    assert {name: found for name, found in words.items() if len(found) > 1} == {}
    assert len(words) > 100


def test_many_threads_give_the_same_bytes() -> None:
    document = find_document("good", "rdfc alone")
    expected = encode_rdfc(document)
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.extend(encode_rdfc(document) for _ in range(5)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 30


LEAF = st.sampled_from(
    [
        "x",
        "y",
        "urn:a:b",
        "urn:a:c",
        "2026-01-01T00:00:00Z",
        "2026-01-02T00:00:00Z",
        "rel/ative",
        "",
        "_:b",
        "ä",
    ]
) | st.integers(-2, 2)
MEMBERS = [
    "name", "description", "image", "issuer", "evidence", "endorsement", "validUntil", "credentialStatus", "proof",
    "verifiableCredential", "alignment", "allowedValue", "jwk", "aud", "jti", "id", "statusListIndex", "narrative",
]  # fmt: skip
TYPES = st.sampled_from(
    [
        "VerifiableCredential",
        "VerifiablePresentation",
        "Achievement",
        "Evidence",
        "Profile",
        "ResultDescription",
    ]
)


def build_objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=3)
    return st.builds(lambda kind, inside: {"type": [kind], **inside}, TYPES, members) | st.lists(
        inner, min_size=1, max_size=2
    )


VALUE = st.recursive(LEAF, build_objects, max_leaves=6)


@given(kind=TYPES, members=st.dictionaries(st.sampled_from(MEMBERS[:-1]), VALUE, max_size=4), new=LEAF)
def test_no_leaf_of_any_document_changes_without_its_graph(kind: str, members: Document, new: Any) -> None:
    document = {"type": [kind], **members, "id": "urn:x:root", "@context": CONTEXTS}
    before = find_bytes(document)
    if before is None:
        return
    for around, name in list_leaves(document):
        old = around[name]
        around[name] = new
        if type(old) is not type(new) or old != new:
            assert find_bytes(document) != before, (name, old, new)
        around[name] = old


def find_bytes(document: Document) -> bytes | None:
    try:
        return encode_rdfc(document)
    except CredentialError:
        return None


def list_leaves(value: Any) -> list[tuple[Any, Any]]:
    places = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, Any]] = []
    for name, item in list(places):
        if name == "@context":
            continue
        found += list_leaves(item) if isinstance(item, dict | list) else [(value, name)]
    return found
