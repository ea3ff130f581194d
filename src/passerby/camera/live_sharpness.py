"""The sharpness of a running camera for the focus loop: its thread sees pictures, another thread waits."""

from __future__ import annotations

import threading

from passerby.camera.state import CameraState
from passerby.contracts.errors import InputError
from passerby.pixels.frame import RawFrame
from passerby.scene.optics.focus_measure import FocusMeasure

# Without enough pictures for this time, a measurement fails, seconds. Chosen: longer than a reconnection.
PATIENCE_S = 30.0


class LiveSharpness:
    """Measurements of one camera, one after another."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._is_wanted = False
        self._measure: FocusMeasure | None = None
        self._value: float | None = None

    def see(self, frame: RawFrame, state: CameraState) -> None:
        """Take a picture; see Pause."""
        with self._changed:
            if not self._is_wanted:
                return
            self._measure = self._measure or state.focus_measure()
            self._value = self._measure.add(frame)
            self._is_wanted = self._value is None
            self._changed.notify_all()

    def measure(self) -> float:
        """Return the sharpness of the next pictures. Raises InputError if there are none."""
        with self._changed:
            self._is_wanted, self._measure, self._value = True, None, None
            value = self._changed.wait_for(lambda: self._value, self._patience_s)
            self._is_wanted = False
        if value is None:
            raise InputError(f"the camera sent too few pictures within {self._patience_s:g} s")
        return value
