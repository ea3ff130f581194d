"""The places of a unit whose people are counted in and out, as strict models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from passerby.contracts.strict import Name, Strict


class OccupancyLine(Strict):
    """A line that people cross when they enter or leave a place."""

    camera: Name = Field(description="name of the camera with the line")
    line: Name = Field(description="name of that camera's line")
    inwards: Literal["in", "out"] = Field(
        default="in", description="direction over the line that leads into the place"
    )


class OccupancyView(Strict):
    """A zone in which a camera sees a part of a place."""

    camera: Name = Field(description="name of the camera")
    zone: Name = Field(description="name of that camera's zone")


class Occupancy(Strict):
    """The number of people in a place: those counted in minus those counted out, over the lines that bound it."""

    name: Name = Field(description="name of the place; unique in the unit")
    lines: tuple[OccupancyLine, ...] = Field(
        min_length=1, description="every line at an entrance or exit, each once"
    )
    views: tuple[OccupancyView, ...] = Field(
        default=(), description="zones that together show the complete place and do not overlap"
    )
    empty_s: float = Field(
        default=600.0,
        ge=60,
        le=86400,
        description="time without people in all views after which the place counts as empty, seconds",
    )
    closed_at: str | None = Field(
        default=None,
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="HH:MM in `timezone`, once a day; sets the sum to the number in the views, 0 without views",
    )
    timezone: str = Field(default="UTC", description="time zone of closed_at, for example Europe/Berlin")
