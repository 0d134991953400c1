"""How a check speaks: what holds, what does not, what was noticed, what was not checked, and the evidence.

It never prints what could steer a terminal: a log can sign any text in its notes.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from amanah.core.errors import AmanahError
from amanah.verify.sources import UnreachableError

HOLDS, DOES_NOT_HOLD, NOT_CHECKED, NEEDS_ATTENTION = 0, 1, 2, 3
LATEST_TIME = 253_402_300_799


class Evidence(NamedTuple):
    """A signed note and whose it is; two that contradict each other prove a fork to anybody."""

    whose: str
    note: bytes


def quote_for_terminal(text: str) -> str:
    """Give text that cannot steer a terminal: a changed program can sign any text."""
    return text if text.isprintable() else ascii(text)


def tell_time(at: int) -> str:
    """Write a time that an entry or a witness claims, however far away it is."""
    return datetime.fromtimestamp(min(max(at, 0), LATEST_TIME), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def say_holds(sentence: str) -> None:
    """Say one thing that was checked and holds."""
    print(f"  holds: {quote_for_terminal(sentence)}")


def say_noticed(sentence: str) -> None:
    """Say one thing that breaks nothing and that a person should look at."""
    print(f"  noticed: {quote_for_terminal(sentence)}")


def say_not_checked(sentence: str) -> None:
    """Say one thing that was not checked."""
    print(f"  NOT checked: {quote_for_terminal(sentence)}")


def say_broken(sentence: str, code: str) -> None:
    """Say one thing that does not hold."""
    print(f"DOES NOT HOLD: {quote_for_terminal(sentence)} [{code}]", file=sys.stderr)


def say_errors(errors: Iterable[AmanahError]) -> None:
    """Say each thing that does not hold."""
    for error in errors:
        say_broken(str(error), error.code)


def say_evidence(notes: Sequence[Evidence]) -> None:
    """Print signed notes, so that they are kept even where nobody asked for a file."""
    for evidence in notes:
        print(f"Evidence, {quote_for_terminal(evidence.whose)}:", file=sys.stderr)
        for line in evidence.note.decode(errors="backslashreplace").splitlines():
            print(f"    {quote_for_terminal(line)}", file=sys.stderr)


def keep_evidence(path: Path, sentences: Sequence[str], notes: Sequence[Evidence], *, now: int) -> None:
    """Add what was said and the notes, byte for byte, as one line of JSON; evidence is never overwritten."""
    shown = [
        {"whose": evidence.whose, "note": evidence.note.decode(errors="backslashreplace")}
        for evidence in notes
    ]
    try:
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        if json.dumps(shown, ensure_ascii=False) not in kept:
            record = {"at": tell_time(now), "found": list(sentences), "notes": shown}
            with path.open("a", encoding="utf-8") as writing:
                writing.write(json.dumps(record, ensure_ascii=False) + "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreachableError(f"The evidence cannot be kept in {path}: {error}.") from error
    print(f"The evidence is in {path}.", file=sys.stderr)
