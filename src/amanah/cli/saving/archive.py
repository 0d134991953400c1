"""The inside of a backup: a tar of parts and a manifest with the hash of each; written and read as a stream.

It never trusts a name, a size or a byte that the manifest does not confirm.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from amanah.core.errors import VerificationError

MANIFEST = "manifest.json"
FORMAT = 1
_TOP_FOLDERS = frozenset({"files", "sqlite", "postgresql"})


class DamagedBackupError(VerificationError):
    """A backup does not hold what its manifest says."""

    code = "backup-damaged"


@dataclass(frozen=True)
class Part:
    """One file of the backup: its name inside, its bytes, and the mode it gets back."""

    name: str
    content: bytes
    mode: int = 0o600


def write_archive(target: IO[bytes], parts: Iterable[Part], facts: dict[str, Any]) -> None:
    """Write parts as they come, then the manifest that names them all."""
    hashes: dict[str, str] = {}
    with tarfile.open(fileobj=target, mode="w|") as archive:
        for part in parts:
            hashes[part.name] = hashlib.sha256(part.content).hexdigest()
            _add(archive, part)
        manifest = facts | {"format": FORMAT, "parts": hashes}
        _add(archive, Part(MANIFEST, json.dumps(manifest, sort_keys=True, indent=1).encode()))


def _add(archive: tarfile.TarFile, part: Part) -> None:
    header = tarfile.TarInfo(part.name)
    header.size = len(part.content)
    header.mode = part.mode
    archive.addfile(header, io.BytesIO(part.content))


def read_archive(source: IO[bytes]) -> Iterator[Part]:
    """Give every part, the manifest last; raise DamagedBackupError for anything a backup of ours cannot hold."""
    try:
        with tarfile.open(fileobj=source, mode="r|") as archive:
            for header in archive:
                content = archive.extractfile(header) if header.isfile() else None
                if content is None or not _is_name_of_ours(header.name):
                    raise DamagedBackupError(
                        "This is not a backup that Amanah wrote: it holds a strange entry."
                    )
                yield Part(header.name, content.read(), header.mode & 0o777)
    except tarfile.TarError as error:
        raise DamagedBackupError("The backup breaks off or is damaged; use another copy.") from error


def _is_name_of_ours(name: str) -> bool:
    path = PurePosixPath(name)
    if name == MANIFEST:
        return True
    return (
        len(path.parts) > 1
        and path.parts[0] in _TOP_FOLDERS
        and not path.is_absolute()
        and ".." not in path.parts
    )


def parse_manifest(content: bytes) -> dict[str, Any]:
    """Read the manifest; refuse a format that this version does not know."""
    try:
        manifest = json.loads(content)
    except ValueError as error:
        raise DamagedBackupError("The backup's manifest cannot be read.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DamagedBackupError(
            "The backup was written in a format that this version does not know; upgrade Amanah first."
        )
    return manifest


def verify_parts(manifest: dict[str, Any], hashes: dict[str, str]) -> None:
    """Raise DamagedBackupError unless exactly the named parts are there, each with its hash."""
    stated = manifest["parts"]
    missing = sorted(set(stated) - set(hashes))
    foreign = sorted(set(hashes) - set(stated))
    changed = sorted(name for name in set(stated) & set(hashes) if stated[name] != hashes[name])
    if missing or foreign or changed:
        raise DamagedBackupError(
            f"The backup is damaged: {len(missing)} parts missing, {len(foreign)} foreign, {len(changed)} changed."
        )
