"""A real log and a real card door over HTTP, an organiser's hand at the log, and devices written with core alone."""

import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.cli.founding import found_data_folder
from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.passes.blinding import BlindedPass, blind, finalize
from amanah.core.passes.cards import compute_card_seed, compute_public_key
from amanah.core.passes.codes import compute_invitation_hash, compute_revocation_hash
from amanah.core.passes.keys import PublicKey, parse_public_key
from amanah.core.passes.messages import (
    JoinRequest,
    LeaveRequest,
    RegisterRequest,
    WaveRequest,
    encode_join_request,
    encode_leave_request,
    encode_register_request,
    encode_wave_request,
)
from amanah.core.passes.occasions import Occasion, parse_descriptor
from amanah.core.passes.tokens import Token, compute_nonce, compute_token_input
from amanah.core.passes.wave_keys import WaveKey, find_wave_keys
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.core.public_log.notes import parse_verifier_key
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import LogView, verify_log
from amanah.core.public_log.tiles import list_bundle_paths
from amanah.web.config import load_config
from tests.support.processes import Running, build_environment, build_settings

WAIT_SECONDS = 60.0


def start_town(
    folder: Path, databases: Mapping[str, str] | None = None, *, processes: Sequence[str] = ("log", "card")
) -> "Town":
    """Found a deployment, make the tables of the log and the card door, and start both."""
    data = folder / "data"
    settings = build_settings(data, databases=databases)
    config = load_config(settings)
    found_data_folder(config)
    for door in ("log_service", "card_door"):
        subprocess.run(
            [
                sys.executable,
                "-m",
                "django",
                "migrate",
                "--no-input",
                "-v0",
                "--settings",
                f"amanah.{door}.settings",
            ],
            env=build_environment(settings),
            check=True,
            stdin=subprocess.DEVNULL,
        )
    running = Running(data, settings, config)
    town = Town(running)
    try:
        running.start(*processes)
    except BaseException:
        town.close()
        raise
    return town


@dataclass
class Town:
    """Everything a test does from outside the doors."""

    running: Running
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, trust_env=False))

    @property
    def card_folder(self) -> Path:
        """Give the folder in which every file of the card door lies."""
        return self.running.config.folder("card")

    def close(self) -> None:
        """Stop whatever still runs."""
        self.http.close()
        self.running.kill9()

    # The organiser

    def tell_log(self, kind: str, ref: str | None, body: dict[str, Any]) -> None:
        """Hand over an entry of the programme door."""
        seed = (self.running.config.keys("programme") / "entry-signing.key").read_bytes()
        entry = sign_entry(seed, at=int(time.time()), by="programme-door", kind=kind, ref=ref, body=body)
        answer = self.http.post(f"{self._url('log')}/api/v1/entries", content=encode_entry(entry))
        assert answer.status_code == 200, answer.text

    def print_invitations(self, count: int, *, is_replacement: bool = False) -> list[bytes]:
        """Draw invitations, publish their hashes, wait until the card door knows them."""
        secrets_drawn = [secrets.token_bytes(16) for _ in range(count)]
        hashes = sorted(encode_base64url(compute_invitation_hash(secret)) for secret in secrets_drawn)
        body = {"hashes": hashes, "medium": "sheet", "replacement": is_replacement}
        self.tell_log("invitations_printed", secrets.token_hex(8), body)
        return secrets_drawn

    def plan_wave(self, count: int, wave: str | None = None) -> str:
        """Plan a wave of sessions."""
        now = int(time.time())
        occasions = [
            Occasion(secrets.token_hex(8), "session", "commons", "solid-ground", now + 600, now + 7200)
            for _ in range(count)
        ]
        return self.publish_plan(occasions, wave)

    def publish_plan(self, occasions: Sequence[Occasion], wave: str | None = None) -> str:
        """Log the plan of a wave."""
        now = int(time.time())
        wave = wave or secrets.token_hex(8)
        body = {
            "fetch_from": now,
            "fetch_until": now + 60,
            "minimum_age": 60,
            "occasions": [occasion.descriptor() for occasion in occasions],
        }
        self.tell_log("wave_planned", wave, body)
        return wave

    def close_occasion(self, occasion: str) -> None:
        """Log that an occasion is closed."""
        self.tell_log("occasion_closed", occasion, {"bundle": "0" * 64, "redeemed": 0})

    # Anyone

    def read_log(self) -> LogView:
        """Read and verify the whole log."""
        config = self.running.config
        key = parse_verifier_key((config.data / "public" / "log.vkey").read_text().strip())
        checkpoint = self._wait_for_checkpoint()
        size = int(checkpoint.split(b"\n")[1])
        bundles = [self.http.get(f"{self._url('log')}/{path}").content for path in list_bundle_paths(0, size)]
        return verify_log(checkpoint, bundles, Policy(key))

    def _wait_for_checkpoint(self) -> bytes:
        """Give what the log shows; a log that has just started shows nothing for a moment."""
        deadline = time.monotonic() + WAIT_SECONDS
        while (answer := self.http.get(f"{self._url('log')}/checkpoint")).status_code != 200:
            assert time.monotonic() < deadline, answer.status_code
            time.sleep(0.1)
        return answer.content

    def wait_for(self, is_so: Callable[[LogView], bool]) -> LogView:
        """Read the log until something stands in it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not is_so(view := self.read_log()):
            assert time.monotonic() < deadline, self.running.read_output("card")
            time.sleep(0.1)
        return view

    def wait_for_join_key(self) -> tuple[Occasion, PublicKey]:
        """Give the join occasion and its key."""
        [entry] = self.wait_for(lambda view: bool(view.list_entries("join_key_opened"))).list_entries(
            "join_key_opened"
        )
        return parse_descriptor(entry.body["descriptor"]), parse_public_key(
            parse_base64url(entry.body["spki"])
        )

    def wait_for_wave(self, wave: str) -> tuple[WaveKey, ...]:
        """Give the keys of a wave as a device reads them."""
        view = self.wait_for(lambda view: view.find_entry("wave_opened", wave) is not None)
        planned = view.find_entry("wave_planned", wave)
        assert planned
        return find_wave_keys(
            planned.body,
            [entry.body for entry in view.list_entries("wave_opened")],
            [entry.body for entry in view.list_entries("join_key_opened")],
        )

    # Devices

    def post(self, name: str, body: bytes) -> httpx.Response:
        """Send one request to the card door."""
        return self.http.post(f"{self._url('card')}/api/v1/{name}", content=body)

    def post_until_known(self, name: str, body: bytes) -> httpx.Response:
        """Send a request again until the clerk has taken in what it needs."""
        deadline = time.monotonic() + WAIT_SECONDS
        while (answer := self.post(name, body)).status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        return answer

    def join(self, invitation: bytes) -> "Device":
        """Take a device from its invitation to a registered card."""
        device = Device()
        join = device.start_join(self, invitation)
        answer = self.post_until_known("join", join)
        assert answer.status_code == 200, answer.text
        assert self.post("register", device.start_register(answer.content)).status_code == 200
        return device

    def _url(self, process: str) -> str:
        host, port = self.running.config.binds[process]  # type: ignore[index]
        return f"http://{host}:{port}"


@dataclass
class Device:
    """A member's phone: one card, and passes that are being made."""

    seed: bytes = field(default_factory=lambda: compute_card_seed(secrets.token_bytes(16)))
    slip: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    pending_join: BlindedPass | None = None
    join_token: Token | None = None

    @property
    def public_key(self) -> bytes:
        """Give the card's public key."""
        return compute_public_key(self.seed)

    def sign(self, message: bytes) -> bytes:
        """Sign with the card key."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def start_join(self, town: Town, invitation: bytes) -> bytes:
        """Blind a join token and give the body that sends it."""
        occasion, key = town.wait_for_join_key()
        self.pending_join = make_pending(key, occasion, compute_nonce(self.public_key))
        return encode_join_request(JoinRequest(invitation, self.pending_join.blinded))

    def start_register(self, blind_signature: bytes) -> bytes:
        """Finish the join token and give the body that registers the card."""
        assert self.pending_join
        self.join_token = finalize(self.pending_join, blind_signature)
        return self.encode_register(self.join_token)

    def encode_register(self, token: Token) -> bytes:
        """Give the body that registers this card with a token."""
        revocation = compute_revocation_hash(self.slip)
        unsigned = RegisterRequest(self.public_key, revocation, token, bytes(64))
        signed = RegisterRequest(self.public_key, revocation, token, self.sign(unsigned.signed_bytes()))
        return encode_register_request(signed)

    def start_wave(self, wave: str, keys: Sequence[WaveKey]) -> tuple[bytes, list[BlindedPass]]:
        """Blind one pass for each occasion; give the body that fetches them and the pending state."""
        pending = [make_pending(key.public_key, key.occasion, secrets.token_bytes(32)) for key in keys]
        return self.encode_wave(wave, [one.blinded for one in pending]), pending

    def encode_wave(self, wave: str, blinded: Sequence[bytes]) -> bytes:
        """Sign and encode a wave request."""
        unsigned = WaveRequest(wave, self.public_key, tuple(blinded), bytes(64))
        return encode_wave_request(
            WaveRequest(wave, self.public_key, tuple(blinded), self.sign(unsigned.signed_bytes()))
        )

    def encode_leave(self) -> bytes:
        """Give the body with which this card leaves."""
        unsigned = LeaveRequest(self.public_key, bytes(64))
        return encode_leave_request(LeaveRequest(self.public_key, self.sign(unsigned.signed_bytes())))


def make_pending(key: PublicKey, occasion: Occasion, nonce: bytes) -> BlindedPass:
    """Blind one token input with fresh randomness."""
    token_input = compute_token_input(
        nonce, occasion.challenge_digest(occasion.issuer_name), key.token_key_id
    )
    return blind(key, token_input, salt=secrets.token_bytes(48), r=secrets.randbelow(key.n - 2) + 2)


def finish(pending: Sequence[BlindedPass], answer: bytes) -> list[Token]:
    """Finalise every pass of a wave; `finalize` verifies each."""
    parts = [answer[start : start + 256] for start in range(0, len(answer), 256)]
    return [finalize(one, part) for one, part in zip(pending, parts, strict=True)]
