"""Every bundle of the vectors is read and judged as the file says, and the file is what its writer writes."""

import json
from typing import Any

import pytest

from amanah.core.credentials.bundles import parse_bundle
from amanah.core.credentials.chains import Question
from amanah.core.credentials.reading import encode_jcs
from amanah.core.credentials.standing import compute_standing
from amanah.core.credentials.times import parse_time
from tests.core.credentials.chain_vectors import (
    FILE,
    build_case_bundle,
    build_vectors,
    describe,
    encode_vectors,
)
from tests.core.credentials.paper_vectors import VECTORS

TEXT = (VECTORS / FILE).read_text(encoding="utf-8")
WRITTEN: dict[str, Any] = json.loads(TEXT)


def leave_out_zipped(vectors: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is signed over bytes of zip, which differ from one zlib to the next."""
    papers = {
        name: paper
        for name, paper in vectors["papers"].items()
        if "BitstringStatusListCredential" not in paper.get("type", ())
    }
    return {**vectors, "papers": papers}


def test_the_file_is_what_its_writer_writes() -> None:
    assert leave_out_zipped(build_vectors()) == leave_out_zipped(WRITTEN)
    assert encode_vectors(WRITTEN) == TEXT


@pytest.mark.parametrize("case", WRITTEN["cases"], ids=lambda case: case["name"])
def test_a_bundle_is_judged_as_the_file_says(case: dict[str, Any]) -> None:
    asked = case["asked"]
    question = Question(asked["holder"], asked["scope"], parse_time(asked["at"]))
    papers = parse_bundle(encode_jcs(build_case_bundle(WRITTEN, case)))
    assert describe(compute_standing(question, papers)) == case["standing"]


def test_the_vectors_break_every_rule_that_signed_papers_can_break() -> None:
    """A paper that breaks rule 1 is refused before any chain is made (4.2)."""
    broken = {
        rule
        for case in WRITTEN["cases"]
        for chain in case["standing"]["chains"]
        for link in chain["links"]
        for rule in link["broken"]
    }
    assert broken == {2, 3, 4, 5, 6, 7, 8}
