"""Credentials against Digital Bazaar's libraries in both directions, without a network; only Node may be missing."""

import json
import time
from datetime import date
from typing import Any

import pytest

from amanah.core.credentials.authorisations import build_authorisation, parse_authorisation, read_credential
from amanah.core.credentials.bundles import build_bundle
from amanah.core.credentials.chains import Question
from amanah.core.credentials.contexts import load_document
from amanah.core.credentials.notices import parse_notice
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.proofs import JCS, RDFC, verify_document
from amanah.core.credentials.root_lists import parse_root_list
from amanah.core.credentials.standing import compute_standing
from amanah.core.credentials.status_lists import StatusPlace, is_set, parse_status_list
from amanah.core.errors import AmanahError
from tests.interop.changed_papers import change, keep_proof, list_leaves, spell_in_full
from tests.interop.credential_papers import (
    AMINA,
    ASKED,
    BILAL,
    CELIA,
    DAWUD,
    DRAWN,
    SCOPE,
    SIGNED_AT,
    Person,
    build_chain,
    draft_grant,
    give_notice,
    grant,
    grant_with_status,
    grant_witnessed,
    list_ended,
    list_roots,
    name_list,
)
from tests.interop.credentials_oracle import CredentialsOracle

pytestmark = pytest.mark.usefixtures("no_network")
LATER = "2025-06-01T12:00:00Z"
# Their package has the context as it was before.
ADDED_IN_2026 = {"endorsementJwt", "jti"}
BORN, DIED = date(1931, 2, 3), date(2023, 5, 6)
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
VALID_UNTIL = "https://www.w3.org/2018/credentials#validUntil"


def issue_there(their_node: CredentialsOracle, document: dict[str, Any], person: Person) -> dict[str, Any]:
    """Let their library sign a document of ours."""
    answer: dict[str, Any] = their_node.ask(
        "issue", credential=document, seed=person.seed.hex(), created=SIGNED_AT
    )
    return answer


def encode(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("reach", {"url": "http://127.0.0.1:80"}),
        ("reachBySocket", {"port": 80}),
        ("reachByUndici", {"url": "http://127.0.0.1:80"}),
    ],
)
def test_their_process_reaches_no_network(
    their_node: CredentialsOracle, question: str, values: dict[str, Any]
) -> None:
    assert their_node.try_to_ask(question, **values) == {"error": "no network here"}


def test_the_contexts_that_we_ship_are_those_of_their_packages(their_node: CredentialsOracle) -> None:
    for url, added in zip(grant(AMINA, BILAL)["@context"], (set(), ADDED_IN_2026), strict=True):
        ours, theirs = load_document(url, {})["document"], their_node.ask("context", url=url)
        assert ours["@context"].keys() - theirs["@context"].keys() == added
        assert {name: ours["@context"][name] for name in theirs["@context"]} == theirs["@context"]


@pytest.mark.parametrize(
    "paper",
    [
        grant(AMINA, BILAL),
        grant_witnessed(AMINA, BILAL),
        list_ended(DRAWN),
        give_notice("ended", grant(AMINA, BILAL)["id"]),
        give_notice("void", grant(AMINA, BILAL)["id"]),
        give_notice("lifetime", DAWUD.did, lived_from=BORN, lived_until=DIED),
    ],
    ids=["signed", "witnessed", "status list", "ended", "void", "lifetime of the dead"],
)
def test_they_accept_what_we_sign_and_nothing_that_was_changed(
    their_node: CredentialsOracle, paper: dict[str, Any]
) -> None:
    assert their_node.verify(paper) == {"verified": True, "reason": None, "revoked": None}
    leaves = [*list_leaves(paper)]
    assert len(leaves) >= 8
    for leaf in leaves:
        changed = change(paper, leaf)
        assert their_node.verify(changed)["verified"] is False, leaf
        with pytest.raises(AmanahError):
            verify_document(changed)


def test_they_accept_every_link_of_a_chain(their_node: CredentialsOracle) -> None:
    for link in build_chain():
        assert their_node.verify(link)["verified"] is True


def test_each_of_our_proofs_is_checked_by_us_when_the_other_holds() -> None:
    paper = grant(AMINA, BILAL)
    for place in (0, 1):
        broken = change(paper, ("proof", place, "proofValue"), paper["proof"][1 - place]["proofValue"])
        with pytest.raises(AmanahError):
            verify_document(broken)


def test_a_revoked_paper_is_verified_there_and_its_status_tells(their_node: CredentialsOracle) -> None:
    paper, ended = grant_with_status(), list_ended(DRAWN)
    assert their_node.verify(paper, lists=[ended]) == {"verified": True, "reason": None, "revoked": [True]}
    assert their_node.verify(paper, lists=[list_ended(DRAWN + 1)])["revoked"] == [False]
    assert is_set(parse_status_list(ended), DRAWN)
    assert not is_set(parse_status_list(ended), DRAWN + 1)


def test_they_refuse_a_paper_whose_list_is_missing_or_somebody_elses(their_node: CredentialsOracle) -> None:
    paper = grant_with_status()
    assert "Could not load" in their_node.verify(paper)["reason"]
    foreign = grant(AMINA, BILAL, status=StatusPlace(name_list(CELIA), DRAWN))
    assert "do not match" in their_node.verify(foreign, lists=[list_ended(issuer=CELIA)])["reason"]


def test_they_accept_a_bundle_with_everything_in_it_and_no_changed_one(their_node: CredentialsOracle) -> None:
    ended, roots = list_ended(DRAWN), list_roots()
    papers = [
        *build_chain(),
        grant(AMINA, CELIA, status=StatusPlace(name_list(AMINA), DRAWN)),
        ended,
        give_notice("ended", build_chain()[0]["id"]),
        give_notice("lifetime", AMINA.did, lived_from=BORN),
    ]
    bundle = build_bundle(papers, roots)
    assert bundle["urn:amanah:roots"]["@value"] == roots
    answer = their_node.ask("verifyPresentation", presentation=bundle, lists=[ended], now=LATER)
    assert answer["verified"] is True, answer
    assert [one["verified"] for one in answer["credentials"]] == [True] * len(papers)
    assert [one["revoked"] for one in answer["credentials"]].count([True]) == 1
    middle = ("verifiableCredential", 1, "credentialSubject", "achievement", "description")
    answer = their_node.ask(
        "verifyPresentation", presentation=change(bundle, middle), lists=[ended], now=LATER
    )
    assert answer["verified"] is False
    assert [one["verified"] for one in answer["credentials"]].count(False) == 1


def test_a_parent_that_ran_out_by_itself_has_to_be_asked_about_its_own_time(
    their_node: CredentialsOracle,
) -> None:
    paper = grant(AMINA, BILAL, valid_until=ASKED)
    assert "is after" in their_node.verify(paper, now="2025-06-02T00:00:00Z")["reason"]
    assert their_node.verify(paper, now="2025-05-01T00:00:00Z")["verified"] is True


def test_we_read_a_chain_that_their_library_signed(their_node: CredentialsOracle) -> None:
    first = issue_there(their_node, build_authorisation(draft_grant(AMINA, BILAL)), AMINA)
    second = issue_there(their_node, build_authorisation(draft_grant(BILAL, CELIA, first)), BILAL)
    read = [read_credential(encode(paper)) for paper in (second, first)]
    assert [one.suites for one in read] == [(RDFC,), (RDFC,)]
    papers = Papers(
        authorisations=tuple(read), notices=(), status_lists=(), root_list=parse_root_list(list_roots())
    )
    standing = compute_standing(Question(CELIA.did, SCOPE, ASKED), papers)
    assert standing.is_good
    for leaf in list_leaves(second):
        with pytest.raises(AmanahError):
            verify_document(change(second, leaf))


def test_we_read_lists_and_notices_that_their_library_signed(their_node: CredentialsOracle) -> None:
    unsigned = {name: value for name, value in list_ended().items() if name != "proof"}
    built = their_node.ask("buildStatusList", id=unsigned["id"], length=131_072, revoked=[5, DRAWN])
    unsigned["credentialSubject"] = built["credentialSubject"]
    listed = parse_status_list(issue_there(their_node, unsigned, AMINA))
    assert [is_set(listed, index) for index in (4, 5, DRAWN)] == [False, True, True]
    ours = give_notice("void", grant(AMINA, BILAL)["id"])
    unsigned = {name: value for name, value in ours.items() if name != "proof"}
    unsigned["issuer"] = AMINA.did
    assert parse_notice(issue_there(their_node, unsigned, AMINA)).kind == "void"


def test_a_word_put_in_without_being_signed_is_refused_by_them_and_by_us(
    their_node: CredentialsOracle,
) -> None:
    paper = grant(AMINA, BILAL)
    for kept in (paper, keep_proof(paper, RDFC)):
        for path in ((), ("credentialSubject",), ("credentialSubject", "achievement"), ("issuer",)):
            trap = change(kept, (*path, "alsoMufti"), "of the whole country")
            assert "Safe mode" in their_node.verify(trap)["reason"]
            with pytest.raises(AmanahError):
                verify_document(trap)


def test_an_end_that_is_spelled_so_that_nobody_reads_it_is_refused_by_us(
    their_node: CredentialsOracle,
) -> None:
    """The same statement to a machine: their library lets it pass, and a program that reads JSON sees no end."""
    paper = keep_proof(grant(AMINA, BILAL, valid_until=ASKED), RDFC)
    verify_document(paper)
    trap = spell_in_full(paper, "validUntil", VALID_UNTIL, DATE_TIME)
    assert their_node.verify(trap, now="2030-01-01T00:00:00Z")["verified"] is True
    with pytest.raises(AmanahError):
        verify_document(trap)


def test_a_paper_with_our_first_proof_alone_is_ours_alone(their_node: CredentialsOracle) -> None:
    """Why there are two: nothing of theirs knows the first suite."""
    paper = keep_proof(grant(AMINA, BILAL), JCS)
    assert parse_authorisation(paper, verify_document(paper)).suites == (JCS,)
    assert their_node.verify(paper)["verified"] is False


@pytest.mark.parametrize("makes_ring", [True, False], ids=["ring", "twins"])
def test_look_alikes_that_would_take_for_ever_are_refused_at_once(*, makes_ring: bool) -> None:
    """Canonicalisation is factorial in nodes without names that cannot be told apart at first sight."""
    paper = keep_proof(grant(AMINA, BILAL), RDFC)
    achievement = paper["credentialSubject"]["achievement"]
    if makes_ring:
        everybody = [{"id": f"_:b{place}"} for place in range(12)]
        paper["issuer"]["parentOrg"] = [
            {"id": f"_:b{place}", "type": ["Profile"], "parentOrg": everybody} for place in range(12)
        ]
    else:
        achievement["resultDescription"] = [
            {"type": ["ResultDescription"], "name": "same", "rubricCriterionLevel": [{"name": f"{place}"}]}
            for place in range(150)
        ]
    started = time.monotonic()
    with pytest.raises(AmanahError):
        verify_document(paper)
    assert time.monotonic() - started < 5
