"""A member's whole wave of 20 passes on a phone, estimated: CPU time in Node and in Chromium here, times eight.

Blinding and unblinding are measured with the built client; the signer's work between them is not the phone's.
"""

import json
import os
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.support.chromium import running_browser
from tests.support.spending import make_key

from amanah.core.encoding import JsonValue
from amanah.core.passes.issuing import Issuer
from amanah.core.passes.occasions import Occasion
from amanah.web.assets import STATIC
from benchmarks.deployments import running_world
from benchmarks.measuring import CpuWatch, Goal, Row, Scale, list_tree, read_tree_seconds

OCCASIONS = 20
# A mid-range phone's core is taken to be eight times slower than one of a server's.
PHONE_FACTOR = 8
GOAL = Goal("at most", 2.0)
SCRIPT = Path(__file__).with_name("wave_on_phone.mjs")
WAVES = 10

Ask = Callable[[str, object], Any]


def measure(scale: Scale) -> list[Row]:
    """Measure in Node, then in the browser."""
    waves = WAVES if scale.rounds > 1 else 1
    rows = []
    for name, run in (("Node", measure_in_node), ("Chromium", measure_in_chromium)):
        with CpuWatch() as watch:
            seconds = run(waves)
        rows.append(
            Row(
                figure="wave_on_phone",
                title=f"A wave of {OCCASIONS} passes on a mid-range phone, estimated from {name}",
                value=seconds * PHONE_FACTOR,
                unit="s",
                foreign=watch.foreign,
                goal=GOAL,
                more={"CPU ms here": seconds * 1_000, "factor": PHONE_FACTOR},
            )
        )
    return rows


def build_occasions(issuer: Issuer) -> list[JsonValue]:
    """Plan the occasions; one key stands for all, which costs the phone exactly as much."""
    occasions = [
        Occasion(secrets.token_hex(8), "session", "commons", "evening-circle", 0, 4_000_000_000)
        for _ in range(OCCASIONS)
    ]
    spki = issuer.public_key.spki.hex()
    return [{"descriptor": occasion.descriptor(), "spki": spki} for occasion in occasions]


def open_issuer() -> Issuer:
    """Open a real signer."""
    return Issuer(make_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def run_waves(ask: Ask, read_cpu: Callable[[], float], waves: int) -> float:
    """Give the mean CPU seconds of a wave after one to warm up; every pass must come out."""
    issuer = open_issuer()
    used = 0.0
    for number in range(waves + 1):
        occasions = build_occasions(issuer)
        started = read_cpu()
        blinded = ask("blind", occasions)
        middle = read_cpu()
        signatures = [issuer.sign_blinded(bytes.fromhex(message)).hex() for message in blinded]
        resumed = read_cpu()
        finished = ask("finalize", signatures)
        if finished != OCCASIONS:
            raise ValueError(f"{finished} of {OCCASIONS} passes came out.")
        if number:
            used += middle - started + read_cpu() - resumed
    return used / waves


def measure_in_node(waves: int) -> float:
    """Run the built client in Node; its process is asked for its own CPU time."""
    process = subprocess.Popen(
        ["node", str(SCRIPT), str(STATIC / "client")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    stdin, stdout = process.stdin, process.stdout

    def ask(step: str, value: object) -> Any:
        stdin.write(json.dumps([step, value]) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())

    try:
        return run_waves(ask, lambda: float(ask("cpu", None)), waves)
    finally:
        process.terminate()
        process.wait(timeout=10)
        stdin.close()
        stdout.close()


def measure_in_chromium(waves: int) -> float:
    """Run the same modules in a page of a real deployment, under its own content policy."""
    with running_world() as world, running_browser() as browser:
        page = browser.new_page()
        page.goto(f"{world.urls['programme']}/en/")
        page.evaluate(_PREPARE)
        renderers = [process for process in list_tree(os.getpid()) if is_renderer(process)]

        def ask(step: str, value: object) -> Any:
            return page.evaluate("([step, value]) => globalThis.phone[step](value)", [step, value])

        return run_waves(ask, lambda: sum(map(read_tree_seconds, renderers)), waves)


def is_renderer(process: int) -> bool:
    """Tell whether a process is the part of a browser that runs a page."""
    try:
        return b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


_PREPARE = """async () => {
  const known = document.querySelector('link[rel=stylesheet]').href;
  const { blindWave, finalizeWave } = await import(known.replace(/amanah\\/[^/]*$/, 'client/protocol.js'));
  const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
  let pending;
  globalThis.phone = {
    async blind(occasions) {
      pending = await blindWave(occasions.map(({ descriptor, spki }) => ({ descriptor, spki: bytes(spki) })));
      return pending.map(({ token }) => hex(token.blinded));
    },
    async finalize(signatures) {
      const facts = { wave: '0123456789abcdef', matureAt: 0 };
      return (await finalizeWave(pending, signatures.map(bytes), facts)).passes.length;
    },
  };
}"""
