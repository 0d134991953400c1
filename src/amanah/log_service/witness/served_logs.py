"""Which logs our witness cosigns: a file of vkeys, read again whenever it changes.

It never serves a log because somebody asked: only who can write the file decides.
"""

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from amanah.core.errors import InvalidInputError, MisconfiguredError
from amanah.core.public_log.notes import VerifierKey, parse_verifier_key

FILE_NAME = "witnessed-logs"
_LOGGER = logging.getLogger("amanah.witness")
_State = tuple[int, int, int] | None


class ServedLogs:
    """The list as it stands in the file; a change that cannot be read leaves the list as it was."""

    def __init__(self, path: Path, forbidden_keys: Iterable[bytes] = ()) -> None:
        self._path = path
        self._forbidden = frozenset(forbidden_keys)
        self._state = _read_state(path)
        self._logs = self._read()

    def list_logs(self) -> Mapping[str, VerifierKey]:
        """Give each log's key by its origin."""
        state = _read_state(self._path)
        if state != self._state:
            # Whatever is wrong with the new list is said once, not at every request.
            self._state = state
            try:
                self._logs = self._read()
            except MisconfiguredError as error:
                _LOGGER.error("%s The witness keeps to the list it had.", error)
        return self._logs

    def _read(self) -> dict[str, VerifierKey]:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise MisconfiguredError([f"{self._path} cannot be read ({type(error).__name__})."]) from error
        logs: dict[str, VerifierKey] = {}
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            try:
                key = parse_verifier_key(line)
            except InvalidInputError as error:
                raise MisconfiguredError([f"{self._path}, line {number}: {error}"]) from error
            if key.name in logs:
                raise MisconfiguredError([f"{self._path}, line {number}: the log {key.name} stands twice."])
            if key.public_key in self._forbidden:
                raise MisconfiguredError(
                    [f"{self._path}, line {number}: a log must not sign with the key of our witness."]
                )
            logs[key.name] = key
        return logs


def _read_state(path: Path) -> _State:
    """Give what changes when somebody replaces or edits the file."""
    try:
        state = path.stat()
    except OSError:
        return None
    return (state.st_mtime_ns, state.st_size, state.st_ino)
