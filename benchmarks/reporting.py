"""Shows rows as a table for people, as JSON, and as the Markdown that the documents quote; it never measures."""

import datetime
import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measuring import CORES, MOST_FOREIGN, Row


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
    if value and abs(value) < 10:
        return f"{value:.2f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


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


def render_markdown(rows: Sequence[Row]) -> str:
    """Give the table that the documents quote, with the command next to each figure."""
    lines = [
        "| figure | value | goal | verdict | measured beside it | others' CPU | command |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.title} | {format_number(row.value)} {row.unit} | {row.goal or '-'} | {_judge(row)} |"
        f" {'; '.join(filter(None, (_format_more(row), row.note)))} | {row.foreign:.2f} core |"
        f" `python -m benchmarks {row.figure}` |"
        for row in rows
    ]
    return "\n".join(lines)


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
