"""Video and stills of a live camera: written by separate threads, and abandoned if that takes too long.

A caller gets a StoreError for pictures that could not be stored; a blocked disk delays a camera once, for
WAIT_MOST_S.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.evidence.rolling import RollingVideo
from passerby.evidence.shortage import cause
from passerby.evidence.still import KeptStill, Stills
from passerby.evidence.worker import Worker
from passerby.pixels.redact import RedactedImage, require_redacted

# Waiting pictures: four seconds of eight per second, some 20 MB at 640x360.
MOST_WAITING = 32
# A start event waits this long for its still, seconds: a disk takes some ten milliseconds to write one, a memory
# card in use a few hundred.
WAIT_MOST_S = 0.5


class AsyncVideo(Closing):
    """A rolling video with a queue. frames, size: pictures and bytes written so far."""

    def __init__(self, video: RollingVideo, camera: str) -> None:
        self._video, self._camera = video, camera
        self._worker = Worker(f"video {camera}", MOST_WAITING, patient=False)
        self._why = ""
        self._is_given_up = False
        self.frames = self.size = 0

    def add(self, image: RedactedImage) -> None:
        """Queue one picture. Raises TypeError if it is not redacted, StoreError if the queue is full.

        Also raises StoreError after a failed write, until a picture could be written again.
        """
        is_queued = self._worker.put(partial(self._write, require_redacted(image)))
        if self._why:
            raise StoreError(self._why)
        if not is_queued:
            raise StoreError(_too_slow(self._camera))

    def close(self) -> None:
        """Finish the file; may be called twice. Raises StoreError, once, if it could not be written in time."""
        if self._is_given_up:
            return
        is_queued = self._worker.put(self._end) or (self._worker.wait() and self._worker.put(self._end))
        self._is_given_up = not is_queued or not self._worker.wait()
        why, self._why = self._why, ""
        if why or self._is_given_up:
            raise StoreError(why or _too_slow(self._camera))

    def _write(self, image: RedactedImage) -> None:
        is_wanted = False
        try:
            if not self._is_given_up:
                self._video.add(image)
                self._why, is_wanted = "", not self._is_given_up
        except StoreError as error:
            self._why = str(error)
        if not is_wanted:
            with suppress(StoreError):
                self._video.close()  # the next picture, if there is one, begins another file
        self.frames, self.size = self._video.frames, self._video.size

    def _end(self) -> None:
        try:
            self._video.close()
        except StoreError as error:
            self._why = str(error)
        self.frames, self.size = self._video.frames, self._video.size


class AsyncStills:
    """Stills with a thread: one that is not on the disk within WAIT_MOST_S is lost, and no other is started
    meanwhile."""

    def __init__(self, stills: Stills, camera: str) -> None:
        self._stills, self._camera = stills, camera
        self._worker = Worker(f"stills {camera}", 1, patient=False)
        self._gate = threading.Lock()

    def keep(self, name: str, image: RedactedImage) -> KeptStill:
        """See Stills. Also raises StoreError if it takes too long."""
        job: Future[KeptStill] = Future()
        if self._worker.is_busy or not self._worker.put(partial(self._write, job, name, image)):
            raise StoreError(_too_slow(self._camera))
        try:
            return job.result(WAIT_MOST_S)
        except TimeoutError:
            with self._gate:
                if job.done():
                    return job.result()
                job.cancel()
            raise StoreError(_too_slow(self._camera)) from None

    def _write(self, job: Future[KeptStill], name: str, image: RedactedImage) -> None:
        kept, why = None, None
        try:
            kept = self._stills.keep(name, image)
        except Exception as error:  # the caller handles it
            why = error
        with self._gate:
            if job.cancelled():
                self._stills.remove(name)  # no event knows of it
            elif kept is not None:
                job.set_result(kept)
            else:
                job.set_exception(why)


def _too_slow(camera: str) -> str:
    return f"pictures of {camera!r} cannot be written fast enough: {cause()}"
