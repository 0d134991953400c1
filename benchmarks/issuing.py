"""Signatures issued per second, 20 a request, over HTTP by a real card door, beside `openssl speed` on two cores.

Every request is a card's first fetch: checked, recorded durably, signed, each signature verified before it leaves.
"""

import re
import secrets
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.support.processes import Running, start_departments

from amanah.card_door.signing import draw_key
from amanah.card_door.store import Store, StoredKey
from amanah.card_door.vault import Vault, open_vault
from amanah.core.passes.messages import (
    NO_SIGNATURE,
    WaveRequest,
    compute_wave_length,
    encode_wave_request,
)
from amanah.core.passes.occasions import Occasion
from amanah.web.database import open_database
from benchmarks.crowds import CrowdFailedError, send_bodies
from benchmarks.measuring import (
    CORES,
    Goal,
    Row,
    Sample,
    Scale,
    build_ratio_row,
    collect_samples,
    read_tree_seconds,
    take_sample,
)

OCCASIONS = 20
CONNECTIONS = 16
MOST_REQUESTS_PER_SECOND = 400
WAVE_PATH = "/api/v1/wave"
GOAL = Goal("at least", 0.80)


def measure(scale: Scale) -> list[Row]:
    """Run the rounds, each with cards of its own."""
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as name:
        samples = collect_samples(scale, lambda: measure_round(scale, Path(tempfile.mkdtemp(dir=name))))
    names = ("of openssl speed -multi 2", "signatures/s", "openssl signatures/s")
    return [build_ratio_row("issuing", "Signatures issued, 20 a request", samples, goal=GOAL, names=names)]


def measure_round(scale: Scale, folder: Path) -> Sample:
    """Measure once, on a new deployment."""
    running = start_departments(folder, processes=("card",))
    try:
        running.stop("card")
        count = max(CONNECTIONS, int(scale.seconds * MOST_REQUESTS_PER_SECOND))
        bodies = prepare_requests(running, count, folder / "bodies")
        running.start("card")

        def measure_ours() -> tuple[float, Mapping[str, float]]:
            return fetch_waves(running, bodies, scale.seconds)

        return take_sample(lambda: measure_openssl(scale.openssl_seconds), measure_ours)
    finally:
        running.stop()


def prepare_requests(running: Running, count: int, path: Path) -> Path:
    """Write down a wave's keys and so many registered cards, as the clerk and the gate do; sign a request for each."""
    wave = secrets.token_bytes(8)
    vault = open_vault(running.config.keys("card"))
    cards = [Ed25519PrivateKey.generate() for _ in range(count)]
    with open_database(running.config.database("card")) as database:
        store = Store(database)
        with database.transaction():
            store.open_wave(wave)
            store.record_keys([draw_one(vault, wave, place) for place in range(OCCASIONS)])
            for card in cards:
                public_key = card.public_key().public_bytes_raw()
                store.register_card(
                    public_key=public_key,
                    revocation_hash=secrets.token_bytes(32),
                    nonce=secrets.token_bytes(32),
                )
    path.write_bytes(b"".join(build_request(card, wave) for card in cards))
    return path


def draw_one(vault: Vault, wave: bytes, place: int) -> StoredKey:
    """Draw the key of one session."""
    occasion = Occasion(secrets.token_hex(8), "session", "commons", "evening-circle", 0, 4_000_000_000)
    return draw_key(vault, occasion, wave, place)


def build_request(card: Ed25519PrivateKey, wave: bytes) -> bytes:
    """Ask for 20 signatures; to the signer a blinded message is a uniform number, so uniform numbers are sent."""
    blinded = tuple(b"\0" + secrets.token_bytes(255) for _ in range(OCCASIONS))
    unsigned = WaveRequest(wave.hex(), card.public_key().public_bytes_raw(), blinded, NO_SIGNATURE)
    return encode_wave_request(
        WaveRequest(unsigned.wave, unsigned.public_key, blinded, card.sign(unsigned.signed_bytes()))
    )


def fetch_waves(running: Running, bodies: Path, seconds: float) -> tuple[float, Mapping[str, float]]:
    """Let phones fetch for so long; every fetch must be counted in the database."""
    door = running.pids["card"]
    used = read_tree_seconds(door)
    tally = send_bodies(
        running.config.binds["card"],
        bodies,
        connections=CONNECTIONS,
        seconds=seconds,
        size=compute_wave_length(OCCASIONS),
        path=WAVE_PATH,
    ).wait()
    used = read_tree_seconds(door) - used
    with open_database(running.config.database("card"), read_only=True) as database:
        (served,) = database.execute("SELECT served FROM wave WHERE is_open").fetchone()
    if served != tally.answers:
        raise CrowdFailedError(f"{tally.answers} waves were given out and {served} are counted.")
    return tally.rate * OCCASIONS, {
        "p50 ms": tally.p50,
        "p99 ms": tally.p99,
        "door CPU us a signature": used / tally.answers / OCCASIONS * 1e6,
    }


def measure_openssl(seconds: int) -> float:
    """Give signatures a second of two processes of openssl."""
    command = ["openssl", "speed", "-multi", str(CORES), "-seconds", str(seconds), "rsa2048"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)", done.stdout)
    if found is None:
        raise ValueError(f"openssl printed no rate: {done.stdout}")
    return float(found[1])
