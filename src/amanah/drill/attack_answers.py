"""Attacks on answers: what does anything seized tell about what somebody truly thinks? (`spec/surveys.md` 1.5)

The attacker knows exactly how many members think what, and guesses as well as anybody can. It reads sheets that were
seized, never a server; the truth is asked only whether a guess was right.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from amanah.core.encoding import NotCanonicalError, parse_base64url, parse_canonical_json
from amanah.core.errors import InvalidInputError
from amanah.core.surveys.questions import LONGEST_PAYLOAD, Answer, Question
from amanah.drill.answering import list_telling, spread_report
from amanah.drill.attack_across import is_worth_lining_up
from amanah.drill.attack_orders import RecoveredOrder
from amanah.drill.chance import Finding, compute_shuffled_p, compute_sum_p, count_matches
from amanah.drill.seizure import Seizure
from amanah.drill.snapshot import SeizedTable
from amanah.drill.truth import Truth

NAMED = "answers of named cards"
LINKED = "answers, had every pass a name"
TELLING = "balls that say the answer"
RECOUNTS = "recounts"
MOST_CELLS = 12

Sheets = Mapping[bytes, Mapping[str, object]]
"""What each spent pass said, by its number."""


@dataclass(frozen=True)
class Case:
    """One randomised question: what each member who sent a ball thinks, and the ball that was seized."""

    question: Question
    opinions: Mapping[int, Answer]
    reports: Mapping[int, int]

    @property
    def members(self) -> list[int]:
        """List those whose ball was seized."""
        return sorted(self.opinions.keys() & self.reports.keys())

    def guess(self) -> Mapping[int, Answer]:
        """Give the likeliest answer for each ball: what a perfect guesser says who knows whose ball it is."""
        prior = Counter(self.opinions[member] for member in self.members)
        spreads = {opinion: spread_report(self.question, opinion) for opinion in prior}
        balls = range(len(next(iter(spreads.values()))))
        return {
            ball: max(sorted(prior, key=str), key=lambda opinion: prior[opinion] * spreads[opinion][ball])
            for ball in balls
        }


def attack_answers(
    seizure: Seizure,
    tables: Sequence[SeizedTable],
    orders: Sequence[RecoveredOrder],
    truth: Truth,
) -> Iterator[Finding]:
    """Guess answers from one seizure: about named cards, and as if somebody had named every pass."""
    sheets = find_sheets(seizure, tables, truth)
    for occasion in truth.questions:
        cases = list_cases(occasion, sheets, truth)
        lining_up = [order for order in orders if is_worth_lining_up(order)]
        acts = [order for order in lining_up if order.stream == truth.name_stream(occasion)]
        acts += [_order_by_number(occasion, sheets, truth)]
        cards = [order for order in lining_up if order.stream not in map(truth.name_stream, truth.spent)]
        for case in cases:
            yield from _guess_by_lining_up(case, cards, acts)
            yield _guess_with_names(case, seizure.label)
        yield from _weigh_balls(cases, seizure.label)


def find_sheets(seizure: Seizure, tables: Sequence[SeizedTable], truth: Truth) -> Sheets:
    """Read every sheet that stands in a seized table or in a recount bundle, by the number of its pass."""
    known = {nonce for events in truth.spent.values() for _, _, nonce in events}
    sheets: dict[bytes, Mapping[str, object]] = {}
    for table in tables:
        for row in table.rows:
            cells = [bytes(cell) for cell in row if isinstance(cell, bytes | memoryview)]
            if numbers := known.intersection(cells):
                sheets |= {number: _read_answers(cells) for number in numbers}
    for path in seizure.list_files():
        if path.suffix == ".json" and path.parent.name == RECOUNTS:
            sheets |= _read_bundle(path.read_bytes())
    return sheets


def _read_answers(cells: Sequence[bytes]) -> Mapping[str, object]:
    for cell in cells:
        if cell.startswith(b'{"answers":'):
            try:
                document = parse_canonical_json(cell, longest=LONGEST_PAYLOAD)
            except NotCanonicalError:
                continue
            if isinstance(document, dict) and isinstance(document["answers"], dict):
                return document["answers"]
    return {}


def _read_bundle(data: bytes) -> Sheets:
    document = json.loads(data)
    sheets: dict[bytes, Mapping[str, object]] = {}
    for item in document.get("spent", []):
        try:
            payload = parse_base64url(item["payload"]) if "payload" in item else b""
            sheets[parse_base64url(item["nonce"])] = _read_answers([payload])
        except InvalidInputError:
            continue
    return sheets


def list_cases(occasion: str, sheets: Sheets, truth: Truth) -> list[Case]:
    """Give each randomised question with the balls that were found."""
    cases = []
    for question in truth.questions[occasion]:
        if question.is_randomised:
            reports = {
                member: ball
                for _, member, number in truth.spent.get(occasion, [])
                if isinstance(ball := sheets.get(number, {}).get(question.code), int)
            }
            case = Case(question, truth.list_reporters(occasion, question.code), reports)
            cases += [case] if case.members else []
    return cases


def _order_by_number(occasion: str, sheets: Sheets, truth: Truth) -> RecoveredOrder:
    """Give the one order that a recount bundle has: that of the numbers of its passes."""
    spent = {number: member for _, member, number in truth.spent.get(occasion, []) if number in sheets}
    members = tuple(spent[number] for number in sorted(spent))
    places = tuple(float(place) for place in range(len(members)))
    return RecoveredOrder("", "number", RECOUNTS, truth.name_stream(occasion), members, places)


def _guess_by_lining_up(
    case: Case, cards: Sequence[RecoveredOrder], acts: Sequence[RecoveredOrder]
) -> Iterator[Finding]:
    """Suppose that the first card is the first pass and so on, and guess each card's answer by that pass's ball."""
    guesses, who = case.guess(), set(case.members)
    for card in cards:
        for act in acts:
            shared = who & set(card.members) & set(act.members)
            owners = [card.members[place] for place in card.rank() if card.members[place] in shared]
            passes = [act.members[place] for place in act.rank() if act.members[place] in shared]
            guessed = [guesses[case.reports[member]] for member in passes]
            hits, expected, p = compute_shuffled_p(guessed, [case.opinions[member] for member in owners])
            detail = f"{case.question.code}, {card.stream} with {act.detail or 'storage'}"
            where = f"{card.where} × {act.where}"
            yield Finding(NAMED, detail, where, hits, len(shared), expected / max(len(shared), 1), p)


def _guess_with_names(case: Case, label: str) -> Finding:
    """Suppose that every pass had its member's name on it: guess as well as anybody can, and count.

    Chance is what the bag allows a perfect guesser; by 1.5 it is never above w p / (w p + 1 - p) for the commonest
    answer's share p.
    """
    guesses, members = case.guess(), case.members
    right = [
        sum(
            chance
            for ball, chance in enumerate(spread_report(case.question, case.opinions[member]))
            if guesses[ball] == case.opinions[member]
        )
        for member in members
    ]
    guessed = [guesses[case.reports[member]] for member in members]
    hits = count_matches(guessed, [case.opinions[member] for member in members])
    most = max(Counter(case.opinions[member] for member in members).values()) / len(members)
    note = f"weight {case.question.weight}: at most {compute_promise(most, case.question.weight):.1%}"
    p = compute_sum_p(right, hits)[1]
    chance = sum(right) / len(members)
    return Finding(LINKED, case.question.code, label, hits, len(members), chance, p, note=note)


def compute_promise(share: float, weight: int) -> float:
    """Give the most that anybody can be right about answers whose commonest one has this share: w to 1, not more."""
    return weight * share / (weight * share + 1 - share)


def _weigh_balls(cases: Sequence[Case], label: str) -> Iterator[Finding]:
    """Count the balls that say the answer: a bag that is drawn from gives no more and no fewer than its weight says."""
    everything: list[tuple[float, bool]] = []
    for case in cases:
        cells: dict[str, list[tuple[float, bool]]] = {}
        for member in case.members:
            opinion = case.opinions[member]
            telling = list_telling(case.question, opinion)
            spread = spread_report(case.question, opinion)
            weighed = (sum(spread[ball] for ball in telling), case.reports[member] in telling)
            for cell in ("", f", of those who mean {sorted(telling)}"):
                cells.setdefault(cell, []).append(weighed)
        everything += cells[""]
        chosen = cells if len(cells) <= MOST_CELLS else {"": cells[""]}
        yield min(
            (_weigh(case.question.code + cell, found, label, len(chosen)) for cell, found in chosen.items()),
            key=lambda finding: finding.p,
        )
    if len(cases) > 1:
        yield _weigh("all questions", everything, label, 1)


def _weigh(detail: str, balls: Sequence[tuple[float, bool]], label: str, cells: int) -> Finding:
    chances, hits = [chance for chance, _ in balls], sum(is_hit for _, is_hit in balls)
    p = min(1.0, 2 * cells * min(compute_sum_p(chances, hits)))
    return Finding(TELLING, detail, label, hits, len(balls), sum(chances) / len(balls), p)
