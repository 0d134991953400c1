"""`monitor` alarms where a request door promised to seal at fixed times and does not; what was sealed plays no part."""

from collections.abc import Callable
from pathlib import Path

import pytest

from amanah.verify.command import main
from tests.doors.cli.served_log import NOW, make_leaves, make_policy, say, write_log

HOUR = 3_600
HOLDS, ATTENTION = 0, 3
RULES = {"jurisdiction": "uk", "pack": "ab" * 32, "report_every": None, "rules": "cd" * 32}
LONG_AGO = NOW - 27 * HOUR
PROMISE = say("request_rules_stated", LONG_AGO, "request-door", **RULES, seal_every=86_400)


def seal(number: int, at: int) -> bytes:
    return say("slots_sealed", at, "request-door", number=number, root="ef" * 32)


@pytest.fixture
def watch(tmp_path: Path) -> Callable[..., int]:
    """Give a watch over a log that ends with these entries."""
    policy = make_policy()
    (tmp_path / "log.policy").write_bytes(policy)

    def run(*entries: bytes) -> int:
        leaves = [*make_leaves(9, policy=policy, at=NOW - HOUR), *entries]
        leaves.append(say("heartbeat", NOW, entries=len(leaves)))
        write_log(tmp_path / "log", leaves, cosigned_at=NOW)
        memory = tmp_path / f"seen-{len(leaves)}"
        arguments = ["monitor", str(tmp_path / "log"), "--policy", str(tmp_path / "log.policy")]
        return main([*arguments, "--remember", str(memory)])

    return run


@pytest.mark.parametrize(
    ("seals", "last"), [([], "there is none"), ([seal(20_780, LONG_AGO)], "the last is of")]
)
def test_a_door_that_promised_to_seal_and_does_not_is_an_alarm_at_every_run(
    watch: Callable[..., int], capsys: pytest.CaptureFixture[str], seals: list[bytes], last: str
) -> None:
    for _ in range(2):
        assert watch(PROMISE, *seals) == ATTENTION
        said = capsys.readouterr().out
        assert f"The request door sealed nothing for more than 26 hours: {last}" in said
        assert "[seal-missing]" in said


def test_a_door_that_seals_or_never_promised_to_is_left_in_peace(watch: Callable[..., int]) -> None:
    assert watch(PROMISE, seal(20_780, LONG_AGO), seal(20_781, NOW - HOUR)) == HOLDS
    assert watch() == HOLDS


def test_a_period_that_was_left_out_is_told_once(
    watch: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert watch(PROMISE, seal(20_778, LONG_AGO), seal(20_781, NOW - HOUR)) == ATTENTION
    assert "left out 2 periods" in capsys.readouterr().out
    assert watch(PROMISE, seal(20_778, LONG_AGO), seal(20_781, NOW - HOUR)) == HOLDS
