"""Keeps the lenses of a running unit in focus: one camera at a time, while its rules are paused."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from passerby.camera.live_sharpness import LiveSharpness
from passerby.camera.loop import CameraLoop
from passerby.camera.pause import Pause
from passerby.contracts.camera_faults import BLURRED, DEFOCUSING, INFRARED
from passerby.contracts.closing import Closing
from passerby.contracts.errors import InputError, PasserbyError, UsageError
from passerby.contracts.focus import FocusDrive, FocusReport
from passerby.unit.focus.loop import FocusLoop, FocusServices
from passerby.unit.focus.schedule import FocusNeed, FocusSchedule

log = logging.getLogger(__name__)
WHY = "its lens is being focused"
# Sharpness of the background, as a fraction of its best, from which a lens that was focused before stays.
USUAL = 0.99
# A lens that does not obey is left when the unit ends, seconds.
END_S = 3.0


@dataclass(frozen=True, slots=True)
class FocusPorts:
    """open_lens: connects to the lens of a camera for a with block; raises PasserbyError. has_alarm: whether an
    alarm about people is open at a camera. audit: enters a sentence about a camera."""

    open_lens: Callable[[str], AbstractContextManager[FocusDrive]]
    has_alarm: Callable[[str], bool]
    audit: Callable[[str, str], None]


class FocusKeeper(Closing):
    """The lenses of one unit. `step` and `request` may be called by different threads.

    reports: the last result of each camera, or the sentence why there is none.
    """

    def __init__(self, ports: FocusPorts, now_s: Callable[[], float] = time.monotonic) -> None:
        self._ports, self._now_s = ports, now_s
        self._schedule, self._lock = FocusSchedule(), threading.Lock()
        self._loops: Mapping[str, CameraLoop] = {}
        self._known: set[tuple[str, bool]] = set()
        self._stop, self._worker = threading.Event(), threading.Thread()
        self.reports: dict[str, FocusReport | str] = {}

    def step(self, loops: Mapping[str, CameraLoop]) -> None:
        """Start a refocus if one is due. loops: of the cameras whose lens can be moved."""
        if self._stop.is_set():
            return
        with self._lock:
            self._loops = loops
            self._schedule.keep_only(frozenset(loops))
            for camera, loop in loops.items():
                if self._worker.is_alive() or loop.state is None:
                    continue
                need = self._need(camera, loop)
                reason = self._schedule.due(camera, self._now_s(), need)
                if reason is not None:
                    self._start(camera, loop, reason, need)

    def request(self, camera: str) -> None:
        """Refocus a camera soon. Raises UsageError if it cannot be, or has an open alarm."""
        with self._lock:
            loop = self._loops.get(camera)
            if loop is None or loop.state is None:
                raise UsageError(
                    f"camera {camera} cannot be focused: it does not run, or it has no `onvif` with `focus`"
                )
            if self._ports.has_alarm(camera):
                raise UsageError(f"camera {camera} has an open alarm; its lens is moved only without one")
            need = replace(self._need(camera, loop), has_alarm=True)
            self._schedule.due(camera, self._now_s(), need)  # the schedule knows the camera from now on
            self._schedule.request(camera)

    def close(self) -> None:
        """Stop a refocus: the lens goes back."""
        self._stop.set()
        if self._worker.is_alive():
            self._worker.join(END_S)

    def _need(self, camera: str, loop: CameraLoop) -> FocusNeed:
        faults = {fault.type.name for fault in loop.optics.faults}
        is_blurred = bool(faults & {BLURRED.name, DEFOCUSING.name})
        return FocusNeed(INFRARED.name in faults, is_blurred, self._ports.has_alarm(camera))

    def _start(self, camera: str, loop: CameraLoop, reason: str, need: FocusNeed) -> None:
        key = (camera, need.is_night)
        usual = USUAL if key in self._known else None
        self._worker = threading.Thread(
            target=self._refocus, args=(camera, loop, reason, usual, key), name=f"focus {camera}", daemon=True
        )
        self._worker.start()

    def _refocus(
        self, camera: str, loop: CameraLoop, reason: str, usual: float | None, key: tuple[str, bool]
    ) -> None:
        sharpness = LiveSharpness()
        services = FocusServices(
            sharpness.measure,
            self._wait,
            lambda: loop.pause.during(Pause(WHY, sharpness.see)),
            lambda report: self._ports.audit(camera, str(report)),
        )
        try:
            with self._ports.open_lens(camera) as drive:
                self.reports[camera] = FocusLoop(drive, services).refocus(reason, usual)
            self._known.add(key)
        except PasserbyError as error:
            self._failed(camera, reason, str(error))
        except Exception as error:  # a fault of a library must not leave the lenses of the others
            log.exception("camera %s: an error while its lens was focused", camera)
            self._failed(camera, reason, type(error).__name__)
        finally:
            with self._lock:
                self._schedule.done(camera, self._now_s())

    def _failed(self, camera: str, reason: str, why: str) -> None:
        log.warning("camera %s: its lens was not focused (%s): %s", camera, reason, why)
        self.reports[camera] = why
        self._ports.audit(camera, f"{reason}: not focused: {why}")

    def _wait(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise InputError("the unit stops")
