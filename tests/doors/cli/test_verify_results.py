"""An outsider computes every published number of a survey again, and sees every change to answers, plan or numbers."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.core.passes.recount import encode_recount_bundle
from amanah.core.surveys.questions import Question
from amanah.core.surveys.results import Setting, build_results
from amanah.core.surveys.results_bundle import (
    ResultsBundle,
    count_survey,
    encode_results_bundle,
    parse_results_bundle,
)
from amanah.core.surveys.stated_plan import StatedPlan, compute_plan_hash, encode_plan
from tests.core.passes.material import SURVEY, make_answered, make_survey_bundle
from tests.core.passes.vectors import build_entries
from tests.doors.cli.served_log import run_verify
from tests.doors.cli.test_verify import ORIGIN, VKEY, list_leaves, write_log

WORDS = encode_canonical_json({"questions": [], "words": {"en": {"title": "Invented"}}})
QUESTIONS = (
    Question("q1", "single", ("a", "b"), mechanism="bag", weight=7),
    Question("q2", "scale", lowest=0, highest=4),
)
SERVED = 4


@dataclass(frozen=True)
class Case:
    """A results bundle and the log that belongs to it, as they are published."""

    bundle: Path
    log: Path
    parts: ResultsBundle

    def verify(self, *more: str) -> Any:
        return run_verify("results", str(self.bundle), *more)

    def verify_with_log(self) -> Any:
        return self.verify("--log", str(self.log), "--vkey", VKEY)

    def write(self, **parts: bytes) -> None:
        self.bundle.write_bytes(encode_results_bundle(replace(self.parts, **parts)))


def build_plan(**changes: Any) -> StatedPlan:
    words = hashlib.sha256(WORDS).hexdigest()
    return replace(StatedPlan(SURVEY.occasion, SURVEY.closes_at, QUESTIONS, words), **changes)


def answer(place: int) -> bytes:
    document = {"answers": {"q1": place % 2, "q2": place}, "occasion": SURVEY.occasion, "v": 1}
    return encode_canonical_json(document)  # type: ignore[arg-type]


PAYLOADS = [answer(place) for place in range(3)]


def list_facts(recount: bytes, plan: StatedPlan, *, closed_at: int | None = None) -> list[dict[str, Any]]:
    facts = build_entries(recount)
    stated = {
        "kind": "survey_stated",
        "ref": SURVEY.occasion,
        "body": {"plan": compute_plan_hash(encode_plan(plan))},
    }
    place = next(place for place, fact in enumerate(facts) if fact["kind"] == "wave_planned")
    facts.insert(place, stated)
    for fact in facts:
        if fact["kind"] == "occasion_closed" and closed_at is not None:
            fact["at"] = closed_at
    return facts


@pytest.fixture
def make_case(tmp_path: Path) -> Callable[..., Case]:
    def make(
        *, plan: StatedPlan | None = None, closed_at: int | None = SURVEY.closes_at, facts: Any = list_facts
    ) -> Case:
        asked = plan or build_plan()
        spent = [
            make_answered(1, SURVEY, payload, f"reply {place}") for place, payload in enumerate(PAYLOADS)
        ]
        recount = encode_recount_bundle(
            replace(make_survey_bundle(), log_vkey=VKEY, log_origin=ORIGIN, spent=tuple(spent))
        )
        was_timed = closed_at is not None and closed_at >= SURVEY.closes_at
        results = build_results(
            asked, count_survey(asked, WORDS, PAYLOADS), Setting(was_timed=was_timed, served=SERVED)
        )
        parts = ResultsBundle(encode_plan(asked), recount, results, WORDS)
        path = tmp_path / "results-bundle.json"
        path.write_bytes(encode_results_bundle(parts))
        leaves = list_leaves(recount, facts(recount, asked, closed_at=closed_at))
        return Case(path, write_log(tmp_path / "log", leaves), parts)

    return make


def test_numbers_that_follow_from_the_answers_hold_and_what_only_the_log_knows_is_left_open(
    make_case: Callable[..., Case],
) -> None:
    done = make_case().verify()
    assert done.returncode == 0, done.stderr
    assert "every published number is the one that these answers give" in done.stdout
    assert "NOT checked: whether the log knows this plan" in done.stdout
    assert "q1: 3 reports" in done.stdout
    assert "too few to say" in done.stdout


def test_with_the_log_nothing_is_left_open(make_case: Callable[..., Case]) -> None:
    done = make_case().verify_with_log()
    assert done.returncode == 0, done.stderr
    assert "before anybody could answer" in done.stdout
    assert "closed when its plan said" in done.stdout
    assert "NOT checked" not in done.stdout


def test_a_survey_that_was_closed_early_is_noticed(make_case: Callable[..., Case]) -> None:
    done = make_case(closed_at=None).verify_with_log()
    assert done.returncode == 0, done.stderr
    assert "noticed: the survey was closed early" in done.stdout


CHANGES: dict[str, Callable[[ResultsBundle], dict[str, bytes]]] = {
    "a number": lambda parts: {"results": parts.results.replace(b'"reports":3', b'"reports":4', 1)},
    "how many passes there were": lambda parts: {
        "results": parts.results.replace(b'"served":4', b'"served":3')
    },
    "the words": lambda parts: {"words": WORDS.replace(b"Invented", b"Reworded")},
    "a weight in the plan": lambda parts: {"plan": parts.plan.replace(b'"weight":7', b'"weight":9')},
    "the time in the plan": lambda parts: {"plan": encode_plan(build_plan(closes_at=SURVEY.closes_at + 1))},
    "an answer": lambda parts: {"recount": replace_answer(parts.recount)},
}


def replace_answer(recount: bytes) -> bytes:
    marker = b'"payload":"'
    start = recount.index(marker) + len(marker)
    return (
        recount[: start + 30]
        + (b"A" if recount[start + 30 : start + 31] != b"A" else b"B")
        + recount[start + 31 :]
    )


@pytest.mark.parametrize("what", [name for name in CHANGES if name != "how many passes there were"])
def test_a_file_in_which_something_was_changed_does_not_hold(
    make_case: Callable[..., Case], what: str
) -> None:
    case = make_case()
    changes = CHANGES[what](case.parts)
    assert all(getattr(case.parts, name) != value for name, value in changes.items())
    case.write(**changes)
    for done in (case.verify(), case.verify_with_log()):
        assert done.returncode == 1, done.stdout
        assert "DOES NOT HOLD" in done.stderr


def test_only_the_log_can_tell_that_the_number_of_passes_was_changed(make_case: Callable[..., Case]) -> None:
    case = make_case()
    plan = build_plan()
    claimed = build_results(plan, count_survey(plan, WORDS, PAYLOADS), Setting(was_timed=True, served=3))
    case.write(results=claimed)
    assert case.verify().returncode == 0
    done = case.verify_with_log()
    assert done.returncode == 1
    assert "results-do-not-follow" in done.stderr


@pytest.mark.parametrize("what", ["never", "late", "twice", "other"])
def test_a_plan_that_was_not_stated_once_and_in_time_does_not_hold(
    make_case: Callable[..., Case], what: str
) -> None:
    def list_wrong(recount: bytes, plan: StatedPlan, *, closed_at: int | None) -> list[dict[str, Any]]:
        facts = list_facts(recount, plan, closed_at=closed_at)
        stated = next(fact for fact in facts if fact["kind"] == "survey_stated")
        if what in {"never", "late"}:
            facts.remove(stated)
        if what == "late":
            opened = next(place for place, fact in enumerate(facts) if fact["kind"] == "wave_opened")
            facts.insert(opened + 1, stated)
        if what == "twice":
            facts.insert(0, {**stated, "body": {"plan": "ab" * 32}})
        if what == "other":
            stated["body"] = {"plan": "cd" * 32}
        return facts

    done = make_case(facts=list_wrong).verify_with_log()
    assert done.returncode == 1
    assert "not stated in the log" in done.stderr


def test_a_file_that_is_no_bundle_is_said_to_be_unreadable(make_case: Callable[..., Case]) -> None:
    case = make_case()
    case.bundle.write_bytes(case.bundle.read_bytes()[:-1])
    done = case.verify()
    assert done.returncode == 2
    assert "results-bundle-unreadable" in done.stderr
    assert parse_results_bundle(encode_results_bundle(case.parts)) == case.parts
