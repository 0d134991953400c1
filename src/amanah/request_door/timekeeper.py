"""What the request door does by the clock: seals, reports, answers that are due. No request ever starts any of it.

It runs as a thread of the page process, survives a database that is away, and logs only what kind of trouble it met.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence

from django.db import close_old_connections

from amanah.core.errors import AmanahError

PAUSE_SECONDS = 1.0
_LOGGER = logging.getLogger("amanah.timekeeper")

Duty = Callable[[int], object]


class Timekeeper:
    """Does every duty about once a second; a duty that fails is tried again, and holds up no other."""

    def __init__(self, duties: Sequence[Duty], now: Callable[[], float] = time.time) -> None:
        self._duties = duties
        self._now = now
        self._troubles: dict[Duty, str] = {}
        self._is_stopping = threading.Event()

    def run_in_thread(self) -> threading.Thread:
        """Keep time on a daemon thread."""
        thread = threading.Thread(target=self.run, name="timekeeper", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Keep time until `stop` is called."""
        while not self._is_stopping.is_set():
            self.keep_time_once()
            self._is_stopping.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        """Ask the timekeeper to end after what it is doing; may be called from any thread."""
        self._is_stopping.set()

    def keep_time_once(self) -> None:
        """Do everything that is due now."""
        for duty in self._duties:
            try:
                close_old_connections()
                duty(int(self._now()))
            # A defect in one duty must stop neither the others nor the thread: a day without a seal would be seen.
            except Exception as error:  # noqa: BLE001
                self._note_trouble(duty, error)
            else:
                self._troubles.pop(duty, None)

    def _note_trouble(self, duty: Duty, error: Exception) -> None:
        """Say once what is wrong, by kind and place alone: the message of an error can hold what a body wrote."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = error.code if isinstance(error, AmanahError) else type(error).__name__
        if self._troubles.get(duty) != kind:
            _LOGGER.error("What was due could not be done (%s in %s). It is tried again.", kind, place.name)
        self._troubles[duty] = kind
