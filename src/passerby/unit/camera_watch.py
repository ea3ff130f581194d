"""What cameras themselves report: their own tampering events, and whether they stand at their preset."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Protocol

from passerby.camera.loop import CameraLoop
from passerby.camera.pause import OFF_PRESET, Pause
from passerby.contracts.closing import Closing
from passerby.contracts.config import Camera
from passerby.contracts.errors import PasserbyError
from passerby.contracts.settings import OnvifAccess
from passerby.ingest.backoff import Backoff

log = logging.getLogger(__name__)
# A camera that refuses is asked again after these times, seconds; a wrong password must not lock the account.
RETRY_FIRST_S, RETRY_MOST_S = 10.0, 300.0
END_S = 2.0


@dataclass(frozen=True, slots=True)
class CameraReport:
    """faults: names of the faults that the camera reports. is_away: it is not at its preset."""

    faults: frozenset[str] = frozenset()
    is_away: bool = False


class CameraReports(Protocol):
    """A connection to a camera."""

    def next(self) -> CameraReport:
        """Return the present report after at most some seconds. Raises InputError."""
        ...


Connect = Callable[[Camera], AbstractContextManager[CameraReports]]


class CameraWatches(Closing):
    """A thread for each camera that reports something. Used by one thread."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._watches: dict[str, tuple[OnvifAccess, _CameraWatch]] = {}

    def step(self, cameras: tuple[Camera, ...], loops: Mapping[str, CameraLoop]) -> None:
        """Begin and end threads, so that there is one for each camera that has to be watched."""
        wanted = {one.name: one for one in cameras if one.onvif and one.onvif.is_watched and one.name in loops}
        for name, (access, watch) in list(self._watches.items()):
            if name not in wanted or wanted[name].onvif != access:
                watch.close()
                del self._watches[name]
        for name, camera in wanted.items():
            if name not in self._watches:
                assert camera.onvif is not None
                self._watches[name] = camera.onvif, _CameraWatch(camera, self._connect)
            self._watches[name][1].loop = loops[name]

    def close(self) -> None:
        """End all threads."""
        for _, watch in self._watches.values():
            watch.close()
        self._watches.clear()


class _CameraWatch(Closing):
    def __init__(self, camera: Camera, connect: Connect) -> None:
        self._camera, self._connect = camera, connect
        self.loop: CameraLoop | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"reports {camera.name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(END_S)

    def _run(self) -> None:
        backoff = Backoff(RETRY_FIRST_S, RETRY_MOST_S)
        while not self._stop.is_set():
            try:
                with self._connect(self._camera) as reports:
                    self._follow(reports, backoff)
            except PasserbyError as error:
                log.warning("camera %s: its own reports are not available: %s", self._camera.name, error)
            except Exception:  # a fault of a library
                log.exception("camera %s: an error while its own reports were read", self._camera.name)
            self._stop.wait(backoff.next_s())

    def _follow(self, reports: CameraReports, backoff: Backoff) -> None:
        with ExitStack() as away:
            paused: CameraLoop | None = None
            while not self._stop.is_set():
                report, loop = reports.next(), self.loop
                backoff.reset()
                if loop is None:
                    continue
                loop.reported = report.faults
                if report.is_away and paused is not loop:
                    away.enter_context(loop.pause.during(Pause(self._why, kind=OFF_PRESET)))
                    paused = loop
                elif not report.is_away:
                    away.close()
                    paused = None

    @property
    def _why(self) -> str:
        assert self._camera.onvif is not None
        return f"the camera is not at its preset {self._camera.onvif.preset}"
