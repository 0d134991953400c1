"""Changes public files one at a time, so that two volunteers at two terminals never undo each other's change."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amanah.cli.founding import PUBLIC_FOLDER, WITNESS_KEY_FILE
from amanah.core.errors import InvalidInputError, MisconfiguredError, RefusedError
from amanah.core.public_log.notes import (
    COSIGNER,
    SIGNER,
    KeyType,
    VerifierKey,
    encode_verifier_key,
    parse_verifier_key,
)
from amanah.web.config import Config
from amanah.web.log_policy import KEY_FILE

_GROUPS_READ_ALOUD = 8
RESTART = "It counts after a restart (amanah serve again, or systemctl restart amanah.target)."


class WitnessChangeRefusedError(RefusedError):
    """The change would make a witness worth nothing, or would undo what somebody wrote by hand."""

    code = "witness-change-refused"


@contextmanager
def hold_public_folder(config: Config) -> Iterator[Path]:
    """Wait until nobody else changes public files, then keep others waiting."""
    folder = config.data / PUBLIC_FOLDER
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise MisconfiguredError(
            [f"The folder {folder} cannot be used ({error.strerror}); run amanah init first."]
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)


def find_own_keys(config: Config) -> tuple[VerifierKey | None, VerifierKey]:
    """Give our log's key and our witness's; a witness alone has no log."""
    folder = config.data / PUBLIC_FOLDER
    log, witness = _read_key(folder / KEY_FILE, SIGNER), _read_key(folder / WITNESS_KEY_FILE, COSIGNER)
    if witness is None:
        raise MisconfiguredError(
            [f"{folder / WITNESS_KEY_FILE} is missing; run amanah init, or amanah witness serve, first."]
        )
    return log, witness


def _read_key(path: Path, key_type: KeyType) -> VerifierKey | None:
    try:
        return parse_verifier_key(path.read_text(encoding="utf-8"), key_type)
    except FileNotFoundError:
        return None
    except (InvalidInputError, UnicodeDecodeError) as error:
        raise MisconfiguredError([f"{path} holds no key; put it back from your backup."]) from error


def spell_out(key: VerifierKey) -> str:
    """Give what two people read to each other by telephone: half of a hash of the whole line, in groups of four."""
    digest = hashlib.sha256(encode_verifier_key(key).encode()).hexdigest()
    return " ".join(digest[place : place + 4] for place in range(0, 4 * _GROUPS_READ_ALOUD, 4))
