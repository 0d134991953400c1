"""Publishes what a closed survey says (`spec/surveys.md` 9): results, and one file from which anybody computes them.

It waits until the log tells how many passes were handed out, and works from the published answers alone: spent passes
are gone by then.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from amanah.core.errors import AmanahError
from amanah.core.passes.recount import iterate_payloads
from amanah.core.public_log.reading import LogView
from amanah.core.surveys.counting import SurveyCount
from amanah.core.surveys.kept_counts import encode_counts, parse_counts
from amanah.core.surveys.logged_survey import Entry, LoggedSurvey, read_logged_survey
from amanah.core.surveys.results import build_results
from amanah.core.surveys.results_bundle import count_survey, encode_around
from amanah.core.surveys.stated_plan import StatedPlan, parse_plan
from amanah.programme_door.occasions.ledger import ClosedSurvey, OccasionLedger
from amanah.web.durable import write_durably

RESULTS_ENDING, COUNTS_ENDING, BUNDLE_ENDING = "results.json", "counts.json", "bundle.json"
_KINDS = {"survey_stated", "wave_planned", "wave_opened", "occasion_closed", "occasion_key_destroyed"}
_PART = 4 * 1024 * 1024
_log = logging.getLogger("amanah.spending")


@dataclass(frozen=True)
class PublishedSurvey:
    """A survey whose results were published just now, with the counts they were made of."""

    plan: StatedPlan
    results: bytes
    counted: SurveyCount


class Publishing:
    """Works out the results of closed surveys, each once; a crash leaves nothing that is not done again."""

    def __init__(self, folder: Path, ledger: OccasionLedger) -> None:
        self._folder = folder
        self._ledger = ledger
        self._failed: set[str] = set()

    async def find_counted(self, occasion: str) -> tuple[StatedPlan, SurveyCount] | None:
        """Give the plan and the counts of a survey whose results are published; None where they are not."""
        stated = self._ledger.find_plan_bytes(occasion)
        if stated is None or not (self._folder / f"{occasion}.{BUNDLE_ENDING}").is_file():
            return None
        plan = parse_plan(stated)
        return plan, parse_counts((self._folder / f"{occasion}.{COUNTS_ENDING}").read_bytes(), plan)

    async def publish_due(self, view: LogView) -> list[PublishedSurvey]:
        """Publish every closed survey that the log says enough about; give those that are new."""
        waiting = [survey for survey in self._ledger.list_closed_surveys() if self._is_waiting(survey)]
        if not waiting:
            return []
        entries = list_relevant(view)
        published = []
        for survey in waiting:
            plan = parse_plan(survey.plan)
            logged = read_logged_survey(entries, plan)
            if logged.served is None:
                continue
            try:
                # Another thread: a large survey takes a while to count, and the gate goes on.
                published.append(await asyncio.to_thread(self._publish, survey, plan, logged))
            except (AmanahError, OSError) as error:
                # What cannot be counted must hold up neither the log nor the other surveys.
                self._failed.add(survey.occasion)
                _log.error(
                    "The results of the survey %s could not be worked out (%s); the next start tries again.",
                    survey.occasion,
                    type(error).__name__,
                )
        return published

    def _is_waiting(self, survey: ClosedSurvey) -> bool:
        # The bundle is written last: where it stands, everything stands.
        is_there = (self._folder / f"{survey.occasion}.{BUNDLE_ENDING}").is_file()
        return not is_there and survey.occasion not in self._failed

    def _publish(self, survey: ClosedSurvey, plan: StatedPlan, logged: LoggedSurvey) -> PublishedSurvey:
        recount = self._folder / f"{survey.occasion}.json"
        counted = count_survey(plan, survey.words, iterate_payloads(read_in_parts(recount)))
        results = build_results(plan, counted, logged.setting)
        write_durably(self._folder / f"{survey.occasion}.{COUNTS_ENDING}", encode_counts(counted, plan))
        write_durably(self._folder / f"{survey.occasion}.{RESULTS_ENDING}", results)
        before, after = encode_around(plan=survey.plan, results=results, words=survey.words)
        write_durably(
            self._folder / f"{survey.occasion}.{BUNDLE_ENDING}",
            chain([before], read_in_parts(recount), [after]),
        )
        return PublishedSurvey(plan, results, counted)


def read_in_parts(path: Path) -> Iterator[bytes]:
    """Read a file of any size, a part at a time."""
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part


def list_relevant(view: LogView) -> list[Entry]:
    """List the entries that tell anything about surveys, in the log's order, as plain objects."""
    return [
        {"kind": entry.kind, "ref": entry.ref, "at": entry.at, "body": entry.body}
        for entry in view.entries
        if entry.kind in _KINDS
    ]
