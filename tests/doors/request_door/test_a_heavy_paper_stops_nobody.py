"""One small file that is hard to read must not keep everybody else from the door, nor two of them the counter staff."""

import re
import threading
import time
import zlib
from collections.abc import Iterator

import httpx
import pytest

from tests.support.papers import build_pdf, build_stream
from tests.support.processes import Running, start_departments

pytestmark = pytest.mark.processes
HEAVY = build_pdf(
    {5: build_stream(zlib.compress(b"/a" * 20_000_000, 9), b"/Type/ObjStm/N 0/First 0/Filter/FlateDecode")}
)
ASK = {"body_name": "A police force", "instrument": "uk-dpa-2018-sch2-para2", "signed_by": "officer"}
SOON = 1.5


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start_departments(tmp_path_factory.mktemp("heavy"), processes=["log", "request"])
    yield running
    running.stop()


def send(running: Running) -> httpx.Response:
    with httpx.Client(base_url=running.urls["request"], trust_env=False, timeout=60) as http:
        token = re.search(r'name="form_token"[^>]* value="([^"]+)"', http.get("/en/ask/").text)
        assert token
        return http.post(
            "/en/ask/",
            data=ASK | {"form_token": token[1]},
            files={"paper": ("order.pdf", HEAVY)},
            headers={"Sec-Fetch-Site": "same-origin"},
        )


def test_pages_come_while_a_heavy_paper_is_read_and_a_second_paper_waits_for_nobody(running: Running) -> None:
    assert len(HEAVY) < 100_000
    answers: list[httpx.Response] = []
    first = threading.Thread(target=lambda: answers.append(send(running)))
    first.start()
    time.sleep(1)
    with httpx.Client(base_url=running.urls["request"], trust_env=False, timeout=60) as http:
        began = time.monotonic()
        assert http.get("/en/").status_code == 200
        assert time.monotonic() - began < SOON
        began = time.monotonic()
        second = send(running)
        assert time.monotonic() - began < SOON
        assert first.is_alive()
        assert second.status_code == 422
        assert "Another file is being looked at" in second.text
        assert "A police force" in second.text
    first.join()
    assert "Another file is being looked at" not in answers[0].text
