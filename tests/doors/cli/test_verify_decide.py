"""An outsider runs the rules about a request again, on three files and nothing else."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from amanah.core.data_requests.facts import RequestFacts, compute_facts_hash, encode_facts
from amanah.core.data_requests.rules import RULES, build_default_rules, encode_rules
from amanah.core.data_requests.scopes import Scope
from tests.core.data_requests.cases import DOCUMENT, PEOPLE, REFERENCE, SALT
from tests.doors.cli.served_log import run_verify
from tests.support.processes import SOURCE

PACKS = SOURCE / "amanah" / "request_door" / "jurisdictions" / "packs"
TWO = Scope(PEOPLE[:2], ("identity",), date(2008, 1, 1), date(2008, 12, 31))
ORDER = RequestFacts(
    asked=TWO,
    asks_collection=False,
    channel="letter",
    document=DOCUMENT,
    instrument="uk-pace-s9-production-order",
    jurisdiction="uk",
    ordered=TWO,
    reference=REFERENCE,
    salt=SALT,
    secrecy="none",
    signed_by="judge",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pack.json").write_bytes((PACKS / "uk.json").read_bytes())
    (tmp_path / "rules.json").write_bytes(encode_rules(build_default_rules("commons")))
    return tmp_path


def decide(folder: Path, facts: RequestFacts | bytes) -> CompletedProcess[str]:
    content = facts if isinstance(facts, bytes) else encode_facts(facts)
    (folder / "facts.json").write_bytes(content)
    place = {name: str(folder / f"{name}.json") for name in ("facts", "pack", "rules")}
    return run_verify("decide", place["facts"], "--pack", place["pack"], "--rules", place["rules"])


def test_a_letter_under_an_exemption_is_refused_with_its_rule_in_words(folder: Path) -> None:
    letter = replace(
        ORDER, instrument="uk-dpa-2018-sch2-para2", asked=Scope((), ("membership-list",)), ordered=None
    )
    done = decide(folder, letter)
    assert done.returncode == 0, done.stderr
    assert "Outcome: refuse." in done.stdout
    assert "because of bring-an-order:" in done.stdout
    assert RULES["bring-an-order"] in " ".join(done.stdout.split())
    assert "a class of people, nobody by name" in done.stdout
    assert "May be given at most: nothing" in done.stdout
    assert "Signatures of trustees: none needed" in done.stdout


def test_a_judges_order_is_complied_with_within_what_it_names(folder: Path) -> None:
    done = decide(folder, ORDER)
    assert done.returncode == 0, done.stderr
    assert "Outcome: comply." in done.stdout
    assert (
        "May be given at most: identity; about Ada Invented, Bilal Invented; from 2008-01-01 to 2008-12-31"
        in done.stdout
    )


def test_what_the_order_does_not_name_is_taken_away(folder: Path) -> None:
    done = decide(folder, replace(ORDER, asked=Scope(PEOPLE, ("identity",))))
    assert "Outcome: narrow." in done.stdout
    assert "because of nothing-beyond:" in done.stdout
    assert "May be given at most: identity; about Ada Invented, Bilal Invented;" in done.stdout


def test_a_paper_that_the_pack_does_not_know_goes_to_the_trustees(folder: Path) -> None:
    done = decide(folder, replace(ORDER, instrument="uk-other-paper"))
    assert "Outcome: panel. The rules cannot say. The trustees decide." in done.stdout
    assert "a paper that the pack does not know" in done.stdout


def test_a_paper_that_a_trustee_read_is_refused_by_signatures_alone(folder: Path) -> None:
    done = decide(folder, replace(ORDER, signed_by="officer"))
    assert "Outcome: refuse." in done.stdout
    assert "because of right-signature:" in done.stdout
    assert "Signatures of trustees: needed" in done.stdout


def test_what_was_read_is_named_so_that_it_can_be_compared_with_the_log(folder: Path) -> None:
    assert compute_facts_hash(encode_facts(ORDER)) in decide(folder, ORDER).stdout


def test_what_cannot_be_read_is_not_judged(folder: Path) -> None:
    done = decide(folder, b'{"asked": "everything"}')
    assert done.returncode == 2
    assert "[facts-unreadable]" in done.stderr


def test_a_request_is_judged_by_the_pack_of_its_own_jurisdiction(folder: Path) -> None:
    done = decide(folder, replace(ORDER, jurisdiction="us"))
    assert done.returncode == 2
    assert "another jurisdiction" in done.stderr


def test_a_community_that_left_a_rule_out_is_not_believed(folder: Path) -> None:
    rules = (folder / "rules.json").read_bytes()
    (folder / "rules.json").write_bytes(rules.replace(b'"bring-an-order",', b""))
    done = decide(folder, ORDER)
    assert done.returncode == 2
    assert "[rules-unreadable]" in done.stderr
