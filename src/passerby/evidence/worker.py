"""A thread that processes jobs in order, so that a slow disk delays no camera."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import Empty, Full, Queue

from passerby.contracts.closing import Closing

log = logging.getLogger(__name__)
# Longest wait for the jobs of a live camera, seconds. A camera that ends waits for clips, then for its recording;
# `lifecycle.STOP_S` is longer than both.
MOST_WAIT_S = 2.5
_IDLE_S = 5.0

Job = Callable[[], None]


class Worker(Closing):
    """Processes jobs in order; the thread exists only while there is work.

    most: largest number of waiting jobs. patient: wait while more are queued, as for a recording; otherwise
    refuse, as for a live camera.
    """

    def __init__(self, name: str, most: int, *, patient: bool) -> None:
        self._name, self._patient = name, patient
        self._jobs: Queue[Job] = Queue(most)
        self._gate = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, job: Job) -> bool:
        """Queue a job; return False if the queue is full."""
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
        """Wait until all jobs are done, for a live camera only for a limited time; may be called twice."""
        self.wait()

    def wait(self) -> bool:
        """Close and return whether all jobs are done."""
        done = self._jobs.all_tasks_done
        with done:
            return done.wait_for(lambda: not self._jobs.unfinished_tasks, None if self._patient else MOST_WAIT_S)

    @property
    def is_busy(self) -> bool:
        """Whether a job is running or waiting."""
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
                log.exception("%s: a job failed; please report it", self._name)
            finally:
                self._jobs.task_done()
