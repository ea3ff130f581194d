"""The floor of one camera while it runs: as configured, or learned from people and then replaced."""

from __future__ import annotations

import logging
from collections.abc import Callable

from passerby.camera.incident import ended, started
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, Measure
from passerby.contracts.people import Tracks
from passerby.contracts.ports import FloorMemory
from passerby.contracts.time import Timestamp
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.calibration.learning import FloorLearner, Learned, News
from passerby.ground.geometry.plane import GroundPlane

log = logging.getLogger(__name__)
KIND = "calibration_drift"


class FloorWatch:
    """plane: the present floor, None while there is none; a new floor is a new object.

    Raises CalibrationError if the configuration gives no floor.
    """

    def __init__(
        self, camera: Camera, wh: tuple[int, int], new_id: Callable[[], str], memory: FloorMemory | None = None
    ) -> None:
        self._camera, self._new_id, self._memory = camera.name, new_id, memory
        self._drift: Event | None = None
        self._learner: FloorLearner | None = None
        if camera.calibration is not None and camera.calibration.people:
            self._learner = FloorLearner(camera.calibration, wh, memory.load(camera.name) if memory else None)
            self.plane: GroundPlane | None = self._learner.plane()
        else:
            self.plane = None if camera.calibration is None else make_plane(camera.calibration, wh)

    def step(self, tracks: Tracks) -> list[Event]:
        """Learn from one frame; return the events."""
        news = self._learner.step(tracks) if self._learner else None
        return self._take(news, tracks.at) if news else []

    def reset(self) -> None:
        """Handle an interrupted picture."""
        if self._learner is not None and (news := self._learner.reset()) and news.what is Learned.FLOOR:
            self._use(news)

    def close(self) -> list[Event]:
        """End open incidents, because the run has ended."""
        return self._end(None)

    @property
    def refused(self) -> str:
        """The reason why there is no learned floor yet; "" if there is one, or if none was requested."""
        if self._learner is None or self._learner.floor is not None:
            return ""
        return self._learner.refused or "too few walking people to learn the floor"

    def _take(self, news: News, at: Timestamp) -> list[Event]:
        if news.what is Learned.FLOOR:
            self._use(news)
            return self._end(at)
        log.warning(
            "camera %s: %s; it may have been moved; metres are not available until the floor is learned again",
            self._camera,
            news.why,
        )
        self.plane = None
        events = self._end(at)
        self._drift = _start(self._camera, self._new_id(), news, at)
        return [*events, self._drift]

    def _use(self, news: News) -> None:
        assert self._learner is not None
        self.plane = self._learner.plane()
        log.info("camera %s: floor learned: %s", self._camera, news.why)
        if self._memory is not None and self._learner.floor is not None:
            self._memory.save(self._camera, self._learner.floor)

    def _end(self, at: Timestamp | None) -> list[Event]:
        drift, self._drift = self._drift, None
        if drift is None:
            return []
        at_s, utc = (at.s, at.utc) if at else (drift.at_s, drift.utc)
        return [ended(drift, at_s, utc)]


def _start(camera: str, event_id: str, news: News, at: Timestamp) -> Event:
    times = (Measure("misfit", round(news.times, 1)),)
    return started(KIND, event_id, camera, began_s=at.s, at_s=at.s, utc=at.utc, measures=times)
