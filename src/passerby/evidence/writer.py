"""A thread that encodes and writes clips, so that a slow disk holds up no camera.

What it cannot take it refuses, what it cannot write it says: a clip is lost, never an event.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Full, Queue

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.contracts.events import EvidenceFile
from passerby.evidence.clip import Clip, Drawn

log = logging.getLogger(__name__)
# Enough for the pictures before four incidents at once, at a few megabytes.
MOST_WAITING = 256
MOST_WAIT_S = 10.0
_IDLE_S = 5.0


@dataclass(frozen=True, slots=True)
class _Job:
    """Pictures for an incident's clip; or, without any, its end."""

    event: str
    pictures: Sequence[Drawn] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a clip: a file, or why there is none or only a part."""

    event: str
    file: EvidenceFile | None
    why: str = ""


class ClipWriter(Closing):
    """Writes the clips of one camera below `folder`.

    patient: wait while too much is queued, as for a recording; otherwise refuse, as for a live camera.
    The thread is there only while there is work.
    """

    def __init__(self, folder: Path, camera: str, *, patient: bool) -> None:
        self._folder, self._camera, self._patient = folder, camera, patient
        self._jobs: Queue[_Job] = Queue(MOST_WAITING)
        self._done: Queue[Outcome] = Queue()
        self._clips: dict[str, Clip] = {}
        self._failed: dict[str, Outcome] = {}
        self._gate = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, event: str, pictures: Sequence[Drawn]) -> bool:
        """Queue pictures for an incident's clip; return whether there was room."""
        return self._queue(_Job(event, pictures), wait=self._patient)

    def finish(self, event: str) -> bool:
        """Queue the end of a clip, of which `outcomes` will tell; return whether there was room."""
        return self._queue(_Job(event), wait=self._patient)

    def outcomes(self) -> list[Outcome]:
        """Return what became of clips since the last call."""
        found = []
        while True:
            try:
                found.append(self._done.get_nowait())
            except Empty:
                return found

    def close(self) -> None:
        """Wait until everything queued is written, for a live camera only so long; may be called twice."""
        done = self._jobs.all_tasks_done
        with done:
            done.wait_for(lambda: not self._jobs.unfinished_tasks, None if self._patient else MOST_WAIT_S)

    def _queue(self, job: _Job, *, wait: bool) -> bool:
        with self._gate:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=f"clips {self._camera}", daemon=True)
                self._thread.start()
            try:
                self._jobs.put(job, block=wait)
            except Full:
                return False
        return True

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=_IDLE_S)
            except Empty:
                with self._gate:
                    if self._jobs.empty() and not self._clips:
                        self._thread = None
                        return
                continue
            try:
                self._do(job)
            finally:
                self._jobs.task_done()

    def _do(self, job: _Job) -> None:
        try:
            if job.pictures:
                self._write(job)
            else:
                self._end(job.event)
        except StoreError as error:
            self._fail(job.event, str(error))
        except Exception as error:  # a fault of ours in one clip must not silence the others
            log.exception("camera %s: a clip could not be made; please report it", self._camera)
            self._fail(job.event, str(error))
        if not job.pictures and job.event in self._failed:
            self._done.put(self._failed.pop(job.event))

    def _write(self, job: _Job) -> None:
        if job.event in self._failed:
            return
        if job.event not in self._clips:
            self._clips[job.event] = Clip(self._folder, job.event, self._camera)
        for drawn in job.pictures:
            self._clips[job.event].add(drawn)

    def _end(self, event: str) -> None:
        clip = self._clips.pop(event, None)
        if clip is not None:
            self._done.put(Outcome(event, clip.finished()))

    def _fail(self, event: str, why: str) -> None:
        """Close what there is of the clip: what was written of it before can be played."""
        clip, left = self._clips.pop(event, None), None
        with suppress(StoreError):
            left = None if clip is None else clip.finished()
        self._failed[event] = Outcome(event, left, why)
