"""Checks of the zones for passenger information."""

from __future__ import annotations

from collections.abc import Iterator

from passerby.config.keys import near
from passerby.config.located import Marks
from passerby.contracts.config import Unit
from passerby.contracts.errors import Problem


def transit_problems(unit: Unit, marks: Marks) -> Iterator[Problem]:
    """Return all problems of stops, for a unit with valid form."""
    zones = {camera.name: {zone.name for zone in camera.zones} for camera in unit.cameras}
    seen: set[tuple[str, str]] = set()
    for i, stop in enumerate(unit.transit.stops):
        loc = ("transit", "stops", i)
        if stop.camera not in zones:
            yield marks.problem((*loc, "camera"), f'there is no camera "{stop.camera}"{near(stop.camera, zones)}')
        elif stop.zone not in zones[stop.camera]:
            what = f'{stop.camera} has no zone "{stop.zone}"{near(stop.zone, zones[stop.camera])}'
            yield marks.problem((*loc, "zone"), what)
        if (stop.camera, stop.zone) in seen:
            yield marks.problem(loc, "this zone is listed twice, so its people would count twice")
        seen.add((stop.camera, stop.zone))
