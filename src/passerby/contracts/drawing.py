"""Zones and lines as a person drew them on the picture of a camera."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from passerby.contracts.config import Point, ZoneKind
from passerby.contracts.strict import Strict

_AnyName = Annotated[str, Field(max_length=200)]


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
    """All zones and lines of one camera, in pixels of `picture_px`."""

    camera: _AnyName
    picture_px: tuple[int, int]
    zones: tuple[DrawnZone, ...] = Field(default=(), max_length=64)
    lines: tuple[DrawnLine, ...] = Field(default=(), max_length=64)
