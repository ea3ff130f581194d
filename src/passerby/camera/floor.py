"""The floor of one camera while it runs: as drawn, or learned from people and then replaced."""

from __future__ import annotations

import logging
from collections.abc import Callable

from passerby.camera.floor_drift import DrawnFloorCheck, DriftIncident
from passerby.contracts.config import Camera
from passerby.contracts.events import Event
from passerby.contracts.people import Tracks
from passerby.contracts.ports import FloorMemory
from passerby.contracts.time import Timestamp
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.calibration.learning import FloorLearner, Learned, News
from passerby.ground.geometry.plane import GroundPlane

log = logging.getLogger(__name__)


class FloorWatch:
    """plane: the present floor, None while there is none; a new floor is a new object.

    Raises CalibrationError if the configuration gives no floor.
    """

    def __init__(
        self, camera: Camera, wh: tuple[int, int], new_id: Callable[[], str], memory: FloorMemory | None = None
    ) -> None:
        self._camera, self._memory = camera.name, memory
        self._drift = DriftIncident(camera.name, new_id)
        self._learner: FloorLearner | None = None
        self._check: DrawnFloorCheck | None = None
        if camera.calibration is not None and camera.calibration.people:
            self._learner = FloorLearner(camera.calibration, wh, memory.load(camera.name) if memory else None)
            self.plane: GroundPlane | None = self._learner.plane()
        else:
            self.plane = None if camera.calibration is None else make_plane(camera.calibration, wh)
            if self.plane is not None and memory is not None:
                self._check = DrawnFloorCheck(camera, self.plane, wh, self._drift, memory)

    def step(self, tracks: Tracks) -> list[Event]:
        """Learn from one frame; return the events."""
        if self._check is not None:
            return self._check.step(tracks)
        news = self._learner.step(tracks) if self._learner else None
        return self._take(news, tracks.at) if news else []

    def reset(self) -> None:
        """Handle an interrupted picture."""
        if self._check is not None:
            self._check.reset()
        if self._learner is not None and (news := self._learner.reset()) and news.what is Learned.FLOOR:
            self._use(news)

    def close(self) -> list[Event]:
        """End open incidents, because the run has ended."""
        return self._drift.end(None)

    @property
    def refused(self) -> str:
        """The reason why there is no learned floor yet; "" if there is one, or if none was requested."""
        if self._learner is None or self._learner.floor is not None:
            return ""
        return self._learner.refused or "too few walking people to learn the floor"

    def _take(self, news: News, at: Timestamp) -> list[Event]:
        if news.what is Learned.FLOOR:
            self._use(news)
            return self._drift.end(at)
        log.warning(
            "camera %s: %s; it may have been moved; metres are not available until the floor is learned again",
            self._camera,
            news.why,
        )
        self.plane = None
        return self._drift.start(news, at)

    def _use(self, news: News) -> None:
        assert self._learner is not None
        self.plane = self._learner.plane()
        log.info("camera %s: floor learned: %s", self._camera, news.why)
        if self._memory is not None and self._learner.floor is not None:
            self._memory.save(self._camera, self._learner.floor)
