"""`gate`: computes the trust gate and the harm alarm of every season again, from the log and the surveys' own answers.

It checks each survey as `results` does, and says of which it has no file.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from typing import Any

from amanah.core.passes.recount import parse_recount_bundle
from amanah.core.surveys.gate import (
    CountedSurvey,
    Reading,
    SeasonReading,
    count_claims,
    read_counted,
    read_season,
)
from amanah.core.surveys.gate_check import GateError, check_gate, check_statements
from amanah.core.surveys.logged_asks import check_asks, list_logged_asks
from amanah.core.surveys.logged_season import LoggedSeason, SeasonSurvey, read_logged_seasons
from amanah.core.surveys.results_bundle import ResultsBundle, count_survey, parse_results_bundle
from amanah.core.surveys.stated_plan import MILLION, parse_plan
from amanah.verify.report import (
    DOES_NOT_HOLD,
    HOLDS,
    NOT_CHECKED,
    say_errors,
    say_holds,
    say_not_checked,
    say_noticed,
    tell_time,
)
from amanah.verify.results_command import check_results
from amanah.verify.sources import AbsentError, fetch_file, read_log
from amanah.verify.trust import add_trust_options, read_trust

Entries = Sequence[Mapping[str, Any]]


def add_gate_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `gate` to the command line."""
    gate = commands.add_parser("gate", help="compute the trust gate and the harm alarm again")
    gate.add_argument("bundles", metavar="BUNDLE", nargs="*", help="results bundles, or their addresses")
    gate.add_argument(
        "--log", metavar="URL|DIR", required=True, help="the public log, or a folder with its files"
    )
    gate.add_argument(
        "--door", metavar="URL", help="the programme door, to fetch the bundles that are not named"
    )
    add_trust_options(gate, is_required=True)
    gate.set_defaults(run=run_gate)


def run_gate(arguments: argparse.Namespace) -> int:
    """Check every season that has begun."""
    view = read_log(arguments.log, read_trust(arguments).policy)
    entries = [
        {"kind": entry.kind, "ref": entry.ref, "at": entry.at, "body": entry.body} for entry in view.entries
    ]
    bundles = {
        parse_plan(bundle.plan).occasion: bundle
        for bundle in (parse_results_bundle(fetch_file(place)) for place in arguments.bundles)
    }
    now = int(time.time())
    say_holds(
        f"the log has {view.size} entries, all signed by those who may write them, with the root it signed"
    )
    placed = tuple(enumerate(entries))
    codes = [
        _check_season(logged, entries, _Source(bundles, arguments.door), now)
        for logged in read_logged_seasons(placed)
        if logged.season.starts_at <= now
    ]
    problems = [*check_statements(placed), *check_asks(placed)]
    say_errors(problems)
    if problems:
        return DOES_NOT_HOLD
    if asks := list_logged_asks(placed):
        say_holds(
            f"asks of outside bodies: {len(asks)}, each posted while the log says that the gate was open"
        )
    if not codes:
        say_noticed("the log states no season that has begun: the gate is shut")
    return DOES_NOT_HOLD if DOES_NOT_HOLD in codes else max(codes, default=HOLDS)


class _Source:
    """Where results bundles come from: those that were named, then the door's own."""

    def __init__(self, named: Mapping[str, ResultsBundle], door: str | None) -> None:
        self._named = named
        self._door = door

    def find(self, occasion: str) -> ResultsBundle | None:
        """Find a survey's bundle; None where nobody has it."""
        if occasion in self._named or self._door is None:
            return self._named.get(occasion)
        try:
            address = f"{self._door.rstrip('/')}/surveys/{occasion}/bundle.json"
            return parse_results_bundle(fetch_file(address))
        except AbsentError:
            return None


def _check_season(logged: LoggedSeason, entries: Entries, source: _Source, now: int) -> int:
    """Read one season again and say what holds; give the exit code."""
    season, lines = logged.season, logged.season.lines
    print(
        f"Season {season.name}, {tell_time(season.starts_at)} to {tell_time(season.ends_at)}: "
        f"line of trust {lines.trust / MILLION:g}, of harm {lines.harm / MILLION:g} (entry {season.index})"
    )
    counted: dict[str, CountedSurvey | None] = {}
    problems: list[GateError] = []
    missing: list[str] = []
    for survey in logged.counted:
        bundle = source.find(survey.occasion)
        if bundle is None:
            missing.append(survey.occasion)
            continue
        counted[survey.occasion] = _read_survey(bundle, survey, logged, entries)
        if counted[survey.occasion] is None:
            problems.append(
                GateError(f"The plan of the survey {survey.occasion} does not draw the lines of its season.")
            )
    reading = read_season(logged, counted)
    check = check_gate(reading, is_complete=not missing, at=entries[-1]["at"])
    problems += check.problems
    _say_season(reading, now, is_complete=not missing)
    for occasion in check.awaited:
        say_noticed(f"the door has not stated the reading after {occasion} yet; it has an hour")
    for occasion in missing:
        say_not_checked(
            f"the survey {occasion} and every reading from it on: there is no file of it; add --door"
        )
    say_errors(problems)
    if problems:
        return DOES_NOT_HOLD
    if missing:
        return NOT_CHECKED
    say_holds("every reading and every alarm is what these answers give, and stands in the log as it is")
    return HOLDS


def _read_survey(
    bundle: ResultsBundle, survey: SeasonSurvey, logged: LoggedSeason, entries: Entries
) -> CountedSurvey | None:
    """Check a survey's file against the log, then count its answers again."""
    checked = check_results(bundle, parse_recount_bundle(bundle.recount), entries)
    if checked.plan.occasion != survey.occasion:
        raise GateError(f"The file given for {survey.occasion} is that of another survey.")
    counts = count_claims(checked.plan, count_survey(checked.plan, bundle.words, checked.payloads))
    return read_counted(checked.plan, counts, survey, logged.season)


def _say_season(season: SeasonReading, now: int, *, is_complete: bool) -> None:
    for reading in season.readings:
        print(f"  {_tell_reading(reading)}")
    if not is_complete:
        return
    state = season.decide_state(now)
    print(f"  Now: {'open' if state.is_open else f'shut ({state.reason})'}")


def _tell_reading(reading: Reading) -> str:
    alarm = "no report on harm" if reading.detector is None else f"alarm {reading.detector / MILLION:.6f}"
    rang = f", rang: {', '.join(reading.rang)}" if reading.rang else ""
    return (
        f"after {reading.occasion} (survey {reading.batches}): ln evidence {reading.evidence / MILLION:.6f} of "
        f"2.995733, {alarm} of 4.605171{rang}: {reading.state}"
    )
