"""Fetches the log's public files from an address or a folder, and remembers what was seen.

It sends nothing about who asks.
"""

import json
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import AmanahError, InvalidInputError
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.notes import VerifierKey
from amanah.core.public_log.policies import Policy
from amanah.core.public_log.reading import LogView, Seen, verify_log
from amanah.core.public_log.tiles import encode_tile_path, is_partial_path, list_bundle_paths

LONGEST_FILE = 1 << 30
TIMEOUT_SECONDS = 30


class UnreachableError(InvalidInputError):
    """A file that a check needs cannot be had."""

    code = "source-unreachable"


def fetch_file(place: str, path: str = "") -> bytes:
    """Fetch a file from an address (http or https) or from a folder on this machine."""
    if urlsplit(place).scheme in {"http", "https"}:
        return _download(f"{place.rstrip('/')}/{path}" if path else place)
    local = Path(place) / path if path else Path(place)
    try:
        return local.read_bytes()
    except OSError as error:
        raise UnreachableError(f"{local} cannot be read: {error.strerror}.") from error


def _download(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "amanah-verify"})  # noqa: S310 - http or https only
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(LONGEST_FILE + 1)
    except urllib.error.HTTPError as error:
        raise UnreachableError(f"{url} answers {error.code}.") from error
    except (OSError, ValueError) as error:
        raise UnreachableError(f"{url} does not answer: {error}.") from error
    if len(content) > LONGEST_FILE:
        raise UnreachableError(f"{url} is larger than anything Amanah publishes.")
    return content


def read_log(place: str, key: VerifierKey, last_seen: Seen | None = None) -> LogView:
    """Fetch the whole log and check every byte of it (`spec/public_log.md` 4)."""
    note = fetch_file(place, "checkpoint")
    promise = verify_checkpoint(note, key)
    bundles = [
        _fetch_bundle(place, number, path) for number, path in enumerate(list_bundle_paths(0, promise.size))
    ]
    return verify_log(note, bundles, Policy(key), last_seen)


def _fetch_bundle(place: str, number: int, path: str) -> bytes:
    try:
        return fetch_file(place, path)
    except UnreachableError:
        # The log grew meanwhile: the full bundle took the partial one's place.
        if not is_partial_path(path):
            raise
        return fetch_file(place, encode_tile_path("entries", number))


def read_memory(path: Path) -> Seen | None:
    """Read what an earlier check remembered; None where there was none."""
    if not path.exists():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return (int(value["size"]), parse_base64url(value["root"], length=32))
    except (ValueError, KeyError, TypeError, AmanahError) as error:
        raise InvalidInputError(
            f"{path} is not what an earlier check wrote; remove it to start anew."
        ) from error


def write_memory(path: Path, seen: Seen) -> None:
    """Remember the size and root of a log that was checked, so that it cannot shrink or change unseen."""
    path.write_text(json.dumps({"size": seen[0], "root": encode_base64url(seen[1])}) + "\n", encoding="utf-8")
