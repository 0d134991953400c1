"""`python -m benchmarks [figure…]`: runs figures one after the other and ends with 1 when a goal is missed."""

import argparse
import dataclasses
import importlib
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import FULL, TINY, Row, Scale, hold_to_cores, wait_for_quiet
from benchmarks.reporting import describe_machine, encode_rows, render_row, update_document

# Correctness first: a fast gate that spends a pass twice has no figures.
FIGURES = (
    "correctness",
    "issuing",
    "spending_sqlite",
    "spending_postgresql",
    "spending_orm",
    "one_connection",
    "under_pages",
    "memory",
    "programme_page",
    "client_bytes",
    "wave_on_phone",
    "first_page",
    "log_appends",
    "log_integration",
    "log_proofs",
    "log_witnessing",
    "survey_aggregation",
    "survey_intervals",
    "survey_national",
    "survey_closing",
    "credentials_chain",
    "credentials_recheck",
    "educator_page",
    "drill",
)


def measure(figure: str, scale: Scale) -> list[Row]:
    """Run one figure's module."""
    rows: list[Row] = importlib.import_module(f"benchmarks.{figure}").measure(scale)
    return rows


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="figure", help=f"one or more of: {', '.join(FIGURES)}")
    parser.add_argument("--rounds", type=int, help=f"rounds of each ratio (default {FULL.rounds})")
    parser.add_argument(
        "--patience",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long each figure may wait for a quiet machine and repeat disturbed rounds (default 0)",
    )
    parser.add_argument("--tiny", action="store_true", help="only prove that every part runs; judges nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every round to a file")
    parser.add_argument(
        "--document", type=Path, metavar="FILE", help="also replace these figures in a document"
    )
    parsed = parser.parse_args(arguments)
    unknown = [name for name in parsed.figures if name not in FIGURES]
    if unknown:
        parser.error(f"no such figure: {', '.join(unknown)}")
    return parsed


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, judge."""
    chosen = parse_arguments(arguments)
    hold_to_cores()
    # A figure that is ended stops what it started, as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scale = TINY if chosen.tiny else FULL
    scale = dataclasses.replace(scale, rounds=chosen.rounds or scale.rounds, patience=chosen.patience)
    print("; ".join(describe_machine().values()), flush=True)
    rows: list[Row] = []
    for figure in chosen.figures or FIGURES:
        print(f"── {figure} …", flush=True)
        wait_for_quiet(time.monotonic() + scale.patience)
        measured = measure(figure, scale)
        rows += measured
        print("\n".join(map(render_row, measured)), flush=True)
        write_down(rows, json_file=chosen.json, document=None if chosen.tiny else chosen.document)
    if chosen.tiny:
        print("Tiny sizes: every part ran, and no number above means anything.")
        return 0
    return summarise(rows)


def write_down(rows: Sequence[Row], *, json_file: Path | None, document: Path | None) -> None:
    """Keep what was measured so far, so that a run that is cut off was not in vain."""
    if json_file:
        json_file.write_text(json.dumps(encode_rows(rows), indent=1) + "\n", encoding="utf-8")
    if document:
        text = document.read_text(encoding="utf-8")
        document.write_text(update_document(text, rows, FIGURES), encoding="utf-8")


def summarise(rows: Sequence[Row]) -> int:
    """Name what was missed and what proves nothing; give the exit code."""
    missed = [row.title for row in rows if row.verdict == "missed"]
    noisy = [row.title for row in rows if row.verdict == "noisy"]
    if noisy:
        print(
            f"No verdict, because others used the machine: {'; '.join(noisy)}. Run these again when it is quiet."
        )
    print(f"Missed: {'; '.join(missed)}." if missed else "No goal was missed.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
