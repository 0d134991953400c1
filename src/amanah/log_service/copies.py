"""Another copy of the log's public files: a folder of this machine, or an address.

It never judges what it reads.
"""

from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.tiles import is_partial_path
from amanah.log_service.storage import read_file
from amanah.web.log_reader import LogLink, LogUnreachableError


class Copy(Protocol):
    """Gives files by their path below the log's address."""

    def read(self, path: str) -> bytes | None:
        """Give a file's bytes, or None where the copy has no such file."""


class FolderCopy:
    """The public folder of a log, an old disk's or a mirror's."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes | None:
        """Give a file's bytes, or None where the copy has no such file."""
        return read_file(self._root / path)


class AddressCopy:
    """A log or a mirror that answers at an address."""

    def __init__(self, url: str) -> None:
        self._link = LogLink(url)
        self._prefix = urlsplit(url).path.rstrip("/")

    def read(self, path: str) -> bytes | None:
        """Give a file's bytes, or None where the copy has no such file."""
        try:
            answer = self._link.get(f"{self._prefix}/{path}")
        except LogUnreachableError as error:
            raise MisconfiguredError(["The copy does not answer; check its address."]) from error
        if answer.status in {404, 410}:
            return None
        if answer.status != 200:
            raise MisconfiguredError([f"The copy answered with status {answer.status}; check its address."])
        return answer.body


def open_copy(source: str) -> Copy:
    """Tell an address from a folder; a folder that holds `public` stands for that one."""
    parts = urlsplit(source)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return AddressCopy(source)
    folder = Path(source).expanduser()
    inner = folder / "public"
    return FolderCopy(inner if inner.is_dir() and not (folder / "checkpoint").exists() else folder)


def read_bundle(copy: Copy, path: str) -> bytes:
    """Give a bundle; where the partial one is gone, the full one has it (4.1)."""
    data = copy.read(path)
    if data is None and is_partial_path(path):
        data = copy.read(path.partition(".p/")[0])
    if data is None:
        raise MisconfiguredError([f"The copy has no {path}; name a complete one. Nothing was changed."])
    return data
