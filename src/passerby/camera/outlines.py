"""The outlines of zones and lines in redacted pictures."""

from __future__ import annotations

from collections.abc import Sequence

from passerby.contracts.calibration_settings import Point
from passerby.contracts.config import Camera
from passerby.pixels.annotate import Share
from passerby.pixels.paint import Outline


def outlines_of(camera: Camera, wh: tuple[int, int]) -> list[Outline]:
    """Return the outlines of the zones and lines of a camera that is scaled to the picture `wh`."""
    zones = [Outline(shares(zone.polygon_px, wh)) for zone in camera.zones]
    return [*zones, *(Outline(shares((line.from_px, line.to_px), wh), closed=False) for line in camera.lines)]


def shares(points_px: Sequence[Point], wh: tuple[int, int]) -> tuple[Share, ...]:
    """Return points in pixels as fractions of the picture's width and height."""
    return tuple((x / wh[0], y / wh[1]) for x, y in points_px)
