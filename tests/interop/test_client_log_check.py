"""The built check of the public log in a real browser, on the smallest page that keeps to its contract."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.entries import encode_entry
from amanah.core.public_log.merkle import compute_leaf_hash, compute_root
from amanah.core.public_log.notes import encode_verifier_key
from amanah.core.public_log.tiles import TreeEdge, encode_bundle, parse_bundle
from amanah.web.assets import STATIC
from tests.core.public_log.build import (
    ORIGIN,
    cosigned,
    heartbeats,
    log_key,
    sign_anything,
    sign_leaves,
    witness_key,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = pytest.mark.browser
SITE = "https://check.example"
SCRIPT = Path(__file__).resolve().parents[2] / "client" / "src" / "pages" / "log_check.ts"
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types amanah"
)
NAMES = ("cedar", "olive", "quince")
FILLS = ("size", "root", "witnessed", "needed", "alive-at", "seen-size", "seen-root")
PLACES = ("file", "entry", "witness", "evidence")
SIZE = 300
Spoil = Callable[["ServedLog"], object]


def list_states() -> list[str]:
    """List the states that the script's contract asks a page to have."""
    contract = SCRIPT.read_text().split("/*\n", 1)[1].split("*/", 1)[0]
    states = re.findall(r'data-state="([a-z-]+)"', contract)
    assert len(states) > 20
    return [*states, "copied"]


def build_page(least: int) -> str:
    """Write the page: each state says its own name, and each figure stands once."""
    vkeys = [[name, encode_verifier_key(witness_key(name))] for name in NAMES]
    groups = [["sisters", least, list(NAMES)]] if least else []
    log = {"origin": ORIGIN, "vkey": encode_verifier_key(log_key()), "witnesses": vkeys, "groups": groups}
    facts = {"urls": {"log": f"{SITE}/log"}, "log": log | {"quorum": "sisters" if least else "none"}}
    states = "".join(f'<p data-state="{state}" hidden>{state}</p>' for state in list_states())
    fills = "".join(f'<pre data-fill="{name}"></pre>' for name in FILLS + PLACES)
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Log</title>
    <script type="application/json" id="amanah-facts">{json.dumps(facts)}</script>
    <script type="module" src="/static/pages/log_check.js"></script>
    <section id="log-check" data-states hidden>
    <button type="button" id="log-check-start">Check</button>
    <progress id="log-check-progress" hidden aria-label="How far"></progress>
    <div id="log-check-result" role="status">{states}{fills}
    <button type="button" data-act="copy-evidence">Copy</button></div></section>"""


@dataclass
class ServedLog:
    """The files of a log as any server gives them out."""

    leaves: list[bytes] = field(default_factory=lambda: heartbeats(SIZE))
    witnesses: tuple[str, ...] = NAMES
    seen_at: int = field(default_factory=lambda: int(time.time()))
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        edge = TreeEdge()
        files = [file for leaf in self.leaves for file in edge.append(leaf)] + edge.list_partial_files()
        self.files |= {file.path: file.data for file in files}
        self.files["checkpoint"] = cosigned(
            sign_leaves(self.leaves), dict.fromkeys(self.witnesses, self.seen_at)
        )

    @property
    def root(self) -> bytes:
        return compute_root([compute_leaf_hash(leaf) for leaf in self.leaves])

    def edit(self, path: str, place: int, leaf: bytes) -> None:
        """Put another entry in the place of one."""
        entries = parse_bundle(self.files[path])
        entries[place] = leaf
        self.files[path] = encode_bundle(entries)


@contextmanager
def opened(browser: "Browser", log: ServedLog, least: int = 2) -> Iterator[tuple["Page", "BrowserContext"]]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])

    def answer(route: "Route") -> None:
        path = route.request.url.removeprefix(SITE)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        if path == "/":
            route.fulfill(body=build_page(least), headers=headers | {"Content-Type": "text/html"})
        elif path.startswith("/static/"):
            body = (STATIC / "client" / path.removeprefix("/static/")).read_bytes()
            route.fulfill(body=body, headers=headers | {"Content-Type": "text/javascript"})
        else:
            file = log.files.get(path.removeprefix("/log/"))
            route.fulfill(status=200 if file is not None else 404, body=file or b"", headers=headers)

    context.route("**/*", answer)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{SITE}/")
    yield page, context
    context.close()
    assert problems == []


def check(page: "Page") -> set[str]:
    """Press the button and wait for the end; give what is shown."""
    page.get_by_role("button", name="Check").click()
    page.wait_for_function(
        "() => !document.getElementById('log-check-start').disabled"
        " && document.querySelector('[data-state=checking]').hidden"
        " && document.querySelector('[data-state]:not([hidden])')"
    )
    shown: list[str] = page.locator("[data-state]:visible").all_inner_texts()
    return set(shown)


def read_fill(page: "Page", name: str) -> str:
    text: str = page.locator(f"[data-fill={name}]").text_content() or ""
    return text


def list_databases(page: "Page") -> list[str]:
    found: list[str] = page.evaluate("async () => (await indexedDB.databases()).map(({name}) => name)")
    return found


def remember(page: "Page", size: int, root: bytes, *, has_card: bool = True) -> None:
    """Put what a card page keeps into the device's store."""
    page.evaluate(
        """([size, root, hasCard]) => new Promise((resolve, reject) => {
            const request = indexedDB.open("amanah", 1);
            request.onerror = reject;
            request.onupgradeneeded = () => {
                for (const store of ["records", "passes"]) request.result.createObjectStore(store);
            };
            request.onsuccess = () => {
                const writing = request.result.transaction("records", "readwrite");
                writing.objectStore("records").put({size, root: new Uint8Array(root)}, "seen");
                if (hasCard) writing.objectStore("records").put({publicKey: new Uint8Array(32)}, "card");
                writing.oncomplete = () => { request.result.close(); resolve(); };
            };
        })""",
        [size, list(root), has_card],
    )


def recall(page: "Page") -> tuple[int, bytes]:
    """Give what the device remembers."""
    size, root = page.evaluate(
        """() => new Promise((resolve) => {
            const request = indexedDB.open("amanah", 1);
            request.onsuccess = () => {
                const asked = request.result.transaction("records").objectStore("records").get("seen");
                asked.onsuccess = () => {
                    request.result.close();
                    resolve([asked.result.size, [...asked.result.root]]);
                };
            };
        })"""
    )
    return size, bytes(root)


def test_a_visitor_checks_the_whole_log_and_leaves_no_trace(browser: "Browser") -> None:
    log = ServedLog()
    with opened(browser, log) as (page, _):
        assert page.locator("[data-state]:visible").count() == 0
        assert check(page) == {"valid", "first"}
        note = log.files["checkpoint"].decode().split("\n")
        assert (read_fill(page, "size"), read_fill(page, "root")) == (str(SIZE), note[2])
        assert (read_fill(page, "witnessed"), read_fill(page, "needed")) == ("3", "2")
        assert page.locator("#log-check-progress").is_hidden()
        assert list_databases(page) == []
        assert check(page) == {"valid", "first"}, "it may be pressed again"


def test_a_device_with_a_card_compares_with_what_it_saw_and_remembers_the_rest(browser: "Browser") -> None:
    log = ServedLog()
    with opened(browser, log) as (page, _):
        remember(page, 200, compute_root([compute_leaf_hash(leaf) for leaf in log.leaves[:200]]))
        assert check(page) == {"valid", "continued"}
        assert read_fill(page, "seen-size") == "200"
        assert recall(page) == (SIZE, log.root)


def test_a_store_without_a_card_is_left_as_it_is(browser: "Browser") -> None:
    with opened(browser, ServedLog()) as (page, _):
        remember(page, 7, bytes(32), has_card=False)
        assert check(page) == {"valid", "first"}
        assert recall(page) == (7, bytes(32))


def test_a_fork_is_shown_with_both_roots_and_what_was_seen_stays(browser: "Browser") -> None:
    log, before = ServedLog(), heartbeats(100)
    before[50] = before[49]
    root = compute_root([compute_leaf_hash(leaf) for leaf in before])
    with opened(browser, log) as (page, context):
        remember(page, 100, root)
        assert check(page) == {"log-rewritten", "evidence"}
        note = log.files["checkpoint"].decode()
        assert read_fill(page, "root") == note.split("\n")[2]
        seen_root = encode_base64url(root).replace("-", "+").replace("_", "/") + "="
        assert (read_fill(page, "seen-root"), read_fill(page, "seen-size")) == (seen_root, "100")
        evidence = json.loads(read_fill(page, "evidence"))
        assert evidence == {
            "checkpoint": note,
            "seen": {"size": 100, "root": encode_base64url(root), "note": None},
        }
        assert recall(page) == (100, root)
        page.get_by_role("button", name="Copy").click()
        page.locator("[data-state=copied]").wait_for()
        assert json.loads(page.evaluate("navigator.clipboard.readText()")) == evidence
        context.clear_permissions()


def test_a_log_smaller_than_before_is_refused(browser: "Browser") -> None:
    with opened(browser, ServedLog(heartbeats(40))) as (page, _):
        remember(page, 41, bytes(32))
        assert check(page) == {"log-shrank", "evidence"}
        assert (read_fill(page, "size"), read_fill(page, "seen-size")) == ("40", "41")


def change_note(old: str, new: str) -> Spoil:
    return lambda log: log.files.update(
        checkpoint=log.files["checkpoint"].decode().replace(old, new, 1).encode()
    )


SPOILED: dict[str, tuple[Spoil, set[str], dict[str, str]]] = {
    "an edited entry": (
        lambda log: log.edit("tile/entries/001.p/44", 9, log.leaves[0]),
        {"log-not-valid", "broken-changed", "at-entry"},
        {"entry": "265"},
    ),
    "a bundle that is gone": (
        lambda log: log.files.pop("tile/entries/000"),
        {"log-not-valid", "broken-bundle", "at-file"},
        {"file": "tile/entries/000"},
    ),
    "a changed tile": (
        lambda log: log.files.update({"tile/1/000.p/1": bytes(32)}),
        {"log-not-valid", "broken-tile", "at-file"},
        {"file": "tile/1/000.p/1"},
    ),
    "another size": (change_note(f"\n{SIZE}\n", "\n299\n"), {"log-not-valid", "broken-signature"}, {}),
    "another log": (change_note(ORIGIN, "other.amanah/log"), {"log-not-valid", "broken-checkpoint"}, {}),
    "no checkpoint": (lambda log: log.files.pop("checkpoint"), {"log-unreachable"}, {}),
}


@pytest.mark.parametrize("fate", SPOILED)
def test_what_is_broken_is_named_by_its_place(browser: "Browser", fate: str) -> None:
    log = ServedLog()
    spoil, states, fills = SPOILED[fate]
    spoil(log)
    with opened(browser, log) as (page, _):
        assert check(page) - {"evidence"} == states
        assert {name: read_fill(page, name) for name in fills} == fills


def test_an_entry_that_the_log_signed_and_its_office_did_not_is_named(browser: "Browser") -> None:
    leaves = heartbeats(SIZE)
    other = sign_anything("card-door", "heartbeat", None, {"entries": 270})
    leaves[270] = encode_entry(replace(other, by="log"))
    with opened(browser, ServedLog(leaves)) as (page, _):
        assert check(page) == {"log-not-valid", "broken-entry-signature", "at-entry", "evidence"}
        assert read_fill(page, "entry") == "270"


def test_too_few_witnesses_and_a_forged_one_are_told_apart(browser: "Browser") -> None:
    with opened(browser, ServedLog(witnesses=("olive",))) as (page, _):
        assert check(page) == {"log-not-witnessed", "evidence"}
        assert (read_fill(page, "witnessed"), read_fill(page, "needed")) == ("1", "2")
    log = ServedLog()
    name = witness_key("quince").name
    line = next(line for line in log.files["checkpoint"].decode().split("\n") if f" {name} " in line)
    change_note(line, line[:-20] + "A" * 18 + line[-2:])(log)
    with opened(browser, log) as (page, _):
        assert check(page) == {"log-not-valid", "broken-cosignature", "evidence"}
        assert read_fill(page, "witness") == "quince"


def test_an_old_copy_is_valid_and_said_to_be_stale(browser: "Browser") -> None:
    with opened(browser, ServedLog(seen_at=int(time.time()) - 27 * 3_600)) as (page, _):
        assert check(page) == {"valid", "first", "stale"}
    with opened(browser, ServedLog(witnesses=()), least=0) as (page, _):
        # The entries of this log are older still, and nobody else vouches for it.
        assert check(page) == {"valid", "first", "unwitnessed", "stale"}


def test_a_browser_that_cannot_check_signatures_blames_itself_and_not_the_log(browser: "Browser") -> None:
    with opened(browser, ServedLog()) as (page, _):
        page.evaluate(
            "() => { SubtleCrypto.prototype.importKey = () => Promise.reject(new Error('unknown')); }"
        )
        assert check(page) == {"browser-too-old"}
