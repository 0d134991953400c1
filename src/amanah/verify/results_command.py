"""`results`: computes every published number of a survey again, from the answers that were published with it.

It takes nothing from the file that it can count itself, and says what only the log can tell.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amanah.core.passes.recount import (
    Counts,
    RecountBundle,
    parse_recount_bundle,
    verify_counts,
    verify_recount_bundle,
)
from amanah.core.surveys.logged_survey import LoggedSurvey, read_logged_survey
from amanah.core.surveys.results import Setting
from amanah.core.surveys.results_bundle import (
    ResultsBundle,
    ResultsError,
    count_survey,
    parse_results_bundle,
    read_claimed_setting,
    verify_results,
)
from amanah.core.surveys.stated_plan import StatedPlan, compute_plan_hash, encode_plan, parse_plan
from amanah.verify.recount_command import read_log_of, say_counts
from amanah.verify.report import HOLDS, quote_for_terminal, say_holds, say_not_checked, say_noticed, tell_time
from amanah.verify.sources import fetch_file
from amanah.verify.trust import add_trust_options

_MILLION = 1_000_000


@dataclass(frozen=True)
class CheckedSurvey:
    """A survey whose published numbers follow from its answers; the last two are None where no log was read."""

    plan: StatedPlan
    recount: RecountBundle
    payloads: tuple[bytes, ...]
    results: bytes
    logged: LoggedSurvey | None
    counts: Counts | None


def add_results_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `results` to the command line."""
    results = commands.add_parser("results", help="compute a survey's published numbers again")
    results.add_argument("bundle", metavar="BUNDLE", help="the results bundle, or its address")
    results.add_argument("--log", metavar="URL|DIR", help="the public log, or a folder with its files")
    add_trust_options(results, is_required=False)
    results.set_defaults(run=run_results)


def run_results(arguments: argparse.Namespace) -> int:
    """Check a results bundle and, given the log, everything the log says about it."""
    bundle = parse_results_bundle(fetch_file(arguments.bundle))
    recount = parse_recount_bundle(bundle.recount)
    log = read_log_of(recount, arguments) if arguments.log is not None else None
    checked = check_results(bundle, recount, log.entries if log else None)
    print(f"Survey {recount.occasion.occasion} of {recount.occasion.community}")
    say_holds(
        f"{len(recount.spent)} passes, each signed by the occasion's key, none counted twice, "
        "and every answer by its own one-time key"
    )
    say_holds("the questions and their words are those whose hashes the plan names")
    say_holds("every published number is the one that these answers give, byte for byte")
    _print_numbers(checked.results)
    if log is None:
        say_not_checked(
            "whether the log knows this plan, this key and these answers, how many passes were handed out, "
            "and whether the survey closed when it was said; add --log"
        )
        return HOLDS
    if checked.counts:
        say_counts(log, checked.counts)
    _say_logged(checked)
    return HOLDS


def check_results(
    bundle: ResultsBundle, recount: RecountBundle, entries: Sequence[Mapping[str, Any]] | None
) -> CheckedSurvey:
    """Check one bundle and give what holds; raise a VerificationError where anything does not.

    `entries` are those of a verified log, or None where there is none to ask.
    """
    plan = parse_plan(bundle.plan)
    if recount.occasion.occasion != plan.occasion or recount.occasion.closes_at != plan.closes_at:
        raise ResultsError("The answers are those of another survey than the plan's.")
    verify_recount_bundle(recount)
    logged, counts = None, None
    if entries is not None:
        counts = verify_counts(recount, bundle.recount, entries)
        logged = read_logged_survey(entries, plan)
        if not logged.was_planned:
            raise ResultsError(
                "This plan was not stated in the log, once and before the survey had a key: "
                "its questions or lines may have been chosen after the answers."
            )
    payloads = tuple(spent.answer.payload for spent in recount.spent if spent.answer is not None)
    counted = count_survey(plan, bundle.words, payloads)
    setting: Setting = read_claimed_setting(bundle.results) if logged is None else logged.setting
    verify_results(bundle.results, plan, counted, setting)
    return CheckedSurvey(plan, recount, payloads, bundle.results, logged, counts)


def _say_logged(checked: CheckedSurvey) -> None:
    logged = checked.logged
    if logged is None:
        return
    say_holds(
        f"the plan {compute_plan_hash(encode_plan(checked.plan))[:16]} stands in the log at {logged.plan_index}, "
        "before anybody could answer"
    )
    if logged.was_timed:
        say_holds("the survey closed when its plan said, so that the one-look intervals may be read")
    else:
        at = "an unknown time" if logged.closed_at is None else tell_time(logged.closed_at)
        say_noticed(f"the survey was closed early, at {at}: only the anytime intervals may be read")


def _print_numbers(results: bytes) -> None:
    """Print what is published about each question, in shares or means of 0 to 1."""
    for question in json.loads(results)["questions"]:
        print(f"  {quote_for_terminal(question['code'])}: {question['reports']} reports")
        for target in question["targets"]:
            print(f"    {quote_for_terminal(target['target'])}: {_describe(target)}")


def _describe(target: Mapping[str, Any]) -> str:
    if target.get("shown") == "hidden" or target["anytime"] is None:
        return "too few to be shown"
    low, high = (_tell(end) for end in target["anytime"])
    if "estimate" not in target:
        return f"{target['shown']} {target['percent']} in 100, between {low} and {high}"
    if target["estimate"] is None:
        return "nothing can be said"
    few = ", too few to say" if target["too_few"] else ""
    return f"{_tell(target['estimate'])}, between {low} and {high}{few}"


def _tell(millionths: int) -> str:
    return f"{millionths / _MILLION:.3f}"
