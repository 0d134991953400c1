"""The vectors of seasons are what the code gives, and what a plain computation without logarithms gives."""

import json
import math
from typing import Any

import pytest

from tests.core.surveys.season_vectors import NAME, VECTORS, build_vectors, encode_vectors

CASES = json.loads((VECTORS / NAME).read_text(encoding="utf-8"))
STAKES = [0.002 * (0.98 / 0.002) ** (place / 63) for place in range(64)]


def test_the_file_is_what_the_code_gives() -> None:
    assert (VECTORS / NAME).read_text(encoding="utf-8") == encode_vectors(build_vectors())


@pytest.mark.parametrize("case", CASES, ids=[case["shows"] for case in CASES])
def test_a_plain_computation_gives_the_same_evidence(case: dict[str, Any]) -> None:
    """Wealth is multiplied out report by report, as 3.2 and 4.2 are written."""
    for season in case["seasons"]:
        wealth = [1.0] * 64
        detectors: dict[str, list[float]] = {}
        theta, harmed = season["line"] / 1e6, season["harm"] / 1e6
        for reading in season["readings"]:
            counts = case["counts"][reading["occasion"]]
            low, middle, high = counts["programme-trust"]
            mean = (1.5 + 6 * theta) / 9
            for place, stake in enumerate(STAKES):
                for score, number in ((0.0, low), (0.5, middle), (1.0, high)):
                    wealth[place] *= (1 - stake + stake * score / mean) ** number
            assert round(1e6 * math.log(sum(wealth) / 64)) == pytest.approx(reading["evidence"], abs=1)
            for code, detector in reading["detectors"].items():
                yes, no = counts.get(code, (0, 0))
                sums = detectors.setdefault(code, [0.0] * 64)
                if yes + no:
                    level = (1 + 6 * harmed) / 8
                    for place, stake in enumerate(STAKES):
                        growth = (1 - stake) ** no * (1 - stake + stake / level) ** yes
                        sums[place] = (sums[place] + 1) * growth
                if detector is None:
                    assert sum(sums) == 0
                else:
                    assert round(1e6 * math.log(sum(sums) / 64)) == pytest.approx(detector, abs=1)


def test_the_states_are_those_that_their_names_say() -> None:
    states = {
        case["shows"]: [reading["state"] for season in case["seasons"] for reading in season["readings"]]
        for case in CASES
    }
    assert states["opens with the second survey, and stays open"] == ["shut", "open", "open"]
    assert states["an alarm shuts it although the evidence is enough"] == ["open", "shut"]
    assert states["a survey that is over and missing keeps it shut"] == ["shut"]
    assert states["closed by hand between two surveys"] == ["open", "shut"]
    assert states["the next season starts anew"] == ["open", "shut"]
    (moved,) = next(case for case in CASES if case["shows"].startswith("a statement"))["seasons"]
    assert moved["line"] == 600_000
