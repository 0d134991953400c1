"""The run rule of the benchmarks: what counts as a verdict, and whose CPU time is whose."""

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks import measuring
from benchmarks.__main__ import FIGURES, parse_arguments, summarise
from benchmarks.client_bytes import ENTRIES, follow_imports
from benchmarks.measuring import (
    TINY,
    CpuWatch,
    Goal,
    Row,
    Sample,
    build_ratio_row,
    collect_samples,
    read_machine_seconds,
    take_sample,
)
from benchmarks.reporting import (
    TABLE_ENDS,
    TABLE_STARTS,
    encode_rows,
    render_markdown,
    render_row,
    update_document,
)

FOLDER = Path(__file__).resolve().parents[3] / "benchmarks"
BURN = "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end: pass"


def build_row(value: float, *, foreign: float = 0.0, needs_quiet: bool = True) -> Row:
    return Row("figure", "Something a second", value, "of it", foreign, Goal("at least", 0.8), needs_quiet)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (build_row(0.8), "met"),
        (build_row(0.79), "missed"),
        (build_row(0.9, foreign=0.41), "noisy"),
        (build_row(0.1, foreign=0.41), "noisy"),
        (build_row(0.1, foreign=2.0, needs_quiet=False), "missed"),
        (Row("figure", "Title", 1.0, "s", 0.0), "no goal"),
    ],
)
def test_a_row_is_judged_only_where_the_run_was_quiet(row: Row, verdict: str) -> None:
    assert row.verdict == verdict


def test_only_a_missed_goal_in_a_quiet_run_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert summarise([build_row(0.9), build_row(0.1, foreign=1.0)]) == 0
    assert "No verdict" in capsys.readouterr().out
    assert summarise([build_row(0.9), build_row(0.1)]) == 1


def test_the_denominator_is_measured_before_and_after_ours() -> None:
    order: list[str] = []
    numbers = iter((10.0, 30.0))

    def measure_denominator() -> float:
        order.append("denominator")
        return next(numbers)

    def measure_ours() -> tuple[float, dict[str, float]]:
        order.append("ours")
        return 5.0, {"p50 ms": 1.0}

    sample = take_sample(measure_denominator, measure_ours)
    assert order == ["denominator", "ours", "denominator"]
    assert sample.ratio == 5.0 / 20.0


def test_with_patience_only_rounds_that_others_disturbed_are_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measuring, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(measuring, "QUIET_CORES", 100.0)
    given = [Sample(1, 1, 1, 0.1), Sample(1, 9, 1, 0.9), Sample(1, 0.01, 1, 0.2), Sample(1, 2, 1, 0.3)]

    rounds = iter(given)
    patient = dataclasses.replace(TINY, rounds=3, patience=600)
    assert collect_samples(patient, lambda: next(rounds)) == [given[0], given[2], given[3]]

    rounds = iter(given)
    hurried = dataclasses.replace(TINY, rounds=2)
    assert collect_samples(hurried, lambda: next(rounds)) == given[:2]


def test_a_row_is_the_median_of_the_ratios_not_the_ratio_of_the_medians() -> None:
    samples = [Sample(10, 1, 10, 0.1), Sample(100, 50, 100, 0.2), Sample(1, 0.9, 1, 0.9)]
    row = build_ratio_row("figure", "Title", samples, goal=None, names=("of it", "ours", "it"))
    assert row.value == 0.5
    assert row.foreign == 0.2
    assert row.more == {"ours": 1, "it": 10}


def test_our_own_children_are_never_counted_as_others_not_even_after_they_ended() -> None:
    with CpuWatch() as watch:
        subprocess.run([sys.executable, "-c", BURN], check=True)
    # The kernel counts in hundredths, rounded down.
    assert watch.ours * watch.seconds >= 0.35


def test_the_work_of_a_process_that_is_not_ours_is_counted_as_others() -> None:
    # A child of a shell that has ended belongs to nobody of us any more.
    machine_before = read_machine_seconds()
    with CpuWatch() as watch:
        subprocess.run(
            ["sh", "-c", f"'{sys.executable}' -c '{BURN}' &"], check=True, stdout=subprocess.DEVNULL
        )
        time.sleep(2.5)
    assert read_machine_seconds() - machine_before >= 0.35
    assert watch.foreign * watch.seconds >= 0.35


def test_every_figure_has_its_module_and_its_command() -> None:
    assert [name for name in FIGURES if not (FOLDER / f"{name}.py").is_file()] == []
    assert parse_arguments(["memory", "--rounds", "1"]).figures == ["memory"]
    with pytest.raises(SystemExit):
        parse_arguments(["speed"])


def test_what_is_written_down_can_be_read_and_names_no_machine() -> None:
    rows = [build_row(0.9, foreign=0.7)]
    written = json.dumps(encode_rows(rows))
    assert json.loads(written)["rows"][0]["verdict"] == "noisy"
    assert "0.7 cores were others', no verdict" in render_row(rows[0])
    assert "`python -m benchmarks figure`" in render_markdown(rows)[0]


def test_a_document_gets_new_rows_for_what_was_measured_and_keeps_the_others() -> None:
    order = ("first", "second")
    empty = f"# Figures\nLast measured on: nothing.\n{TABLE_STARTS}\n{TABLE_ENDS}\nWhat it means.\n"
    second = dataclasses.replace(build_row(0.5), figure="second", title="Second")
    text = update_document(empty, [second], order)
    text = update_document(text, [dataclasses.replace(build_row(0.9), figure="first", title="First")], order)
    text = update_document(text, [dataclasses.replace(second, value=0.7)], order)
    rows = [line.split(" | ")[:2] for line in text.splitlines() if "benchmarks " in line and line[0] == "|"]
    assert rows == [["| First", "0.90 of it"], ["| Second", "0.70 of it"]]
    assert text.startswith("# Figures\nLast measured on: ")
    assert text.endswith(f"{TABLE_ENDS}\nWhat it means.\n")
    with pytest.raises(ValueError, match="no table"):
        update_document("# Something else", [second], order)


def test_imports_of_the_client_are_followed_to_their_end(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "first.js").write_text('import{a as b}from"../second.js";import("../on_demand.js")')
    (tmp_path / "second.js").write_text(
        'let from="./no.js";\nimport "./third.js";export{x}from"./pages/first.js"'
    )
    (tmp_path / "third.js").write_text("export {}")
    found = follow_imports(["pages/first.js"], tmp_path)
    assert [path.name for path in found] == ["first.js", "second.js", "third.js"]
    assert {path.name for path in follow_imports(ENTRIES)} == set(ENTRIES)
