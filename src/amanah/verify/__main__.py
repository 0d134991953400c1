"""Makes `python -m amanah.verify` a command that other commands can read from, and stop reading."""

import os
import sys

from amanah.verify.command import main

NOBODY_READS = 141
"""What a shell calls a command whose reader has left; nothing is claimed about what was checked."""


def run() -> int:
    """Run one check and hand over every line of it; end quietly where whoever reads has had enough."""
    try:
        try:
            return main()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Python writes what is left once more at its end, and would complain aloud.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return NOBODY_READS


if __name__ == "__main__":
    sys.exit(run())
