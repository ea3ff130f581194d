"""The plan of a camera's floor for the console: its zones from above, and people while an incident is open."""

from __future__ import annotations

import numpy as np

from passerby.camera.loop import CameraLoop
from passerby.console.ports import FloorPlan, PlanZone
from passerby.contracts.arrays import F64
from passerby.ground.geometry.plane import GroundPlane


def plan_of(loop: CameraLoop) -> FloorPlan | None:
    """Return the present plan of a running camera; None before its first picture."""
    state = loop.state
    if state is None:
        return None
    outlines = [np.asarray(zone.polygon_px, np.float64) for zone in state.camera.zones]
    dots = np.asarray(loop.dots, np.float64).reshape(-1, 2)
    width, height = state.frame_wh
    seen = _from_above(state.plane, np.array([width / 2, height - 1.0]), outlines, dots)
    is_metres = seen is not None
    outlines, dots = seen if seen is not None else (outlines, dots)
    zones = (
        PlanZone(zone.name, _points(outline)) for zone, outline in zip(state.camera.zones, outlines, strict=True)
    )
    return FloorPlan(tuple(zones), _points(dots[np.isfinite(dots).all(axis=1)]), is_metres)


def _from_above(
    plane: GroundPlane | None, near_px: F64, outlines: list[F64], dots: F64
) -> tuple[list[F64], F64] | None:
    """Return metres to the right and towards the camera; None if a zone is not completely on a known floor."""
    if plane is None:
        return None
    turn = _turn(plane.exact(), near_px)
    floors = [plane.exact().to_floor(outline).pos_m @ turn for outline in outlines]
    if not all(np.isfinite(floor).all() for floor in floors):
        return None
    return floors, plane.exact().to_floor(dots).pos_m @ turn


def _turn(plane: GroundPlane, near_px: F64) -> F64:
    """Return the (2, 2) matrix that turns floor positions so that the plan is seen as the picture is."""
    steps = np.array([[0.0, 0.0], [8.0, 0.0], [0.0, -8.0]])
    here, right, ahead = plane.to_floor(near_px + steps).pos_m
    up = (ahead - here) / np.linalg.norm(ahead - here)
    side = np.array([-up[1], up[0]])
    side = side if side @ (right - here) >= 0 else -side
    return np.column_stack([side, -up])


def _points(points: F64) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)
