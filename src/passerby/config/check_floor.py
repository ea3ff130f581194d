"""Checks that a calibration gives a floor, and that the floor covers the zones of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from passerby.config.check_places import DrawnPicture, at
from passerby.config.located import CameraParts, Loc, Marks
from passerby.config.units import plain
from passerby.contracts.config import Calibration, Point
from passerby.contracts.errors import CalibrationError, Problem
from passerby.contracts.rules import CrowdingRule, FastMovementRule
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.reach import NEEDED_SD_MPS, reliable_share

Calibrate = Callable[[Calibration, tuple[int, int]], GroundPlane]
_MAX_SPREAD_M = 500.0
# Deviation from a line, in parts of the spread of all points, below which points lie in a row.
_IN_A_ROW = 1e-3


def floor_problems(
    camera: CameraParts, marks: Marks, picture: DrawnPicture, calibrate: Calibrate
) -> Iterator[Problem]:
    """Return all problems of the camera's calibration."""
    calibration, loc = camera.calibration, (*camera.loc, "calibration")
    if calibration is None:
        return
    found = list(_points(calibration, (*loc, "points"), marks, picture))
    yield from found
    if found or calibration.people or not (calibration.points or picture.wh):
        return
    try:
        plane = calibrate(calibration, picture.wh or (1, 1))
    except CalibrationError as error:
        yield marks.problem(loc, str(error))
        return
    yield from _densities(camera, marks, plane)
    yield from _speeds(camera, marks, plane, picture)


def _densities(camera: CameraParts, marks: Marks, plane: GroundPlane) -> Iterator[Problem]:
    zones = {zone.name: zone for _, zone in camera.zones if len(zone.polygon_px) > 2}
    for loc, rule in camera.rules:
        dense = isinstance(rule, CrowdingRule) and rule.density_per_m2 is not None
        zone = zones.get(rule.zone) if isinstance(rule, CrowdingRule) and dense else None
        if zone is None or Area.of(zone, plane).area_m2 is not None:
            continue
        valid = plane.to_floor(np.asarray(zone.polygon_px)).valid
        corner = at(next(p for p, ok in zip(zone.polygon_px, valid, strict=True) if not ok))
        what = f'zone "{zone.name}" has no size in m2: corner {corner} is too far away or above the horizon'
        yield marks.problem((*loc, "density_per_m2"), f"{what}: move it nearer, or give people")


def _speeds(camera: CameraParts, marks: Marks, plane: GroundPlane, picture: DrawnPicture) -> Iterator[Problem]:
    zones = {zone.name: zone for _, zone in camera.zones if len(zone.polygon_px) > 2}
    for loc, rule in camera.rules:
        zone = zones.get(rule.zone) if isinstance(rule, FastMovementRule) else None
        if zone is None or picture.wh is None or reliable_share(zone.polygon_px, plane, picture.wh) > 0:
            continue
        what = f'the error of speeds in zone "{zone.name}" would be above {NEEDED_SD_MPS:.2f} m/s everywhere'
        cure = "people are too small or seen too flat there, or the calibration is too rough: move the zone nearer"
        yield marks.problem((*loc, "zone"), f"{what}, so the rule could report nothing: {cure}")


def _points(calibration: Calibration, loc: Loc, marks: Marks, picture: DrawnPicture) -> Iterator[Problem]:
    for i, length in enumerate(calibration.lengths):
        for spot in length.px:
            if what := picture.outside(spot):
                yield marks.problem((*loc[:-1], "lengths", i, "px"), what)
    if not calibration.points:
        return
    px = [p.px for p in calibration.points]
    m = [p.m for p in calibration.points]
    for i, spot in enumerate(px):
        if what := picture.outside(spot):
            yield marks.problem((*loc, i, "px"), what)
    if all(max(spot) <= 1 for spot in px):
        yield marks.problem(
            loc, "the points are within one pixel: px is in pixels, not in fractions of the picture"
        )
    twice = [*_repeated(px, loc, "px", marks), *_repeated(m, loc, "m", marks)]
    yield from twice
    if not twice and not calibration.lengths and not (_spans(px) and _spans(m)):
        yield marks.problem(
            loc, "too many points lie on one line: spread at least 4 over the floor, no 3 in a row"
        )
    spread = float(np.ptp(np.asarray(m), axis=0).max())
    if spread > _MAX_SPREAD_M:
        yield marks.problem(
            loc, f"the points span {plain(spread)} m on the floor: m is in metres, not in cm or mm"
        )


def _repeated(points: Sequence[Point], loc: Loc, key: str, marks: Marks) -> Iterator[Problem]:
    firsts: dict[Point, int] = {}
    for i, point in enumerate(points):
        first = firsts.setdefault(point, i)
        if first < i:
            line = marks.line_of((*loc, first, key))
            yield marks.problem(
                (*loc, i, key), f"{at(point)} is the same point as on line {line}: survey another one"
            )


def _spans(points: Sequence[Point]) -> bool:
    """Return whether four of the points have no three in a row, so that they determine a homography.

    With four points that means none of the four triples; with more it fails if all, or all but one, are in a row.
    """
    centred = np.asarray(points, np.float64) - np.mean(points, axis=0)
    xy = centred / max(float(np.abs(centred).max()), 1e-12)
    x, y, n = xy[:, 0], xy[:, 1], len(xy) - 1
    # Moments of all points but one, about their own mean, for each of them.
    sx, sy = x.sum() - x, y.sum() - y
    xx, yy, xy_ = (x @ x) - x * x - sx * sx / n, (y @ y) - y * y - sy * sy / n, (x @ y) - x * y - sx * sy / n
    least = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy_)
    return bool((least > _IN_A_ROW**2).all())
