"""Runs every attack on every seizure and gathers the findings. It leaves nothing out because it looks bad."""

from collections.abc import Mapping, Sequence

from amanah.drill.attack_orders import RecoveredOrder, attack_across_doors, attack_file_layout, judge_rows
from amanah.drill.attack_secrets import (
    attack_crossing_marks,
    attack_destroyed_keys,
    attack_device_secrets,
    attack_names,
)
from amanah.drill.attack_wire import attack_key_marks, attack_sizes, attack_timing
from amanah.drill.chance import Finding
from amanah.drill.seizure import Seizure
from amanah.drill.snapshot import SeizedTable
from amanah.drill.table import Report
from amanah.drill.truth import Truth


def judge(
    seizures: Sequence[tuple[Seizure, Sequence[SeizedTable]]],
    truth: Truth,
    destroyed: Mapping[str, bytes],
) -> Report:
    """Give the report; `destroyed` are stored keys whose occasions had closed before the last seizure."""
    streams = truth.list_orders()
    findings: list[Finding] = [*attack_timing(truth), *attack_sizes(truth), attack_key_marks(truth)]
    for seizure, tables in seizures:
        findings += attack_names(seizure, truth)
        findings += attack_device_secrets(seizure, truth)
        findings += attack_crossing_marks(seizure, truth)
        findings += attack_file_layout(seizure, streams)
        for table in tables:
            findings += judge_rows(table.where, table.names, table.rows, streams)
        findings += attack_across_doors(*find_best_orders(tables, truth))
    findings.append(attack_destroyed_keys(seizures[-1][0], destroyed))
    return Report(findings)


def find_best_orders(
    tables: Sequence[SeizedTable], truth: Truth
) -> tuple[list[RecoveredOrder], list[RecoveredOrder]]:
    """Give the storage orders of cards and of spent passes, to be lined up with each other."""
    cards: list[RecoveredOrder] = []
    acts: list[RecoveredOrder] = []
    marks = {key: member for member, key in truth.card_keys.items()}
    nonces = {
        nonce: (occasion, member) for occasion, events in truth.spent.items() for _, member, nonce in events
    }
    for table in tables:
        card_rows: list[tuple[int, int]] = []
        act_rows: dict[str, list[tuple[int, int]]] = {}
        for place, row in enumerate(table.rows):
            for piece in _list_pieces(row):
                if piece in marks:
                    card_rows.append((place, marks[piece]))
                if piece in nonces:
                    occasion, member = nonces[piece]
                    act_rows.setdefault(occasion, []).append((place, member))
        cards += _as_order("cards", table.where, card_rows)
        for occasion, rows in act_rows.items():
            acts += _as_order(occasion, table.where, rows)
    return cards, acts


def _as_order(stream: str, where: str, rows: list[tuple[int, int]]) -> list[RecoveredOrder]:
    if not rows:
        return []
    values = tuple(float(place) for place, _ in rows)
    return [RecoveredOrder("storage", where, stream, tuple(member for _, member in rows), values)]


def _list_pieces(row: tuple[object, ...]) -> list[bytes]:
    """Give the 32-byte pieces of a row: whole cells, and the ends of cells that hold an occasion before the nonce."""
    cells = [bytes(cell) for cell in row if isinstance(cell, bytes | memoryview)]
    return cells + [cell[-32:] for cell in cells if len(cell) > 32]
