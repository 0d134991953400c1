"""What a phone loads to join, fetch a wave and spend: the built files, found by following their imports."""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

from amanah.web.assets import STATIC
from benchmarks.measuring import Goal, Row, Scale

CLIENT = STATIC / "client"
# What the pages do besides is shown beside it; the QR library loads only where a code is drawn or read.
ENTRIES = ("protocol.js", "worker.js")
PAGE_ENTRIES = ("pages/join.js", "pages/card.js", "pages/here.js", "pages/answer.js")
GOAL = Goal("at most", 12)
_IMPORT = re.compile(r"""(?:from|^import|;import)\s*["'](\.{1,2}/[^"']+\.js)["']""", re.MULTILINE)


def measure(_scale: Scale) -> list[Row]:
    """Compress the modules; nothing runs."""
    files = follow_imports(ENTRIES)
    besides = [path for path in follow_imports(PAGE_ENTRIES) if path not in files]
    return [
        Row(
            figure="client_bytes",
            title="Client for join, wave and spend, each file compressed",
            value=sum(map(count_compressed, files)) / 1_000,
            unit="kB",
            foreign=0.0,
            goal=GOAL,
            needs_quiet=False,
            more={
                "files": len(files),
                "kB before compression": sum(path.stat().st_size for path in files) / 1_000,
                "kB more for all that the four member pages do besides": sum(map(count_compressed, besides))
                / 1_000,
            },
        )
    ]


def follow_imports(entries: Iterable[str], folder: Path = CLIENT) -> list[Path]:
    """Give the files that these import, themselves included, each once; what loads on demand is not followed."""
    found: list[Path] = []
    waiting = [(folder / name).resolve() for name in entries]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.append(path)
            waiting += [(path.parent / name).resolve() for name in _IMPORT.findall(path.read_text())]
    return sorted(found)


def count_compressed(path: Path) -> int:
    """Give the bytes after gzip -9."""
    return len(gzip.compress(path.read_bytes(), 9))
