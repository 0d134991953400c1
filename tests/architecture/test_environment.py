"""The environments that `make` builds hold every requirement, also one that is pinned apart for each Python."""

from pathlib import Path

from tests.support.environment import split_requirements

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"


def test_no_requirement_is_lost_on_the_way_into_an_environment() -> None:
    for path in REQUIREMENTS.glob("*.txt"):
        text = path.read_text()
        assert "".join(block for _, block in split_requirements(text)).count("==") == text.count("=="), (
            path.name
        )
        assert [name for name, _ in split_requirements(text)].count("numpy") == text.count("\nnumpy==")
