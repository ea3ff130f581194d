"""Moves the running rollout on every minute."""

from __future__ import annotations

import logging
import threading

from passerby.centre.fleet.desk import FleetDesk
from passerby.contracts.closing import Closing

log = logging.getLogger(__name__)
_STEP_S = 60.0


class RolloutStepping(Closing):
    """Steps in a thread of its own until closed."""

    def __init__(self, desk: FleetDesk, every_s: float = _STEP_S) -> None:
        self._desk, self._every_s, self._stop = desk, every_s, threading.Event()
        self._thread = threading.Thread(target=self._run, name="rollout", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the present step."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                self._desk.step()
            except Exception:  # the next minute tries again
                log.exception("the rollout was not moved on")
