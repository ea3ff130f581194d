"""Zones, lines and surveyed points of the floor in one camera's picture, in pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from passerby.contracts.arrays import F64
from passerby.sim.camera import SimCamera
from passerby.sim.geometry import PIT_M
from passerby.sim.layout import FloorSurface
from passerby.sim.scenario import LineModel, Scenario, ZoneModel

NEAREST_M = 0.6
EVERY_M = 0.4
SIMPLER_PX = 0.7
EDGE_PX = 3.0


def zone_px(zone: ZoneModel, camera: SimCamera, floors: Sequence[FloorSurface] = ()) -> list[tuple[float, float]]:
    """The part of a zone inside the picture as a polygon; empty if there is none.

    A zone of kind track is on the bed: only its part that no platform of `floors` occludes.
    """
    w, h = camera.size_px
    on_bed = zone.kind == "track"
    seen = _shape(zone.polygon_m, PIT_M if on_bed else 0.0, camera).intersection(shapely.box(0, 0, w - 1, h - 1))
    for floor in floors if on_bed else ():
        (x0, x1), (y0, y1) = floor.x_m, floor.y_m
        seen = seen.difference(_shape([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], 0.0, camera))
    seen = seen.simplify(SIMPLER_PX)
    if seen.geom_type != "Polygon":
        seen = max(getattr(seen, "geoms", [shapely.Polygon()]), key=lambda part: part.area)
    if seen.is_empty or seen.geom_type != "Polygon":
        return []
    return [(round(x, 1), round(y, 1)) for x, y in seen.exterior.coords[:-1]]


def line_px(line: LineModel, camera: SimCamera) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Ends of the part of a counting line inside the picture, or None."""
    run = np.linspace(0, 1, 400)[:, None]
    points = np.array(line.from_m) * (1 - run) + run * np.array(line.to_m)
    px, ahead = _pixels(points, camera), _depth(points, camera) > NEAREST_M
    w, h = camera.size_px
    rows = np.flatnonzero(ahead & (px >= 0).all(-1) & (px <= (w - 1, h - 1)).all(-1))
    if len(rows) < 2:
        return None
    (x0, y0), (x1, y1) = px[rows[0]].round(1).tolist(), px[rows[-1]].round(1).tolist()
    return (x0, y0), (x1, y1)


def survey(
    scenario: Scenario, camera: SimCamera, rows: int = 4
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Up to `rows` squared points of the floor as (px, m): spread over the floors and well inside the picture."""
    out = []
    w, h = camera.size_px
    for floor in scenario.layout.floors:
        x = np.linspace(floor.x_m[0] + 0.5, min(floor.x_m[1], camera.position_m[0] + 35), 90)
        y = np.linspace(floor.y_m[0] + 0.2, floor.y_m[1] - 0.2, rows)
        for column in y:
            points = np.stack([x, np.full_like(x, column)], -1)
            px = _pixels(points, camera)
            fits = (px > EDGE_PX).all(-1) & (px < (w - 1 - EDGE_PX, h - 1 - EDGE_PX)).all(-1)
            fits &= _depth(points, camera) > NEAREST_M
            seen = np.flatnonzero(fits)
            for k in seen[np.linspace(0, len(seen) - 1, rows).astype(int)] if len(seen) >= rows else []:
                metres = points[k].round(3)
                exact = _pixels(metres[None], camera)[0]
                out.append(((float(exact[0]), float(exact[1])), (float(metres[0]), float(metres[1]))))
    return out


def _shape(ring_m: Sequence[tuple[float, float]], z_m: float, camera: SimCamera) -> shapely.Geometry:
    """A polygon at one height in the picture, not clipped to the picture; empty if it is completely behind the
    camera."""
    ring = _dense(_in_front(np.array(ring_m, float), z_m, camera))
    return shapely.Polygon(_pixels(ring, camera, z_m)).buffer(0) if len(ring) >= 3 else shapely.Polygon()


def _pixels(points_m: F64, camera: SimCamera, z_m: float = 0.0) -> F64:
    return camera.project(np.column_stack([points_m, np.full(len(points_m), z_m)]))[0]


def _depth(points_m: F64, camera: SimCamera, z_m: float = 0.0) -> F64:
    return camera.project(np.column_stack([points_m, np.full(len(points_m), z_m)]))[1]


def _in_front(ring: F64, z_m: float, camera: SimCamera) -> F64:
    """A polygon cut at the plane in front of the camera (Sutherland and Hodgman)."""
    depth, out = _depth(ring, camera, z_m) - NEAREST_M, []
    for k in range(len(ring)):
        here, there = ring[k - 1], ring[k]
        a, b = depth[k - 1], depth[k]
        if (a >= 0) != (b >= 0):
            out.append(here + (there - here) * a / (a - b))
        if b >= 0:
            out.append(there)
    return np.array(out).reshape(-1, 2)


def _dense(ring: F64) -> F64:
    """The same polygon with corners at most `EVERY_M` apart, so that a bent lens bends its edges."""
    out = []
    for k in range(len(ring)):
        here, there = ring[k - 1], ring[k]
        steps = max(1, int(np.ceil(np.linalg.norm(there - here) / EVERY_M)))
        out += [here + (there - here) * s / steps for s in range(steps)]
    return np.array(out).reshape(-1, 2)
