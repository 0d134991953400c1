"""Contexts come with the software, byte for byte, and nothing is ever fetched or opened for them later."""

import hashlib
import json
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from amanah.core.credentials import contexts
from amanah.core.credentials.contexts import (
    CREDENTIALS,
    OPEN_BADGES,
    load_document,
    verify_context,
)
from amanah.core.credentials.reading import CredentialError
from amanah.core.errors import MisconfiguredError

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import json, sys
from amanah.core.credentials.contexts import load_all
from amanah.core.credentials.jwt import parse_jwt
from amanah.core.credentials.proofs import verify_document
cases, tokens = json.loads(sys.stdin.read())
load_all()
FORBIDDEN = ("open", "socket.", "subprocess.", "os.system", "urllib.", "import")
def watch(event, args):
    if event.startswith(FORBIDDEN):
        raise SystemExit(f"{event} {args}")
sys.addaudithook(watch)
for case in cases:
    try:
        print(verify_document(case["document"], issuer=case["issuer"]))
    except Exception as error:
        print(error)
for case in tokens:
    try:
        print("read", bool(parse_jwt(case["token"])))
    except Exception as error:
        print(error)
"""


@pytest.mark.parametrize("url", list(contexts._SHIPPED))
def test_a_context_is_the_one_that_its_address_serves(url: str) -> None:
    name, digest = contexts._SHIPPED[url]
    data = files("amanah.core.credentials").joinpath("contexts", name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest
    assert load_document(url, {})["document"] == json.loads(data)


def test_every_shipped_file_is_a_context_with_an_address_and_a_line_of_credit() -> None:
    folder = ROOT / "src" / "amanah" / "core" / "credentials" / "contexts"
    credit = (folder / "README.txt").read_text(encoding="utf-8")
    assert {path.name for path in folder.glob("*.json")} == {name for name, _ in contexts._SHIPPED.values()}
    for url, (name, _) in contexts._SHIPPED.items():
        assert name in credit
        assert url in credit


def test_the_installed_package_has_them() -> None:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = configuration["tool"]["setuptools"]["package-data"]["*"]
    assert {"contexts/*.json", "contexts/*.txt"} <= set(patterns)


@pytest.mark.parametrize(
    "context",
    [
        "https://x.invalid/v1",
        [CREDENTIALS, "https://purl.imsglobal.org/spec/ob/v3p0/context.json"],
        [CREDENTIALS, {"name": "urn:x:y"}],
        [CREDENTIALS, None],
        [CREDENTIALS, [OPEN_BADGES]],
        [CREDENTIALS + "/"],
        [CREDENTIALS, OPEN_BADGES, CREDENTIALS],
        [OPEN_BADGES] * 5_000,
        [],
        {},
        None,
        5,
    ],
    ids=str,
)
def test_every_other_context_is_refused(context: object) -> None:
    with pytest.raises(CredentialError, match=r"step 3\.5"):
        verify_context(context)


def test_an_address_that_is_not_shipped_is_refused_though_a_library_asks_for_it() -> None:
    with pytest.raises(CredentialError, match="nothing is ever fetched"):
        load_document("https://x.invalid/v1", {})


def test_a_file_that_was_changed_stops_everything() -> None:
    with pytest.raises(MisconfiguredError, match="was changed"):
        contexts._read_one(b"{}", "credentials-v2.json")


def test_a_check_opens_no_file_and_no_socket_once_all_is_loaded() -> None:
    proofs, tokens = (
        json.loads((ROOT / "spec" / "vectors" / "credentials" / name).read_text(encoding="utf-8"))
        for name in ("proofs.json", "jwt.json")
    )
    cases = [part["good"] + part["refused"] for part in (proofs, tokens)]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(cases),
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.startswith(("('eddsa", "read True")) for line in lines] == [
        "code" not in case for part in cases for case in part
    ]
