"""What the public log says about one survey besides its answers (`spec/surveys.md` 8.3, 9.1): pure, from entries alone.

It never takes a survey's word for its own plan or closing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amanah.core.surveys.results import Setting
from amanah.core.surveys.stated_plan import StatedPlan, compute_plan_hash, encode_plan

Entry = Mapping[str, Any]
"""A verified entry as a plain object with `kind`, `ref`, `at` and `body`."""


@dataclass(frozen=True)
class LoggedSurvey:
    """`was_planned` where this plan, and no other, stood in the log before a key could be made for the occasion.

    `plan_index` is the place of that entry; `closed_at` and `served` are None as long as the log does not say them.
    """

    was_planned: bool
    plan_index: int | None
    was_timed: bool
    closed_at: int | None
    served: int | None

    @property
    def setting(self) -> Setting:
        """Give what results are computed under."""
        return Setting(was_timed=self.was_timed, served=self.served)


def read_logged_survey(entries: Sequence[Entry], plan: StatedPlan) -> LoggedSurvey:
    """Read the log's entries, in their order, for what they say about the survey of this plan.

    A survey was timed where its closing was announced with the plan's time, and nobody closed it before that.
    """
    occasion = plan.occasion
    stated = [
        index
        for index, entry in enumerate(entries)
        if entry["kind"] == "survey_stated" and entry["ref"] == occasion
    ]
    is_same = len(stated) == 1 and entries[stated[0]]["body"]["plan"] == compute_plan_hash(encode_plan(plan))
    key_index = _find_key(entries, occasion)
    was_planned = is_same and (key_index is None or stated[0] < key_index)
    closed_at = next(
        (entry["at"] for entry in entries if entry["kind"] == "occasion_closed" and entry["ref"] == occasion),
        None,
    )
    served = next(
        (
            entry["body"]["served"]
            for entry in entries
            if entry["kind"] == "occasion_key_destroyed" and entry["ref"] == occasion
        ),
        None,
    )
    is_kept = closed_at is not None and closed_at >= plan.closes_at
    return LoggedSurvey(
        was_planned=was_planned,
        plan_index=stated[0] if is_same else None,
        was_timed=was_planned and is_kept and _find_announced_closing(entries, occasion) == plan.closes_at,
        closed_at=closed_at,
        served=served,
    )


def _find_key(entries: Sequence[Entry], occasion: str) -> int | None:
    """Find where the occasion's first key stands; nobody can have answered before it."""
    for index, entry in enumerate(entries):
        if entry["kind"] == "wave_opened" and any(name == occasion for name, _ in entry["body"]["keys"]):
            return index
    return None


def _find_announced_closing(entries: Sequence[Entry], occasion: str) -> int | None:
    for entry in entries:
        if entry["kind"] == "wave_planned":
            for descriptor in entry["body"]["occasions"]:
                if descriptor["occasion"] == occasion:
                    closes_at: int = descriptor["closes_at"]
                    return closes_at
    return None
