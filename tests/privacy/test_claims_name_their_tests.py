"""Every claim of the threat model names its tests, and every test it names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "docs" / "explanation" / "threat-model.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def list_rows(heading: str) -> list[str]:
    """List the rows of the table under a heading, without its head."""
    section = MODEL.read_text(encoding="utf-8").split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(MODEL.read_text(encoding="utf-8")))))
def test_every_test_that_the_threat_model_names_exists(path: str, name: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^(?:async )?def {name}\(", source, re.MULTILINE), f"{path} has no {name}"


def test_every_claim_names_a_test() -> None:
    claims = list_rows("Claims and their tests")
    assert len(claims) > 25
    assert [row for row in claims if not NAMED.search(row)] == []


def test_each_of_the_ten_ways_has_an_answer() -> None:
    ways = list_rows("Ten ways in which others' secret votes came out")
    assert [row.split()[1] for row in ways] == [str(number) for number in range(1, 11)]
    assert [row for row in ways if not NAMED.search(row)] == []
