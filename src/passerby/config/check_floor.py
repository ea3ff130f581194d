"""Checks that a calibration gives a floor, and that the floor covers the zones of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from passerby.config.check_places import DrawnPicture, at, fractions_fault
from passerby.config.located import CameraParts, Loc, Marks
from passerby.config.units import plain
from passerby.contracts.calibration_settings import Calibration, Point
from passerby.contracts.errors import CalibrationError, Problem
from passerby.contracts.rules import CrowdingRule, FastMovementRule
from passerby.ground.calibration.spread import spans
from passerby.ground.geometry.places import Area
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.reach import NEEDED_SD_MPS, reliable_share

Calibrate = Callable[[Calibration, tuple[int, int]], GroundPlane]
_MAX_SPREAD_M = 500.0


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
    yield from _lengths(calibration, loc[:-1], marks, picture)
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
    if not twice and not calibration.lengths and not (spans(px) and spans(m)):
        yield marks.problem(
            loc, "too many points lie on one line: spread at least 4 over the floor, no 3 in a row"
        )
    spread = float(np.ptp(np.asarray(m), axis=0).max())
    if spread > _MAX_SPREAD_M:
        yield marks.problem(
            loc, f"the points span {plain(spread)} m on the floor: m is in metres, not in cm or mm"
        )


def _lengths(calibration: Calibration, loc: Loc, marks: Marks, picture: DrawnPicture) -> Iterator[Problem]:
    for i, length in enumerate(calibration.lengths):
        found = [what for spot in length.px if (what := picture.outside(spot))]
        if what := fractions_fault(length.px):
            found.append(f"the length {what}")
        yield from (marks.problem((*loc, "lengths", i, "px"), what) for what in found)


def _repeated(points: Sequence[Point], loc: Loc, key: str, marks: Marks) -> Iterator[Problem]:
    firsts: dict[Point, int] = {}
    for i, point in enumerate(points):
        first = firsts.setdefault(point, i)
        if first < i:
            line = marks.line_of((*loc, first, key))
            yield marks.problem(
                (*loc, i, key), f"{at(point)} is the same point as on line {line}: survey another one"
            )
