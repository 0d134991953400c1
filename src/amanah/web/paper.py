"""A page on paper: tagged PDF with our own letters in it, the same bytes each time.

It is set in a process of its own, which gives back the memory that setting a page takes: a door prints seldom.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from amanah.core.errors import AmanahError

LONGEST_SECONDS = 60.0
_SOURCE = Path(__file__).resolve().parents[2]
_SETTER = "amanah.web.typesetting"


class PaperNotSetError(AmanahError):
    """A page could not be set; the words are still on the screen."""

    code = "paper-not-set"


def print_document(template_folder: Path, template: str, inputs: Mapping[str, object]) -> bytes:
    """Set one template with its data as PDF; nothing in the file depends on when or where it was made."""
    given = {
        name: json.dumps(value, ensure_ascii=False, sort_keys=True) for name, value in sorted(inputs.items())
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-s", "-m", _SETTER, str(template_folder), template],
            input=json.dumps(given, ensure_ascii=False).encode(),
            stdout=subprocess.PIPE,
            # What the typesetter complains about can hold what it was to print.
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_SOURCE), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PaperNotSetError(
            "The page took too long to set. Read it on the screen, or try again."
        ) from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise PaperNotSetError("The page could not be set as PDF. Read it on the screen.")
    return done.stdout
