"""What pages tell clients about the log: exactly what the policy file says, and nothing before there is one."""

from pathlib import Path

import pytest

from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.checkpoints import compute_verifier_key
from amanah.core.public_log.notes import COSIGNER, encode_verifier_key
from amanah.web.config import Config, load_config
from amanah.web.facts import build_facts

ORIGIN = "commons.amanah/log"
LOG = encode_verifier_key(compute_verifier_key(ORIGIN, bytes(32)))
CEDAR = encode_verifier_key(compute_verifier_key("cedar.example/witness", b"c" * 32, COSIGNER))
OLIVE = encode_verifier_key(compute_verifier_key("olive.example/witness", b"o" * 32, COSIGNER))


def write_policy(folder: Path, *lines: str, vkey: str = LOG) -> Config:
    """Found a community whose policy has these lines."""
    public = folder / "public"
    public.mkdir()
    (public / "log.vkey").write_text(f"{vkey}\n")
    (public / "log.policy").write_text("\n".join([f"log {LOG}", *lines, ""]))
    return load_config({"AMANAH_DATA": str(folder)})


def test_before_there_is_a_policy_clients_believe_nobody(tmp_path):
    config = load_config({"AMANAH_DATA": str(tmp_path)})
    told = {"origin": config.log_origin, "vkey": "", "witnesses": [], "groups": [], "quorum": "none"}
    assert build_facts(config)["log"] == told


def test_a_log_without_witnesses_is_told_by_its_key_alone(tmp_path):
    log = build_facts(write_policy(tmp_path, "quorum none"))["log"]
    assert (log["vkey"], log["witnesses"], log["groups"], log["quorum"]) == (LOG, [], [], "none")


def test_witnesses_groups_and_quorum_are_told_in_the_order_of_the_file(tmp_path):
    config = write_policy(
        tmp_path,
        f"witness olive {OLIVE} https://olive.example/witness",
        f"witness cedar {CEDAR}",
        "group sisters all olive cedar",
        "quorum sisters",
    )
    log = build_facts(config)["log"]
    assert log["witnesses"] == [["olive", OLIVE], ["cedar", CEDAR]]
    assert log["groups"] == [["sisters", 2, ["olive", "cedar"]]]
    assert log["quorum"] == "sisters"


def test_a_policy_of_another_log_is_told_to_nobody(tmp_path):
    with pytest.raises(MisconfiguredError):
        build_facts(write_policy(tmp_path, "quorum none", vkey=OLIVE.replace("olive", "x")))
    other = encode_verifier_key(compute_verifier_key(ORIGIN, b"x" * 32))
    (tmp_path / "second").mkdir()
    with pytest.raises(MisconfiguredError):
        build_facts(write_policy(tmp_path / "second", "quorum none", vkey=other))
