"""Writes `spec/vectors/surveys/seasons.json`: `python -m tests.core.surveys.season_vectors`."""

import json
from pathlib import Path
from typing import Any

from amanah.core.surveys.gate import CountedSurvey, SeasonReading, read_counted, read_season
from amanah.core.surveys.logged_season import read_logged_seasons
from amanah.core.surveys.stated_plan import encode_plan
from tests.core.surveys.season_log import DAY, ENDS_AT, SEASON, STARTS_AT, SeasonLog

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "surveys"
NAME = "seasons.json"
NEXT = "6" * 16
MOMENTS = (STARTS_AT - 1, STARTS_AT + 5 * DAY, STARTS_AT + 30 * DAY, ENDS_AT - 1, ENDS_AT)


def build_logs() -> dict[str, SeasonLog]:
    """Give the seasons that the vectors tell, by what each of them shows."""
    return {
        "opens with the second survey, and stays open": _tell(
            ((40, 60, 60), 10), ((10, 60, 130), 10), ((60, 20, 5), 8)
        ),
        "an alarm shuts it although the evidence is enough": _tell(((10, 60, 130), 10), ((10, 60, 130), 60)),
        "a survey that is over and missing keeps it shut": _miss_one(),
        "closed by hand between two surveys": _close_by_hand(),
        "a statement that moves a line changes nothing": _move_a_line(),
        "the next season starts anew": _begin_anew(),
    }


def build_vectors() -> list[dict[str, Any]]:
    """Give every log with the plans and counts of its surveys, and what follows."""
    return [
        {
            "counts": {
                name: {code: [*numbers] for code, numbers in counts.items()}
                for name, counts in log.counts.items()
            },
            "entries": log.entries,
            "plans": {name: encode_plan(plan).decode() for name, plan in log.plans.items()},
            "seasons": [_describe(one) for one in read_all(log)],
            "shows": shows,
        }
        for shows, log in build_logs().items()
    ]


def read_all(log: SeasonLog) -> list[SeasonReading]:
    """Read every season of a log."""
    readings = []
    for logged in read_logged_seasons(log.placed):
        counted: dict[str, CountedSurvey | None] = {
            survey.occasion: read_counted(
                log.plans[survey.occasion], log.counts[survey.occasion], survey, logged.season
            )
            for survey in logged.counted
        }
        readings.append(read_season(logged, counted))
    return readings


def encode_vectors(value: Any) -> str:
    """Give the file's text."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def _describe(reading: SeasonReading) -> dict[str, Any]:
    season = reading.logged.season
    return {
        "harm": season.lines.harm,
        "line": season.lines.trust,
        "readings": [
            {
                "detectors": dict(one.detectors),
                "evidence": one.evidence,
                "occasion": one.occasion,
                "rang": [*one.rang],
                "state": one.state,
            }
            for one in reading.readings
        ],
        "season": season.name,
        "states": {str(at): reading.decide_state(at).reason or "open" for at in MOMENTS},
    }


def _tell(*surveys: tuple[tuple[int, int, int], int]) -> SeasonLog:
    log = SeasonLog()
    log.state_season()
    for number, (trust, watched) in enumerate(surveys, start=1):
        log.add_survey(number, trust, watched=watched)
    return log


def _miss_one() -> SeasonLog:
    log = SeasonLog()
    log.state_season()
    log.plan_survey(1)
    log.plan_survey(2)
    log.count_survey(1, (10, 60, 130))
    return log


def _close_by_hand() -> SeasonLog:
    log = _tell(((10, 60, 130), 10))
    log.say("gate_closed", SEASON, STARTS_AT + 3 * DAY, reason="trustees")
    log.add_survey(4, (10, 60, 130), watched=10)
    return log


def _move_a_line() -> SeasonLog:
    log = SeasonLog()
    log.state_season()
    log.plan_survey(1)
    log.state_season(line=100_000)
    log.count_survey(1, (40, 60, 100))
    return log


def _begin_anew() -> SeasonLog:
    log = _tell(((10, 60, 130), 10))
    log.state_season(NEXT, at=ENDS_AT - DAY, starts_at=ENDS_AT, ends_at=ENDS_AT + 9 * DAY)
    log.plan_survey(7, opens_at=ENDS_AT, closes_at=ENDS_AT + DAY)
    log.count_survey(7, (1, 2, 3))
    return log


if __name__ == "__main__":
    (VECTORS / NAME).write_text(encode_vectors(build_vectors()), encoding="utf-8")
