"""Small files that survive a power cut: after it the old or the new bytes are there, never half of them."""

import os
from collections.abc import Iterable
from pathlib import Path

UNFINISHED = ".writing"


def write_durably(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Put bytes, or the parts of a large file, at a path at once and flushed, with its folder."""
    unfinished = path.with_name(f"{path.name}{UNFINISHED}")
    with unfinished.open("wb") as file:
        file.writelines((data,) if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
