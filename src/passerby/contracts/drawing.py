"""What a person drew on the picture of a camera: zones and lines, and what is known about the floor."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from passerby.contracts.calibration_settings import CalibrationPoint, KnownLength, Point
from passerby.contracts.config import ZoneKind
from passerby.contracts.strict import Strict

_AnyName = Annotated[str, Field(max_length=200)]
_Value = bool | int | float | _AnyName | None
_Values = Annotated[list[_Value], Field(max_length=50)]
_Pairs = Annotated[list[_Values], Field(max_length=50)]
_Inner = Annotated[dict[_AnyName, _Value | _Values], Field(max_length=50)]
RuleSettings = Annotated[dict[_AnyName, _Value | _Values | _Pairs | _Inner], Field(max_length=50)]
"""The keys of one rule that are given, as in the configuration; the configuration check says what is wrong."""


class DrawnZone(Strict):
    """One zone. was: its name in the configuration, "" for a new one; its other settings stay."""

    name: _AnyName
    was: _AnyName = ""
    kind: ZoneKind = "area"
    polygon_px: tuple[Point, ...] = Field(max_length=200)


class DrawnLine(Strict):
    """One line. was: its name in the configuration, "" for a new one."""

    name: _AnyName
    was: _AnyName = ""
    from_px: Point
    to_px: Point


class DrawnPlaces(Strict):
    """All zones and lines of one camera, in pixels of `picture_px`. rules: None if they stay as they are."""

    camera: _AnyName
    picture_px: tuple[int, int]
    zones: tuple[DrawnZone, ...] = Field(default=(), max_length=64)
    lines: tuple[DrawnLine, ...] = Field(default=(), max_length=64)
    rules: tuple[RuleSettings, ...] | None = Field(default=None, max_length=100)


class DrawnFloor(Strict):
    """Known lengths and points of one camera, in pixels of `picture_px`, and known values of its mounting."""

    camera: _AnyName
    picture_px: tuple[int, int]
    points: tuple[CalibrationPoint, ...] = Field(default=(), max_length=200)
    lengths: tuple[KnownLength, ...] = Field(default=(), max_length=200)
    height_m: float | None = None
    tilt_deg: float | None = None
    hfov_deg: float | None = None
    focal_px: float | None = None

    def given(self) -> dict[str, Any]:
        """Return the `calibration` of the configuration: only what is known."""
        values = self.model_dump(mode="json", exclude={"camera", "picture_px"})
        return {key: value for key, value in values.items() if value not in (None, [])}
