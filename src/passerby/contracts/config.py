"""A unit's configuration as strict models: an unknown key is a refusal to start.

Pixels are those of the camera's main stream; metres are on the floor; every field says its unit.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Point = tuple[float, float]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w][\w .\-]*$")]


class Strict(BaseModel):
    """The one base of all configuration models."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CalibrationPoint(Strict):
    """A spot on the floor: where it is in the picture and where it is in metres."""

    px: Point = Field(description="x, y in the picture, pixels")
    m: Point = Field(description="x, y on the floor, metres")


class Calibration(Strict):
    """Picture to floor, either by surveyed points or by how the camera is mounted."""

    points: tuple[CalibrationPoint, ...] = Field(
        default=(), description="four or more surveyed points; more are fitted and the residual is reported"
    )
    click_sd_px: float = Field(default=2.0, gt=0, le=50, description="how exactly points were clicked, px")
    height_m: float | None = Field(default=None, gt=0.5, le=50, description="camera above the floor, m")
    tilt_deg: float | None = Field(default=None, ge=0, le=90, description="below the horizontal, degrees")
    roll_deg: float = Field(default=0.0, ge=-45, le=45, description="clockwise, degrees")
    focal_px: float | None = Field(default=None, gt=10, description="focal length, px")
    hfov_deg: float | None = Field(default=None, gt=5, lt=170, description="horizontal field of view, degrees")

    @model_validator(mode="after")
    def _one_way(self) -> Calibration:
        mounted = [self.height_m, self.tilt_deg, self.focal_px, self.hfov_deg]
        if self.points:
            if any(v is not None for v in mounted):
                raise ValueError("give points, or height_m + tilt_deg + focal_px, not both")
            if len(self.points) < 4:
                raise ValueError(f"need at least 4 points, got {len(self.points)}")
        elif self.height_m is None or self.tilt_deg is None:
            raise ValueError("give at least 4 points, or height_m and tilt_deg with focal_px or hfov_deg")
        elif (self.focal_px is None) == (self.hfov_deg is None):
            raise ValueError("give exactly one of focal_px and hfov_deg")
        return self


ZoneKind = Literal["platform", "edge", "track", "passage", "stairs", "hall", "area"]


class Zone(Strict):
    """An area of the floor, drawn in the picture."""

    name: Name
    kind: ZoneKind = Field(default="area", description="what the place is; rules take defaults from it")
    polygon_px: tuple[Point, ...] = Field(description="three or more corners on the floor, px")


class Line(Strict):
    """A counting line. "in" is from left to right for somebody walking from `from_px` to `to_px`."""

    name: Name
    from_px: Point
    to_px: Point


class _Rule(Strict):
    severity: Literal["info", "warning", "alarm"] | None = Field(
        default=None, description="how soon somebody should look; each kind has its own default"
    )
    cooldown_s: float = Field(
        default=10.0,
        ge=0,
        le=3600,
        description="after an incident ends, seconds in which the same spot stays quiet",
    )


class LineCrossingRule(_Rule):
    """Somebody crosses a line."""

    kind: Literal["line_crossing"]
    line: Name
    direction: Literal["any", "in", "out"] = "any"


class FastMovementRule(_Rule):
    """Somebody moves faster than `speed_mps` for `hold_s`; compares speed minus `sigmas` standard deviations."""

    kind: Literal["fast_movement"]
    zone: Name
    speed_mps: float | None = Field(default=None, gt=0, le=12, description="m/s; default 2.3, on stairs 1.75")
    hold_s: float = Field(default=1.0, ge=0, le=60, description="seconds")
    travel_m: float = Field(default=2.0, ge=0, le=100, description="metres covered while fast")
    sigmas: float = Field(default=1.0, ge=0, le=5, description="standard deviations taken off the speed")


class LoiteringRule(_Rule):
    """Somebody stays in a zone longer than `dwell_s`."""

    kind: Literal["loitering"]
    zone: Name
    clock: Literal["seconds", "departures"] = "seconds"
    dwell_s: float = Field(default=60.0, gt=0, le=86400, description="seconds in the zone")
    gap_s: float = Field(default=10.0, ge=0, le=600, description="leaving for less than this does not reset, s")
    departures: int = Field(default=2, ge=1, le=20, description="trains missed, with clock: departures")


class IntrusionRule(_Rule):
    """Somebody is where nobody may be."""

    kind: Literal["intrusion"]
    zone: Name
    hold_s: float = Field(default=0.4, ge=0, le=60, description="seconds inside before it counts")


class CrowdingRule(_Rule):
    """A zone is too full: by density, or by head count where there is no calibration."""

    kind: Literal["crowding"]
    zone: Name
    density_per_m2: float | None = Field(default=None, gt=0, le=10, description="people per square metre")
    people: int | None = Field(default=None, gt=0, le=1000, description="people in the zone")
    hold_s: float = Field(default=10.0, ge=0, le=3600, description="seconds above before it counts")
    clear_ratio: float = Field(default=0.8, gt=0, le=1, description="over again below this share of the threshold")

    @model_validator(mode="after")
    def _one_threshold(self) -> CrowdingRule:
        if (self.density_per_m2 is None) == (self.people is None):
            raise ValueError("give exactly one of density_per_m2 and people")
        return self


Rule = Annotated[
    LineCrossingRule | FastMovementRule | LoiteringRule | IntrusionRule | CrowdingRule,
    Field(discriminator="kind"),
]


class Camera(Strict):
    """One camera: where its pictures come from, what is in them, what to watch for."""

    name: Name
    source: str = Field(
        min_length=1, description="rtsp:// address or video file; ${NAME} comes from the environment"
    )
    picture_px: tuple[int, int] | None = Field(
        default=None, description="width, height of the picture the coordinates below were drawn on, px"
    )
    analysis_fps: float | None = Field(
        default=None, gt=0, le=60, description="frames analysed per second; default: all of a file, 8 live"
    )
    calibration: Calibration | None = None
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()


class ModelChoice(Strict):
    """Which person detector runs, and how."""

    path: str = Field(default="embedded", description="embedded, or the path of an .onnx or .xml file")
    input_px: tuple[int, int] | None = Field(default=None, description="network input width, height, px")
    score: float | None = Field(default=None, gt=0, lt=1, description="weakest box that may start a track")
    runtime: Literal["auto", "onnxruntime", "openvino"] = "auto"


class Unit(Strict):
    """Everything one unit does: `unit.yaml`."""

    station: str = Field(min_length=1, max_length=120)
    model: str | ModelChoice = Field(default="embedded", description="embedded, a path, or a mapping")
    data_dir: str = Field(default="passerby-data", description="where `run` keeps its results")
    cameras: tuple[Camera, ...] = Field(min_length=1)
