"""The rates of analysis that the configuration of a live camera asks for."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.config import Camera
from passerby.contracts.event_kinds import kind_of
from passerby.contracts.events import Severity

LIVE_ANALYSIS_FPS = 8.0
# The rate to which cameras without a rule of alarm severity slow down when processor time is short. Chosen: a
# person who crosses a picture in three seconds is seen six times.
FLOOR_FPS = 2.0


def live_fps(camera: Camera) -> float:
    """Return the full rate of a live camera."""
    return camera.analysis_fps or LIVE_ANALYSIS_FPS


def idle_fps(camera: Camera) -> float | None:
    """Return the rate of a live camera while its picture shows no person; None for its full rate."""
    return None if is_critical(camera) else camera.idle_fps


def is_critical(camera: Camera) -> bool:
    """Return whether a rule of the camera has alarm severity: its promise needs the full rate."""
    return any((rule.severity or kind_of(rule.kind).severity) == Severity.ALARM for rule in camera.rules)


@dataclass(frozen=True, slots=True)
class Demand:
    """The rates that one camera may have, frames per second."""

    full_fps: float
    floor_fps: float

    @classmethod
    def of(cls, camera: Camera) -> Demand:
        """Return the rates of a configured live camera."""
        full_fps = live_fps(camera)
        return cls(full_fps, full_fps if is_critical(camera) else min(full_fps, FLOOR_FPS))

    @property
    def is_critical(self) -> bool:
        """Return whether the camera keeps its rate."""
        return self.floor_fps >= self.full_fps

    def fps(self, share: float) -> float:
        """Return the rate with a share, 0 to 1, of what is above the floor."""
        return self.floor_fps + share * (self.full_fps - self.floor_fps)
