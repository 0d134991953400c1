"""Attacks across doors: can a row about a card be joined to a row about what was done?

It reads rows that were seized, never a server.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from amanah.drill.attack_orders import COLUMN, RecoveredOrder, as_bytes
from amanah.drill.chance import Finding, compute_match_p, count_position_matches
from amanah.drill.snapshot import SeizedTable
from amanah.drill.truth import Truth

LINED_UP = "cards lined up with acts"
EQUAL_VALUES = "equal values on both sides"
ROW_SIZES = "sizes of card rows"


class OwnedRows(NamedTuple):
    """The rows of one table that belong to members, with whom each belongs to."""

    table: SeizedTable
    members: list[int]
    rows: list[tuple[object, ...]]


def attack_across_doors(cards: Sequence[RecoveredOrder], acts: Sequence[RecoveredOrder]) -> Iterator[Finding]:
    """Line up every order of cards with every order of acts, first with first: the naive way to say who did what."""
    for card in filter(is_worth_lining_up, cards):
        for act in filter(is_worth_lining_up, acts):
            shared = set(card.members) & set(act.members)
            left = [card.members[place] for place in card.rank() if card.members[place] in shared]
            right = [act.members[place] for place in act.rank() if act.members[place] in shared]
            hits = count_position_matches(left, right)
            yield Finding(
                LINED_UP,
                f"{_name_order(card)} with {_name_order(act)} of {act.stream}",
                f"{card.where} × {act.where}",
                hits,
                len(shared),
                1 / max(len(shared), 1),
                compute_match_p(hits),
            )


def is_worth_lining_up(order: RecoveredOrder) -> bool:
    """Ranks of random keys say nothing that storage in key order does not say already."""
    return order.kind != COLUMN or order.detail in {"rowid", "ctid", "xmin"}


def _name_order(order: RecoveredOrder) -> str:
    return order.detail or "storage"


def attack_equal_values(tables: Sequence[SeizedTable], truth: Truth, label: str) -> Iterator[Finding]:
    """Join every column of a table about cards with every column of one about acts, as `ON a.xmin = b.xmin` does."""
    cards, acts = find_owned_rows(tables, truth)
    for card in cards:
        for occasion, act in acts:
            best = max(
                (
                    _count_joined(card, act, left, right)
                    for left in range(len(card.table.names))
                    for right in range(len(act.table.names))
                ),
                default=(0, 0, "", ""),
            )
            hits, joined, left_name, right_name = best
            chance = 1 / max(len(act.members), 1)
            yield Finding(
                EQUAL_VALUES,
                f"{left_name} = {right_name}, {occasion}" if joined else occasion,
                f"{label}: {card.table.where.split()[-1]} × {act.table.where.split()[-1]}",
                hits,
                max(joined, len(act.members)),
                chance,
                compute_match_p(hits, max(joined * chance, 1e-9)),
            )


def _count_joined(card: OwnedRows, act: OwnedRows, left: int, right: int) -> tuple[int, int, str, str]:
    """Count right links and all links among values that stand exactly once on each side."""
    ours = _index_unique([row[left] for row in card.rows])
    theirs = _index_unique([row[right] for row in act.rows])
    shared = ours.keys() & theirs.keys()
    hits = sum(card.members[ours[value]] == act.members[theirs[value]] for value in shared)
    return hits, len(shared), card.table.names[left], act.table.names[right]


def _index_unique(cells: Sequence[object]) -> Mapping[bytes, int]:
    values = [as_bytes(cell) for cell in cells]
    counts = Counter(values)
    return {value: place for place, value in enumerate(values) if counts[value] == 1}


def attack_row_sizes(tables: Sequence[SeizedTable], truth: Truth, label: str) -> Iterator[Finding]:
    """Cards that did the same must have rows of the same sizes, or a size is a mark."""
    cards, _ = find_owned_rows(tables, truth)
    fetched = {member for _, member in truth.fetched}
    for card in cards:
        shapes = Counter(
            tuple(len(as_bytes(cell)) for cell in row if isinstance(cell, bytes | memoryview | str))
            for member, row in zip(card.members, card.rows, strict=True)
            if member in fetched
        )
        odd = sum(shapes.values()) - max(shapes.values(), default=0)
        where = f"{label}: {card.table.where.split()[-1]}"
        yield Finding(ROW_SIZES, where, label, odd, sum(shapes.values()), 0.0, 1.0, is_forbidden=True)


def find_owned_rows(
    tables: Sequence[SeizedTable], truth: Truth
) -> tuple[list[OwnedRows], list[tuple[str, OwnedRows]]]:
    """Give the tables whose rows hold card keys, and those whose rows hold spent passes, by occasion."""
    marks = {key: member for member, key in truth.card_keys.items()}
    cards: list[OwnedRows] = []
    acts: list[tuple[str, OwnedRows]] = []
    for table in tables:
        found = _own(table, marks)
        if found.rows:
            cards.append(found)
        for occasion, events in truth.spent.items():
            spent = _own(table, {nonce: member for _, member, nonce in events})
            if spent.rows:
                acts.append((truth.name_stream(occasion), spent))
    return cards, acts


def _own(table: SeizedTable, marks: Mapping[bytes, int]) -> OwnedRows:
    members: list[int] = []
    rows: list[tuple[object, ...]] = []
    for row in table.rows:
        for cell in row:
            if isinstance(cell, bytes | memoryview) and bytes(cell) in marks:
                members.append(marks[bytes(cell)])
                rows.append(row)
                break
    return OwnedRows(table, members, rows)
