"""The configuration of a unit as strict models; an unknown key is an error.

Pixels are those of the camera's main stream; metres are on the floor; every description has its unit.
docs/configuration.md and the JSON Schema are generated from these descriptions and limits.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_serializer, model_validator

from passerby.contracts.calibration_settings import Calibration, Point
from passerby.contracts.departures import Departures
from passerby.contracts.destinations import Destination
from passerby.contracts.escalation import Escalation
from passerby.contracts.fleet import FleetAccess
from passerby.contracts.occupancy import Occupancy
from passerby.contracts.rules import Rule
from passerby.contracts.settings import (
    AlarmPolicy,
    ConsoleSettings,
    Evidence,
    OnvifAccess,
    Redaction,
    Retention,
)
from passerby.contracts.strict import Name, Strict
from passerby.contracts.transit import Transit
from passerby.contracts.urls import mask_url

_Bound = Annotated[float, Field(gt=0, le=20)]
Levels = tuple[_Bound, _Bound, _Bound, _Bound, _Bound]
PixelSize = tuple[Annotated[int, Field(ge=1, le=16384)], Annotated[int, Field(ge=1, le=16384)]]


ZoneKind = Literal["platform", "edge", "track", "passage", "stairs", "hall", "area", "staff"]


class Zone(Strict):
    """An area of the floor, drawn in the picture."""

    name: Name = Field(description="name of the zone in events and rules; unique for the camera")
    kind: ZoneKind = Field(default="area", description="kind of place; some defaults of rules depend on it")
    polygon_px: tuple[Point, ...] = Field(description="three or more corners on the floor, in order, pixels")
    levels: Literal["walkway", "queue", "stairs"] | None = Field(
        default=None,
        description="table of levels of service A to F; if absent: queue on platforms and edges, stairs on "
        "stairs, walkway elsewhere",
    )
    levels_per_m2: Levels | None = Field(
        default=None,
        description="upper bounds of the levels A to E instead of a table, rising, people per square metre",
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
    """A counting line. "in" is from left to right when walking from `from_px` to `to_px`."""

    name: Name = Field(description="name of the line in events and rules; unique for the camera")
    from_px: Point = Field(description="one end, on the floor, pixels")
    to_px: Point = Field(description="the other end, on the floor, pixels")


_ADDRESSES = ("source", "substream")


def _shown(address: str | None) -> str | None:
    return address and mask_url(address)


class Camera(Strict):
    """One camera: its source, its zones and lines, its rules.

    `source` and `substream` may contain a password: it is masked in reprs and dumps. Show it
    with `contracts.urls.mask_url`.
    """

    name: Name = Field(description="name of the camera in events; unique in the unit")
    source: str = Field(
        min_length=1,
        description="rtsp:// or rtsps:// address, or a video file; ${NAME} comes from the environment",
    )
    onvif: OnvifAccess | None = Field(
        default=None, description="the camera's ONVIF service, through which its lens is focused"
    )
    substream: str | None = Field(
        default=None,
        min_length=1,
        description="address of a smaller stream of the same camera; it is analysed in place of source if people "
        "are tall enough in it for the detector. It needs picture_px",
    )
    picture_px: PixelSize | None = Field(
        default=None,
        description="width, height of the picture in which the coordinates were drawn, 1 to 16384 pixels; "
        "if absent: those of the stream",
    )
    analysis_fps: float | None = Field(
        default=None,
        ge=0.01,
        le=60,
        description="frames analysed per second; if absent: all frames of a file, 8 of a live camera",
    )
    idle_fps: float = Field(
        default=2.0,
        ge=0.5,
        le=60,
        description="most frames analysed per second of a live camera while its picture shows no person and "
        "nothing moves; only its key frames are decoded then. A camera with a rule of severity alarm keeps its "
        "rate",
    )
    calibration: Calibration | None = Field(
        default=None, description="mapping from picture to floor; speeds and densities need it"
    )
    redaction: Redaction = Field(
        default=Redaction(), description="how people are covered in shown and stored pictures"
    )
    zones: tuple[Zone, ...] = Field(default=(), description="areas of the floor")
    lines: tuple[Line, ...] = Field(default=(), description="counting lines on the floor")
    rules: tuple[Rule, ...] = Field(default=(), description="conditions that raise events")
    counts_error: str | None = Field(
        default=None,
        min_length=1,
        description="file with the error of this camera's counts, written by `passerby eval counts`; if absent, "
        "the confidence interval of a count is unknown",
    )
    departures: Departures | None = Field(
        default=None, description="source of train departures; if absent: the picture, in zones of kind track"
    )

    def __repr_args__(self) -> Any:
        """The fields for repr; the address has no password."""
        return [(name, _shown(value) if name in _ADDRESSES else value) for name, value in super().__repr_args__()]

    @field_serializer(*_ADDRESSES)
    def _masked(self, source: str | None) -> str | None:
        return _shown(source)

    @model_validator(mode="after")
    def _drawn_for_both(self) -> Camera:
        if self.substream is not None and self.picture_px is None:
            raise ValueError(
                "substream needs picture_px, the size of the picture in which zones, lines and points were drawn, "
                "because the two streams have different sizes"
            )
        return self


class ModelChoice(Strict):
    """The person detector and its settings."""

    path: str = Field(
        default="embedded",
        min_length=1,
        description="embedded, the name of a pulled model, or the path of an .onnx or .xml file",
    )
    input_px: PixelSize | None = Field(
        default=None,
        description="width, height of the network input, 1 to 16384 pixels; if absent, from the model",
    )
    score: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="lowest score of a detection that may start a track, 0 to 1; if absent, from the model",
    )
    runtime: Literal["auto", "onnxruntime", "openvino"] = Field(
        default="auto",
        description="library that runs it; auto is openvino if it is installed, otherwise onnxruntime",
    )


def _model_form(value: object) -> str:
    return "mapping" if isinstance(value, dict | ModelChoice) else "name"


class Unit(Strict):
    """The configuration of one unit: `unit.yaml`."""

    station: str = Field(min_length=1, max_length=120, description="name of the station in reports")
    model: Annotated[
        Annotated[str, Field(min_length=1), Tag("name")] | Annotated[ModelChoice, Tag("mapping")],
        Discriminator(_model_form),
    ] = Field(
        default="embedded",
        description="person detector: embedded, the name of a pulled model, a path, or a mapping",
    )
    data_dir: str = Field(
        default="passerby-data", min_length=1, description="folder in which `run` stores its results"
    )
    timezone: str = Field(
        default="UTC", min_length=1, description="time zone of schedules and timetables, for example Europe/Paris"
    )
    departures_port: int | None = Field(
        default=None,
        ge=1024,
        le=65535,
        description="not used any more and accepted from older configurations: the console receives departures",
    )
    recording_mb: int = Field(
        default=500,
        ge=0,
        le=1_000_000,
        description="most redacted video that `run` stores per camera, megabytes; with 0 it stores no video",
    )
    evidence: Evidence = Field(default=Evidence(), description="clips of incidents and the recording")
    retention: Retention = Field(default=Retention(), description="how long pictures are kept")
    cameras: tuple[Camera, ...] = Field(
        description="the cameras; an empty list if they are added in the console of the running unit"
    )
    alarms: AlarmPolicy = Field(default=AlarmPolicy(), description="how incidents become alarms")
    console: ConsoleSettings = Field(default=ConsoleSettings(), description="the web application for staff")
    occupancy: tuple[Occupancy, ...] = Field(
        default=(), description="places in which people are counted in and out"
    )
    destinations: tuple[Destination, ...] = Field(default=(), description="where events are sent")
    escalation: Escalation = Field(default=Escalation(), description="whom staff can inform about an alarm")
    fleet: FleetAccess | None = Field(
        default=None,
        description="the control room that may set zones, lines and rules",
    )
    transit: Transit = Field(default=Transit(), description="counts for passenger information")
