"""The process that reads one stranger's file from its standard input and writes down what it holds, or why nothing.

It gives everything up before it looks at the first byte. What it reads is never run or shown.
"""

import logging
import os
import sys
from importlib import import_module

from amanah.core.credentials.baking import LARGEST_FILE
from amanah.core.credentials.contexts import load_all
from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.reading import CredentialError
from amanah.programme_door.credentials.judge import judge_file
from amanah.programme_door.credentials.papers_read import (
    LONGEST_VERDICT,
    TOO_HEAVY,
    encode_refusal,
    encode_verdict,
)
from amanah.web.confined_reader import give_everything_up

_BROKEN = 65
# Opened at first use by what checks tokens and canonicalises graphs; afterwards nothing can be opened any more.
_OPENED_LATE = (
    "joserfc.jws",
    "joserfc.jwk",
    "joserfc.errors",
    "pyld.jsonld",
    "unicodedata",
    "cryptography.hazmat.backends.openssl.backend",
)


def main() -> int:
    """Read, judge, answer, end."""
    logging.disable(logging.CRITICAL)
    load_all()
    for name in _OPENED_LATE:
        import_module(name)
    give_everything_up(longest_reply=LONGEST_VERDICT)
    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    try:
        reply = encode_verdict(judge_file(data))
    except (CredentialError, CredentialProofError) as error:
        reply = encode_refusal(error)
    except (MemoryError, RecursionError):
        return TOO_HEAVY
    except Exception:  # noqa: BLE001  (any file at all can stand here, and each must end in an answer)
        return _BROKEN
    sys.stdout.buffer.write(reply)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    # No cleaning up: after a file that filled the memory there may be no room for it.
    os._exit(main())
