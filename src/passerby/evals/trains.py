"""Trains from the ground truth, as from a timetable, for runs without pictures."""

from __future__ import annotations

import shapely

from passerby.contracts.scene import TrainState
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.sim.geometry import tracks_of
from passerby.sim.scenario import CameraModel, Scenario
from passerby.sim.surroundings import Surroundings, stops_of
from passerby.sim.train import Track

MIDDLE_M = 1.5


class TrueTrains:
    """The trains at one camera's track zones, as a DepartureSource; call in time order."""

    def __init__(self, scenario: Scenario, model: CameraModel) -> None:
        rails = tracks_of(scenario.layout)
        self._around = Surroundings(scenario.layout, rails, stops_of(scenario.trains))
        self._rail_of: dict[str, Track] = {}
        for zone in scenario.zones:
            shape = shapely.Polygon(zone.polygon_m)
            beside = [r for r in rails.values() if _lies_at(r, shape)]
            if zone.kind == "track" and zone.name in model.zones and beside:
                self._rail_of[zone.name] = beside[0]
        self._states = {name: TrainState(name, False, Timestamp(0), 0) for name in self._rail_of}

    def merged(self, _: tuple[TrainState, ...], at: Timestamp) -> tuple[TrainState, ...]:
        """Return one row per track zone, independent of the picture."""
        there = {train.track.name for train in self._around.trains(at.s)}
        for name, rail in self._rail_of.items():
            state, is_there = self._states[name], rail.name in there
            if state.is_there != is_there:
                left = sum(s.track == rail.name and 0 < s.depart_s <= at.s for s in self._around.stops)
                self._states[name] = TrainState(name, is_there, Timestamp(round(at.s * NS_PER_S)), left)
        return tuple(self._states.values())


def _lies_at(rail: Track, zone: shapely.Polygon) -> bool:
    """Return whether the middle of the track bed beside the zone is in it."""
    (x, _), *_ = zone.centroid.coords
    return bool(zone.contains(shapely.Point(x, rail.edge_y_m + rail.side * MIDDLE_M)))
