"""Small files that survive a power cut: after it the old or the new bytes are there, never half of them."""

import os
from pathlib import Path

UNFINISHED = ".writing"


def write_durably(path: Path, data: bytes) -> None:
    """Put bytes at a path at once and flushed, with its folder."""
    unfinished = path.with_name(f"{path.name}{UNFINISHED}")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
