"""What an outsider who has nothing but the log's address can read: the page, the policy, and proofs to take away."""

import random
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from amanah.core.public_log.entries import encode_entry
from amanah.core.public_log.proofs import parse_proof, verify_proof
from amanah.log_service.proving import find_proof
from amanah.web.log_policy import find_policy_path, load_policy
from tests.doors.log_service.place import FOUNDING, LogPlace

pytestmark = pytest.mark.processes


def ask(url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status, headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


@pytest.fixture
def served(place: LogPlace) -> Iterator[LogPlace]:
    ledger = place.open()
    ledger.append([place.entry(number) for number in range(600)])
    ledger.sign_and_publish()
    place.close()
    process = place.start_process()
    yield place
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[0] == b""


def test_the_page_names_every_address_the_key_and_the_formats(served: LogPlace) -> None:
    status, headers, body = ask(served.url("/"))
    assert (status, headers["content-type"]) == (200, "text/plain; charset=utf-8")
    text = body.decode()
    assert (served.config.data / "public" / "log.vkey").read_text().strip() in text
    for word in (
        "/checkpoint",
        "/policy",
        "/proof/",
        "/tile/",
        "/witness/add-checkpoint",
        "tlog-tiles",
        "RFC 6962",
    ):
        assert word in text
    assert all(len(line) <= 120 for line in text.split("\n") if "+" not in line)


def test_the_policy_is_the_file_and_its_hash_stands_in_the_log(served: LogPlace) -> None:
    import hashlib

    status, headers, body = ask(served.url("/policy"))
    assert (status, headers["cache-control"], headers["access-control-allow-origin"]) == (
        200,
        "no-cache",
        "*",
    )
    assert body == find_policy_path(served.config).read_bytes()
    stated = served.read().list_entries("policy_stated")
    assert [entry.body for entry in stated] == [
        {"policy": hashlib.sha256(body).hexdigest(), "witnesses": 0, "least": 0}
    ]


def test_every_entry_has_a_proof_that_holds_offline(served: LogPlace) -> None:
    view, policy = served.read(), load_policy(served.config)
    for index in [0, 1, 255, 256, 511, 512, view.size - 1, *random.Random(1).sample(range(view.size), 20)]:
        status, headers, body = ask(served.url(f"/proof/{index}"))
        assert status == 200
        assert (
            headers["content-disposition"] == f'attachment; filename="commons.amanah-log-{index}.tlog-proof"'
        )
        proved = verify_proof(parse_proof(body), policy)
        assert (proved.index, proved.entry) == (index, view.entries[index])
        assert encode_entry(proved.entry) == parse_proof(body).extra


def test_there_is_no_proof_outside_the_log(served: LogPlace) -> None:
    size = served.read().size
    for index in (str(size), "-1", "01", "", "0/", "x", "9" * 19, "9" * 20, "1e2"):
        assert ask(served.url(f"/proof/{index}"))[0] == 404, index


def test_head_gives_the_same_headers_without_a_body(served: LogPlace) -> None:
    for path in ("/", "/policy", "/checkpoint", "/proof/3"):
        status, headers, body = ask(served.url(path), "HEAD")
        assert (status, body) == (200, b"")
        assert headers == ask(served.url(path))[1], path


def test_a_proof_reads_a_handful_of_files_however_long_the_log(
    place: LogPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = place.open()
    ledger.append([place.entry(number) for number in range(70_000 - FOUNDING)])
    ledger.sign_and_publish()
    read: list[str] = []
    real = type(ledger.folder).read
    monkeypatch.setattr(type(ledger.folder), "read", lambda self, path: read.append(path) or real(self, path))
    assert find_proof(ledger.folder, ledger.identity.verifier_key, "40000") is not None
    assert len(read) <= 8
