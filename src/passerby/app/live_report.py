"""The reports of a running unit: when they are due, and the one thread that writes them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from passerby.contracts.closing import Closing
from passerby.contracts.errors import PasserbyError
from passerby.contracts.results import History, Summary
from passerby.evidence.worker import Worker

log = logging.getLogger(__name__)
EVERY_S = 3600.0
# Each camera has at most one waiting report.
MOST_WAITING = 256


@dataclass(frozen=True, slots=True)
class ReportData:
    """What a camera knows of its run; the rest of its report is in the store. background: a redacted JPEG."""

    summary: Summary
    history: History | None
    background: bytes | None


class ReportTurns(Closing):
    """The turns at which all cameras of a unit write their reports: every hour, and when somebody asks.

    writing: is held while a report is written.
    """

    def __init__(self, every_s: float = EVERY_S) -> None:
        self.writing = threading.Lock()
        self._every_s, self._began_s, self._asked = every_s, time.monotonic(), 0
        self._worker = Worker("reports", MOST_WAITING, patient=False)

    @property
    def number(self) -> int:
        """The number of turns so far."""
        return self._asked + int((time.monotonic() - self._began_s) / self._every_s)

    def ask(self) -> None:
        """Begin a turn now."""
        self._asked += 1

    def put(self, job: Callable[[], None]) -> bool:
        """Let the thread write a report; return False if too many are waiting."""
        return self._worker.put(job)

    def close(self) -> None:
        """Wait for the reports being written, for a limited time; may be called twice."""
        self._worker.close()


class LiveReport:
    """The report of one camera while it runs. `step` is called in the camera's thread and does not wait.

    take: returns the camera's data, in its thread. write: makes the files, in the thread of the reports.
    """

    def __init__(
        self, turns: ReportTurns, camera: str, take: Callable[[], ReportData], write: Callable[[ReportData], None]
    ) -> None:
        self._turns, self._camera, self._take, self._write = turns, camera, take, write
        self._seen = turns.number
        self._is_waiting = self._is_over = False

    def step(self) -> None:
        """Take the data if a turn has begun since the last report."""
        number = self._turns.number
        if number == self._seen or self._is_waiting:
            return
        self._is_waiting, self._seen = True, number
        if not self._turns.put(partial(self._work, self._take())):
            self._is_waiting = False

    def finish(self, last: ReportData) -> None:
        """Write the report of the whole run, after which no earlier one is written."""
        with self._turns.writing:
            self._is_over = True
            self._write(last)

    def _work(self, snapshot: ReportData) -> None:
        try:
            with self._turns.writing:
                if not self._is_over:
                    self._write(snapshot)
        except PasserbyError as error:
            log.error("the report of camera %s is not written: %s", self._camera, error)
        finally:
            self._is_waiting = False
