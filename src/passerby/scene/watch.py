"""The scene in one camera's picture: background, trains, still objects, and the health of the picture."""

from __future__ import annotations

import logging
from collections import Counter

import numpy as np

from passerby.contracts.config import Camera
from passerby.contracts.people import Detections, Tracks
from passerby.contracts.ports import DepartureSource
from passerby.contracts.scene import NO_OBJECTS
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import RawFrame
from passerby.pixels.look import Look
from passerby.scene.optics.watch import OpticsWatch
from passerby.scene.place import Place
from passerby.scene.still_objects import StillObjectWatch
from passerby.scene.trains import Trains
from passerby.scene.view import NOTHING_SEEN, SceneView

log = logging.getLogger(__name__)
FAILED = "pictures that could not be redacted"


class SceneWatch:
    """The scene of one camera; `camera` is scaled to the picture `wh`.

    place: the learned background of the rules, and of the pictures unless `drawn` is given. departures: a source
    of departures other than the picture. lost: counts losses by name. optics: the health of the picture.
    """

    def __init__(
        self,
        camera: Camera,
        wh: tuple[int, int],
        place: Place,
        departures: DepartureSource | None,
        lost: Counter[str],
        drawn: Place | None = None,
    ) -> None:
        self._camera, self._departures, self._lost = camera.name, departures, lost
        self._place, self._drawn = place, drawn
        tracks = [zone for zone in camera.zones if zone.kind == "track"]
        self._trains = Trains(tracks, wh) if tracks else None
        self.optics = OpticsWatch(tracks, wh)
        self._objects = StillObjectWatch() if any(rule.needs_objects for rule in camera.rules) else None

    def step(self, frame: RawFrame | None, found: Detections | None, tracks: Tracks) -> SceneView:
        """Return the scene of one frame; without a frame, only the trains that others report."""
        if frame is None or found is None:
            return NOTHING_SEEN if self._departures is None else SceneView(self._departures.merged((), tracks.at))
        trains, objects = self._trains_in(frame), NO_OBJECTS
        optics = self.optics.step(frame, trains, np.concatenate([found.xyxy_px, tracks.xyxy_px]))
        look = self._look(self._drawn or self._place, frame, found, tracks)
        if self._objects is not None:
            # Rules do not depend on how pictures are drawn: in two passes they use the background of one.
            learned = look if self._drawn is None else self._look(self._place, frame, found, tracks)
            objects = objects if learned is None else self._objects.step(learned.foreground, tracks)
        return SceneView(trains, objects, look, optics)

    def reset(self) -> None:
        """Reset the state that an interrupted picture makes uncertain; the learned background stays."""
        self.optics.reset()
        if self._trains is not None:
            self._trains.reset()
        if self._objects is not None:
            self._objects.reset()

    def _trains_in(self, frame: RawFrame) -> tuple[TrainState, ...]:
        seen = self._trains.step(frame) if self._trains else ()
        return seen if self._departures is None else self._departures.merged(seen, frame.at)

    def _look(self, place: Place, frame: RawFrame, found: Detections, tracks: Tracks) -> Look | None:
        try:
            return place.step(frame, found, tracks)
        except Exception:  # any error: no picture is better than a raw one
            self._lost[FAILED] += 1
            log.exception("camera %s: a picture could not be redacted and is not shown", self._camera)
            return None
