"""Fetches the log's public files from an address or a folder, one at a time.

It sends nothing about who asks.
"""

import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from amanah.core.errors import InvalidInputError
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import LogView, Seen, verify_log
from amanah.core.public_log.tiles import encode_tile_path, is_partial_path, list_bundle_paths

CHECKPOINT = "checkpoint"
LONGEST_FILE = 1 << 30
# 256 entries of the longest kind, each behind two bytes of length.
LONGEST_LOG_FILE = 256 * (65_535 + 2)
TIMEOUT_SECONDS = 30
_ABSENT = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class UnreachableError(InvalidInputError):
    """A file that a check needs cannot be had."""

    code = "source-unreachable"


class AbsentError(UnreachableError):
    """The place answers, and has no such file."""


def is_address(place: str) -> bool:
    """Tell whether a place is an address (http or https) and no folder on this machine."""
    return urlsplit(place).scheme in {"http", "https"}


def fetch_file(place: str, path: str = "", *, longest: int = LONGEST_FILE) -> bytes:
    """Fetch a file from an address or from a folder on this machine."""
    if is_address(place):
        return _download(f"{place.rstrip('/')}/{path}" if path else place, longest)
    local = Path(place) / path if path else Path(place)
    try:
        return local.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AbsentError(f"{local} does not exist.") from error
    except OSError as error:
        raise UnreachableError(f"{local} cannot be read: {error.strerror}.") from error


def find_file(place: str, path: str) -> bytes | None:
    """Fetch one file of a log; None where the place answers that it has none."""
    try:
        return fetch_file(place, path, longest=LONGEST_LOG_FILE)
    except AbsentError:
        return None


def read_log(place: str, policy: Policy, last_seen: Seen | None = None) -> LogView:
    """Fetch the whole log, check every byte of it (`spec/public_log.md` 4) and keep its entries."""
    note = fetch_file(place, CHECKPOINT, longest=LONGEST_LOG_FILE)
    promise = verify_checkpoint(note, policy.log)
    bundles = [
        _fetch_bundle(place, number, path) for number, path in enumerate(list_bundle_paths(0, promise.size))
    ]
    return verify_log(note, bundles, policy, last_seen)


def _download(url: str, longest: int) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "amanah-verify"})  # noqa: S310 - http or https only
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(longest + 1)
    except urllib.error.HTTPError as error:
        kind = AbsentError if error.code in _ABSENT else UnreachableError
        raise kind(f"{url} answers {error.code}.") from error
    except (OSError, ValueError) as error:
        raise UnreachableError(f"{url} does not answer: {error}.") from error
    if len(content) > longest:
        raise UnreachableError(f"{url} is larger than anything Amanah publishes there.")
    return content


def _fetch_bundle(place: str, number: int, path: str) -> bytes:
    try:
        return fetch_file(place, path, longest=LONGEST_LOG_FILE)
    except UnreachableError:
        # The log grew meanwhile: the full bundle took the partial one's place.
        if not is_partial_path(path):
            raise
        return fetch_file(place, encode_tile_path("entries", number), longest=LONGEST_LOG_FILE)
