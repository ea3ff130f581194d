"""The station's geometry as a strict model: floors, walls with openings, tracks, boxes and stairs; in metres."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from passerby.sim.materials import MATERIALS

Span = tuple[float, float]
Spot = tuple[float, float]
Key = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_\-]*$")]


class StrictModel(BaseModel):
    """Base of all models: an unknown key is an error, and models are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _known_material(name: str) -> str:
    if name not in MATERIALS:
        raise ValueError(f"no material {name!r}; there are {', '.join(sorted(MATERIALS))}")
    return name


class Surfaced(StrictModel):
    """An object with a surface."""

    material: str = Field(default="concrete", description="one of the named materials")

    @field_validator("material")
    @classmethod
    def _material(cls, value: str) -> str:
        return _known_material(value)


class FloorSurface(Surfaced):
    """A rectangle to stand on, at height 0."""

    name: Key
    x_m: Span
    y_m: Span


class Opening(StrictModel):
    """A passage through a long wall: a recess that people come out of."""

    name: Key
    wall: Literal["y_low", "y_high"]
    x_m: Span
    height_m: float = Field(default=2.6, gt=1.8, le=6)
    depth_m: float = Field(default=5.0, gt=1, le=30)


class TrackModel(StrictModel):
    """A track along x beside a platform edge."""

    name: Key
    edge_y_m: float
    side: Literal[-1, 1] = Field(description="+1: the track is at larger y than its edge")
    direction: Literal[-1, 1] = Field(description="+1: trains run towards larger x")
    stop_x_m: float = Field(description="stop position of the front of a train")
    length_m: float = Field(default=80.0, ge=15, le=200)
    width_m: float = Field(default=3.1, ge=2.8, le=8)
    yellow_m: float = Field(default=0.85, description="from the edge to the far side of the yellow line")
    livery: tuple[int, int, int] = (150, 70, 40)


class Box(Surfaced):
    """A pillar, bench, gate, machine or sign; `repeat` copies it along an axis."""

    name: Key
    x_m: Span
    y_m: Span
    z_m: Span
    solid: bool = True
    repeat: int = Field(default=1, ge=1, le=60)
    every_m: Spot = (0.0, 0.0)


class Stairs(StrictModel):
    """Steps that rise along x between two x, from height 0."""

    name: Key
    x_m: Span
    y_m: Span
    rise_m: float = Field(gt=0.2, le=10)
    steps: int = Field(default=20, ge=2, le=80)
    toward: Literal["+x", "-x"] = "+x"


class Lanes(StrictModel):
    """Parallel ways through a row of gates: enter at one x, leave at the other."""

    x_m: Span
    y_m: tuple[float, ...] = Field(min_length=1)


class WaitingLine(StrictModel):
    """A line of waiting people: the first stands at `head`, the others behind."""

    head: Spot
    heading_deg: float = Field(description="viewing direction, 0 along +x")
    spacing_m: float = Field(default=0.8, gt=0.3, le=3)


class StationLayout(StrictModel):
    """One station or part of one: a hall with everything in it."""

    name: Key
    x_m: Span
    y_m: Span
    ceiling_m: float = Field(default=4.6, ge=2.3, le=15)
    ceiling: str = "ceiling"
    walls: str = "wall"
    ends: str = "wall_plain"
    floors: tuple[FloorSurface, ...]
    openings: tuple[Opening, ...] = ()
    tracks: tuple[TrackModel, ...] = ()
    boxes: tuple[Box, ...] = ()
    stairs: tuple[Stairs, ...] = ()
    portals: dict[Key, Spot] = Field(description="places where people appear and disappear")
    lanes: dict[Key, Lanes] = {}
    queues: dict[Key, WaitingLine] = {}
    seats: tuple[tuple[float, float, float], ...] = Field(default=(), description="x, y and heading in degrees")

    @field_validator("ceiling", "walls", "ends")
    @classmethod
    def _materials(cls, value: str) -> str:
        return _known_material(value)

    @model_validator(mode="after")
    def _spans_rise(self) -> StationLayout:
        things: tuple[Any, ...] = (self, *self.floors, *self.openings, *self.boxes, *self.stairs)
        for thing in things:
            for axis in ("x_m", "y_m", "z_m"):
                span = getattr(thing, axis, (0.0, 1.0))
                if span[0] >= span[1]:
                    raise ValueError(f"{thing.name}: {axis} must rise, got {span[0]} to {span[1]}")
        return self
