"""Two request doors with one history and one clock, of which one serves an order that the law keeps secret.

Everything that the public can see of them is the same, byte for byte, apart from the roots of sealed periods; and of
roots and slots nobody can tell which ones hold a record.
"""

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORIES = ("none", "apart", "together")
TOKEN = re.compile(rb'(name="form_token"[^>]* value=)"[^"]+"')
REPORT = "2026-q4"


def run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.privacy.secret_order_door", *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Give what was seen of the same door in each story: no secret order, one apart from all else, one among it."""
    folder = tmp_path_factory.mktemp("doors")
    run("found", str(folder / "founded"))
    seen = {}
    for story in STORIES:
        shutil.copytree(folder / "founded", folder / story)
        run("live", str(folder / story), str(folder / f"{story}.json"), story)
        seen[story] = json.loads((folder / f"{story}.json").read_text(encoding="utf-8"))
    yield seen
    shutil.rmtree(folder)


def list_pages(lived: dict[str, Any], story: str) -> list[dict[str, tuple[str, str, bytes]]]:
    """List every page at each look; the token of a form is drawn anew for every reader, and is left out."""
    return [
        {
            path: (status, kind, TOKEN.sub(rb'\1""', base64.b64decode(body)))
            for path, (status, kind, body, _headers) in look.items()
        }
        for look in lived[story]["looks"]
    ]


def list_said(lived: dict[str, Any], story: str) -> list[Any]:
    """List what the door said in the public log, without the roots of its seals."""
    said = []
    for entry in lived[story]["entries"]:
        is_seal = entry["kind"] == "slots_sealed"
        said.append({**entry, "body": {"number": entry["body"]["number"]}} if is_seal else entry)
    return said


def list_seals(lived: dict[str, Any], story: str) -> list[Any]:
    return [entry for entry in lived[story]["entries"] if entry["kind"] == "slots_sealed"]


def find_report_hash(lived: dict[str, Any], story: str) -> str:
    (stated,) = [entry for entry in lived[story]["entries"] if entry["kind"] == "report_stated"]
    assert (
        hashlib.sha256(list_pages(lived, story)[-1][f"/reports/{REPORT}.json"][2]).hexdigest()
        == (stated["body"]["report"])
    )
    report_hash: str = stated["body"]["report"]
    return report_hash


def test_there_is_something_to_see_and_something_to_hide(lived: dict[str, Any]) -> None:
    pages = list_pages(lived, "none")[-1]
    assert {status for status, _, _ in pages.values()} == {"200"}
    for path in (
        "",
        "reports/",
        f"reports/{REPORT}/",
        f"reports/{REPORT}.pdf",
        "rules/",
        "ask/",
        "asks/",
        "panel/",
    ):
        assert {f"/en/{path}", f"/ar/{path}"} <= pages.keys(), path
    assert {"/panel.json", "/pack.json", "/rules.json", "/statements.json"} <= pages.keys()
    opened = json.loads(pages[f"/reports/{REPORT}.json"][2])["openings"]
    assert len({one["record"]["ref"] for one in opened if one["record"]["kind"] == "request-received"}) == 3
    used = {story: sum(len(period["used"]) for period in lived[story]["slots"]) for story in STORIES}
    assert used["apart"] == used["together"] >= used["none"] + 12
    for story in ("apart", "together"):
        hidden = {
            kind
            for kind, count in lived[story]["kinds"].items()
            if count > lived["none"]["kinds"].get(kind, 0)
        }
        assert {"disclosure-made", "hold-begun", "hold-ended", "telling-withheld", "case-closed"} <= hidden


def test_an_order_on_days_of_its_own_changes_not_one_byte(lived: dict[str, Any]) -> None:
    assert list_pages(lived, "apart") == list_pages(lived, "none")
    assert list_said(lived, "apart") == list_said(lived, "none")


def test_no_header_and_no_length_of_a_page_tells_of_an_order(lived: dict[str, Any]) -> None:
    seen = {
        story: [{path: page[3] for path, page in look.items()} for look in lived[story]["looks"]]
        for story in STORIES
    }
    assert any("ETag" in headers for headers in seen["none"][-1].values())
    assert seen["apart"] == seen["none"]
    # A report on paper is packed: its length follows the random hash that is printed on it.
    printed = f"/reports/{REPORT}.pdf"
    for without, beside in zip(seen["none"], seen["together"], strict=True):
        assert {path: headers for path, headers in without.items() if not path.endswith(printed)} == {
            path: headers for path, headers in beside.items() if not path.endswith(printed)
        }


def test_an_order_beside_an_open_request_changes_only_the_way_to_a_root(lived: dict[str, Any]) -> None:
    assert strip_ways(lived, "together") == strip_ways(lived, "none")
    said = [json.dumps(list_said(lived, story)) for story in ("together", "none")]
    hashes = [find_report_hash(lived, story) for story in ("together", "none")]
    assert said[0].replace(hashes[0], "") == said[1].replace(hashes[1], "")


def strip_ways(lived: dict[str, Any], story: str) -> list[Any]:
    """Leave out the paths to roots, and the hash of the report that holds them: they are as random as the roots."""
    report_hash = find_report_hash(lived, story).encode()
    stripped = []
    for look in list_pages(lived, story):
        shown: dict[str, Any] = {}
        for path, (status, kind, body) in look.items():
            if path == f"/reports/{REPORT}.json":
                report = json.loads(body)
                shown[path] = {**report, "openings": [{**one, "path": []} for one in report["openings"]]}
            elif kind == "application/pdf":
                assert report_hash.decode() in read_pdf(body)
                shown[path] = read_pdf(body).replace(report_hash.decode(), "")
            else:
                shown[path] = (status, kind, body.replace(report_hash, b""))
        stripped.append(shown)
    return stripped


def read_pdf(data: bytes) -> str:
    """Read the words of a report on paper; its hash may be broken over a line, or have two letters set as one."""
    import pypdf

    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    return unicodedata.normalize("NFKC", "".join(words.split()))


def test_only_the_seals_of_the_days_on_which_it_happened_have_other_roots(lived: dict[str, Any]) -> None:
    roots = {story: [entry["body"]["root"] for entry in list_seals(lived, story)] for story in STORIES}
    pairs = zip(roots["none"], roots["apart"], strict=True)
    differing = [place for place, pair in enumerate(pairs) if len({*pair}) > 1]
    assert 5 <= len(differing) <= 12
    assert all(len({*found}) == len(found) for found in roots.values())


def test_the_seals_come_at_the_same_times_with_and_without(lived: dict[str, Any]) -> None:
    times = {
        story: [(entry["at"], entry["body"]["number"]) for entry in list_seals(lived, story)]
        for story in STORIES
    }
    assert times["none"] == times["apart"] == times["together"]
    assert {at % 86_400 for at, _ in times["none"]} == {43_205}
    numbers = [number for _, number in times["none"]]
    assert numbers == [*range(numbers[0], numbers[0] + len(numbers))]


@pytest.mark.parametrize("story", STORIES)
def test_slots_are_bits_of_equal_chance_and_no_two_are_alike(lived: dict[str, Any], story: str) -> None:
    slots = [slot for period in lived[story]["slots"] for slot in period["slots"]]
    assert len({*slots}) == len(slots) == 256 * len(lived[story]["slots"])
    ones = count_ones(slots)
    # 256 counts: the sum of squares lies near 256, beyond 355 or below 170 by chance once in tens of thousands.
    assert 170 < compute_chi_square(ones, len(slots)) < 355


def test_used_slots_look_like_unused_ones(lived: dict[str, Any]) -> None:
    used = [
        period["slots"][place]
        for story in ("apart", "together")
        for period in lived[story]["slots"]
        for place in period["used"]
    ]
    unused = [
        slot
        for period in lived["none"]["slots"]
        for place, slot in enumerate(period["slots"])
        if place not in period["used"]
    ]
    shares = [sum(count_ones(slots)) / (256 * len(slots)) for slots in (used, unused)]
    # 24 slots have 6,144 bits: a share further from one half than five standard errors is no chance.
    assert abs(shares[0] - shares[1]) < 5 * 0.5 / (256 * len(used)) ** 0.5
    bytes_used = b"".join(bytes.fromhex(slot) for slot in used)
    assert len({*bytes_used}) > 200


def test_whoever_knows_both_doors_cannot_tell_a_secret_slot_from_an_empty_one(lived: dict[str, Any]) -> None:
    changed: list[str] = []
    replaced: list[str] = []
    for without, secret in zip(lived["none"]["slots"], lived["apart"]["slots"], strict=True):
        for place in {*secret["used"]} - {*without["used"]}:
            replaced.append(without["slots"][place])
            changed.append(secret["slots"][place])
        for place in range(256):
            if place not in secret["used"]:
                assert without["slots"][place] == secret["slots"][place]
    assert len(changed) >= 4
    assert not {*changed} & {*replaced}
    for slots in (changed, replaced):
        assert abs(sum(count_ones(slots)) / (256 * len(slots)) - 0.5) < 5 * 0.5 / (256 * len(slots)) ** 0.5


def count_ones(slots: list[str]) -> list[int]:
    counts = [0] * 256
    for slot in slots:
        value = int(slot, 16)
        for bit in range(256):
            counts[bit] += value >> bit & 1
    return counts


def compute_chi_square(ones: list[int], total: int) -> float:
    return sum((count - total / 2) ** 2 / (total / 4) for count in ones)
