"""Scales a camera's coordinates to the actual picture size."""

from __future__ import annotations

from passerby.contracts.calibration_settings import Calibration, Point
from passerby.contracts.config import Camera, Line, Zone
from passerby.contracts.rules import scaled_rule


def same_shape(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Return whether two picture sizes have the same ratio of width and height, within 2 %."""
    return abs(a[0] * b[1] - a[1] * b[0]) <= 0.02 * a[0] * b[1]


def scaled_to(camera: Camera, wh: tuple[int, int]) -> Camera:
    """Return `camera` scaled to a picture of `wh`, if it was drawn in another size.

    Without `picture_px` the coordinates are assumed to be those of the actual picture.
    """
    if camera.picture_px is None or camera.picture_px == wh:
        return camera
    kx, ky = wh[0] / camera.picture_px[0], wh[1] / camera.picture_px[1]

    def put(point: Point) -> Point:
        return point[0] * kx, point[1] * ky

    return camera.model_copy(
        update={
            "picture_px": wh,
            "calibration": None if camera.calibration is None else _calibration(camera.calibration, kx, ky),
            "zones": tuple(_zone(zone, kx, ky) for zone in camera.zones),
            "rules": tuple(scaled_rule(rule, kx, ky) for rule in camera.rules),
            "lines": tuple(
                Line(name=line.name, from_px=put(line.from_px), to_px=put(line.to_px)) for line in camera.lines
            ),
        }
    )


def _zone(zone: Zone, kx: float, ky: float) -> Zone:
    return zone.model_copy(update={"polygon_px": tuple((x * kx, y * ky) for x, y in zone.polygon_px)})


def _calibration(calibration: Calibration, kx: float, ky: float) -> Calibration:
    points = tuple(p.model_copy(update={"px": (p.px[0] * kx, p.px[1] * ky)}) for p in calibration.points)
    focal_px = None if calibration.focal_px is None else calibration.focal_px * kx
    click_sd_px = calibration.click_sd_px * max(kx, ky)
    lengths = tuple(
        length.model_copy(update={"px": tuple((x * kx, y * ky) for x, y in length.px)})
        for length in calibration.lengths
    )
    return calibration.model_copy(
        update={"points": points, "lengths": lengths, "focal_px": focal_px, "click_sd_px": click_sd_px}
    )
