"""Every command of the guide to other software runs, in its order, on a bundle of ours and on changed ones."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from amanah.core.credentials.baking import bake_png
from amanah.core.credentials.bundles import build_bundle, parse_bundle
from amanah.core.credentials.chains import Question
from amanah.core.credentials.jwt import encode_jwt
from amanah.core.credentials.reading import encode_jcs
from amanah.core.credentials.standing import compute_standing
from tests.interop.changed_papers import change
from tests.interop.credential_papers import (
    AMINA,
    ASKED,
    BILAL,
    CELIA,
    DAWUD,
    DRAWN,
    SCOPE,
    build_chain,
    give_notice,
    grant,
    grant_with_status,
    list_ended,
    list_roots,
)
from tests.interop.node_packages import HERE, find_node
from tests.interop.pictures import SMALL_PNG

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "how-to" / "check-a-credential-with-other-software.md"
IN_NODE, IN_PYTHON = "With Digital Bazaar's libraries, in JavaScript", "With openbadgeslib, in Python"
TOKEN, LINE = "A token, with jose", "The line, by hand"
BLOCK = re.compile(
    r"(?:Save this as `([\w.]+)`:\n\n|save this as `([\w.]+)`:\n\n)?```(\w+)\n(.*?)```", re.DOTALL
)
# What Python runs first: a process of the guide that looks for a network fails.
NO_NETWORK = """
import socket
def refuse(*_, **__):
    raise AssertionError("no network here")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
"""


def read_section(name: str) -> tuple[dict[str, str], list[str]]:
    """Give the files that a section saves, and the commands that it runs, but for what installs something."""
    text = GUIDE.read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n## ")[1:]}
    files, commands = {}, []
    for saved, named, kind, block in BLOCK.findall(sections[name]):
        if kind != "sh":
            files[saved or named] = block
        elif " install " not in block:
            commands.append(block)
    assert "" not in files, "a program that the page does not name"
    return files, commands


def run_section(place: Path, name: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a section as one script in a folder that holds what the reader was given, without a network."""
    node = find_node()
    if node is None:
        pytest.skip("Node is not installed: the guide to other software was not run.")
    files, commands = read_section(name)
    for file, content in files.items():
        (place / file).write_text(content, encoding="utf-8")
    if not (place / "node_modules").exists():
        (place / "node_modules").symlink_to(HERE / "node_modules")
        (place / "sitecustomize.py").write_text(NO_NETWORK)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(place),
        "NODE_OPTIONS": f"--no-warnings --import {HERE / 'no_network.mjs'}",
        "LC_ALL": "C.UTF-8",
    }
    script = "\n".join(commands)
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=place, env=environment | variables, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def give_bundle(place: Path, bundle: dict[str, Any]) -> dict[str, Any]:
    (place / "bundle.json").write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
    return bundle


def build_whole_bundle() -> dict[str, Any]:
    """Give a line of three, a paper that has ended, its list, a notice and the life of somebody dead."""
    papers = [
        *build_chain(),
        grant_with_status(),
        list_ended(DRAWN),
        give_notice("ended", grant_with_status()["id"]),
        give_notice("lifetime", CELIA.did, lived_from=date(1931, 2, 3), lived_until=date(2025, 5, 6)),
    ]
    return build_bundle(papers, list_roots())


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, Any]:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed: the guide to other software was not run.")
    return give_bundle(tmp_path, build_whole_bundle())


@pytest.fixture
def changed(tmp_path: Path) -> dict[str, Any]:
    middle = ("verifiableCredential", 1, "credentialSubject", "achievement", "description")
    return give_bundle(tmp_path, change(build_whole_bundle(), middle))


def test_the_bundle_of_the_guide_is_good_for_us_too(whole: dict[str, Any]) -> None:
    standing = compute_standing(Question(DAWUD.did, SCOPE, ASKED), parse_bundle(encode_jcs(whole)))
    assert standing.is_good


@pytest.mark.usefixtures("whole")
def test_the_bundle_holds_in_javascript_and_what_has_ended_is_named(tmp_path: Path) -> None:
    done = run_section(tmp_path, IN_NODE)
    assert done.returncode == 0, done.stderr + done.stdout
    lines = done.stdout.splitlines()
    assert lines[-1] == "every signature holds"
    verdicts = [line.split(":")[0] for line in lines[:-1] if not line.startswith(" ")]
    assert verdicts == ["holds"] * 3 + ["holds, and HAS ENDED"] + ["holds"] * 3
    ended = grant_with_status()["id"]
    assert ended in lines[3]
    assert lines[6] == f"  A NOTICE, from 2024-02-01T00:00:00Z: urn:amanah:EndedFrom {ended}"


@pytest.mark.usefixtures("changed")
def test_a_changed_bundle_does_not_hold_in_javascript(tmp_path: Path) -> None:
    done = run_section(tmp_path, IN_NODE)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1].startswith("DOES NOT HOLD")
    assert "NOT every signature holds" in done.stdout


def test_the_day_that_is_asked_about_can_be_said(tmp_path: Path) -> None:
    first = grant(AMINA, BILAL, valid_until=ASKED)
    give_bundle(tmp_path, build_bundle([grant(BILAL, CELIA, first), first], list_roots()))
    assert "is after" in run_section(tmp_path, IN_NODE).stdout
    (said,) = re.findall(r"`node check.mjs bundle.json (\S+)`", GUIDE.read_text(encoding="utf-8"))
    asked = ["node", "check.mjs", "bundle.json", said]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_token_in_a_bundle_is_named_as_not_checked_and_checked_apart(tmp_path: Path) -> None:
    token = encode_jwt(grant(AMINA, BILAL), AMINA.key)
    bundle = give_bundle(tmp_path, build_bundle([token, *build_chain()], list_roots()))
    assert "not checked: 1 tokens" in run_section(tmp_path, IN_NODE).stdout
    give_picture(tmp_path)
    assert "not checked: a token" in run_section(tmp_path, IN_PYTHON, HOLDER=BILAL.did).stdout
    enveloped = bundle["verifiableCredential"][0]["id"].removeprefix("data:application/vc+jwt,")
    (tmp_path / "paper.jwt").write_text(enveloped + "\n")
    done = run_section(tmp_path, TOKEN)
    assert done.stdout.endswith(f", given by {AMINA.did} to {BILAL.did}\n"), done.stderr
    (tmp_path / "paper.jwt").write_text(enveloped[:-4] + "AAAA")
    assert run_section(tmp_path, TOKEN).returncode == 1


def give_picture(place: Path) -> None:
    (place / "badge.png").write_bytes(bake_png(SMALL_PNG, encode_jcs(grant(AMINA, BILAL))))


@pytest.mark.usefixtures("whole")
def test_the_bundle_and_a_picture_hold_in_python(tmp_path: Path) -> None:
    give_picture(tmp_path)
    done = run_section(tmp_path, IN_PYTHON, HOLDER=BILAL.did)
    assert done.returncode == 0, done.stderr + done.stdout
    *lines, picture = done.stdout.splitlines()
    assert len(lines) == 7
    assert all(line.startswith("holds: ") for line in lines)
    said = json.loads(picture)
    assert (said["valid"], said["trusted"], said["issuer_did"]) == (True, False, AMINA.did)


@pytest.mark.usefixtures("changed")
def test_a_changed_bundle_does_not_hold_in_python(tmp_path: Path) -> None:
    done = run_section(tmp_path, IN_PYTHON, HOLDER=BILAL.did)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1].startswith("DOES NOT HOLD")


@pytest.mark.usefixtures("whole")
def test_the_line_is_followed_by_hand_to_who_is_recognised(tmp_path: Path) -> None:
    done = run_section(tmp_path, LINE)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[2] for line in lines[:3]] == [DAWUD.did, CELIA.did, BILAL.did]
    assert lines[-1] == f"recognises {AMINA.name} for quran: 31 to 2"


def test_a_line_that_was_changed_anywhere_is_not_followed(tmp_path: Path) -> None:
    bundle = build_whole_bundle()
    roots = ("urn:amanah:roots", "@value")
    for path, said in (
        (("verifiableCredential", 2, "name"), "the paper above was changed"),
        (("verifiableCredential", 0, "issuer", "id"), "the giver is not who received"),
        (("verifiableCredential", 5, "id"), ""),
        ((*roots, "roots", 0, "reasons"), "InvalidSignature"),
        ((*roots, "roots", 0, "id"), "InvalidSignature"),
    ):
        value = bundle["verifiableCredential"][0]["id"] if not said else None
        give_bundle(tmp_path, change(bundle, path, value))
        done = run_section(tmp_path, LINE)
        assert done.returncode == 1, path
        assert said in done.stderr, path
    stranger = [grant(CELIA, DAWUD)]
    give_bundle(tmp_path, build_bundle(stranger, list_roots()))
    assert "nobody whom this list recognises" in run_section(tmp_path, LINE).stderr


@pytest.mark.usefixtures("whole")
def test_nothing_of_the_guide_reaches_a_network(tmp_path: Path) -> None:
    """The blocks that the other tests rely on do block."""
    run_section(tmp_path, IN_NODE)
    reach = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run(
        [sys.executable, "-c", reach],
        env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "no network here" in done.stderr


def test_what_the_guide_installs_is_what_we_test_with() -> None:
    (command,) = re.findall(r"npm install (.*)", GUIDE.read_text(encoding="utf-8"))
    pinned = json.loads((HERE / "package.json").read_text())["devDependencies"]
    for named in command.split():
        package, version = named.rsplit("@", 1)
        assert pinned[package] == version
