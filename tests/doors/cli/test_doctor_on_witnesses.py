"""The doctor judges the published checkpoint as a reader would, and says of each witness whether it is there."""

import hashlib
import os
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from amanah.cli.doctor.files import check_keys
from amanah.cli.doctor.witnesses import check_cosignatures, check_policy
from amanah.cli.founding import found_data_folder
from amanah.cli.witnessing.our_policy import add_witness, change_policy, regroup
from amanah.core.public_log.checkpoints import Checkpoint, compute_verifier_key, sign_checkpoint
from amanah.core.public_log.cosignatures import cosign
from amanah.core.public_log.notes import COSIGNER, parse_note
from amanah.core.public_log.policies import Witness
from amanah.core.public_log.reading import STALE_SECONDS
from amanah.web.config import Config, load_config
from tests.support.postgresql import find_free_port
from tests.support.processes import build_settings, run_amanah

SEEDS = {name: hashlib.sha256(name.encode()).digest() for name in ("orchard", "mill", "quay")}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    config = load_config(build_settings(tmp_path / "data", pace="calm"))
    found_data_folder(config)
    return config


class Anybody(BaseHTTPRequestHandler):
    """A witness that answers but shows nothing, as one of other software may."""

    def do_GET(self) -> None:
        self.send_error(self.server.status)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def answering() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Anybody)
    server.status = 404  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def name_witnesses(config: Config, urls: dict[str, str], least: int) -> None:
    for name, url in urls.items():
        key = compute_verifier_key(f"{name}.example/witness", SEEDS[name], COSIGNER)
        witness = Witness(key, url)
        change_policy(config, lambda policy, name=name, witness=witness: add_witness(policy, name, witness))
    change_policy(config, lambda policy: regroup(policy, least))


def publish(config: Config, *cosigners: str, at: float | None = None) -> Path:
    seed = (config.keys("log") / "checkpoint-signing.key").read_bytes()
    note = sign_checkpoint(Checkpoint(config.log_origin, 5, bytes(32)), seed)
    text = parse_note(note).text
    for name in cosigners:
        note += cosign(text, name=f"{name}.example/witness", seed=SEEDS[name], at=int(at or time.time()))
    path = config.folder("log") / "public" / "checkpoint"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(note)
    return path


def far(name: str) -> str:
    return f"https://log.{name}.example/witness"


def list_about_policy(config: Config) -> str:
    return "\n".join(check_policy(config))


def list_about_checkpoint(config: Config) -> str:
    # Nobody resolves names of .example, so what is said about answers is of other tests.
    return "\n".join(finding for finding in check_cosignatures(config) if "does not answer" not in finding)


def test_real_use_without_witnesses_is_found_and_the_demonstration_is_not(config: Config) -> None:
    assert "No witness has to cosign the log" in list_about_policy(config)
    demo = load_config(build_settings(config.data) | {"AMANAH_LOG_URL": config.urls["log"]})
    assert list_about_policy(demo) == ""


def test_two_of_three_in_three_places_is_what_the_doctor_wants(config: Config) -> None:
    name_witnesses(config, {name: far(name) for name in SEEDS}, 2)
    publish(config, "orchard", "quay")
    assert (list_about_policy(config), list_about_checkpoint(config)) == ("", "")


def test_a_quorum_of_one_is_found(config: Config) -> None:
    name_witnesses(config, {name: far(name) for name in SEEDS}, 1)
    assert "One cosignature is enough" in list_about_policy(config)


def test_witnesses_at_one_host_are_found(config: Config) -> None:
    name_witnesses(config, {name: f"https://one.example/{name}" for name in SEEDS}, 2)
    assert "All witnesses of the log are at one.example" in list_about_policy(config)


def test_a_witness_at_the_logs_own_host_is_found(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "data") | {"AMANAH_LOG_URL": "https://log.harbour.example"}
    config = load_config(settings)
    found_data_folder(config)
    name_witnesses(config, {"orchard": far("orchard"), "mill": "https://log.harbour.example/w"}, 2)
    assert "at the log's own host log.harbour.example" in list_about_policy(config)


def test_an_address_that_moved_is_found_and_written_again(config: Config) -> None:
    settings = {"AMANAH_DATA": str(config.data), "AMANAH_LOG_URL": "https://log.harbour.example"}
    name_witnesses(config, {name: far(name) for name in SEEDS}, 2)
    assert "amanah witnesses quorum 2" in list_about_policy(load_config(settings))
    assert run_amanah(settings, "witnesses", "quorum", "2").returncode == 0
    assert list_about_policy(load_config(settings)) == ""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("log.policy", "quorum", "not a policy of the log"),
        ("log.policy", None, "run amanah init"),
        ("witnessed-logs", "half a key\n", "Line 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_found(name: str, text: str | None, words: str, config: Config) -> None:
    path = config.data / "public" / name
    path.unlink() if text is None else path.write_text(text)
    assert words in list_about_policy(config)
    assert list_about_checkpoint(config) == ""


def test_the_policy_of_another_log_is_found(config: Config, tmp_path: Path) -> None:
    other = load_config(build_settings(tmp_path / "other"))
    found_data_folder(other)
    (config.data / "public" / "log.policy").write_text((other.data / "public" / "log.policy").read_text())
    assert "names another log" in list_about_policy(config)


def test_too_few_cosignatures_are_found_with_the_names_that_are_missing(config: Config) -> None:
    name_witnesses(config, {name: far(name) for name in SEEDS}, 2)
    publish(config, "mill")
    found = list_about_checkpoint(config)
    assert "1 of the 2 cosignatures" in found
    assert "Missing: orchard, quay." in found


def test_a_checkpoint_that_nobody_believes_is_found(config: Config) -> None:
    name_witnesses(config, {name: far(name) for name in SEEDS}, 1)
    path = publish(config, "mill")
    path.write_bytes(path.read_bytes().replace(b"\n5\n", b"\n6\n"))
    assert "No reader believes" in list_about_checkpoint(config)


def test_a_log_without_a_fresh_sign_of_life_is_found(config: Config) -> None:
    path = publish(config)
    assert list_about_checkpoint(config) == ""
    old = time.time() - STALE_SECONDS - 60
    os.utime(path, (old, old))
    assert "26 hours old" in list_about_checkpoint(config)
    name_witnesses(config, {name: far(name) for name in SEEDS}, 2)
    publish(config, "orchard", "mill", at=old)
    assert "26 hours old" in list_about_checkpoint(config)
    publish(config, "orchard", "mill", at=time.time() - STALE_SECONDS + 60)
    assert list_about_checkpoint(config) == ""


def test_a_witness_that_does_not_answer_is_found_and_one_that_shows_nothing_is_not(
    config: Config, answering: ThreadingHTTPServer
) -> None:
    silent = f"http://127.0.0.1:{find_free_port()}"
    name_witnesses(
        config, {"orchard": f"http://127.0.0.1:{answering.server_port}/witness", "mill": silent}, 1
    )
    (finding,) = check_cosignatures(config)
    assert f"The witness mill does not answer at {silent}" in finding
    answering.status = 502  # type: ignore[attr-defined]
    assert ["orchard" in finding for finding in check_cosignatures(config)] == [True, False]


def test_a_witness_key_that_is_known_or_is_the_logs_own_is_found(config: Config) -> None:
    key = config.keys("log") / "witness-signing.key"
    key.chmod(0o644)
    assert any(f"Others may read the key {key}" in finding for finding in check_keys(config))
    key.chmod(0o600)
    key.write_bytes((config.keys("log") / "checkpoint-signing.key").read_bytes())
    assert any("are the same key" in finding for finding in check_keys(config))


def test_the_command_says_what_it_finds_of_witnesses(config: Config) -> None:
    done = run_amanah({"AMANAH_DATA": str(config.data)}, "doctor")
    assert "look  others witness the log" in done.stdout
    assert "ask for 2 of 3" in done.stdout
