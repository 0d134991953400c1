"""A bundle is read paper by paper, as if each had come alone, and nothing in it is repaired (8.1)."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from amanah.core.credentials.authorisations import build_authorisation
from amanah.core.credentials.bundles import (
    ROOTS,
    build_bundle,
    build_envelope,
    join_papers,
    parse_bundle,
    read_papers,
)
from amanah.core.credentials.chains import Question
from amanah.core.credentials.jwt import encode_jwt
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.reading import LARGEST_FILE, CredentialError, encode_jcs
from amanah.core.credentials.standing import compute_standing
from tests.core.credentials.jwt_vectors import build_curve_jwk, build_payload, build_token, sign_on_curve
from tests.core.credentials.signed_line import (
    AT,
    FIRST,
    PUPIL,
    build_line,
    date_life,
    end,
    list_good_status,
    list_roots,
    wrap,
)
from tests.core.credentials.written import ROOT, SIGNED, build_did, build_key, list_documents

LINE = build_line()
ASKED = Question(build_did(PUPIL), "quran/hafs", AT)
Bundle = dict[str, Any]


def test_a_bundle_holds_what_is_needed_to_judge_without_us() -> None:
    beside = [*list_good_status(), end("ended", FIRST, at=AT + 1)]
    papers = parse_bundle(encode_jcs(wrap([*LINE.papers, *beside])))
    assert [one.id for one in papers.authorisations] == [paper["id"] for paper in LINE.papers]
    assert (len(papers.status_lists), len(papers.notices)) == (3, 1)
    assert papers.root_list is not None
    standing = compute_standing(ASKED, papers)
    assert standing.is_good
    assert [link.status.state for link in standing.chains[0].links] == ["good"] * 3


def test_a_bundle_has_the_form_that_others_read() -> None:
    bundle = wrap(LINE.papers)
    assert list(bundle) == ["@context", "type", "verifiableCredential", ROOTS]
    assert bundle["@context"] == ["https://www.w3.org/ns/credentials/v2"]
    assert bundle["type"] == ["VerifiablePresentation"]
    assert bundle[ROOTS] == {"@type": "@json", "@value": list_roots()}


def test_a_bundle_without_a_root_list_is_read_and_recognises_nobody() -> None:
    bundle = wrap(LINE.papers)
    del bundle[ROOTS]
    papers = parse_bundle(encode_jcs(bundle))
    assert papers.root_list is None
    assert not compute_standing(ASKED, papers).is_good


def test_a_jwt_stands_in_a_bundle_in_an_envelope() -> None:
    unsigned = {name: value for name, value in LINE.top.items() if name != "proof"}
    token = encode_jwt(unsigned, build_key(ROOT))
    for papers in (parse_bundle(encode_jcs(wrap([token]))), read_papers(token.encode())):
        assert [(one.form, one.suites) for one in papers.authorisations] == [("jwt", ("jwt",))]
    with pytest.raises(CredentialProofError, match="Paper 1 of the bundle"):
        parse_bundle(encode_jcs(wrap([token[:-6] + "AAAAAA"])))


def test_a_roots_name_above_a_key_of_ones_own_forges_no_line() -> None:
    token = build_token({"alg": "ES256", "jwk": build_curve_jwk()}, build_payload(), sign_on_curve)
    asked = Question(SIGNED.holder, SIGNED.scope, AT)
    for papers in (parse_bundle(encode_jcs(wrap([token]))), read_papers(token.encode())):
        judged = compute_standing(asked, join_papers([papers, read_papers(encode_jcs(list_roots()))]))
        assert [chain.rules for chain in judged.chains] == [(2,)]
    true = encode_jwt(build_authorisation(SIGNED), build_key(ROOT))
    assert compute_standing(asked, parse_bundle(encode_jcs(wrap([true])))).is_good


def test_of_several_root_lists_the_last_is_in_force() -> None:
    one, other = (read_papers(encode_jcs(list_roots(name=name))) for name in ("One", "Other"))
    for parts, name in (((one, other), "Other"), ((other, one), "One"), ((one, Papers()), "One")):
        in_force = join_papers(parts).root_list
        assert in_force is not None
        assert in_force.name == name


@pytest.mark.parametrize("name", sorted(list_documents()))
def test_any_single_paper_is_read_alone(name: str) -> None:
    papers = read_papers(encode_jcs(list_documents()[name]))
    counted = [papers.authorisations, papers.notices, papers.status_lists, papers.foreign]
    assert sum(map(len, counted)) + (papers.root_list is not None) == 1


def test_papers_of_several_files_are_put_together() -> None:
    alone = [read_papers(encode_jcs(paper)) for paper in (*LINE.papers, list_roots())]
    assert compute_standing(ASKED, join_papers(alone)).is_good
    assert join_papers(alone).authorisations == parse_bundle(encode_jcs(wrap(LINE.papers))).authorisations


def test_one_letter_changed_in_any_paper_is_named_by_its_place() -> None:
    for place, name in ((0, "1"), (1, "2"), (2, "3")):
        papers = json.loads(json.dumps(LINE.papers))
        papers[place]["credentialSubject"]["achievement"]["description"] += "!"
        with pytest.raises(CredentialProofError, match=f"Paper {name} of the bundle") as caught:
            parse_bundle(encode_jcs(wrap(papers)))
        assert caught.value.step == "3.2"


def test_a_root_list_with_one_more_root_is_refused() -> None:
    roots = json.loads(json.dumps(list_roots()))
    roots["roots"].append({**roots["roots"][0], "id": build_did(PUPIL)})
    with pytest.raises(CredentialProofError):
        parse_bundle(encode_jcs(wrap(LINE.papers, roots)))


CHANGES: dict[str, Callable[[Bundle], Any]] = {
    "another member": lambda bundle: bundle.update(holder="did:key:z"),
    "a proof nobody asked for": lambda bundle: bundle.update(proof={}),
    "another context": lambda bundle: bundle.update({"@context": ["https://evil.example/"]}),
    "one more context": lambda bundle: bundle["@context"].append("https://evil.example/"),
    "another type": lambda bundle: bundle.update(type=["VerifiablePresentation", "Other"]),
    "papers that are none": lambda bundle: bundle.update(verifiableCredential="paper"),
    "a paper that is text": lambda bundle: bundle["verifiableCredential"].append("paper"),
    "a paper that is nothing": lambda bundle: bundle["verifiableCredential"].append(None),
    "a bundle within": lambda bundle: bundle["verifiableCredential"].append(wrap(LINE.papers)),
    "a root list among papers": lambda bundle: bundle["verifiableCredential"].append(list_roots()),
    "an envelope of something else": lambda bundle: bundle["verifiableCredential"].append(
        build_envelope("") | {"id": "https://evil.example/paper"}
    ),
    "an envelope with more": lambda bundle: bundle["verifiableCredential"].append(
        build_envelope("") | {"a": 1}
    ),
    "an empty envelope": lambda bundle: bundle["verifiableCredential"].append(build_envelope("")),
    "an older badge": lambda bundle: bundle["verifiableCredential"].append({"type": "Assertion"}),
    "a root list that is text": lambda bundle: bundle[ROOTS].update({"@value": "list"}),
    "a root list that is none": lambda bundle: bundle[ROOTS].update({"@value": {}}),
    "a root list of another type": lambda bundle: bundle[ROOTS].update({"@type": "@id"}),
    "a root list without its wrapping": lambda bundle: bundle.update({ROOTS: list_roots()}),
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_what_does_not_fit_is_refused_with_its_step(name: str) -> None:
    bundle = json.loads(json.dumps(wrap(LINE.papers)))
    CHANGES[name](bundle)
    with pytest.raises(CredentialError) as caught:
        parse_bundle(encode_jcs(bundle))
    assert caught.value.step[0].isdigit()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b"eyJ.eyJ.x",
        b"ey",
        b"\x89PNG\r\n\x1a\n",
        b"<svg/>",
        b"<!DOCTYPE svg><svg/>",
        b'{"type": "Assertion"}',
        b'{"type": ["VerifiablePresentation"]}',
        b'{"type": ["VerifiableCredential"]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b" " * (LARGEST_FILE + 1),
    ],
    ids=range(15),
)
def test_hostile_files_are_refused_in_words(data: bytes) -> None:
    with pytest.raises((CredentialError, CredentialProofError)):
        read_papers(data)


def test_a_bundle_that_nobody_could_read_is_not_made() -> None:
    life = date_life(build_did(PUPIL), date(1990, 1, 1), None)
    with pytest.raises(CredentialError, match="1 MiB"):
        build_bundle([life] * 1_000, list_roots())
