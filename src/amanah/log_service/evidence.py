"""What contradicts the log, kept as files beside it: the first of each kind from each place, never overwritten.

It never judges what it keeps.
"""

import json
from pathlib import Path

from amanah.log_service.storage import replace_file

FOLDER = "evidence"


class EvidenceFolder:
    """The folder `evidence` of the log; an operator reads it, and shows it to whoever asks."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, name: str, facts: dict[str, str]) -> Path:
        """Write the facts down unless something of that name was kept before; give the file."""
        path = self.root / f"{name}.json"
        if not path.exists():
            text = json.dumps(facts, ensure_ascii=False, indent=1)
            replace_file(path, f"{text}\n".encode(errors="replace"), mode=0o600)
        return path
