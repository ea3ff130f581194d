"""Motion, continuity, rules, meters and history of one camera: everything that depends on its floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from passerby.behaviour.continuity import Continuity
from passerby.behaviour.crossing import crossings_of
from passerby.behaviour.make import make_rules
from passerby.behaviour.meters import LineMeter, ZoneMeter
from passerby.behaviour.rule import Rule
from passerby.camera.history import HistoryBuilder
from passerby.camera.limits import DetectorLimits
from passerby.camera.result import Samples
from passerby.contracts.config import Camera, Zone
from passerby.contracts.people import GroundTracks, Tracks
from passerby.contracts.results import History
from passerby.contracts.trains import TrainState
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.velocity import Motion
from passerby.ground.visibility.resolved import resolved_share


class Behaviours:
    """`camera` is scaled to the picture `wh`. A new floor or size resets motion and rules; counts continue."""

    def __init__(
        self, camera: Camera, wh: tuple[int, int], plane: GroundPlane | None, limits: DetectorLimits
    ) -> None:
        self._camera, self._wh, self._limits = camera, wh, limits
        self.plane = plane
        self.motion, self.continuity = Motion(plane, limits.resolution_px), Continuity()
        areas, crossings = self._areas(), crossings_of(camera, plane)
        self.rules: Sequence[Rule[Any]] = make_rules(camera, plane, crossings, limits.least_height_px)
        self._zones = [ZoneMeter(camera.name, area, self._resolved(area)) for area in areas]
        self._lines = [LineMeter(camera.name, crossings[line.name]) for line in camera.lines]
        self._history = HistoryBuilder(wh, areas, camera.lines)
        self._tracks = {area.name: area for area in areas if area.kind == "track"}

    def place(self, tracks: Tracks, trains: Sequence[TrainState]) -> GroundTracks:
        """Return one frame's people on the floor, with the persons that their tracks continue."""
        doors = [self._tracks[train.track] for train in trains if train.is_there and train.track in self._tracks]
        return self.continuity.step(self.motion.step(tracks), doors)

    def measure(self, ground: GroundTracks) -> Samples:
        """Count one frame's people; return the windows that end with it."""
        zones = [sample for zone in self._zones for sample in zone.step(ground)]
        lines = [sample for line in self._lines for sample in line.step(ground)]
        self._history.add(ground, self._zones, self._lines)
        return (*zones, *lines)

    def recalibrate(self, plane: GroundPlane | None) -> None:
        """Use another floor."""
        self.plane, self.motion = plane, Motion(plane, self._limits.resolution_px)
        areas, crossings = self._areas(), crossings_of(self._camera, plane)
        self._tracks = {area.name: area for area in areas if area.kind == "track"}
        self.rules = make_rules(self._camera, plane, crossings, self._limits.least_height_px)
        for zone, area in zip(self._zones, areas, strict=True):
            zone.recalibrate(area, self._resolved(area))
        for meter, line in zip(self._lines, self._camera.lines, strict=True):
            meter.recalibrate(crossings[line.name])
        self._history.recalibrate(areas)

    def resize(
        self, camera: Camera, wh: tuple[int, int], plane: GroundPlane | None, limits: DetectorLimits
    ) -> None:
        """Use the same places in pictures of another size."""
        self._camera, self._wh, self._limits = camera, wh, limits
        self._history.resize(wh, camera.lines)
        self.recalibrate(plane)

    def gap(self) -> None:
        """Reset the state of all people, because the picture was interrupted."""
        self.motion.reset()
        self.continuity.reset()
        self._history.gap()
        for zone in self._zones:
            zone.gap()
        for line in self._lines:
            line.gap()
        for rule in self.rules:
            rule.reset()

    def close(self) -> Samples:
        """Return the unfinished windows."""
        zones = [sample for zone in self._zones for sample in zone.close()]
        return (*zones, *(sample for line in self._lines for sample in line.close()))

    def history(self) -> History:
        """Return the data of the report."""
        return self._history.build(is_metric=self.plane is not None)

    def _areas(self) -> list[Area]:
        return [Area.of(zone, self.plane) for zone in self._camera.zones or (whole_picture(self._wh),)]

    def _resolved(self, area: Area) -> float | None:
        if self.plane is None:
            return None
        return resolved_share(area.zone, self.plane, self._limits.least_height_px)


def whole_picture(wh: tuple[int, int]) -> Zone:
    """Return the zone that is used to count a camera without zones."""
    w, h = wh
    return Zone(name="picture", polygon_px=((0, 0), (w, 0), (w, h), (0, h)))
