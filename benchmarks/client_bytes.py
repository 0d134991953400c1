"""What a phone loads to join, fetch a wave and spend: the built modules, found by following their imports."""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

from amanah.web.assets import STATIC
from benchmarks.measuring import Goal, Row, Scale

CLIENT = STATIC / "client"
# Pages' own controllers, and the QR library that loads only where a code is drawn or read, are counted apart.
ENTRIES = ("device.js", "journey.js", "spending.js", "worker.js")
PAGE_ENTRIES = ("pages/join.js", "worker.js")
GOAL = Goal("at most", 12)
_IMPORT = re.compile(r"""(?:from|import)\s*["'](\.{1,2}/[^"']+\.js)["']""")


def measure(_scale: Scale) -> list[Row]:
    """Compress the modules; nothing runs."""
    modules = follow_imports(ENTRIES)
    whole = b"".join(path.read_bytes() for path in modules)
    page = follow_imports(PAGE_ENTRIES)
    return [
        Row(
            figure="client_bytes",
            title="Client for join, wave and spend, each module compressed by itself",
            value=sum(map(count_compressed, modules)) / 1_000,
            unit="kB",
            foreign=0.0,
            goal=GOAL,
            needs_quiet=False,
            more={
                "modules": len(modules),
                "kB before compression": len(whole) / 1_000,
                "kB if it were one file": len(gzip.compress(whole, 9)) / 1_000,
                "kB of the page that joins, controllers and QR drawing included": sum(
                    map(count_compressed, page)
                )
                / 1_000,
            },
        )
    ]


def follow_imports(entries: Iterable[str], folder: Path = CLIENT) -> list[Path]:
    """Give the modules that these import, themselves included, each once; what loads on demand is not followed."""
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
