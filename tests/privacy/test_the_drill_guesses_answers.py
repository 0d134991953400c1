"""The drill's attacks on answers, on made-up crowds: honest bags keep their promise, and each leak is seen."""

import json
import random
from collections import Counter
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from amanah.core.encoding import encode_base64url, encode_canonical_json
from amanah.core.surveys.questions import Answer, Condition, Question, list_labels
from amanah.drill.answering import answer_questions, draw_report, list_telling, spread_report
from amanah.drill.attack_answers import LINKED, NAMED, TELLING, attack_answers, compute_promise, find_sheets
from amanah.drill.attack_orders import recover_orders
from amanah.drill.chance import Finding, compute_shuffled_p, compute_sum_p
from amanah.drill.crowd import imagine_people
from amanah.drill.opinions import TRUST_IN_POLICE, imagine_opinion, list_chances
from amanah.drill.seizure import Seizure
from amanah.drill.snapshot import SeizedTable
from amanah.drill.table import Report, render_table
from amanah.drill.truth import Truth

MEMBERS = 400
OCCASION = "00112233aabbccdd"
ABC = ("a", "b", "c")
QUESTIONS = (
    Question("programme-trust", "index", ("a", "b", "c", "d", "e"), 0, 4, mechanism="scale3", weight=7),
    Question("police-trust", "scale", (), 0, 10, mechanism="scale3", weight=7),
    Question("harm-watched", "single", ("a", "b"), mechanism="bag", weight=7),
    Question("gravest", "single", ABC, mechanism="bag", weight=3),
    Question("q1", "single", ABC),
)
OTHERS = (
    Question("s1", "multiple", ABC, mechanism="one_of_many", weight=7),
    Question("s2", "ranking", ABC, mechanism="pair", weight=3),
    Question("s3", "change", (), 0, 4, mechanism="change", weight=7),
)
Draw = Callable[[int], bytes]


def build_truth(draw: Draw) -> tuple[Truth, dict[bytes, bytes]]:
    """Let a made-up crowd answer; give the truth and the sheet of each pass."""
    generator = random.Random(20)
    truth = Truth(imagine_people(generator, MEMBERS))
    truth.questions[OCCASION] = QUESTIONS
    truth.card_keys = {member: generator.randbytes(32) for member in range(MEMBERS)}
    truth.registered = generator.sample(range(MEMBERS), MEMBERS)
    truth.spent[OCCASION], sheets = [], {}
    for place, member in enumerate(generator.sample(range(MEMBERS), MEMBERS)):
        thoughts = {question.code: imagine_opinion(question, generator) for question in QUESTIONS}
        answers = answer_questions(QUESTIONS, thoughts, [], random=draw, now=1)
        truth.opinions.setdefault(OCCASION, {})[member] = thoughts
        truth.answered.setdefault(OCCASION, {})[member] = frozenset(answers)
        nonce = generator.randbytes(32)
        truth.spent[OCCASION].append((float(place), member, nonce))
        sheets[nonce] = encode_canonical_json({"answers": answers, "occasion": OCCASION, "v": 1})
    return truth, sheets


def attack(truth: Truth, sheets: dict[bytes, bytes], folder: Path, mark: dict[int, int]) -> list[Finding]:
    """Attack two tables of which each row carries a number."""
    acts = [(mark[member], nonce, sheets[nonce]) for _, member, nonce in truth.spent[OCCASION]]
    cards = [(mark[member] or member, key) for member, key in truth.card_keys.items()]
    tables = [
        SeizedTable("x spent", ["rowid", "nonce", "payload"], sorted(acts, key=lambda row: bytes(row[1]))),
        SeizedTable("x card", ["rowid", "public_key"], sorted(cards, key=lambda row: bytes(row[1]))),
    ]
    streams = truth.list_orders()
    orders = [o for table in tables for o in recover_orders(table.where, table.names, table.rows, streams)]
    return list(attack_answers(Seizure("x", folder), tables, orders, truth))


def shuffle(seed: int) -> dict[int, int]:
    return dict(enumerate(random.Random(seed).sample(range(1, MEMBERS + 1), MEMBERS)))


def pick(findings: list[Finding], kind: str) -> list[Finding]:
    return [finding for finding in findings if finding.kind == kind]


def test_honest_bags_keep_their_promise_even_when_every_pass_has_a_name(tmp_path: Path) -> None:
    truth, sheets = build_truth(random.Random(1).randbytes)
    findings = attack(truth, sheets, tmp_path, dict.fromkeys(range(MEMBERS), 0))
    assert Report(findings).leaks == []
    linked = {finding.detail: finding for finding in pick(findings, LINKED)}
    assert set(linked) == {question.code for question in QUESTIONS if question.is_randomised}
    for question in QUESTIONS[:4]:
        finding, thoughts = linked[question.code], truth.list_reporters(OCCASION, question.code)
        assert finding.trials == MEMBERS
        commonest = max(Counter(thoughts.values()).values()) / MEMBERS
        assert commonest - 1e-9 <= finding.chance <= compute_promise(commonest, question.weight) + 1e-9
        # Three standard errors above the exact bound would be one run in a thousand.
        assert finding.linked / MEMBERS <= finding.chance + 3 * (0.25 / MEMBERS) ** 0.5
        assert f"at most {compute_promise(commonest, question.weight):.1%}" in finding.note
    assert all(finding.trials == MEMBERS for finding in pick(findings, NAMED))
    assert len(pick(findings, TELLING)) == 5
    assert " promised" in render_table(Report(findings))


def test_without_names_the_guess_about_a_card_is_no_better_than_the_known_shares(tmp_path: Path) -> None:
    truth, sheets = build_truth(random.Random(2).randbytes)
    findings = pick(attack(truth, sheets, tmp_path, shuffle(3)), NAMED)
    assert len(findings) >= 4
    for finding in findings:
        code = finding.detail.split(",")[0]
        thoughts = truth.list_reporters(OCCASION, code)
        assert finding.chance <= max(Counter(thoughts.values()).values()) / MEMBERS + 1e-9


def test_rows_that_line_up_at_both_doors_give_answers_away_as_far_as_the_bag_allows(tmp_path: Path) -> None:
    truth, sheets = build_truth(random.Random(4).randbytes)
    findings = attack(truth, sheets, tmp_path, {member: member + 1 for member in range(MEMBERS)})
    leaks = [leak for leak in Report(findings).leaks if leak.kind == NAMED]
    assert any(leak.detail.startswith("harm-watched") for leak in leaks)
    (linked,) = (f for f in pick(findings, LINKED) if f.detail == "harm-watched")
    assert max(leak.linked for leak in leaks if leak.detail.startswith("harm-watched")) == linked.linked
    assert {leak.kind for leak in Report(findings).leaks} == {NAMED}


def test_a_device_whose_randomness_is_dead_is_called_by_name(tmp_path: Path) -> None:
    truth, sheets = build_truth(bytes)
    findings = attack(truth, sheets, tmp_path, shuffle(5))
    leaks = Report(findings).leaks
    assert {"harm-watched", "gravest"} <= {leak.detail for leak in leaks if leak.kind == LINKED}
    told = [leak for leak in leaks if leak.kind == TELLING]
    assert max(leak.linked for leak in told) == 4 * MEMBERS
    assert "LEAK  balls that say the answer: all questions" in render_table(Report(findings))


def test_a_device_that_tells_the_truth_only_when_it_hurts_is_called_by_name(tmp_path: Path) -> None:
    truth, sheets = build_truth(random.Random(6).randbytes)
    for _, member, nonce in truth.spent[OCCASION]:
        if truth.opinions[OCCASION][member]["harm-watched"] == "a":
            document = json.loads(sheets[nonce])
            document["answers"]["harm-watched"] = 0
            sheets[nonce] = encode_canonical_json(document)
    leaks = Report(attack(truth, sheets, tmp_path, shuffle(5))).leaks
    assert [leak.detail.split(",")[0] for leak in leaks if leak.kind == TELLING] == ["harm-watched"]


def test_a_recount_bundle_is_read_as_the_tables_are(tmp_path: Path) -> None:
    truth, sheets = build_truth(random.Random(7).randbytes)
    folder = tmp_path / "programme-door" / "recounts"
    folder.mkdir(parents=True)
    spent: list[dict[str, str]] = [
        {"nonce": encode_base64url(nonce), "payload": encode_base64url(sheets[nonce])}
        for nonce in sorted(sheets)
    ]
    (folder / f"{OCCASION}.json").write_bytes(encode_canonical_json({"spent": spent}))  # type: ignore[dict-item]
    found = find_sheets(Seizure("x", tmp_path), [], truth)
    assert found == {nonce: json.loads(sheet)["answers"] for nonce, sheet in sheets.items()}


@pytest.mark.parametrize("question", [*QUESTIONS[:4], *OTHERS])
def test_the_attacker_knows_the_bag_exactly(question: Question) -> None:
    generator = random.Random(8)
    for _ in range(3):
        opinion = imagine_opinion(question, generator)
        spread, runs = spread_report(question, opinion), 6_000
        drawn = Counter(draw_report(question, opinion, generator.randbytes) for _ in range(runs))
        assert len(spread) == len(list_labels(question))
        assert sum(spread) == pytest.approx(1)
        assert max(spread) / min(spread) <= question.weight + 1e-9
        for report, chance in enumerate(spread):
            assert abs(drawn[report] - runs * chance) <= 4.5 * (runs * chance) ** 0.5, (opinion, report)
        assert 0 < len(list_telling(question, opinion)) < len(spread)


def test_the_members_of_a_drill_think_what_real_people_answered() -> None:
    path = Path(__file__).parents[1] / "core/surveys/real_answers/trust_in_police_belgium_2010.json"
    assert list(TRUST_IN_POLICE) == json.loads(path.read_text())
    chances = list_chances(QUESTIONS[1])
    assert sum(place * chance for place, chance in enumerate(chances)) == pytest.approx(6.006, abs=5e-4)


def test_a_phone_answers_by_lots_branches_and_budget() -> None:
    questions = (
        Question("q1", "single", ABC),
        Question("q2", "scale", lowest=0, highest=4, only_if=Condition("q1", ("a",))),
        *(
            Question(f"h{n}", "single", ("a", "b"), mechanism="bag", weight=7, family="harm")
            for n in range(4)
        ),
        Question("b1", "single", ("a", "b"), mechanism="bag", weight=7, is_in_block=True),
    )
    opinions: dict[str, Answer] = {"q1": "b", "q2": 1, "b1": "a"} | {f"h{n}": "a" for n in range(4)}
    asked = Counter[str]()
    for seed in range(600):
        draw = random.Random(seed).randbytes
        asked.update(list(answer_questions(questions, opinions, [], random=draw, now=1)))
    assert (asked["q1"], asked["q2"], asked["h2"], asked["h3"]) == (600, 0, 600, 0)
    assert 150 < asked["b1"] < 250
    assert "q2" in answer_questions(questions, opinions | {"q1": "a"}, [], random=bytes, now=1)


def test_shuffled_lists_agree_as_often_as_counting_all_orders_says() -> None:
    for left, right in (("aabbb", "ababa"), ("aabc", "abcc"), ("aaab", "baaa")):
        all_hits = [sum(a == b for a, b in zip(left, order, strict=True)) for order in permutations(right)]
        hits, expected, p = compute_shuffled_p(left, right)
        assert expected == pytest.approx(sum(all_hits) / len(all_hits))
        assert p == pytest.approx(sum(one >= hits for one in all_hits) / len(all_hits))
    generator = random.Random(9)
    left, right = (generator.choices("abcd", (4, 3, 2, 1), k=400) for _ in range(2))
    hits, _, p = compute_shuffled_p(left, right)
    # One more of both and it is the normal approximation that answers.
    assert compute_shuffled_p([*left, "a"], [*right, "b"])[2] == pytest.approx(p, abs=0.03)
    low, high = compute_sum_p([0.5, 0.25], 1)
    assert (low, high) == pytest.approx((0.875, 0.625))
