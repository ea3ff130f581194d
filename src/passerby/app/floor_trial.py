"""The floor that a drawing gives, beside the floor that people gave."""

from __future__ import annotations

import math
from collections.abc import Callable

from pydantic import ValidationError

from passerby.console.ports import FloorBand, FloorResidual, FloorTrial, GridLine, LearnedTrial
from passerby.contracts.arrays import F64
from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.drawing import DrawnFloor
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.calibration.compare import learned_plane, ratio
from passerby.ground.calibration.quality import bands, error_map, floor_grid, point_misses, usable_share
from passerby.ground.geometry.mounting import WH
from passerby.ground.geometry.plane import GroundPlane


def tried(drawn: DrawnFloor, problems: Callable[[], list[str]], learned: LearnedFloor | None) -> FloorTrial:
    """Return what floor a drawing gives. problems: finds those of the configuration with it."""
    wh = drawn.picture_px
    try:
        calibration = Calibration.model_validate(drawn.given())
        plane = make_plane(calibration, wh)
    except ValidationError:
        return FloorTrial(tuple(problems()), learned=_compared(learned, None, wh))
    except CalibrationError as error:
        return FloorTrial((str(error),), learned=_compared(learned, None, wh))
    return FloorTrial(
        tuple(problems()),
        tuple(FloorResidual(miss.what, round(miss.cm, 1)) for miss in point_misses(calibration, plane)),
        tuple(FloorBand(band.y_px, band.px_per_m, band.speed_sd_mps) for band in bands(plane, wh)),
        round(usable_share(plane, wh), 3),
        _lines(plane, wh),
        _compared(learned, plane, wh),
        tuple(tuple(_sd(value) for value in row) for row in error_map(plane, wh).tolist()),
    )


def _compared(learned: LearnedFloor | None, drawn: GroundPlane | None, wh: WH) -> LearnedTrial | None:
    if learned is None:
        return None
    plane = learned_plane(learned, wh)
    found = ratio(drawn, plane, learned.length_sd, wh) if drawn is not None else None
    grid = _lines(plane, wh)
    sd = round(learned.length_sd, 3)
    if found is None:
        return LearnedTrial(learned.walkers, sd, grid)
    share = round(found.median, 3), round(found.low, 3), round(found.high, 3)
    return LearnedTrial(learned.walkers, sd, grid, share, found.is_apart)


def _lines(plane: GroundPlane, wh: WH) -> tuple[GridLine, ...]:
    return tuple(_line(bold, px) for bold, px in floor_grid(plane, wh))


def _sd(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None


def _line(bold: bool, px: F64) -> GridLine:
    return GridLine(bool(bold), tuple((round(float(x), 1), round(float(y), 1)) for x, y in px))
