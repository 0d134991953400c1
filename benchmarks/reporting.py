"""Shows rows as a table for people, as JSON, and as the Markdown that the documents quote; it never measures."""

import datetime
import os
import platform
import re
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measuring import CORES, MOST_FOREIGN, Row

TABLE_STARTS = "<!-- figures: written by python -m benchmarks --document -->"
TABLE_ENDS = "<!-- end of figures -->"
TABLE_HEAD = (
    "| figure | value | goal | verdict | measured beside it | others' CPU | day | command |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
)


def describe_machine() -> dict[str, str]:
    """Describe this machine in general words: enough to judge a ratio, too little to find the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    cores = os.cpu_count() or CORES
    virtual = "virtual " if "hypervisor" in Path("/proc/cpuinfo").read_text() else ""
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout
    return {
        "machine": f"{virtual}{platform.machine()}, {cores} cores ({min(CORES, cores)} used), {memory:.0f} GB",
        "software": f"Linux, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"OpenSSL {openssl.split()[1] if openssl else 'absent'}",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }


def format_number(value: float) -> str:
    """Write a number with as many digits as it deserves."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 20 else f"{value:.1f}"


def _format_more(row: Row) -> str:
    return ", ".join(f"{name} {format_number(value)}" for name, value in row.more.items())


def _judge(row: Row) -> str:
    if row.verdict == "noisy":
        return f"noisy: {row.foreign:.1f} cores were others', no verdict"
    return row.verdict


def render_row(row: Row) -> str:
    """Give one row for a terminal."""
    goal = str(row.goal) if row.goal else ""
    first = f"{row.title}: {format_number(row.value)} {row.unit}"
    second = "; ".join(
        part
        for part in (
            f"goal {goal}: {_judge(row)}" if goal else "",
            _format_more(row),
            f"others {row.foreign:.2f} core",
            row.note,
        )
        if part
    )
    return f"{first}\n    {second}"


def render_markdown(rows: Sequence[Row]) -> list[str]:
    """Give the lines of a table that documents quote, with the day and the command next to each figure."""
    today = describe_machine()["date"]
    return [
        f"| {row.title} | {format_number(row.value)} {row.unit} | {row.goal or '-'} | {_judge(row)} |"
        f" {'; '.join(filter(None, (_format_more(row), row.note)))} | {row.foreign:.2f} core | {today} |"
        f" `{_name_command(row.figure)}` |"
        for row in rows
    ]


def _name_command(figure: str) -> str:
    return f"python -m benchmarks {figure}"


def update_document(text: str, rows: Sequence[Row], order: Sequence[str]) -> str:
    """Put rows in the place of older ones of the same figures; everything else in the document stays."""
    before, _, rest = text.partition(TABLE_STARTS)
    kept, _, after = rest.partition(TABLE_ENDS)
    if not after:
        raise ValueError(f"The document has no table between {TABLE_STARTS} and {TABLE_ENDS}.")
    measured = {row.figure for row in rows}
    lines = [line for line in kept.splitlines()[2:] if _read_figure(line) not in measured | {""}]
    lines += render_markdown(rows)
    lines.sort(key=lambda line: order.index(_read_figure(line)))
    table = "\n".join([TABLE_STARTS, *TABLE_HEAD, *lines, TABLE_ENDS])
    machine = describe_machine()
    measured_on = f"Last measured on: {machine['machine']}; {machine['software']}."
    marked = re.sub(r"(?m)^Last measured on: .*$", lambda _: measured_on, before)
    return marked + table + after


def _read_figure(line: str) -> str:
    found = re.search(r"`python -m benchmarks (\w+)`", line)
    return found[1] if found else ""


def encode_rows(rows: Sequence[Row]) -> dict[str, Any]:
    """Give everything that was measured, every round included."""
    return {
        **describe_machine(),
        "most_foreign": MOST_FOREIGN,
        "rows": [
            asdict(row)
            | {"goal": str(row.goal) if row.goal else None, "verdict": row.verdict}
            | {"samples": [asdict(sample) | {"ratio": sample.ratio} for sample in row.samples]}
            for row in rows
        ],
    }
