"""Runs every attack on every seizure and gathers the findings. It leaves nothing out because it looks bad."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from amanah.drill.attack_across import attack_across_doors, attack_equal_values, attack_row_sizes
from amanah.drill.attack_answers import attack_answers
from amanah.drill.attack_orders import (
    RecoveredOrder,
    attack_file_layout,
    list_event_needles,
    recover_orders,
)
from amanah.drill.attack_secrets import (
    attack_crossing_marks,
    attack_destroyed_keys,
    attack_device_secrets,
    attack_names,
    attack_request_door,
    list_marks,
    list_names,
    list_sealed_needles,
    list_secrets,
)
from amanah.drill.attack_wire import attack_key_marks, attack_sizes, attack_timing
from amanah.drill.chance import Finding
from amanah.drill.seizure import NeedleIndex, Scan, Seizure, scan
from amanah.drill.snapshot import SeizedTable
from amanah.drill.table import Report, Searched
from amanah.drill.truth import Truth

LAST_SECONDS = "last seconds"


class Taken(NamedTuple):
    """One seizure: the files, and the tables read from them."""

    seizure: Seizure
    tables: Sequence[SeizedTable]


def judge(taken: Sequence[Taken], truth: Truth, destroyed: Mapping[str, bytes]) -> Report:
    """Give the report; `destroyed` are stored keys whose occasions had closed before the last seizure."""
    findings: list[Finding] = [*attack_timing(truth), *attack_sizes(truth), attack_key_marks(truth)]
    searched: list[Searched] = []
    for seizure, tables in taken:
        seen = scan(seizure, list_needles(truth, destroyed))
        searched.append(Searched(seizure.label, seen.files, seen.size, sum(len(t.rows) for t in tables)))
        found = judge_seizure(seen, tables, truth)
        if seizure.label == LAST_SECONDS:
            found = (f if f.is_forbidden else replace(f, is_last_seconds=True) for f in found)
        findings += found
        if seizure is taken[-1].seizure:
            findings.append(attack_destroyed_keys(seen, destroyed))
    return Report(findings, searched)


def list_needles(truth: Truth, destroyed: Mapping[str, bytes]) -> Iterator[bytes]:
    """Give everything that is searched for, so that every file is read once only."""
    groups = [list_names(truth), list_secrets(truth), list_marks(truth)]
    for group in groups:
        for needles in group.values():
            yield from (needle for _, needle in needles if len(needle) >= NeedleIndex.WIDTH)
    yield from (needle for _, needle in list_sealed_needles(destroyed))
    yield from list_event_needles(truth.list_orders())


def judge_seizure(seen: Scan, tables: Sequence[SeizedTable], truth: Truth) -> Iterator[Finding]:
    """Run every attack that needs nothing but one seizure."""
    streams = truth.list_orders()
    label = seen.seizure.label
    yield from attack_names(seen, truth)
    yield from attack_device_secrets(seen, truth)
    yield from attack_crossing_marks(seen, truth)
    yield attack_request_door(seen, truth)
    yield from attack_file_layout(seen, streams)
    orders = [
        order for table in tables for order in recover_orders(table.where, table.names, table.rows, streams)
    ]
    yield from (order.judge() for order in orders)
    yield from attack_across_doors(*split_orders(orders, truth))
    yield from attack_answers(seen.seizure, tables, orders, truth)
    yield from attack_equal_values(tables, truth, label)
    yield from attack_row_sizes(tables, truth, label)


def split_orders(
    orders: Sequence[RecoveredOrder], truth: Truth
) -> tuple[list[RecoveredOrder], list[RecoveredOrder]]:
    """Give the orders of cards and those of acts, to be lined up with each other."""
    acts = {truth.name_stream(occasion) for occasion in truth.spent}
    return (
        [order for order in orders if order.stream not in acts],
        [order for order in orders if order.stream in acts],
    )
