"""An outsider computes the gate and the alarm again from the answers, and sees every false statement about them."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.core.passes.recount import encode_recount_bundle
from amanah.core.surveys.gate import count_claims, read_counted, read_season
from amanah.core.surveys.logged_season import read_logged_seasons
from amanah.core.surveys.questions import Question
from amanah.core.surveys.results import Setting, build_results
from amanah.core.surveys.results_bundle import ResultsBundle, count_survey, encode_results_bundle
from amanah.core.surveys.stated_plan import (
    Season,
    SeasonLines,
    StatedPlan,
    build_plan,
    compute_plan_hash,
    encode_plan,
)
from tests.core.passes.material import SURVEY, make_answered, make_survey_bundle
from tests.core.passes.vectors import build_entries
from tests.doors.cli.served_log import run_verify
from tests.doors.cli.test_verify import ORIGIN, VKEY, list_leaves, write_log

WORDS = encode_canonical_json({"questions": []})
SEASON = "5" * 16
STARTS_AT = 1_763_000_200
LINES = SeasonLines(Season(STARTS_AT, STARTS_AT + 399 * 86_400), trust=10_000, harm=10_000)
QUESTIONS = (
    Question("programme-trust", "scale", lowest=0, highest=10, mechanism="scale3", weight=7),
    Question("harm-watched", "single", ("a", "b"), mechanism="bag", weight=7),
)
PEOPLE = 5
LONG_AFTER = STARTS_AT + 200_000
HIGH, NOT_HARMED, HARMED = 2, 1, 0

Facts = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """One survey's results bundle and the log that belongs to it."""

    bundle: Path
    log: Path

    def verify(self, *more: str) -> Any:
        return run_verify("gate", "--log", str(self.log), "--vkey", VKEY, *more)

    def verify_with_bundle(self) -> Any:
        return self.verify(str(self.bundle))


def build_asked_plan() -> StatedPlan:
    bare = StatedPlan(SURVEY.occasion, SURVEY.closes_at, QUESTIONS, hashlib.sha256(WORDS).hexdigest())
    return build_plan(bare, LINES)


def answer(harm: int) -> bytes:
    document = {
        "answers": {"harm-watched": harm, "programme-trust": HIGH},
        "occasion": SURVEY.occasion,
        "v": 1,
    }
    return encode_canonical_json(document)  # type: ignore[arg-type]


def list_facts(recount: bytes, plan: StatedPlan) -> Facts:
    facts: Facts = build_entries(recount)
    place = next(place for place, fact in enumerate(facts) if fact["kind"] == "wave_planned")
    body = {
        "ends_at": LINES.season.ends_at,
        "harm": LINES.harm,
        "line": LINES.trust,
        "starts_at": LINES.season.starts_at,
    }
    facts.insert(place, {"kind": "season_stated", "ref": SEASON, "body": body})
    stated = {"plan": compute_plan_hash(encode_plan(plan))}
    facts.insert(place + 1, {"kind": "survey_stated", "ref": SURVEY.occasion, "body": stated})
    for fact in facts:
        if fact["kind"] == "occasion_closed":
            fact["body"]["redeemed"] = PEOPLE
            fact["at"] = SURVEY.closes_at
        if fact["kind"] == "occasion_key_destroyed":
            fact["body"] = {"cards": PEOPLE, "invitations_used": PEOPLE, "replacements": 0, "served": PEOPLE}
            fact["at"] = SURVEY.closes_at + 60
    return facts


def list_true_statements(facts: Facts, plan: StatedPlan, payloads: list[bytes]) -> Facts:
    """Give what an honest door states."""
    placed = tuple((place, {"at": STARTS_AT - 100 + place, **fact}) for place, fact in enumerate(facts))
    (logged,) = read_logged_seasons(placed)
    counts = count_claims(plan, count_survey(plan, WORDS, payloads))
    counted = read_counted(plan, counts, logged.counted[0], logged.season)
    (reading,) = read_season(logged, {SURVEY.occasion: counted}).readings
    body = {
        "batches": reading.batches,
        "detector": reading.detector,
        "evidence": reading.evidence,
        "occasion": reading.occasion,
        "state": reading.state,
    }
    at = SURVEY.closes_at + 70
    said: Facts = [{"kind": "gate_read", "ref": SEASON, "body": body, "at": at}]
    if reading.rang:
        said.append({"kind": "gate_closed", "ref": SEASON, "body": {"reason": "alarm"}, "at": at})
    return said


@pytest.fixture
def make_case(tmp_path: Path) -> Callable[..., Case]:
    def make(
        *,
        harm: int = NOT_HARMED,
        plan: StatedPlan | None = None,
        change: Callable[[Facts], Facts] | None = None,
        last_at: int = SURVEY.closes_at + LONG_AFTER,
    ) -> Case:
        asked = plan or build_asked_plan()
        payloads = [answer(harm) for _ in range(PEOPLE)]
        spent = [
            make_answered(1, SURVEY, payload, f"trust {place}") for place, payload in enumerate(payloads)
        ]
        recount = encode_recount_bundle(
            replace(make_survey_bundle(), log_vkey=VKEY, log_origin=ORIGIN, spent=tuple(spent))
        )
        results = build_results(
            asked, count_survey(asked, WORDS, payloads), Setting(was_timed=True, served=PEOPLE)
        )
        path = tmp_path / "bundle.json"
        path.write_bytes(encode_results_bundle(ResultsBundle(encode_plan(asked), recount, results, WORDS)))
        facts = list_facts(recount, asked)
        statements = list_true_statements(facts, asked, payloads) if plan is None else []
        said = change(statements) if change else statements
        leaves = list_leaves(recount, [*facts, *said])
        leaves.append(say_heartbeat(len(leaves), last_at))
        return Case(path, write_log(tmp_path / "log", leaves))

    return make


def say_heartbeat(entries: int, at: int) -> bytes:
    from amanah.core.public_log.entries import encode_entry, sign_entry
    from tests.core.passes.material import fill

    seed = fill("entry key of log", 32)
    return encode_entry(
        sign_entry(seed, at=at, by="log", kind="heartbeat", ref=None, body={"entries": entries})
    )


def test_an_open_gate_follows_from_the_answers(make_case: Callable[..., Case]) -> None:
    done = make_case().verify_with_bundle()
    assert done.returncode == 0, done.stderr + done.stdout
    assert "line of trust 0.01, of harm 0.01" in done.stdout
    assert f"after {SURVEY.occasion} (survey 1)" in done.stdout
    assert ": open" in done.stdout
    assert "every reading and every alarm is what these answers give" in done.stdout


def test_an_alarm_follows_from_the_answers_and_shuts_the_gate(make_case: Callable[..., Case]) -> None:
    done = make_case(harm=HARMED).verify_with_bundle()
    assert done.returncode == 0, done.stderr + done.stdout
    assert "rang: harm-watched: shut" in done.stdout
    assert "Now: shut (alarm)" in done.stdout


def test_without_the_file_of_a_survey_nothing_is_said_to_hold(make_case: Callable[..., Case]) -> None:
    done = make_case().verify()
    assert done.returncode == 2
    assert f"NOT checked: the survey {SURVEY.occasion}" in done.stdout
    assert "every reading and every alarm" not in done.stdout
    assert "Now:" not in done.stdout


def test_the_door_gives_the_files_that_are_not_named(make_case: Callable[..., Case], tmp_path: Path) -> None:
    case = make_case()
    served = tmp_path / "door" / "surveys" / SURVEY.occasion
    served.mkdir(parents=True)
    with serve_folder(tmp_path / "door") as address:
        assert case.verify("--door", address).returncode == 2
        (served / "bundle.json").write_bytes(case.bundle.read_bytes())
        done = case.verify("--door", address)
    assert done.returncode == 0, done.stderr


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve files as the door does, on a port that the system chooses."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def change_body(**changes: Any) -> Callable[[Facts], Facts]:
    def change(said: Facts) -> Facts:
        first = {**said[0], "body": {**said[0]["body"], **changes}}
        return [first, *said[1:]]

    return change


@pytest.mark.parametrize(
    ("harm", "change", "words"),
    [
        (NOT_HARMED, change_body(state="shut"), "states that the gate is shut"),
        (NOT_HARMED, change_body(evidence=2_000_000), "states evidence 2000000"),
        (NOT_HARMED, change_body(detector=None), "and alarm None"),
        (NOT_HARMED, change_body(batches=2), "after 2 surveys"),
        (NOT_HARMED, lambda said: [], "was never stated"),
        (NOT_HARMED, lambda said: [*said, *said], "a second time"),
        (NOT_HARMED, change_body(occasion="0" * 16), "which gives none in this season"),
        (HARMED, lambda said: said[:1], "and no entry says so"),
        (HARMED, change_body(state="open"), "states that the gate is open"),
        (
            NOT_HARMED,
            lambda said: [*said, {**said[0], "kind": "gate_closed", "body": {"reason": "alarm"}}],
            "its surveys are quiet",
        ),
    ],
)
def test_every_false_statement_is_seen(
    make_case: Callable[..., Case], harm: int, change: Callable[[Facts], Facts], words: str
) -> None:
    done = make_case(harm=harm, change=change).verify_with_bundle()
    assert done.returncode == 1, done.stdout
    assert words in done.stderr
    assert "[gate-does-not-follow]" in done.stderr


@pytest.mark.parametrize("by", ["programme-door", "request-door"])
def test_a_gate_that_trustees_closed_is_shut_whichever_door_says_so(
    make_case: Callable[..., Case], by: str
) -> None:
    closing = {"kind": "gate_closed", "ref": SEASON, "by": by, "body": {"reason": "trustees"}}
    done = make_case(change=lambda said: [*said, closing]).verify_with_bundle()
    assert done.returncode == 0, done.stderr
    assert "Now: shut (trustees)" in done.stdout


def post_ask(said: Facts, *, season: str = SEASON, later: int = 10) -> Facts:
    body = {"ask": "c" * 64, "season": season}
    at = SURVEY.closes_at + 70 + later
    return [*said, {"kind": "ask_posted", "ref": "a" * 16, "by": "request-door", "body": body, "at": at}]


def test_an_ask_that_still_stands_after_the_season_is_named(make_case: Callable[..., Case]) -> None:
    done = make_case(change=post_ask).verify_with_bundle()
    assert done.returncode == 1, done.stdout
    assert f"The ask {'a' * 16} of entry" in done.stderr
    assert "still stands: the gate is shut, ended" in done.stderr


def test_an_ask_that_was_posted_while_the_gate_was_open_is_counted(make_case: Callable[..., Case]) -> None:
    done = make_case(change=post_ask, last_at=SURVEY.closes_at + 100).verify_with_bundle()
    assert done.returncode == 0, done.stderr
    assert "asks of outside bodies: 1, each posted while the log says that the gate was open" in done.stdout


@pytest.mark.parametrize(
    "change", [lambda said: post_ask([], later=0), lambda said: post_ask(said, season="9" * 16)]
)
def test_an_ask_that_was_posted_while_the_gate_was_shut_is_named(
    make_case: Callable[..., Case], change: Callable[[Facts], Facts]
) -> None:
    done = make_case(change=change, last_at=SURVEY.closes_at + 100).verify_with_bundle()
    assert done.returncode == 1, done.stdout
    assert "[ask-while-shut]" in done.stderr
    assert f"posts the ask {'a' * 16} while the gate is shut" in done.stderr
    assert "asks of outside bodies" not in done.stdout


def test_a_number_that_differs_in_its_last_digit_is_another_computer(make_case: Callable[..., Case]) -> None:
    def change(said: Facts) -> Facts:
        return change_body(evidence=said[0]["body"]["evidence"] + 1)(said)

    assert make_case(change=change).verify_with_bundle().returncode == 0


def test_the_door_has_an_hour_to_state_a_reading(make_case: Callable[..., Case]) -> None:
    done = make_case(change=lambda said: [], last_at=SURVEY.closes_at + 600).verify_with_bundle()
    assert done.returncode == 0, done.stderr
    assert "has not stated the reading" in done.stdout


def test_a_plan_that_leaves_out_a_line_of_its_season_is_seen(make_case: Callable[..., Case]) -> None:
    done = make_case(plan=replace(build_asked_plan(), alarms=())).verify_with_bundle()
    assert done.returncode == 1
    assert "does not draw the lines of its season" in done.stderr


def move_the_line(said: Facts) -> Facts:
    season = LINES.season
    body = {"ends_at": season.ends_at, "harm": LINES.harm, "line": 5_000, "starts_at": season.starts_at}
    return [*said, {"kind": "season_stated", "ref": SEASON, "body": body, "at": SURVEY.closes_at + 80}]


def speak_of_another_season(said: Facts) -> Facts:
    return [*said, {**said[0], "ref": "0" * 16}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (move_the_line, "its lines stay until it ends"),
        (speak_of_another_season, "which nobody stated in time"),
    ],
)
def test_a_line_that_somebody_tried_to_move_is_seen(
    make_case: Callable[..., Case], change: Callable[[Facts], Facts], words: str
) -> None:
    done = make_case(change=change).verify_with_bundle()
    assert done.returncode == 1
    assert words in done.stderr


def test_a_bundle_with_other_answers_is_seen(make_case: Callable[..., Case]) -> None:
    case = make_case()
    data = case.bundle.read_bytes()
    case.bundle.write_bytes(data.replace(b'"served":5', b'"served":6'))
    done = case.verify_with_bundle()
    assert done.returncode == 1
    assert "results-do-not-follow" in done.stderr


def test_a_log_without_a_season_says_that_the_gate_is_shut(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log", list_leaves(b"", []))
    done = run_verify("gate", "--log", str(log), "--vkey", VKEY)
    assert done.returncode == 0
    assert "states no season that has begun: the gate is shut" in done.stdout
