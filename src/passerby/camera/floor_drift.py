"""Drift of a calibration: the incident, and the floor learned beside a drawn one to find it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from passerby.camera.incident import ended, started
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, Measure
from passerby.contracts.people import Tracks
from passerby.contracts.ports import FloorMemory
from passerby.contracts.time import Timestamp
from passerby.ground.calibration.compare import beside, ratio
from passerby.ground.calibration.learning import FloorLearner, Learned, News
from passerby.ground.geometry.mounting import WH
from passerby.ground.geometry.plane import GroundPlane

log = logging.getLogger(__name__)
KIND = "calibration_drift"


class DriftIncident:
    """The incident of one camera, open or not."""

    def __init__(self, camera: str, new_id: Callable[[], str]) -> None:
        self._camera, self._new_id = camera, new_id
        self._open: Event | None = None

    def start(self, news: News, at: Timestamp) -> list[Event]:
        """End the former incident and start one."""
        before = self.end(at)
        times = (Measure("misfit", round(news.times, 1)),)
        self._open = started(
            KIND, self._new_id(), self._camera, began_s=at.s, at_s=at.s, utc=at.utc, measures=times
        )
        return [*before, self._open]

    def end(self, at: Timestamp | None) -> list[Event]:
        """End the incident, if there is one. at: None for the time of its start."""
        drift, self._open = self._open, None
        if drift is None:
            return []
        at_s, utc = (at.s, at.utc) if at else (drift.at_s, drift.utc)
        return [ended(drift, at_s, utc)]


class DrawnFloorCheck:
    """Learns a floor from people beside a drawn one, for comparison, and reports when the view has changed.

    The drawn floor stays in use. Only the learned mounting is stored, in `memory`; walkers are not.
    """

    def __init__(
        self, camera: Camera, plane: GroundPlane, wh: WH, drift: DriftIncident, memory: FloorMemory
    ) -> None:
        assert camera.calibration is not None
        self._camera, self._plane, self._wh = camera.name, plane, wh
        self._drift, self._memory = drift, memory
        self._learner = FloorLearner(beside(camera.calibration, plane, wh), wh, memory.load(camera.name))

    def step(self, tracks: Tracks) -> list[Event]:
        """Learn from one frame; return the events."""
        news = self._learner.step(tracks)
        if news is None:
            return []
        if news.what is Learned.FLOOR:
            return self._take(tracks.at)
        log.warning(
            "camera %s: %s; compare the drawn calibration on the console's calibration page",
            self._camera,
            news.why,
        )
        return self._drift.start(news, tracks.at)

    def reset(self) -> None:
        """Handle an interrupted picture."""
        if (news := self._learner.reset()) and news.what is Learned.FLOOR:
            self._save()

    def _take(self, at: Timestamp) -> list[Event]:
        self._save()
        learned, floor = self._learner.plane(), self._learner.floor
        assert learned is not None
        assert floor is not None
        found = ratio(self._plane, learned, floor.length_sd, self._wh)
        return [] if found is None or found.is_apart else self._drift.end(at)

    def _save(self) -> None:
        assert self._learner.floor is not None
        self._memory.save(self._camera, self._learner.floor)
