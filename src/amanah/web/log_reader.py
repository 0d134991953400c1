"""Reads the public log over HTTP and believes nothing of it before core has checked it (`spec/public_log.md` 4).

It never goes back: what was seen last is remembered in a file before anyone acts on it.
"""

import http.client
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import AmanahError, InvalidInputError, MisconfiguredError, VerificationError
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import EMPTY_VIEW, LogView, Seen, extend_view
from amanah.core.public_log.tiles import is_partial_path, list_bundle_paths
from amanah.web.config import Config
from amanah.web.durable import write_durably
from amanah.web.log_evidence import Refusal
from amanah.web.log_policy import load_policy

_TIMEOUT_SECONDS = 10.0
_LARGEST_ANSWER = 256 * (65_535 + 2)


class LogUnreachableError(AmanahError):
    """The log does not answer, or answers something else than a log does; trying again is right."""

    code = "log-unreachable"


class Answer(NamedTuple):
    """Status and body of one HTTP answer."""

    status: int
    body: bytes


class LogLink:
    """One kept-alive connection to a log or a witness; not for two threads at once."""

    def __init__(
        self, url: str, *, timeout: float = _TIMEOUT_SECONDS, largest_answer: int = _LARGEST_ANSWER
    ) -> None:
        parts = urlsplit(url)
        self._timeout = timeout
        self._largest_answer = largest_answer
        self._host = parts.hostname or ""
        self._port = parts.port
        self._is_https = parts.scheme == "https"
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Fetch a path; raise LogUnreachableError where no whole answer comes."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: bytes) -> Answer:
        """Send bytes to a path; sending the same again must be harmless."""
        return self._ask("POST", path, body)

    def close(self) -> None:
        """Drop the connection."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        was_kept = self._connection is not None
        try:
            return self._ask_once(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if not was_kept:
                raise LogUnreachableError("The log does not answer.") from error
        # The log closes idle connections; only a fresh one tells whether it is away.
        return self._ask(method, path, body)

    def _ask_once(self, method: str, path: str, body: bytes | None) -> Answer:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.request(method, path, body)
        response = self._connection.getresponse()
        data = response.read(self._largest_answer + 1)
        if len(data) > self._largest_answer:
            raise http.client.HTTPException
        return Answer(response.status, data)

    def _connect(self) -> http.client.HTTPConnection:
        if self._is_https:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)


class SeenFile:
    """The size and root that were seen last, on disk, with the note that promised them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self) -> Seen | None:
        """Give what was seen last, or None before the first time."""
        return self._read()[0]

    def get_note(self) -> bytes:
        """Give the note of what was seen last: beside another one, it proves what the log did."""
        return self._read()[1]

    def record(self, seen: Seen, note: bytes = b"") -> None:
        """Remember durably; the old or the new state is there after a crash, never half of one."""
        value = {"note": note.decode(), "root": encode_base64url(seen[1]), "size": seen[0]}
        write_durably(self._path, json.dumps(value).encode("ascii"))

    def _read(self) -> tuple[Seen | None, bytes]:
        try:
            text = self._path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None, b""
        try:
            value = json.loads(text)
            seen = (int(value["size"]), parse_base64url(value["root"], length=32))
            return seen, str(value.get("note", "")).encode()
        except (ValueError, KeyError, TypeError, AttributeError, InvalidInputError) as error:
            raise MisconfiguredError(
                [f"{self._path} is damaged; delete it only if you trust the log as it is now."]
            ) from error


class LogReader:
    """Follows the log: each reading continues the verified view of the one before."""

    def __init__(
        self,
        link: LogLink,
        policy: Policy,
        *,
        last_seen: Seen | None = None,
        believed: bytes = b"",
        remember: Callable[[Seen, bytes], None] | None = None,
    ) -> None:
        self.view: LogView = EMPTY_VIEW
        self.refusal: Refusal | None = None
        self._believed = believed
        self._link = link
        self._policy = policy
        self._last_seen = last_seen
        self._remember = remember
        # The last checkpoint that was believed, with all its signatures: what a page shows as proof.
        self.checkpoint = b""

    def read_log(self) -> LogView:
        """Fetch and check what is new; give the whole verified log.

        Where the log cannot be believed, the view stays and `refusal` says what was shown instead.
        """
        checkpoint = self._fetch("/checkpoint")
        if checkpoint == self.checkpoint:
            self.refusal = None
            return self.view
        try:
            view = self._extend(checkpoint)
        except (VerificationError, InvalidInputError):
            self.refusal = Refusal(checkpoint, self._believed, self._last_seen)
            raise
        if self._remember and view.seen != self._last_seen:
            self._remember(view.seen, checkpoint)
        self._last_seen = view.seen
        self.view = view
        self.checkpoint = self._believed = checkpoint
        self.refusal = None
        return view

    def _extend(self, checkpoint: bytes) -> LogView:
        size = verify_checkpoint(checkpoint, self._policy.log).size
        bundles = [self._fetch_bundle(path) for path in list_bundle_paths(self.view.size, size)]
        return extend_view(self.view, checkpoint, bundles, self._policy, self._last_seen)

    def _fetch_bundle(self, path: str) -> bytes:
        """Fetch a bundle; a partial one may just have given way to the full one."""
        answer = self._link.get(f"/{path}")
        if answer.status == 404 and is_partial_path(path):
            answer = self._link.get(f"/{path.partition('.p/')[0]}")
        return _expect_ok(answer)

    def _fetch(self, path: str) -> bytes:
        return _expect_ok(self._link.get(path))


def open_reader(config: Config, link: LogLink, seen: SeenFile) -> LogReader:
    """Make a reader that believes whom this community's policy names."""
    return LogReader(
        link, load_policy(config), last_seen=seen.get(), believed=seen.get_note(), remember=seen.record
    )


def _expect_ok(answer: Answer) -> bytes:
    if answer.status != 200:
        raise LogUnreachableError(f"The log answered with status {answer.status}.")
    return answer.body
