"""Does a task of the control room again and again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from passerby.contracts.closing import Closing

log = logging.getLogger(__name__)


class Repeating(Closing):
    """Calls `task` every `every_s` in a thread of its own until closed; the first time after that time."""

    def __init__(self, name: str, task: Callable[[], object], every_s: float) -> None:
        self._name, self._task, self._every_s, self._stop = name, task, every_s, threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the present call."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                self._task()
            except Exception:  # the next call tries again
                log.exception("%s: failed", self._name)
