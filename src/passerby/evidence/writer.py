"""Encodes and writes clips in a thread, so that a slow disk delays no camera.

Jobs that do not fit are refused, and failed writes are reported: a clip may be lost, an event never.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, Queue

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.contracts.events import EvidenceFile
from passerby.contracts.ports import RecordFile, unrecorded
from passerby.evidence.clip import Clip, Drawn
from passerby.evidence.shortage import cause
from passerby.evidence.video import ENCODING
from passerby.evidence.worker import Worker

log = logging.getLogger(__name__)
# Jobs: enough for the starts, two parts and the ends of four simultaneous incidents. A job has at most some forty
# pictures, which are not drawn yet.
MOST_WAITING = 16


@dataclass(frozen=True, slots=True)
class _Job:
    """Pictures for an incident's clip; without pictures, the end of the clip."""

    event: str
    pictures: Sequence[Drawn] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a clip: a file, or the reason why there is none or only a part."""

    event: str
    file: EvidenceFile | None
    why: str = ""


class ClipWriter(Closing):
    """Writes the clips of one camera below `folder`.

    patient: wait while too much is queued, as for a recording; otherwise refuse, as for a live camera.
    """

    def __init__(self, folder: Path, camera: str, *, patient: bool, record: RecordFile = unrecorded) -> None:
        self._folder, self._camera, self._record = folder, camera, record
        self._worker = Worker(f"clips {camera}", MOST_WAITING, patient=patient)
        self._done: Queue[Outcome] = Queue()
        self._clips: dict[str, Clip] = {}
        self._failed: dict[str, Outcome] = {}
        self._is_cut = False

    def put(self, event: str, pictures: Sequence[Drawn]) -> bool:
        """Queue pictures for an incident's clip; return False if the queue is full."""
        return self._worker.put(partial(self._do, _Job(event, pictures)))

    def finish(self, event: str) -> bool:
        """Queue the end of a clip; `outcomes` will return its outcome. Return False if the queue is full."""
        return self._worker.put(partial(self._do, _Job(event)))

    def outcomes(self) -> list[Outcome]:
        """Return the outcomes of clips since the last call."""
        found = []
        while True:
            try:
                found.append(self._done.get_nowait())
            except Empty:
                return found

    def close(self) -> None:
        """Wait until all jobs are written; may be called twice.

        For a live camera for a limited time: then each clip ends with the pictures that it has.
        """
        if not self._worker.wait():
            self._is_cut = True
            self._worker.wait()

    def _do(self, job: _Job) -> None:
        try:
            if job.pictures:
                self._write(job)
            else:
                self._end(job.event)
        except StoreError as error:
            self._fail(job.event, str(error))
        except Exception as error:  # a fault of ours in one clip must not silence the others
            log.exception("camera %s: a clip could not be created; please report it", self._camera)
            self._fail(job.event, str(error))
        if not job.pictures and job.event in self._failed:
            self._done.put(self._failed.pop(job.event))

    def _write(self, job: _Job) -> None:
        if job.event in self._failed:
            return
        if job.event not in self._clips:
            self._clips[job.event] = Clip(self._folder, job.event, self._camera, self._record)
        with ENCODING:
            if self._is_cut:
                raise StoreError(f"camera {self._camera!r} ended before its clip was written; {cause()}")
            self._clips[job.event].add(job.pictures)

    def _end(self, event: str) -> None:
        clip = self._clips.pop(event, None)
        if clip is not None:
            self._done.put(Outcome(event, clip.finished()))

    def _fail(self, event: str, why: str) -> None:
        """Close the existing part of the clip, which can be played."""
        clip, left = self._clips.pop(event, None), None
        with suppress(StoreError):
            left = None if clip is None else clip.finished()
        self._failed[event] = Outcome(event, left, why)
