"""The clerk keeps the checkpoint that it believed, and notices a cosignature that comes without any entry."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from amanah.core.public_log.notes import encode_verifier_key
from amanah.core.public_log.policies import read_cosignatures
from amanah.core.public_log.reading import LogView
from amanah.programme_door.occasions.mirror import LogMirror
from amanah.web.clerk import Clerk
from amanah.web.config import load_config
from amanah.web.database import Database, open_database
from amanah.web.log_policy import KEY_FILE, find_policy_path, load_policy
from tests.core.public_log.build import (
    NOW,
    bundle,
    cosigned,
    heartbeats,
    log_key,
    policy_text,
    sign_leaves,
)
from tests.support.processes import build_settings, found_from_template

LEAVES = heartbeats(6)


@pytest.fixture
def served() -> Iterator[dict[str, bytes]]:
    """Serve the files of a log over HTTP; give them, to be changed, and the address under `url`."""
    files = {"/tile/entries/000.p/6": bundle(LEAVES)[0], "/checkpoint": sign_leaves(LEAVES)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    files["url"] = f"http://127.0.0.1:{server.server_port}".encode()
    yield files
    server.shutdown()
    server.server_close()
    thread.join()


def read_note(database: Database) -> bytes:
    (note,) = database.execute("SELECT note FROM occasions_logstate").fetchone()
    return bytes(note)


def test_a_cosignature_without_an_entry_is_kept_and_the_same_checkpoint_is_acted_on_once(
    served: dict[str, bytes], tmp_path: Path
) -> None:
    config = load_config(build_settings(tmp_path / "data", AMANAH_LOG_URL=served["url"].decode()))
    found_from_template(config)
    find_policy_path(config).with_name(KEY_FILE).write_text(encode_verifier_key(log_key()) + "\n")
    find_policy_path(config).write_text(policy_text("cedar"))
    acted: list[int] = []

    with open_database(config.database("programme")) as database:
        mirror = LogMirror(database)

        def act(view: LogView) -> None:
            mirror.record(view, clerk.checkpoint)
            acted.append(view.size)

        clerk = Clerk(config, "programme", database, act)
        asyncio.run(clerk.work_once(database))
        asyncio.run(clerk.work_once(database))
        assert acted == [6]
        assert read_note(database) == served["/checkpoint"]
        assert read_cosignatures(read_note(database), load_policy(config)).seen_at == {}

        served["/checkpoint"] = cosigned(sign_leaves(LEAVES), {"cedar": NOW + 60})
        asyncio.run(clerk.work_once(database))
        asyncio.run(clerk.work_once(database))
        assert acted == [6, 6]
        assert read_cosignatures(read_note(database), load_policy(config)).seen_at == {"cedar": NOW + 60}
        assert database.execute("SELECT COUNT(*) FROM occasions_loggedentry").fetchone() == (6,)
