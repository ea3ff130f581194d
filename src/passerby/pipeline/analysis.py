"""Everything right of the detector for one camera: boxes to tracks, floor, rules, incidents and counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from passerby.behaviour.crossing import crossings_of
from passerby.behaviour.incidents import Incidents
from passerby.behaviour.make import make_rules
from passerby.behaviour.meters import LineMeter, ZoneMeter
from passerby.contracts.config import Camera, Zone
from passerby.contracts.events import Event, LineSample, ZoneSample
from passerby.contracts.people import Detections, GroundTracks, Hit, Tracks
from passerby.contracts.ports import FloorMemory
from passerby.contracts.results import History
from passerby.contracts.scene import NO_OBJECTS, Scene, StillObjects, TrainState
from passerby.ground.motion import Motion
from passerby.ground.places import Area
from passerby.ground.plane import GroundPlane
from passerby.ground.resolved import resolved_share
from passerby.pipeline.floor import Floor
from passerby.pipeline.history import HistoryBuilder
from passerby.pipeline.schedule import Schedules, WallClock
from passerby.vision.tracker import Tracker

Samples = list[ZoneSample | LineSample]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one frame amounted to. matters: the latest hit of each incident that goes on, by its id."""

    ground: GroundTracks
    events: list[Event]
    samples: Samples
    matters: dict[str, Hit] = field(default_factory=dict)


class Analysis:
    """One camera's state, from a Detections to events; `camera` is scaled to the picture `wh`.

    track_score: weakest box that may start a track. resolution_px: pixels of the picture for one pixel that the
    detector looks at. least_height_px: lower people it hardly finds. clock: for schedules. memory: where
    a learned floor is kept. Raises CalibrationError if the floor cannot be built.
    """

    def __init__(
        self,
        camera: Camera,
        wh: tuple[int, int],
        track_score: float,
        new_id: Callable[[], str],
        resolution_px: float = 1.0,
        least_height_px: float = 0.0,
        clock: WallClock | None = None,
        memory: FloorMemory | None = None,
    ) -> None:
        self._camera, self._wh, self._resolution_px = camera, wh, resolution_px
        self._least_height_px = least_height_px
        self.floor = Floor(camera, wh, new_id, memory)
        self.plane: GroundPlane | None = self.floor.plane
        areas, crossings = self._areas(), crossings_of(camera, self.plane)
        self._tracker = Tracker(camera.name, track_score)
        self._motion = Motion(self.plane, resolution_px)
        self._rules = make_rules(camera, self.plane, crossings, least_height_px)
        self._schedules = Schedules(camera.rules, clock or WallClock())
        self._incidents = Incidents(camera.name, camera.rules, new_id)
        self._zones = [ZoneMeter(camera.name, area, self._resolved(area)) for area in areas]
        self._lines = [LineMeter(camera.name, crossings[line.name]) for line in camera.lines]
        self._history = HistoryBuilder(wh, areas, camera.lines)
        self._counted: set[int] = set()
        self.levels: dict[str, str] = {}
        self.people_max = self.people_total = 0

    def _resolved(self, area: Area) -> float | None:
        return None if self.plane is None else resolved_share(area.zone, self.plane, self._least_height_px)

    def follow(self, found: Detections) -> Tracks:
        """Return the people of this frame as tracks."""
        return self._tracker.step(found)

    def judge(
        self, tracks: Tracks, trains: tuple[TrainState, ...] = (), objects: StillObjects = NO_OBJECTS
    ) -> Judged:
        """Return what this frame means: its people, and what was seen of trains and things left behind."""
        told = self.floor.step(tracks)
        self._resurvey()
        ground = self._motion.step(tracks)
        self._count(tracks)
        samples: Samples = self._noted([s for zone in self._zones for s in zone.step(ground)])
        samples += [s for line in self._lines for s in line.step(ground)]
        self._history.add(ground, self._zones, self._lines)
        scene = Scene(ground, trains, objects)
        hits = [hit for rule in self._rules for hit in rule.step(scene)]
        hits = [hit for hit in hits if self._schedules.is_active(hit.rule, scene.at)]
        events = self._incidents.step(hits, ground.at)
        return Judged(ground, [*told, *events], samples, self._incidents.going_on())

    def interrupt(self) -> list[Event]:
        """The picture stopped: end what is open and forget everybody."""
        self.floor.forget()
        self._tracker.forget()
        self._motion.forget()
        self._history.gap()
        self._counted.clear()
        for zone in self._zones:
            zone.gap()
        for line in self._lines:
            line.gap()
        for rule in self._rules:
            rule.forget()
        return self._incidents.end_all()

    def close(self) -> tuple[list[Event], Samples]:
        """The run is over: end what is open and hand out the last, unfinished window."""
        samples: Samples = self._noted([s for zone in self._zones for s in zone.close()])
        samples += [s for line in self._lines for s in line.close()]
        return [*self._incidents.end_all(), *self.floor.close()], samples

    def history(self) -> History:
        """Return what the report draws."""
        return self._history.build(is_metric=self.plane is not None)

    @property
    def suppressed(self) -> int:
        """Hits that a cool-down kept quiet."""
        return self._incidents.suppressed

    def _noted(self, windows: list[ZoneSample]) -> Samples:
        for window in windows:
            if window.level is not None:
                self.levels[window.zone] = max(window.level, self.levels.get(window.zone, window.level))
        return list(windows)

    def _resurvey(self) -> None:
        """Exchange the floor for the one learned, between incidents: rules begin anew, what is counted goes on.

        A floor that is no longer believed goes at once.
        """
        plane = self.floor.plane
        if plane is self.plane or (plane is not None and len(self._incidents)):
            return
        self.plane, self._motion = plane, Motion(plane, self._resolution_px)
        areas, crossings = self._areas(), crossings_of(self._camera, plane)
        self._rules = make_rules(self._camera, plane, crossings, self._least_height_px)
        for zone, area in zip(self._zones, areas, strict=True):
            zone.resurvey(area, self._resolved(area))
        for meter, line in zip(self._lines, self._camera.lines, strict=True):
            meter.resurvey(crossings[line.name])
        self._history.resurvey(areas)

    def _areas(self) -> list[Area]:
        return [Area.of(zone, self.plane) for zone in self._camera.zones or (whole_picture(self._wh),)]

    def _count(self, tracks: Tracks) -> None:
        confirmed = set(tracks.id[tracks.confirmed].tolist())
        self.people_total += len(confirmed - self._counted)
        self._counted = (self._counted | confirmed) - set(tracks.gone.tolist())
        self.people_max = max(self.people_max, int((tracks.confirmed & ~tracks.held).sum()))


def whole_picture(wh: tuple[int, int]) -> Zone:
    """Return the zone a camera without zones is counted by."""
    w, h = wh
    return Zone(name="picture", polygon_px=((0, 0), (w, 0), (w, h), (0, h)))
