"""Decides whether a smaller stream of a camera is good enough for its zones and lines."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from passerby.camera.limits import DetectorLimits
from passerby.config.scale import same_shape, scaled_to
from passerby.contracts.config import Camera
from passerby.contracts.results import ModelInfo
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.foot import reduction
from passerby.ground.geometry.near import standing_px

WH = tuple[int, int]


def stream_fault(camera: Camera, model: ModelInfo) -> Callable[[WH], str | None]:
    """Return a function that says why pictures of a size, px, are not good enough, or None if they are.

    They are if the detector would reduce them anyway, or if a standing adult in the farthest corner of every zone
    and line is tall enough for the detector. camera: with `picture_px`.
    """
    return lambda wh: _shape_fault(camera, wh) or _height_fault(camera, wh, model)


def _shape_fault(camera: Camera, wh: WH) -> str | None:
    drawn = camera.picture_px or wh
    if same_shape(drawn, wh):
        return None
    sizes = "{} x {} px".format(*wh), "{} x {} px".format(*drawn)
    return f"its pictures of {sizes[0]} have another aspect ratio than picture_px, {sizes[1]}"


def _height_fault(camera: Camera, wh: WH, model: ModelInfo) -> str | None:
    if reduction(wh, model.input_wh) >= 1:
        return None
    least_px = DetectorLimits.of(model, wh).least_height_px
    heights_px = _heights_px(scaled_to(camera, wh), wh)
    if not heights_px:
        w, h = model.input_wh
        return f"without a surveyed floor and zones, it must have at least the detector's {w} x {h} px"
    name = min(heights_px, key=lambda place: heights_px[place])
    if heights_px[name] >= least_px:
        return None
    return f"people at the far end of {name} are {heights_px[name]:.1f} px tall, the detector needs {least_px:.1f}"


def _heights_px(camera: Camera, wh: WH) -> dict[str, float]:
    """Return the height of a standing adult in the farthest corner of each place, px; 0 beyond the floor."""
    if camera.calibration is None or camera.calibration.people:
        return {}
    plane = make_plane(camera.calibration, wh)
    corners = {zone.name: zone.polygon_px for zone in camera.zones}
    corners |= {line.name: (line.from_px, line.to_px) for line in camera.lines}
    heights = {name: np.nan_to_num(standing_px(plane, np.array(px))) for name, px in corners.items()}
    return {name: float(px.min()) for name, px in heights.items()}
