"""The rate of analysis of one camera: full while its picture shows people, low otherwise."""

from __future__ import annotations

from passerby.camera.pace import Pace
from passerby.camera.result import FrameResult
from passerby.contracts.time import Timestamp

# A camera is idle after this time without a person, a train or an incident, seconds. Chosen by judgement: longer
# than the detector misses a person who stands behind another.
IDLE_AFTER_S = 10.0


class AnalysisRate:
    """Selects the frames to analyse. `fps` may be changed by any thread at any time.

    fps: most frames per second, None for all. idle_fps: the same for an empty place, None for `fps`. The first
    frame with a person sets the full rate again, so that takes one period of the idle rate at most.
    """

    def __init__(self, fps: float | None, idle_fps: float | None = None) -> None:
        self.fps, self.idle_fps = fps, idle_fps
        self._pace = Pace(fps)
        self._busy: Timestamp | None = None
        self.is_idle = False

    def is_resting(self) -> bool:
        """Return whether the place is empty and the camera may slow down: key frames are enough."""
        return self.is_idle and self.idle_fps is not None

    @property
    def present_fps(self) -> float | None:
        """Most frames per second at this moment."""
        if not self.is_resting():
            return self.fps
        return min(fps for fps in (self.fps, self.idle_fps) if fps is not None)

    def wants(self, at: Timestamp) -> bool:
        """Return whether the frame at `at` is due."""
        if self._pace.fps != (fps := self.present_fps):
            self._pace.fps = fps
        return self._pace.wants(at)

    def seen(self, is_busy: bool, at: Timestamp) -> None:
        """Record whether an analysed frame showed anything that needs the full rate."""
        if is_busy or self._busy is None:
            self._busy = at
        self.is_idle = at.since_s(self._busy) >= IDLE_AFTER_S


def needs_full_rate(result: FrameResult) -> bool:
    """Return whether a frame shows people, a train or an incident; their motion needs the full rate."""
    has_train = any(train.is_there for train in result.scene.trains)
    return bool(len(result.tracks.id)) or has_train or bool(result.open_incidents)
