"""What a unit does with what it sees: places to count, departures, redaction, alarms, evidence; strict models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from passerby.contracts.strict import Name, Strict


class OccupancyLine(Strict):
    """A line that people pass on their way into or out of a place."""

    camera: Name = Field(description="name of the camera that sees the line")
    line: Name = Field(description="name of that camera's line")
    inwards: Literal["in", "out"] = Field(
        default="in", description="which direction over the line leads into the place"
    )


class OccupancyView(Strict):
    """A zone through which a camera sees a part of a place."""

    camera: Name = Field(description="name of the camera")
    zone: Name = Field(description="name of that camera's zone")


class Occupancy(Strict):
    """How many people are in a place: those who went in less those who came out, over lines that bound it."""

    name: Name = Field(description="what the place is called; unique in the unit")
    lines: tuple[OccupancyLine, ...] = Field(min_length=1, description="every way in and out, each once")
    views: tuple[OccupancyView, ...] = Field(
        default=(), description="zones that together show the whole place and do not overlap"
    )
    empty_s: float = Field(
        default=600.0,
        ge=60,
        le=86400,
        description="nobody in any of the views for so long means that the place is empty, seconds",
    )
    closed_at: str | None = Field(
        default=None,
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="HH:MM on the wall; the sum is then set to what the views show, to 0 without views",
    )
    timezone: str = Field(default="UTC", description="whose wall, as in Europe/Berlin; for closed_at")


class Departures(Strict):
    """Who says when trains leave, if not the picture; whether one stands at a track the picture says all the
    same."""

    source: Literal["timetable", "http"] = Field(
        description="timetable: a file with the times of day; http: messages to the unit's departures_port"
    )
    file: str | None = Field(
        default=None,
        min_length=1,
        description="the timetable, a CSV file with the columns track, departs (HH:MM or HH:MM:SS) and days",
    )
    tracks: tuple[Name, ...] = Field(
        default=(), description="the tracks this camera's platform serves, by the names the source uses"
    )

    @model_validator(mode="after")
    def _file_for_timetable(self) -> Departures:
        if (self.source == "timetable") != (self.file is not None):
            raise ValueError("give file with source: timetable, and only then")
        if not self.tracks:
            raise ValueError("name the tracks this platform serves")
        return self


RedactionMode = Literal["silhouette", "solid", "schematic"]


class Redaction(Strict):
    """How people are hidden in everything this camera shows or keeps; there is no way to switch it off."""

    mode: RedactionMode = Field(
        default="silhouette",
        description="silhouette: people as shapes of one colour before the empty place; solid: as boxes; "
        "schematic: as dots on a plain canvas, without any picture",
    )
    max_px_per_m: float = Field(
        default=62.5,
        ge=5,
        le=250,
        description="sharpest that the nearest floor is shown, pixels per one of its metres; needs calibration",
    )


class AlarmPolicy(Strict):
    """How incidents become alarms, for all cameras together; the defaults are those of EEMUA 191."""

    rearm_s: float = Field(
        default=60.0,
        ge=20,
        le=3600,
        description="how long a camera, kind and place must be quiet before it can raise a new alarm, seconds",
    )
    flood_alarms: int = Field(
        default=10, ge=2, le=1000, description="more alarms than this in the window are a flood and become one"
    )
    flood_window_s: float = Field(default=600.0, ge=60, le=3600, description="the window of a flood, seconds")
    # An operator can take 144 alarms a day (EEMUA 191: one in ten minutes); of some 316 cameras that is 0.46 each.
    budget_per_camera_day: float = Field(
        default=0.46,
        gt=0,
        le=1000,
        description="how many alarms of a camera a day the staff can handle, as `passerby eval budget` judges",
    )


LONGEST_KEPT_H = 720.0


class Evidence(Strict):
    """The clip that `run` and `analyze` keep of an incident. Only redacted pictures get this far."""

    clips_from: Literal["info", "warning", "alarm", "never"] = Field(
        default="warning", description="least severity that gets a clip; every incident gets a still"
    )
    fps: float = Field(default=4.0, gt=0, le=15, description="pictures per second of a clip")
    before_s: float = Field(default=10.0, ge=0, le=60, description="how much a clip shows from before, seconds")
    after_s: float = Field(default=10.0, ge=0, le=60, description="how much a clip shows from after, seconds")
    longest_s: float = Field(default=60.0, ge=1, le=600, description="where a clip is cut off, seconds")


class Retention(Strict):
    """How long pictures are kept. 720 hours, 30 days, is the most there is; counts and events have no limit."""

    evidence_h: float = Field(
        default=72.0, gt=0, le=LONGEST_KEPT_H, description="how long stills, clips and reports are kept, hours"
    )
    recording_h: float = Field(
        default=72.0, gt=0, le=LONGEST_KEPT_H, description="how long redacted video is kept, hours"
    )
    evidence_mb: int = Field(
        default=1000, ge=1, le=1_000_000, description="stills and clips of all cameras kept at most, megabytes"
    )
    free_mb: int = Field(
        default=200,
        ge=0,
        le=1_000_000,
        description="oldest pictures go while less of the disk is free, megabytes",
    )
