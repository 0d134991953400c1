"""Files that survive a crash: written to a temporary name, flushed, renamed, and their folders flushed.

It never overwrites a file that was written once; other bytes at the same path stop the service.
Any failed flush is fatal, because what the disk then holds is unknown.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from amanah.core.errors import VerificationError
from amanah.core.public_log.tiles import TileFile

_TEMPORARY = ".writing"
_FILE_MODE = 0o644
_FOLDER_MODE = 0o755


class DifferentBytesError(VerificationError):
    """A file of the log already exists and holds other bytes: a fork or a damaged disk."""

    code = "log-file-differs"


class PublicFolder:
    """The folder that the log serves: tiles and bundles written once, and the one checkpoint."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write_once(self, files: Iterable[TileFile]) -> None:
        """Write each file that is not there yet; then flush every folder that changed."""
        changed: set[Path] = set()
        for file in files:
            path = self.root / file.path
            present = read_file(path)
            if present is None:
                changed |= make_folders(path.parent)
                _write_temporary(path, file.data)
                _temporary_name(path).rename(path)
                changed.add(path.parent)
            elif present != file.data:
                raise DifferentBytesError(
                    f"{path} exists and holds other bytes than the log does. Nothing was overwritten; "
                    "keep both for inspection and restore the log's folder from a backup."
                )
        for folder in sorted(changed):
            flush_folder(folder)

    def read(self, path: str) -> bytes | None:
        """Give the bytes of a file of the log, or None."""
        return read_file(self.root / path)

    def has(self, path: str) -> bool:
        """Tell whether a file of the log is there."""
        return (self.root / path).is_file()

    def destroy_partials(self, paths: Iterable[str]) -> None:
        """Remove partial files whose full file stands; readers fall back to that one."""
        for path in paths:
            partial = self.root / path
            partial.unlink(missing_ok=True)
            if partial.parent.is_dir() and not any(partial.parent.iterdir()):
                partial.parent.rmdir()

    def list_partial_paths(self) -> list[str]:
        """List every partial file, as a path under the root."""
        return [
            str(path.relative_to(self.root))
            for path in self.root.glob("tile/**/*.p/*")
            if path.name.isdigit()
        ]

    def settle(self) -> None:
        """Flush folders that an earlier life of the service may not have flushed; remove what it left half-written."""
        for folder, _, names in os.walk(self.root):
            for name in names:
                if name.endswith(_TEMPORARY):
                    Path(folder, name).unlink()
            flush_folder(Path(folder))


def replace_file(path: Path, data: bytes, *, mode: int = _FILE_MODE) -> None:
    """Put new bytes at a path at once and durably: whoever reads sees the old or the new file, never half of one."""
    changed = make_folders(path.parent)
    _write_temporary(path, data, mode=mode)
    _temporary_name(path).rename(path)
    for folder in sorted(changed | {path.parent}):
        flush_folder(folder)


def read_file(path: Path) -> bytes | None:
    """Give a file's bytes, or None where there is no such file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def make_folders(folder: Path) -> set[Path]:
    """Make a folder and its parents; give the folders whose list of names changed."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        parent.chmod(_FOLDER_MODE)
    return {parent.parent for parent in missing}


def flush_folder(folder: Path) -> None:
    """Make a folder's list of names durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_temporary(path: Path, data: bytes, *, mode: int = _FILE_MODE) -> None:
    handle = os.open(_temporary_name(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(handle, mode)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _temporary_name(path: Path) -> Path:
    return path.with_name(f"{path.name}{_TEMPORARY}")
