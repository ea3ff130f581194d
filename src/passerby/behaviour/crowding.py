"""Crowding: a zone has too many people, per square metre or in total, for a minimum time."""

from __future__ import annotations

import numpy as np

from passerby.behaviour.occlusion import people_are_occluded
from passerby.behaviour.presence import Presence
from passerby.behaviour.rule import Rule
from passerby.behaviour.service_levels import levels_of
from passerby.behaviour.threshold import Threshold
from passerby.behaviour.trend import Trend
from passerby.contracts.errors import CalibrationError
from passerby.contracts.events import Measure
from passerby.contracts.people import Hit, Subject
from passerby.contracts.rules import CrowdingRule
from passerby.contracts.scene import Scene
from passerby.ground.geometry.places import Area
from passerby.ground.visibility.open_floor import OpenFloor

# The estimate of occluded people at most doubles the count. Chosen: the two estimates of decision 0017 are 1.7 and
# 1.8 times the count.
LEAST_OPEN = 0.5
# Equal, so that people are counted for the time they were there. Chosen by judgement, as in meters.py.
ENTER_S, LEAVE_S = 0.5, 0.5


class Crowding(Rule[CrowdingRule]):
    """Rule: at or above the threshold for `hold_s`; the incident ends below `clear_ratio` of it.

    If people occlude each other, the rule uses an estimate based on the floor that is visible to the camera.
    floor: None if that is unknown; the rule then uses the people seen.
    """

    def __init__(self, index: int, rule: CrowdingRule, area: Area, floor: OpenFloor | None = None) -> None:
        self._area_m2, self._floor = area.area_m2, floor
        self._threshold = Threshold(_threshold_people(rule, area), rule.clear_ratio, rule.hold_s)
        self._presence = Presence(area, ENTER_S, LEAVE_S)
        self._levels, self._trend = levels_of(area.zone), Trend()
        super().__init__(index, rule, self._presence, self._trend, self._threshold)

    def step(self, scene: Scene) -> list[Hit]:
        """See Rule."""
        inside = self._presence.step(scene.ground).inside
        seen, is_lower_bound = int(np.count_nonzero(inside)), people_are_occluded(scene.ground, inside)
        floor = self._floor if is_lower_bound else None
        people = seen if floor is None else seen / max(floor.share(scene.ground), LEAST_OPEN)
        if self._area_m2:
            self._trend.add(scene.at, people / self._area_m2)
        since = self._threshold.step(people, scene.at)
        return [] if since is None else [self._crowd(seen, people, since.s, is_lower_bound)]

    def _crowd(self, seen: int, people: float, since_s: float, is_lower_bound: bool) -> Hit:
        measures = [Measure("people", seen, "person")]
        if people > seen:
            measures.append(Measure("estimated", round(people), "person"))
        if self._area_m2:
            density, trend = people / self._area_m2, self._trend.per_minute()
            measures += [Measure("density", round(density, 2), "person/m2")]
            measures += [Measure("level", self._levels.letter(density))]
            measures += [] if trend is None else [Measure("trend", round(trend, 3) + 0.0, "person/m2/min")]
        if is_lower_bound:
            measures.append(Measure("lower_bound", "people hide each other"))
        return self._hit(Subject(None), seen, since_s, *measures)


def _threshold_people(rule: CrowdingRule, area: Area) -> float:
    """Return the threshold as a number of people; a density needs the size of the zone on the floor.

    Raises CalibrationError if that is unknown.
    """
    if rule.people is not None:
        return float(rule.people)
    if area.area_m2 is None:
        raise CalibrationError(f"zone {area.name!r}: a density needs a calibration that covers the whole zone")
    assert rule.density_per_m2 is not None
    return round(rule.density_per_m2 * area.area_m2, 6)  # four people are enough for 4.0000000001
