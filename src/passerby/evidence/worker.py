"""A thread that does one job after the other, so that a slow disk holds up no camera."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import Empty, Full, Queue

from passerby.contracts.closing import Closing

log = logging.getLogger(__name__)
MOST_WAIT_S = 10.0
_IDLE_S = 5.0

Job = Callable[[], None]


class Worker(Closing):
    """Does what it is given, in order; the thread is there only while there is work.

    most: so many jobs may wait. patient: wait while more are queued, as for a recording; otherwise refuse, as for
    a live camera.
    """

    def __init__(self, name: str, most: int, *, patient: bool) -> None:
        self._name, self._patient = name, patient
        self._jobs: Queue[Job] = Queue(most)
        self._gate = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, job: Job) -> bool:
        """Queue a job; return whether there was room."""
        with self._gate:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            try:
                self._jobs.put(job, block=self._patient)
            except Full:
                return False
        return True

    def close(self) -> None:
        """Wait until everything queued is done, for a live camera only so long; may be called twice."""
        self.wait()

    def wait(self) -> bool:
        """Do as `close` does and return whether everything is done."""
        done = self._jobs.all_tasks_done
        with done:
            return done.wait_for(lambda: not self._jobs.unfinished_tasks, None if self._patient else MOST_WAIT_S)

    @property
    def is_busy(self) -> bool:
        """Whether a job is being done or waits."""
        return self._jobs.unfinished_tasks > 0

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=_IDLE_S)
            except Empty:
                with self._gate:
                    if self._jobs.empty():
                        self._thread = None
                        return
                continue
            try:
                job()
            except Exception:  # a fault of ours in one job must not end the others
                log.exception("%s: a job could not be done; please report it", self._name)
            finally:
                self._jobs.task_done()
