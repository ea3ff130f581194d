"""A unit's configuration as strict models: an unknown key is a refusal to start.

Pixels are those of the camera's main stream; metres are on the floor; every field says its unit.
docs/configuration.md and the JSON Schema are generated from these descriptions and limits.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_serializer, model_validator

from passerby.contracts.rules import Rule
from passerby.contracts.strict import Name, Strict
from passerby.contracts.urls import mask_url

Point = tuple[float, float]
_Bound = Annotated[float, Field(gt=0, le=20)]
Levels = tuple[_Bound, _Bound, _Bound, _Bound, _Bound]
PixelSize = tuple[Annotated[int, Field(ge=1, le=16384)], Annotated[int, Field(ge=1, le=16384)]]


class CalibrationPoint(Strict):
    """A spot on the floor: where it is in the picture and where it is in metres."""

    px: Point = Field(description="where the spot is in the picture: x to the right, y downwards, pixels")
    m: Point = Field(description="where the spot is on the floor: x, y from an origin of your choice, metres")


class Calibration(Strict):
    """Picture to floor, either by surveyed points or by how the camera is mounted."""

    points: tuple[CalibrationPoint, ...] = Field(
        default=(), description="four or more surveyed points; more are fitted and the residual is reported"
    )
    click_sd_px: float = Field(
        default=2.0, gt=0, le=50, description="how exactly the points were clicked, one standard deviation, pixels"
    )
    height_m: float | None = Field(
        default=None, gt=0.5, le=50, description="height of the camera above the floor, metres"
    )
    tilt_deg: float | None = Field(
        default=None, ge=0, le=90, description="how far the camera looks down from the horizontal, degrees"
    )
    roll_deg: float = Field(
        default=0.0, ge=-45, le=45, description="how far the camera is turned clockwise, degrees"
    )
    focal_px: float | None = Field(default=None, gt=10, description="focal length, pixels of the main stream")
    hfov_deg: float | None = Field(
        default=None, gt=5, lt=170, description="horizontal field of view, in place of focal_px, degrees"
    )

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

    name: Name = Field(description="what events and rules call it; unique among the camera's zones")
    kind: ZoneKind = Field(default="area", description="what the place is; rules take defaults from it")
    polygon_px: tuple[Point, ...] = Field(description="three or more corners on the floor, in order, pixels")
    levels: Literal["walkway", "queue", "stairs"] | None = Field(
        default=None,
        description="table of levels of service A to F; without it queue on platforms and their edges, stairs on "
        "stairs, walkway elsewhere",
    )
    levels_per_m2: Levels | None = Field(
        default=None,
        description="own bounds of the levels A to E in place of a table, rising, people per square metre",
    )

    @model_validator(mode="after")
    def _one_table(self) -> Zone:
        bounds = self.levels_per_m2
        if bounds is not None and self.levels is not None:
            raise ValueError("give levels or levels_per_m2, not both")
        if bounds is not None and any(a >= b for a, b in pairwise(bounds)):
            raise ValueError("levels_per_m2 must rise from A to E")
        return self


class Line(Strict):
    """A counting line. "in" is from left to right for somebody walking from `from_px` to `to_px`."""

    name: Name = Field(description="what events and rules call it; unique among the camera's lines")
    from_px: Point = Field(description="one end, on the floor, pixels")
    to_px: Point = Field(description="the other end, on the floor, pixels")


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


class Camera(Strict):
    """One camera: where its pictures come from, what is in them, what to watch for.

    `source` may hold a password: it is masked in reprs and dumps. Show it with `contracts.urls.mask_url`.
    """

    name: Name = Field(description="what events call this camera; unique in the unit")
    source: str = Field(
        min_length=1,
        description="rtsp:// or rtsps:// address, or a video file; ${NAME} comes from the environment",
    )
    picture_px: PixelSize | None = Field(
        default=None,
        description="width, height of the picture the coordinates below were drawn on, 1 to 16384 pixels",
    )
    analysis_fps: float | None = Field(
        default=None, gt=0, le=60, description="frames analysed per second; without it all of a file, 8 live"
    )
    calibration: Calibration | None = Field(
        default=None, description="how the picture lies on the floor; speeds and densities need it"
    )
    zones: tuple[Zone, ...] = Field(default=(), description="areas of the floor")
    lines: tuple[Line, ...] = Field(default=(), description="counting lines on the floor")
    rules: tuple[Rule, ...] = Field(default=(), description="what to watch for")
    counts_error: str | None = Field(
        default=None,
        min_length=1,
        description="file with the error of this camera's counts, as `passerby eval counts` writes it; without it "
        "the interval of a count is unknown",
    )

    def __repr_args__(self) -> Any:
        """The fields as repr shows them, the address without its password."""
        return [(name, mask_url(value) if name == "source" else value) for name, value in super().__repr_args__()]

    @field_serializer("source")
    def _masked(self, source: str) -> str:
        return mask_url(source)


class ModelChoice(Strict):
    """Which person detector runs, and how."""

    path: str = Field(
        default="embedded",
        min_length=1,
        description="embedded, the name of a model that was pulled, or the path of an .onnx or .xml file",
    )
    input_px: PixelSize | None = Field(
        default=None, description="network input width, height, 1 to 16384 pixels; without it what the model says"
    )
    score: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="weakest box that may start a track, 0 to 1; without it the model's own",
    )
    runtime: Literal["auto", "onnxruntime", "openvino"] = Field(
        default="auto",
        description="which library runs it; auto is openvino where it is installed, otherwise onnxruntime",
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
    budget_per_camera_day: float = Field(
        default=0.46, gt=0, le=1000, description="how many alarms of a camera a day the staff can handle"
    )


def _model_form(value: object) -> str:
    return "mapping" if isinstance(value, dict | ModelChoice) else "name"


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


class Unit(Strict):
    """Everything one unit does: `unit.yaml`."""

    station: str = Field(min_length=1, max_length=120, description="name of the station, as reports show it")
    model: Annotated[
        Annotated[str, Field(min_length=1), Tag("name")] | Annotated[ModelChoice, Tag("mapping")],
        Discriminator(_model_form),
    ] = Field(
        default="embedded",
        description="person detector: embedded, the name of a pulled model, a path, or a mapping",
    )
    data_dir: str = Field(
        default="passerby-data", min_length=1, description="folder where `run` keeps its results"
    )
    recording_mb: int = Field(
        default=500,
        ge=0,
        le=1_000_000,
        description="redacted video that `run` keeps of each camera, 0 for none, megabytes",
    )
    evidence: Evidence = Field(default=Evidence(), description="clips of incidents")
    retention: Retention = Field(default=Retention(), description="how long pictures are kept")
    cameras: tuple[Camera, ...] = Field(min_length=1, description="one or more cameras")
    alarms: AlarmPolicy = Field(default=AlarmPolicy(), description="how incidents become alarms")
    occupancy: tuple[Occupancy, ...] = Field(default=(), description="places whose people are counted in and out")
