"""The plan of the station: the zones of each camera from above, coloured by their level of service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from passerby.console.ports import FloorPlan, UnitStatus
from passerby.console.unit_state import PlaceNow

Point = tuple[float, float]
# Free floor around the zones, as a fraction of the larger side.
EDGE = 0.06


@dataclass(frozen=True, slots=True)
class ColouredZone:
    """One zone. points: for an SVG polygon. at: its middle. level: A to F, "" if it is not known."""

    name: str
    points: str
    at: Point
    level: str
    people: str


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """The plan of one camera. box: viewBox. size: of letters and dots, in its units."""

    camera: str
    box: str
    size: float
    zones: tuple[ColouredZone, ...]
    dots: tuple[Point, ...]


def plans(status: UnitStatus, places: Iterable[PlaceNow], alarmed: Iterable[str]) -> list[DrawnPlan]:
    """Return the plan of each camera with zones. alarmed: cameras with an open alarm, which alone show people."""
    now = {(place.camera, place.name): place for place in places}
    open_ = set(alarmed)
    found = ((camera.name, status.plan(camera.name)) for camera in status.unit().cameras)
    return [_drawn(name, plan, now, name in open_) for name, plan in found if plan is not None and plan.zones]


def _drawn(camera: str, plan: FloorPlan, now: Mapping[tuple[str, str], PlaceNow], is_alarmed: bool) -> DrawnPlan:
    corners = [point for zone in plan.zones for point in zone.outline]
    (left, top), (right, foot) = (tuple(pick(axis) for axis in zip(*corners, strict=True)) for pick in (min, max))
    size = max(right - left, foot - top)
    edge = size * EDGE
    box = f"{left - edge:.2f} {top - edge:.2f} {right - left + 2 * edge:.2f} {foot - top + 2 * edge:.2f}"
    zones = []
    for zone in plan.zones:
        place = now.get((camera, zone.name))
        points = " ".join(f"{x},{y}" for x, y in zone.outline)
        level, people = (place.level, place.people) if place else ("", "")
        zones.append(ColouredZone(zone.name, points, _middle(zone.outline), level, people))
    return DrawnPlan(camera, box, size, tuple(zones), plan.dots if is_alarmed else ())


def _middle(outline: Sequence[Point]) -> Point:
    return sum(x for x, _ in outline) / len(outline), sum(y for _, y in outline) / len(outline)
