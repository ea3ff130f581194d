"""Changed rules that run beside those of a camera, on the same people, objects and trains."""

from __future__ import annotations

from collections.abc import Callable

from passerby.behaviour.crossing import crossings_of
from passerby.behaviour.incidents import Incidents
from passerby.behaviour.make import make_rules
from passerby.camera.limits import DetectorLimits
from passerby.camera.schedule import Schedules, WallClock
from passerby.contracts.config import Camera
from passerby.contracts.events import Event
from passerby.contracts.scene import Scene
from passerby.ground.geometry.plane import GroundPlane


class RuleTrial:
    """A second set of rules. Nothing else depends on it, and its events go to nobody but the person who tries.

    camera: with the changed zones, lines and rules, scaled to the picture.
    """

    def __init__(
        self,
        camera: Camera,
        plane: GroundPlane | None,
        limits: DetectorLimits,
        clock: WallClock,
        new_id: Callable[[], str],
    ) -> None:
        self._rules = make_rules(camera, plane, crossings_of(camera, plane), limits.least_height_px)
        self._schedules = Schedules(camera.rules, clock)
        self._incidents = Incidents(camera.name, camera.rules, new_id)
        self._ended: list[Event] = []

    def step(self, scene: Scene) -> list[Event]:
        """Process one frame; return the events, with those that a gap before it ended."""
        hits = [hit for rule in self._rules for hit in rule.step(scene)]
        hits = [hit for hit in hits if self._schedules.is_active(hit.rule, scene.at)]
        ended, self._ended = self._ended, []
        return [*ended, *self._incidents.step(hits, scene.at)]

    def gap(self) -> None:
        """Handle an interrupted picture."""
        self._ended += self._incidents.end_all()
        for rule in self._rules:
            rule.reset()
