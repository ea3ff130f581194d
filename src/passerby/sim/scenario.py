"""A scenario as a strict model: actors, trains, camera faults, and the expected results."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from passerby.contracts.config import ZoneKind
from passerby.contracts.rules import Rule
from passerby.sim.layout import Key, Span, Spot, StationLayout, StrictModel

StepKind = Literal[
    "go",
    "run",
    "wait",
    "miss",
    "board",
    "pace",
    "sway",
    "lie",
    "drop_bag",
    "sit",
    "leave",
    "step_over",
    "through",
    "queue",
]
_NEEDS: dict[str, tuple[str, ...]] = {
    "go": ("to",), "run": ("to",), "wait": ("seconds",), "miss": ("track", "departures"), "board": ("track",),
    "pace": ("to", "seconds"), "sway": ("seconds",), "lie": ("seconds",), "drop_bag": (), "sit": ("seconds",),
    "leave": ("portal",), "step_over": ("to",), "through": ("lanes",), "queue": ("queue", "seconds"),
}  # fmt: skip


class ScriptStep(StrictModel):
    """One action of a person. Its fields depend on `do`."""

    do: StepKind
    to: Spot | None = Field(default=None, description="x, y, m")
    speed_mps: float | None = Field(default=None, gt=0.1, le=8, description="m/s; default: the person's own")
    seconds: float | None = Field(default=None, gt=0, description="duration")
    metres: float = Field(default=0.3, gt=0, le=3, description="sway: distance to each side")
    departures: int | None = Field(default=None, ge=1, le=20, description="miss: number of missed trains")
    track: Key | None = None
    portal: Key | None = None
    lanes: Key | None = None
    queue: Key | None = None
    face_deg: float | None = Field(default=None, description="viewing direction while still; 0 along +x")

    @model_validator(mode="after")
    def _complete(self) -> ScriptStep:
        lacking = [name for name in _NEEDS[self.do] if getattr(self, name) is None]
        if lacking:
            raise ValueError(f"do: {self.do} needs {' and '.join(lacking)}")
        return self


class Actor(StrictModel):
    """A person with a script. Without a final `leave` or `board` the person stays."""

    name: Key
    at: Spot
    start_s: float = 0.0
    speed_mps: float = Field(default=1.34, gt=0.1, le=8)
    child: bool = False
    worker: bool = False
    with_actor: Key | None = Field(default=None, description="walks beside this actor instead of a script")
    script: tuple[ScriptStep, ...] = ()


class Flow(StrictModel):
    """People who arrive at random, `per_hour` on average, and do one thing.

    through: from a portal to another. wait: from a portal to a spot in `area`, then board at `track`.
    alight: off every train at `track`, `people` per train, to a portal. stand: `people` stand in `area` all the
    time.
    """

    kind: Literal["through", "wait", "alight", "stand"]
    per_hour: float = Field(default=0, ge=0, le=20000)
    source: Key | None = None
    to: tuple[Key, ...] = ()
    track: Key | None = None
    lanes: Key | None = None
    area: tuple[Spot, Spot] | None = Field(default=None, description="x0, y0 and x1, y1 of the waiting area, m")
    people: tuple[int, int] = (0, 0)
    group: tuple[int, int] = (1, 1)
    speed_mps: tuple[float, float] = Field(default=(1.34, 0.26), description="mean and deviation of walking speed")
    from_s: float = -1e9
    to_s: float = 1e9

    @model_validator(mode="after")
    def _complete(self) -> Flow:
        needs = {
            "through": ("source", "to"),
            "wait": ("source", "area", "track"),
            "alight": ("track", "to"),
            "stand": ("area",),
        }
        lacking = [name for name in needs[self.kind] if not getattr(self, name)]
        if lacking:
            raise ValueError(f"kind: {self.kind} needs {' and '.join(lacking)}")
        return self


class TrainTimetable(StrictModel):
    """Trains at one track: the first stops at `first_s`, then one every `headway_s`."""

    track: Key
    first_s: float
    headway_s: float = Field(default=180, ge=40)
    count: int = Field(default=1, ge=1, le=500)
    dwell_s: float = Field(default=25, ge=10, le=300, description="time from stop to start")


class PictureNoise(StrictModel):
    """Effects of sensor, lamps and lens on every picture."""

    sensor: float = Field(default=2.0, ge=0, le=40, description="deviation of the noise, grey levels")
    flicker: float = Field(default=0.0, ge=0, le=0.5, description="fraction by which the lamps' brightness varies")
    flicker_hz: float = Field(default=1.3, gt=0, le=50)
    softness_px: float = Field(default=0.55, ge=0, le=10, description="deviation of the blur of a lens in focus")


FaultKind = Literal[
    "defocus", "focus_drift", "ir_shift", "covered", "moved", "spray", "frozen", "dark", "bright", "signal_loss",
    "dropped", "duplicated", "late", "tilted", "drops", "cleaning", "sun", "headlights", "flicker", "night",
]  # fmt: skip


class Fault(StrictModel):
    """A camera fault for a limited time. Meaning of `amount` by kind:

    defocus: focus distance in metres. focus_drift: degrees C per minute. ir_shift: fraction of the focal length.
    covered: fraction of the picture. moved: degrees. spray: opacity. dark, bright: factor of exposure.
    dropped, duplicated: fraction of frames. late: seconds of delay. frozen, signal_loss, night: unused. tilted:
    degrees. drops, cleaning, sun: fraction of the picture. headlights: brightness. flicker: fraction of
    brightness. size: of a spray, fraction of the picture's width.
    """

    kind: FaultKind
    camera: Key
    from_s: float = 0.0
    to_s: float = 1e9
    amount: float = 0.0
    size: float = Field(default=0.2, gt=0, le=1)


class ZoneModel(StrictModel):
    """A zone on the floor, metres; becomes a polygon in pixels for each camera that sees it."""

    name: Key
    kind: ZoneKind = "area"
    polygon_m: tuple[Spot, ...] = Field(min_length=3)


class LineModel(StrictModel):
    """A counting line on the floor, metres; "in" is from left to right when walking from -> to."""

    name: Key
    from_m: Spot
    to_m: Spot


class CameraModel(StrictModel):
    """A camera with its configuration."""

    name: Key
    position_m: tuple[float, float, float]
    yaw_deg: float
    tilt_deg: float = Field(ge=0, le=90)
    roll_deg: float = 0.0
    hfov_deg: float = Field(default=75, gt=10, lt=150)
    size_px: tuple[int, int] = (1920, 1080)
    fps: float = Field(default=25, gt=0, le=120)
    distortion: tuple[float, float] = (0.0, 0.0)
    night: bool = Field(default=False, description="infrared: grey, lit from the camera")
    noise: PictureNoise = PictureNoise()
    zones: tuple[Key, ...] = ()
    lines: tuple[Key, ...] = ()
    rules: tuple[Rule, ...] = ()


class Lighting(StrictModel):
    """The lamps: overall brightness, darkness and position of shadows, and reflection of the floor."""

    level: float = Field(default=1.0, gt=0, le=2)
    shadow: float = Field(default=0.42, ge=0, le=1)
    cast_m: tuple[float, float] = (0.18, 0.08)
    gloss: float = Field(default=0.0, ge=0, le=0.6)
    swing: float = Field(default=0.0, ge=0, le=0.6, description="slow change of brightness, fraction")
    swing_s: float = Field(default=20.0, gt=1)


class ExpectedEvent(StrictModel):
    """An event that must be reported `count` times, with a start within a span."""

    kind: str
    place: str
    count: int = Field(default=1, ge=0)
    began_s: Span | None = None
    actor: Key | None = None


class Expected(StrictModel):
    """The results of a correct pipeline for this scenario with its default seed, seconds and rules."""

    lines: dict[Key, tuple[int, int]] = Field(default={}, description="per line: in, out")
    people_max: tuple[int, int] | None = Field(
        default=None, description="most people on the floor at once, at least and at most"
    )
    dwell_s: dict[Key, Span] = Field(
        default={}, description="per actor: seconds in the first zone, at least and at most"
    )
    speed_mps: dict[Key, Span] = Field(default={}, description="per actor: highest speed over a second")
    trains: int | None = None
    events: tuple[ExpectedEvent, ...] = ()
    nothing: bool = Field(default=False, description="no event of a behaviour rule")
    health: tuple[str, ...] = Field(default=(), description="camera events that must be reported")


class Scenario(StrictModel):
    """One simulated scene."""

    name: Key
    title: str
    about: str = ""
    seconds: float = Field(default=60, gt=0, le=86400)
    seed: int = 1
    warmup_s: float = Field(default=40, ge=0, le=1800)
    layout: StationLayout
    cameras: tuple[CameraModel, ...] = Field(min_length=1)
    zones: tuple[ZoneModel, ...] = ()
    lines: tuple[LineModel, ...] = ()
    light: Lighting = Lighting()
    trains: tuple[TrainTimetable, ...] = ()
    flows: tuple[Flow, ...] = ()
    actors: tuple[Actor, ...] = ()
    faults: tuple[Fault, ...] = ()
    expected: Expected = Expected()

    @model_validator(mode="after")
    def _fits_together(self) -> Scenario:
        problems = [*_dangling(self), *_above_the_ceiling(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _above_the_ceiling(scenario: Scenario) -> list[str]:
    """Return the problems of cameras above the ceiling."""
    ceiling_m = scenario.layout.ceiling_m
    return [
        f"cameras.{camera.name}: {camera.position_m[2]:g} m up is above the ceiling at "
        f"{ceiling_m:g} m; lower the camera, or raise layout.ceiling_m"
        for camera in scenario.cameras
        if camera.position_m[2] >= ceiling_m
    ]


def _dangling(scenario: Scenario) -> list[str]:
    """Return the problems of names that are used but not defined."""
    layout = scenario.layout
    known: dict[str, set[str]] = {
        "track": {t.name for t in layout.tracks},
        "portal": set(layout.portals),
        "lanes": set(layout.lanes),
        "queue": set(layout.queues),
        "zone": {z.name for z in scenario.zones},
        "line": {line.name for line in scenario.lines},
        "camera": {c.name for c in scenario.cameras},
        "actor": {a.name for a in scenario.actors},
    }
    used: list[tuple[str, str, str | None]] = []
    for step, who in ((step, actor.name) for actor in scenario.actors for step in actor.script):
        used += [(f"actors.{who}", kind, getattr(step, kind)) for kind in ("track", "portal", "lanes", "queue")]
    used += [(f"actors.{a.name}", "actor", a.with_actor) for a in scenario.actors]
    for k, flow in enumerate(scenario.flows):
        used += [(f"flows.{k}", "portal", name) for name in (flow.source, *flow.to)]
        used += [(f"flows.{k}", "track", flow.track), (f"flows.{k}", "lanes", flow.lanes)]
    used += [(f"trains.{k}", "track", table.track) for k, table in enumerate(scenario.trains)]
    used += [(f"faults.{k}", "camera", fault.camera) for k, fault in enumerate(scenario.faults)]
    for camera in scenario.cameras:
        used += [(f"cameras.{camera.name}", "zone", z) for z in camera.zones]
        used += [(f"cameras.{camera.name}", "line", line) for line in camera.lines]
    return [
        f"{where}: no {kind} {name!r}; there are {', '.join(sorted(known[kind])) or 'none'}"
        for where, kind, name in used
        if name is not None and name not in known[kind]
    ]
