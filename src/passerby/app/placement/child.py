"""One process of a unit that analyses some of its cameras.

    python -m passerby.app.placement.child FD

FD is the number of its end of a connection. The configuration comes over the connection, because the arguments of
a program are visible to others. The process ends with the unit's: at once if that is killed.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from passerby.app.camera_job import Opener
from passerby.app.detector_choice import model_folders
from passerby.app.logs import LogFormat, start_log
from passerby.app.placement.calls import serve
from passerby.app.placement.camera_group import CameraGroup
from passerby.app.placement.parcels import Reply
from passerby.app.process import protect, switch_often
from passerby.app.thread_times import Usage, usage
from passerby.contracts.config import Camera, ModelChoice, Unit
from passerby.ingest.heap import keep_freed_pictures
from passerby.vision.load import load_detector
from passerby.vision.shared import SharedDetector


@dataclass(frozen=True, slots=True)
class ChildSettings:
    """The settings that the process needs before its first camera. level: of the log."""

    choice: ModelChoice
    opener: Opener
    results: Path
    level: int = logging.INFO
    log_format: LogFormat = LogFormat.TEXT


class ChildGroup:
    """A CameraGroup that is made with its first camera, so that an unusable detector is an error of the camera."""

    def __init__(self, settings: ChildSettings) -> None:
        self._settings, self._making = settings, threading.Lock()
        self._made: CameraGroup | None = None

    def start(self, camera: Camera, unit: Unit) -> None:
        """See CameraGroup. Raises UsageError and ModelError of the detector."""
        self._group(unit).start(camera, unit)

    def take(self, camera: str, confirmed: int, is_watched: bool) -> Reply:
        """See CameraGroup."""
        assert self._made is not None
        return self._made.take(camera, confirmed, is_watched=is_watched)

    def stop(self, camera: str) -> None:
        """See CameraGroup."""
        assert self._made is not None
        self._made.stop(camera)

    def ask(self, method: str, *given: object) -> object:
        """See RemoteGroup."""
        return None if self._made is None else getattr(self._made, method)(*given)

    def usage(self) -> Usage:
        """Return the processor time and the memory of this process."""
        return usage()

    def _group(self, unit: Unit) -> CameraGroup:
        with self._making:
            if self._made is None:
                detector = load_detector(self._settings.choice, model_folders(unit))
                shared = SharedDetector(detector, os.cpu_count() or 1)
                self._made = CameraGroup(unit, shared, self._settings.opener, results=self._settings.results)
            return self._made


def main() -> None:
    """Serve the unit until it ends."""
    # The unit decides about the end: its last records are taken before. A service manager signals every process.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    keep_freed_pictures()
    switch_often()
    protect()
    connection = Connection(int(sys.argv[1]))
    try:
        settings = connection.recv()
        start_log(settings.level, settings.log_format)
        serve(connection, ChildGroup(settings))
    except (EOFError, OSError):
        os._exit(1)  # the unit was killed; what is open is put in order at its next start, as after any kill
    logging.shutdown()
    os._exit(0)  # as in `leave`


if __name__ == "__main__":
    main()
