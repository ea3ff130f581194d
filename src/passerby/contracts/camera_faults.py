"""The faults of a camera that its picture shows: one table of kinds."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.events import Measure, Severity
from passerby.contracts.time import Timestamp


@dataclass(frozen=True, slots=True)
class FaultType:
    """One kind of camera fault: its event kind, title, severity, and the ONVIF topic it is published under."""

    kind: str
    title: str
    severity: Severity
    topic: str


BLURRED = FaultType(
    "camera_blurred", "Picture out of focus", Severity.WARNING, "tns1:VideoSource/ImageTooBlurry/AnalyticsService"
)
DARK = FaultType(
    "camera_dark", "Picture too dark", Severity.WARNING, "tns1:VideoSource/ImageTooDark/AnalyticsService"
)
BRIGHT = FaultType(
    "camera_bright", "Picture too bright", Severity.WARNING, "tns1:VideoSource/ImageTooBright/AnalyticsService"
)
MOVED = FaultType(
    "camera_moved", "Camera was moved", Severity.ALARM, "tns1:VideoSource/GlobalSceneChange/AnalyticsService"
)
COVERED = FaultType("camera_covered", "Lens is covered", Severity.ALARM, "tns1:VideoSource/ImpairedVisibility")
FROZEN = FaultType("camera_frozen", "Picture is frozen", Severity.ALARM, "tns1:VideoSource/SignalLoss")
NO_SIGNAL = FaultType("camera_no_signal", "No video signal", Severity.ALARM, "tns1:VideoSource/SignalLoss")
DEFOCUSING = FaultType(
    "camera_focus_drift",
    "Focus drifts slowly",
    Severity.INFO,
    "tns1:VideoSource/ImageTooBlurry/AnalyticsService",
)
INFRARED = FaultType(
    "camera_infrared", "Infrared mode", Severity.INFO, "tns1:VideoSource/GlobalSceneChange/AnalyticsService"
)

FAULT_TYPES = {
    fault.kind: fault for fault in (NO_SIGNAL, FROZEN, DARK, BRIGHT, COVERED, MOVED, BLURRED, DEFOCUSING, INFRARED)
}


@dataclass(frozen=True, slots=True)
class CameraFault:
    """A present fault. since: when it was first seen. measures: the figures that decided."""

    type: FaultType
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
