"""Checks of the zones and lines of one camera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from shapely.geometry import Polygon
from shapely.validation import explain_validity

from passerby.config.located import CameraParts, Loc, Marks
from passerby.config.units import plain
from passerby.contracts.calibration_settings import Point
from passerby.contracts.config import Line, Zone
from passerby.contracts.errors import Problem

# The foot of a person who is 16 px high, the least that the detector sees, covers about so much.
LEAST_ZONE_PX2 = 16.0
_PIXELS = "coordinates are pixels, not fractions of the picture"


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """The picture of the coordinates; `wh` is None if its size is unknown."""

    wh: tuple[int, int] | None

    def outside(self, point: Point) -> str | None:
        """Return a sentence if `point` is not in the picture."""
        x, y = point
        if self.wh is None:
            return f"{at(point)} is outside the picture: x and y start at 0" if min(x, y) < 0 else None
        w, h = self.wh
        if 0 <= x <= w and 0 <= y <= h:
            return None
        return f"{at(point)} is outside the picture of {w} x {h} px: x goes from 0 to {w}, y from 0 to {h}"


def place_problems(camera: CameraParts, marks: Marks, picture: DrawnPicture) -> Iterator[Problem]:
    """Return all problems of the camera's zones and lines."""
    for loc, zone in camera.zones:
        yield from _zone(zone, loc, marks, picture)
    for loc, line in camera.lines:
        yield from _line(line, loc, marks, picture)


def _zone(zone: Zone, loc: Loc, marks: Marks, picture: DrawnPicture) -> Iterator[Problem]:
    key = (*loc, "polygon_px")
    corners = len(set(zone.polygon_px))
    if corners < 3:
        yield marks.problem(key, f'zone "{zone.name}" needs at least 3 different corners, got {corners}')
        return
    for i, corner in enumerate(zone.polygon_px):
        if what := picture.outside(corner):
            yield marks.problem((*key, i), f'zone "{zone.name}": corner {what}')
    if what := _shape_fault(zone.polygon_px) or _size_fault(zone.polygon_px):
        yield marks.problem(key, f'zone "{zone.name}" {what}')


def _size_fault(corners: Sequence[Point]) -> str | None:
    """Return why no person can stand in a zone, if so."""
    if all(max(corner) <= 1 for corner in corners):
        return f"is smaller than a pixel: {_PIXELS}"
    area_px2 = Polygon(corners).area
    if area_px2 < LEAST_ZONE_PX2:
        return f"covers {plain(area_px2)} px², too small for a person to stand in: draw it larger"
    return None


def _shape_fault(corners: Sequence[Point]) -> str | None:
    shape = Polygon(corners)
    if shape.is_valid and shape.area > 0:
        return None
    centred = np.asarray(corners) - np.mean(corners, axis=0)
    if np.linalg.matrix_rank(centred) < 2:
        return "has no area: its corners are on one line"
    _, _, spot = explain_validity(shape).partition("[")
    where = " near " + at(tuple(float(v) for v in spot.rstrip("]").split()[:2])) if spot else ""
    return f"crosses itself{where}: give the corners in order, walking around it once"


def _line(line: Line, loc: Loc, marks: Marks, picture: DrawnPicture) -> Iterator[Problem]:
    for key, end in (("from_px", line.from_px), ("to_px", line.to_px)):
        if what := picture.outside(end):
            yield marks.problem((*loc, key), f'line "{line.name}": {what}')
    if max(*line.from_px, *line.to_px) <= 1:
        yield marks.problem((*loc, "to_px"), f'line "{line.name}" is shorter than two pixels: {_PIXELS}')
    elif np.hypot(line.to_px[0] - line.from_px[0], line.to_px[1] - line.from_px[1]) < 1:
        yield marks.problem(
            (*loc, "to_px"), f'line "{line.name}" starts and ends at {at(line.to_px)}: move one end'
        )


def fractions_fault(points: Iterable[Point]) -> str | None:
    """Return a sentence if all points are within the first pixel, as fractions of the picture are."""
    return f"is within the first pixel: {_PIXELS}" if all(max(point) <= 1 for point in points) else None


def at(point: Sequence[float]) -> str:
    """Return a point as text: (640, 390)."""
    return f"({plain(point[0])}, {plain(point[1])})"
