"""No file that a legal paper does not need to be is taken in, and none can do anything while it is looked at."""

import os
import subprocess
import sys
import textwrap
import time

import pytest

from amanah.request_door.requests.paper_reasons import PAPER_REASONS, STATUSES
from amanah.request_door.requests.papers import find_paper_refusal
from tests.support.papers import GOOD_PAPERS, HOSTILE_PAPERS, build_pdf


@pytest.mark.parametrize("name", GOOD_PAPERS)
def test_an_honest_paper_is_taken_in(name: str) -> None:
    assert find_paper_refusal(GOOD_PAPERS[name]) is None


@pytest.mark.parametrize("name", HOSTILE_PAPERS)
def test_a_hostile_paper_is_refused_for_its_reason_and_soon(name: str) -> None:
    reason, data = HOSTILE_PAPERS[name]
    began = time.monotonic()
    assert find_paper_refusal(data, seconds=30) == reason
    assert time.monotonic() - began < 15


def test_the_corpus_has_every_reason() -> None:
    assert {reason for reason, _ in HOSTILE_PAPERS.values()} == set(PAPER_REASONS) == set(STATUSES.values())


def test_a_reader_that_takes_too_long_is_ended() -> None:
    assert find_paper_refusal(build_pdf(), seconds=0.001) == "file-too-heavy"


def test_the_reading_process_can_open_nothing_and_reach_nothing(tmp_path) -> None:
    witness = tmp_path / "witness"
    script = textwrap.dedent(f"""
        import os, resource, socket
        import amanah.request_door.requests.paper_reader
        from amanah.web.confined_reader import MOST_MEMORY, give_everything_up
        give_everything_up()
        survived = []
        def start():
            if os.fork() == 0:
                os._exit(0)
        def attempt(name, action):
            try:
                action()
            except (OSError, MemoryError):
                return
            survived.append(name)
        attempt("read a file", lambda: open("/etc/hostname").read())
        attempt("write a file", lambda: open({str(witness)!r}, "w"))
        attempt("open a socket", lambda: socket.socket())
        attempt("start a process", start)
        attempt("copy a descriptor", lambda: os.dup(0))
        attempt("take more memory", lambda: bytearray(MOST_MEMORY))
        assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
        assert resource.getrlimit(resource.RLIMIT_CPU)[1] > 0
        os.write(1, ",".join(survived).encode())
        os._exit(0)
    """)
    command = [sys.executable, "-c", script]
    # The superuser's processes are not counted; what they start is bound like them.
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    allowed = {"start a process"} if os.geteuid() == 0 else set()
    assert set(filter(None, done.stdout.split(","))) <= allowed
    assert not witness.exists()
