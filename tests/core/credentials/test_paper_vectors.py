"""The signed papers in the vectors are read as the specification says, and none of the refused ones is."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.credentials.authorisations import read_credential
from amanah.core.credentials.identifiers import build_did_key
from amanah.core.credentials.notices import parse_notice
from amanah.core.credentials.proofs import JCS, RDFC, CredentialProofError, verify_document
from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.root_lists import find_roots, parse_root_list, verify_succession
from amanah.core.credentials.scopes import lies_inside
from amanah.core.credentials.status_lists import is_set, parse_status_list
from amanah.core.credentials.times import parse_time
from tests.core.credentials.paper_vectors import FILES, VECTORS, encode_vectors

WRITTEN: dict[str, dict[str, Any]] = {
    file: json.loads((VECTORS / file).read_text(encoding="utf-8")) for file in FILES
}
READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "authorisations.json": lambda document: read_credential(json.dumps(document).encode()),
    "notices.json": parse_notice,
    "root_lists.json": parse_root_list,
    "status_lists.json": parse_status_list,
}
GOOD = [(file, case) for file in FILES for case in WRITTEN[file]["documents"]]
REFUSED = [(file, case) for file in FILES for case in WRITTEN[file]["refused"]]


def find_document(file: str, name: str) -> dict[str, Any]:
    return next(case["document"] for case in WRITTEN[file]["documents"] if case["name"] == name)


# What zip writes differs between its versions, and none of them is wrong.
@pytest.mark.parametrize("file", sorted(set(FILES) - {"status_lists.json"}))
def test_the_file_is_what_its_writer_writes(file: str) -> None:
    assert (VECTORS / file).read_text(encoding="utf-8") == encode_vectors(FILES[file]())


def test_the_file_of_status_lists_holds_the_cases_that_its_writer_knows() -> None:
    written, known = WRITTEN["status_lists.json"], FILES["status_lists.json"]()
    for part in ("documents", "refused"):
        assert [case["name"] for case in written[part]] == [case["name"] for case in known[part]]


@pytest.mark.parametrize("file", FILES)
def test_the_keys_are_those_that_signed(file: str) -> None:
    for did, seed in WRITTEN[file]["keys"].items():
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        assert build_did_key(key.public_key().public_bytes_raw()) == did


@pytest.mark.parametrize(
    ("file", "case"), GOOD, ids=lambda value: value if isinstance(value, str) else value["name"]
)
def test_a_good_paper_is_read_and_has_its_hash(file: str, case: dict[str, Any]) -> None:
    read = READERS[file](case["document"])
    assert read.document_hash.hex() == case["hash"]
    issuer = case["document"].get("community")
    assert verify_document(case["document"], issuer=issuer) == ((JCS,) if issuer else (JCS, RDFC))


@pytest.mark.parametrize(
    ("file", "case"), REFUSED, ids=lambda value: value if isinstance(value, str) else value["name"]
)
def test_a_refused_paper_is_refused_for_its_words_and_not_for_its_proof(
    file: str, case: dict[str, Any]
) -> None:
    with pytest.raises(CredentialError) as refused:
        READERS[file](case["document"])
    assert refused.value.step == case["step"]


@pytest.mark.parametrize(
    ("file", "case"), GOOD, ids=lambda value: value if isinstance(value, str) else value["name"]
)
def test_a_good_paper_with_a_proof_of_another_is_refused(file: str, case: dict[str, Any]) -> None:
    other = next(one for _, one in GOOD if one["hash"] != case["hash"])
    changed = copy.deepcopy(case["document"])
    changed["proof"][0]["proofValue"] = other["document"]["proof"][0]["proofValue"]
    with pytest.raises(CredentialProofError):
        READERS[file](changed)


def test_authorisations_say_what_stands_beside_them() -> None:
    for case in WRITTEN["authorisations.json"]["documents"]:
        read = READERS["authorisations.json"](case["document"])
        said = case["read"]
        assert (read.giver, read.holder, read.scope, read.may_authorise) == (
            said["giver"], said["holder"], said["scope"], said["may_authorise"],
        )  # fmt: skip
        assert (read.strength.name.lower(), [*read.witnesses]) == (said["strength"], said["witnesses"])
        assert (read.valid_from, read.valid_until) == (said["valid_from"], said["valid_until"])
        assert (read.parent, read.parent_hash and read.parent_hash.hex()) == (
            said["parent"],
            said["parent_hash"],
        )
        assert (read.status and [read.status.list, read.status.index]) == said["status"]


def test_what_lies_inside_what_is_as_written() -> None:
    rows = WRITTEN["authorisations.json"]["inside"]
    assert all(lies_inside(inner, outer) is answer for inner, outer, answer in rows)
    assert {answer for *_, answer in rows} == {True, False}


def test_notices_say_what_stands_beside_them() -> None:
    for case in WRITTEN["notices.json"]["documents"]:
        read, said = parse_notice(case["document"]), case["read"]
        assert (read.kind, read.subject, read.valid_from) == (
            said["kind"],
            said["subject"],
            said["valid_from"],
        )
        assert (read.lived_from and read.lived_from.isoformat()) == said["lived_from"]
        assert (read.lived_until and read.lived_until.isoformat()) == said["lived_until"]
        assert all(read.lived_at(parse_time(at)) is answer for at, answer in case["lived"])


def test_the_places_that_are_set_are_as_written() -> None:
    for case in WRITTEN["status_lists.json"]["documents"]:
        read = parse_status_list(case["document"])
        assert sum(byte.bit_count() for byte in read.bits) == case["count"]
        found = (index for index in range(131_072) if is_set(read, index))
        assert [index for index, _ in zip(found, range(8), strict=False)] == case["first"]


def test_root_lists_say_what_stands_beside_them() -> None:
    for case in WRITTEN["root_lists.json"]["documents"]:
        read, said = parse_root_list(case["document"]), case["read"]
        assert (read.number, read.previous and read.previous.hex()) == (said["number"], said["previous"])
        assert ([*read.recorders], len(read.roots)) == (said["recorders"], said["roots"])
        assert all(len(find_roots(read, giver, scope)) == count for giver, scope, count in case["recognised"])


def test_terms_are_as_written() -> None:
    roots = parse_root_list(find_document("root_lists.json", "root-list")).roots
    for position, at, answer in WRITTEN["root_lists.json"]["terms"]:
        assert roots[position].is_in_term(at) is answer, datetime.fromtimestamp(at, UTC)


def test_a_list_follows_exactly_those_that_are_written() -> None:
    rows = WRITTEN["root_lists.json"]["follows"]
    before = parse_root_list(find_document("root_lists.json", rows["before"]))
    for name in rows["good"]:
        verify_succession(before, parse_root_list(find_document("root_lists.json", name)))
    for name in rows["bad"]:
        with pytest.raises(CredentialError):
            verify_succession(before, parse_root_list(find_document("root_lists.json", name)))
