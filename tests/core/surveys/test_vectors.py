"""The committed vectors are what this code says, and the sums in their README are right."""

import json
from typing import Any

from amanah.core.surveys.drawing import (
    draw_ball,
    draw_below,
    draw_change,
    draw_level,
    draw_option,
    draw_pair,
)
from amanah.core.surveys.stated_plan import compute_plan_hash, parse_plan
from tests.core.surveys.write_vectors import NAMES, PLAN, VECTORS, build_vectors, encode_vectors


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def find(cases: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    return next(case for case in cases if all(case[key] == value for key, value in wanted.items()))


def test_the_committed_vectors_are_those_that_the_code_gives() -> None:
    built = build_vectors()
    assert tuple(built) == NAMES
    for name, value in built.items():
        assert (VECTORS / name).read_text(encoding="utf-8") == encode_vectors(value), name


def test_every_draw_takes_exactly_the_bytes_that_stand_there() -> None:
    draws = {
        "below": draw_below,
        "bag": draw_ball,
        "scale3": draw_level,
        "one_of_many": draw_option,
        "pair": draw_pair,
        "change": draw_change,
    }
    thrown_away = 0
    for name, cases in load("draws.json").items():
        for case in cases:
            given = bytes.fromhex(case["random"])
            values = [value for key, value in case.items() if key not in {"random", "report"}]

            def random(length: int) -> bytes:
                nonlocal given
                taken, given = given[:length], given[length:]
                assert len(taken) == length
                return taken

            assert draws[name](*values, random) == case["report"], case
            assert given == b""
            thrown_away += case["random"].startswith("ffffffff") and len(case["random"]) > 16
    assert thrown_away > 5


def test_the_sums_of_the_readme_are_in_the_files() -> None:
    draws = load("draws.json")
    assert find(draws["below"], bound=7, random="fffffffffffffffe49621bc0")["report"] == 2
    assert find(draws["bag"], answer=0, kinds=2, random="ffffffff")["report"] == 1
    estimates = load("estimates.json")
    yes = estimates[0]["targets"]["yes"]
    assert (yes["value"], yes["variance"], yes["plain_variance"]) == (0.233333, 0.000373333, 0.000178889)
    assert yes["share_due_to_bag"] == 0.307781
    mean = estimates[3]["targets"]["mean"]
    assert (mean["value"], mean["variance"]) == (0.725, 0.00114375)
    agreed = estimates[2]["targets"]["yes"]
    assert (agreed["variance"], agreed["cautious_variance"]) == (0, 0.00486111)
    assert estimates[7]["targets"]["a"]["value"] == 0.433333
    assert 4 * estimates[5]["targets"]["mean"]["value"] - 2 == 1
    cells = load("intervals.json")["cells"]
    assert find(cells, count=9, reports=13) | {"percent": 70, "rounded": 10} == find(
        cells, count=9, reports=13
    )
    assert find(cells, count=9, reports=100)["percent"] == 10
    assert find(cells, count=995, reports=1_000)["percent"] == 99


def test_the_plans_of_the_vectors_are_read_back() -> None:
    plans = load("plans.json")["plans"]
    for plan in plans:
        data = bytes.fromhex(plan["bytes"])
        assert compute_plan_hash(data) == plan["hash"]
        parse_plan(data)
    assert parse_plan(bytes.fromhex(plans[0]["bytes"])) == PLAN
