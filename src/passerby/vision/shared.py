"""One detector for many camera threads: one worker per core, and a batch if the network takes one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from passerby.contracts.closing import Closing
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.pixels.frame import RawFrame
from passerby.vision.detector import Detector

_Job = tuple[Sequence[RawFrame], Future[list[Detections]]]


class SharedDetector(Closing):
    """A Detector that queues the frames of its callers for `workers` threads.

    A free worker takes the waiting frames, up to the network's batch, and never waits for more: an idle unit
    answers at once, a busy one batches over its cameras. A frame that the detector refuses fails only its caller.
    """

    def __init__(self, detector: Detector, workers: int) -> None:
        self._detector = detector
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._is_closed = False
        self._workers = [
            threading.Thread(target=self._work, name=f"detector-{i}", daemon=True) for i in range(max(1, workers))
        ]
        for worker in self._workers:
            worker.start()

    @property
    def info(self) -> ModelInfo:
        """See Detector."""
        return self._detector.info

    @property
    def batch(self) -> int:
        """See Detector."""
        return self._detector.batch

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        """See Detector. Raises the detector's error for these frames, RuntimeError after closing."""
        answer: Future[list[Detections]] = Future()
        with self._closing:  # or a job could land behind the last worker and wait for ever
            if self._is_closed:
                raise RuntimeError("the detector is closed")
            self._jobs.put((frames, answer))
        return answer.result()

    def close(self) -> None:
        """Let the workers finish the waiting frames, then end them; may be called twice."""
        with self._closing:
            self._is_closed = True
            for _ in self._workers:
                self._jobs.put(None)
        for worker in self._workers:
            worker.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            jobs, is_last = self._more(job)
            self._answer(jobs)
            if is_last:
                return

    def _more(self, first: _Job) -> tuple[list[_Job], bool]:
        """Return `first` and the frames waiting behind it, and whether that was the end of the queue."""
        jobs, waiting = [first], len(first[0])
        while waiting < self._detector.batch:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
            waiting += len(job[0])
        return jobs, False

    def _answer(self, jobs: Sequence[_Job]) -> None:
        try:
            found = self._detector.detect([frame for frames, _ in jobs for frame in frames])
        except Exception as error:  # the callers get it, this thread lives on
            if len(jobs) == 1:
                jobs[0][1].set_exception(error)
                return
            for job in jobs:
                self._answer([job])
            return
        for frames, answer in jobs:
            answer.set_result(found[: len(frames)])
            found = found[len(frames) :]
