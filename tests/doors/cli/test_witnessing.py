"""Two volunteers let their communities witness each other, with commands that say what they did and undo nothing."""

import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from amanah.cli.founding import found_data_folder
from amanah.cli.witnessing.public_folder import spell_out
from amanah.core.public_log.notes import COSIGNER, encode_verifier_key, parse_verifier_key
from amanah.core.public_log.policies import parse_policy
from amanah.web.config import Config, load_config
from amanah.web.log_policy import load_policy
from tests.support.processes import build_settings, run_amanah

TRACEBACK = "Traceback"


class House(NamedTuple):
    """An invented community: its settings, its folder of public files, and what it would tell by telephone."""

    settings: Mapping[str, str]
    config: Config
    public: Path

    @property
    def log_key(self) -> str:
        return (self.public / "log.vkey").read_text()

    @property
    def witness_key(self) -> str:
        return (self.public / "witness.vkey").read_text()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = run_amanah(self.settings, *arguments)
        assert TRACEBACK not in done.stderr
        return done

    def do(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def be_refused(self, *arguments: str) -> str:
        before = {path: path.read_bytes() for path in self.public.iterdir()}
        done = self.run(*arguments)
        assert done.returncode in {1, 78}, done.stdout
        assert {path: path.read_bytes() for path in self.public.iterdir()} == before
        return done.stderr

    def address(self) -> str:
        return f"{self.config.urls['log']}/witness"


def found_house(folder: Path, community: str) -> House:
    settings = build_settings(folder / community, AMANAH_COMMUNITY=community)
    config = load_config(settings)
    found_data_folder(config)
    return House(settings, config, config.data / "public")


@pytest.fixture
def harbour(tmp_path: Path) -> House:
    return found_house(tmp_path, "harbour-house")


@pytest.fixture
def orchard(tmp_path: Path) -> House:
    return found_house(tmp_path, "orchard-house")


@pytest.fixture
def mill(tmp_path: Path) -> House:
    return found_house(tmp_path, "mill-house")


def test_what_show_prints_is_what_the_other_house_types(harbour: House, orchard: House) -> None:
    lines = [line.strip() for line in harbour.do("witness", "show").splitlines()]
    (ask,) = [line for line in lines if line.startswith("amanah witnesses add ")]
    (serve,) = [line for line in lines if line.startswith("amanah witness add-log ")]
    added = orchard.do(*ask.split()[1:])
    orchard.do(*serve.split()[1:])
    policy = load_policy(orchard.config)
    assert encode_verifier_key(policy.witnesses["harbour-house"].key) == harbour.witness_key
    assert policy.witnesses["harbour-house"].url == harbour.address()
    assert harbour.log_key in (orchard.public / "witnessed-logs").read_text().splitlines()
    aloud = spell_out(parse_verifier_key(harbour.witness_key, COSIGNER))
    assert aloud in added
    assert f"read aloud  {aloud}" in lines


def test_a_change_says_that_it_needs_a_restart_and_will_be_public(harbour: House, orchard: House) -> None:
    said = harbour.do("witnesses", "add", "orchard", orchard.witness_key, orchard.address())
    assert "restart" in said
    assert "policy_stated" in said


def test_everything_can_be_said_again_and_changes_nothing(harbour: House, orchard: House) -> None:
    commands = (
        ("witness", "add-log", orchard.log_key),
        ("witnesses", "add", "orchard", orchard.witness_key, orchard.address()),
        ("witnesses", "quorum", "1"),
    )
    for command in commands:
        harbour.do(*command)
    before = {path: path.read_bytes() for path in harbour.public.iterdir()}
    for command in commands:
        assert "nothing was changed" in harbour.do(*command)
    assert {path: path.read_bytes() for path in harbour.public.iterdir()} == before


def test_two_of_three_are_said_in_words_and_written_as_one_group(
    harbour: House, orchard: House, mill: House, tmp_path: Path
) -> None:
    quay = found_house(tmp_path, "quay-house")
    for place, house in enumerate((orchard, mill, quay)):
        name, address = house.config.community, f"https://log{place}.example/witness"
        harbour.do("witnesses", "add", name, house.witness_key, address)
    assert "0 of 3 needed" in harbour.do("witnesses", "list")
    assert "1 of 3 needed" in harbour.do("witnesses", "quorum", "1")
    assert "2 of 3 needed." in harbour.do("witnesses", "quorum", "2")
    text = (harbour.public / "log.policy").read_text()
    assert "group witnesses 2 orchard-house mill-house quay-house\nquorum witnesses\n" in text
    assert parse_policy(text).count_least() == 2
    listed = harbour.do("witnesses", "list")
    assert "3 witnesses at 3 different hosts" in listed
    assert "no program can tell" in listed
    assert "2 of 2 needed" in harbour.do("witnesses", "remove", "mill-house")
    assert "quorum 1" in harbour.be_refused("witnesses", "remove", "orchard-house")
    harbour.do("witnesses", "quorum", "0")
    harbour.do("witnesses", "remove", "orchard-house")
    harbour.do("witnesses", "remove", "quay-house")
    assert "has no witnesses" in harbour.do("witnesses", "list")
    assert load_policy(harbour.config).quorum == "none"


def test_a_witness_that_moved_gets_its_new_address(harbour: House, orchard: House) -> None:
    harbour.do("witnesses", "add", "orchard", orchard.witness_key, "https://old.example/witness")
    harbour.do("witnesses", "quorum", "1")
    harbour.do("witnesses", "add", "orchard", orchard.witness_key, "https://new.example/witness/")
    policy = load_policy(harbour.config)
    assert (policy.witnesses["orchard"].url, policy.count_least()) == ("https://new.example/witness", 1)


def test_nobody_witnesses_for_themselves(harbour: House) -> None:
    assert "themselves" in harbour.be_refused(
        "witnesses", "add", "us", harbour.witness_key, harbour.address()
    )
    assert "themselves" in harbour.be_refused("witness", "add-log", harbour.log_key)


def test_one_log_has_one_key_and_one_witness_one_name(
    harbour: House, orchard: House, mill: House, tmp_path: Path
) -> None:
    other = found_house(tmp_path / "impostor", "orchard-house")
    harbour.do("witness", "add-log", orchard.log_key)
    assert "by another key" in harbour.be_refused("witness", "add-log", other.log_key)
    harbour.do("witnesses", "add", "orchard", orchard.witness_key, orchard.address())
    assert "another key" in harbour.be_refused(
        "witnesses", "add", "orchard", other.witness_key, other.address()
    )
    assert "already, as orchard" in harbour.be_refused(
        "witnesses", "add", "again", orchard.witness_key, orchard.address()
    )
    harbour.do("witness", "remove-log", "orchard-house.amanah/log")
    harbour.do("witness", "add-log", other.log_key)
    harbour.do("witness", "add-log", mill.log_key)
    kept = [line for line in (harbour.public / "witnessed-logs").read_text().splitlines() if line[0] != "#"]
    assert kept == [other.log_key, mill.log_key]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("witness", "add-log", "riverside"), "NAME+KEYID+KEY"),
        (("witness", "add-log", "{witness}"), "not a log's key"),
        (("witnesses", "add", "orchard", "{log}", "https://a.example/witness"), "not a witness's key"),
        (("witnesses", "add", "orchard", "{witness}", "http://a.example/witness"), "https://"),
        (("witnesses", "add", "orchard", "{witness}", "https://a.example:x/"), "https://"),
        (("witnesses", "add", "orchard", "{witness}", "https://a.example/w?x=1"), "https://"),
        (("witnesses", "add", "orchard", "{witness}", "https://a .example/"), "https://"),
        (("witnesses", "add", "none", "{witness}", "https://a.example/witness"), "short name"),
        (("witnesses", "add", "two words", "{witness}", "https://a.example/witness"), "short name"),
        (("witnesses", "quorum", "1"), "can never be met"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    command: tuple[str, ...], words: str, harbour: House, orchard: House
) -> None:
    filled = [part.format(witness=orchard.witness_key, log=orchard.log_key) for part in command]
    assert words in harbour.be_refused(*filled)


def test_a_policy_made_by_hand_is_shown_and_not_rewritten(
    harbour: House, orchard: House, mill: House
) -> None:
    path = harbour.public / "log.policy"
    harbour.do("witnesses", "add", "orchard", orchard.witness_key, "https://orchard.example/witness")
    harbour.do("witnesses", "add", "mill", mill.witness_key, "https://mill.example/witness")
    text = path.read_text().replace(
        "quorum none", "group near any orchard mill\ngroup both all near\nquorum both"
    )
    path.write_text(text)
    listed = harbour.do("witnesses", "list")
    assert "1 of 2 needed at the least" in listed
    assert str(path) in listed
    for command in (("quorum", "2"), ("remove", "mill")):
        assert "by hand" in harbour.be_refused("witnesses", *command)


def test_what_somebody_noted_in_the_policy_stays(harbour: House, orchard: House) -> None:
    path = harbour.public / "log.policy"
    path.write_text(f"# Orchard House: ring the caretaker\n{path.read_text()}")
    harbour.do("witnesses", "add", "orchard", orchard.witness_key, orchard.address())
    assert path.read_text().startswith("# Orchard House: ring the caretaker\nlog ")


def test_a_list_that_cannot_be_read_is_said_with_its_line(harbour: House, orchard: House) -> None:
    (harbour.public / "witnessed-logs").write_text("# ours\nhalf a key\n")
    assert "Line 2" in harbour.be_refused("witness", "add-log", orchard.log_key)
    (harbour.public / "log.policy").write_text("quorum none\n")
    assert "not a policy" in harbour.be_refused("witnesses", "list")


def test_changed_files_are_readable_by_all_and_writable_by_their_owner_alone(
    harbour: House, orchard: House
) -> None:
    harbour.do("witness", "add-log", orchard.log_key)
    harbour.do("witnesses", "add", "orchard", orchard.witness_key, orchard.address())
    for name in ("witnessed-logs", "log.policy", "witness.vkey"):
        assert stat.S_IMODE((harbour.public / name).stat().st_mode) == 0o644, name
    assert [path.name for path in harbour.public.iterdir() if path.name.startswith(".")] == []


def test_volunteers_at_two_terminals_undo_nothing_of_each_other(harbour: House, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    houses = [found_house(tmp_path, f"house-{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as terminals:
        said = list(terminals.map(lambda house: harbour.run("witness", "add-log", house.log_key), houses))
    assert [done.returncode for done in said] == [0] * 6
    kept = (harbour.public / "witnessed-logs").read_text().splitlines()
    assert {house.log_key for house in houses} <= set(kept)


def test_commands_before_init_say_so(tmp_path: Path) -> None:
    settings = build_settings(tmp_path / "nowhere")
    for command in (("witness", "show"), ("witnesses", "list"), ("witness", "remove-log", "x")):
        done = run_amanah(settings, *command)
        assert (done.returncode, TRACEBACK in done.stderr) == (78, False)
        assert "amanah init" in done.stderr


def test_an_upgrade_gives_an_older_deployment_its_witness(harbour: House) -> None:
    keys = harbour.config.keys("log")
    (keys / "witness-signing.key").unlink()
    for name in ("witness.vkey", "witnessed-logs", "log.policy"):
        (harbour.public / name).unlink()
    before = harbour.log_key
    assert "Found the data folder" in harbour.do("init")
    assert (keys / "witness-signing.key").stat().st_mode & 0o777 == 0o600
    assert parse_verifier_key(harbour.witness_key, COSIGNER).name == "harbour-house.amanah/witness"
    assert harbour.log_key == before
    assert load_policy(harbour.config).witnesses == {}
