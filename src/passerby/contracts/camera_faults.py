"""The faults of a camera that its picture shows; their kinds are in the table of event kinds."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.event_kinds import EVENT_KINDS, EventKind
from passerby.contracts.events import Measure
from passerby.contracts.time import Timestamp

BLURRED, DARK, BRIGHT, MOVED, COVERED, FROZEN, NO_SIGNAL, DEFOCUSING, INFRARED = (
    EVENT_KINDS[f"camera_{name}"]
    for name in ("blurred", "dark", "bright", "moved", "covered", "frozen", "no_signal", "focus_drift", "infrared")
)
# Reported by the camera itself, not found in its picture.
REPORTED = EVENT_KINDS["camera_reported"]
# Found in the stream, not in its pictures.
LOW_FPS, LOW_BITRATE, CLOCK_DRIFT = (
    EVENT_KINDS[f"camera_{name}"] for name in ("low_fps", "low_bitrate", "clock_drift")
)
# In the order of the checks: the first one explains the others.
FAULT_TYPES = {
    fault.name: fault for fault in (NO_SIGNAL, FROZEN, DARK, BRIGHT, COVERED, MOVED, BLURRED, DEFOCUSING, INFRARED)
}


@dataclass(frozen=True, slots=True)
class CameraFault:
    """A present fault. since: when it was first seen. measures: the figures that decided."""

    type: EventKind
    since: Timestamp
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class OpticsView:
    """The health of one camera's picture at one moment.

    faults: the present ones. sharpness: 1 is the best so far; None if it cannot be measured now.
    brightness: mean of the picture, 0 to 255.
    """

    faults: tuple[CameraFault, ...] = ()
    sharpness: float | None = None
    brightness: float | None = None


NO_OPTICS = OpticsView()
