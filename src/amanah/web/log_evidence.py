"""What a door keeps when it cannot believe the log: the note it refused and what it had seen before (4.5).

It never overwrites what it kept: the first refusal of each kind stays, whatever comes later.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.reading import Seen
from amanah.web.durable import write_durably

EVIDENCE_FILE = "log-evidence.json"


class Refusal(NamedTuple):
    """A checkpoint that was refused, beside the last one that was believed; both as they were signed."""

    refused: bytes
    believed: bytes
    seen: Seen | None


class KeptRefusal(NamedTuple):
    """A refusal as it was kept: its error code, when (UTC seconds), and both notes as text."""

    code: str
    at: int
    refused: str
    believed: str


class EvidenceFile:
    """The file that an operator shows to whoever asks why the door stopped believing the log."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def list_kinds(self) -> list[str]:
        """List the error codes for which something is kept."""
        return list(self._read())

    def list_refusals(self) -> list[KeptRefusal]:
        """List what is kept, the oldest first; a file that cannot be read shows nothing."""
        try:
            kept = [
                KeptRefusal(code, int(value["at"]), str(value["refused"]), str(value["believed"]))
                for code, value in self._read().items()
            ]
        except (OSError, ValueError, KeyError, TypeError):
            return []
        return sorted(kept, key=lambda refusal: refusal.at)

    def record(self, code: str, refusal: Refusal, at: int) -> bool:
        """Keep a refusal unless one with this code is kept; tell whether the file has one now."""
        try:
            kept = self._read()
            if code not in kept:
                kept[code] = _encode(refusal, at)
                text = json.dumps(kept, ensure_ascii=False, indent=1)
                write_durably(self.path, f"{text}\n".encode(errors="replace"))
        except (OSError, ValueError):
            # A full disk or a damaged file must not end the clerk, which refuses the log with or without it.
            return False
        return True

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        if not isinstance(kept, dict):
            raise ValueError
        return kept


def _encode(refusal: Refusal, at: int) -> dict[str, Any]:
    seen = refusal.seen and {"size": refusal.seen[0], "root": encode_base64url(refusal.seen[1])}
    return {
        "at": at,
        "refused": refusal.refused.decode(errors="replace"),
        "believed": refusal.believed.decode(errors="replace"),
        "seen": seen,
    }
