"""What a check remembers of a log: how large it was, its root, the signed note that says so, and alarms already told.

It is written whole or not at all, so that a machine that stops in between forgets nothing.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import AmanahError, InvalidInputError
from amanah.core.public_log.merkle import EMPTY_ROOT
from amanah.core.public_log.reading import Seen
from amanah.verify.sources import UnreachableError

MOST_ALARMS = 200


@dataclass(frozen=True)
class ToldAlarm:
    """An alarm that was raised before: when it was first, and what was said."""

    at: int
    sentence: str


@dataclass(frozen=True)
class Memory:
    """The last state of a log that held; without a note where an older version wrote it."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    note: bytes | None = None
    alarms: Mapping[str, ToldAlarm] = field(default_factory=dict)

    @property
    def seen(self) -> Seen:
        """Give the size and the root that the log must continue."""
        return (self.size, self.root)


def read_memory(path: Path) -> Memory | None:
    """Read what an earlier check remembered; None where there was none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        note = value.get("note")
        return Memory(
            int(value["size"]),
            parse_base64url(value["root"], length=32),
            None if note is None else str(note).encode(),
            {str(key): _read_alarm(alarm) for key, alarm in value.get("alarms", {}).items()},
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreachableError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, AmanahError) as error:
        raise InvalidInputError(
            f"{path} is not what an earlier check wrote; move it away to start anew, and keep it as evidence."
        ) from error


def write_memory(path: Path, memory: Memory) -> None:
    """Remember a log that was checked, so that it can neither shrink nor change unseen."""
    value: dict[str, Any] = {"root": encode_base64url(memory.root), "size": memory.size}
    if memory.note is not None:
        value["note"] = memory.note.decode()
    newest = sorted(memory.alarms.items(), key=lambda item: item[1].at)[-MOST_ALARMS:]
    if newest:
        value["alarms"] = {key: {"at": alarm.at, "sentence": alarm.sentence} for key, alarm in newest}
    replace_file(path, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())


def replace_file(path: Path, data: bytes) -> None:
    """Put new bytes in a file's place at once; whoever reads it sees the old or the new ones."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as writing:
            writing.write(data)
            writing.flush()
            os.fsync(writing.fileno())
        # A web server that runs as somebody else must be able to read a feed; nothing written here is secret.
        Path(writing.name).chmod(0o644)
        Path(writing.name).replace(path)
    except OSError as error:
        raise UnreachableError(f"{path} cannot be written: {error.strerror}.") from error


def _read_alarm(value: Mapping[str, Any]) -> ToldAlarm:
    return ToldAlarm(int(value["at"]), str(value["sentence"]))
