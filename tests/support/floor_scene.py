"""A small exact language for scenes: walkers on a floor in metres, a camera, and the rows a tracker would give.

A scene is data (tests/scenes/*.toml). Where everybody is at a time is computed exactly; looking at it at a rate,
with frames dropped or late and with noise, is a separate step, so that one scene can be asked at many rates.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from passerby.contracts import config
from passerby.contracts.arrays import F64
from passerby.contracts.people import Tracks
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.plane import GroundPlane

SCENES = Path(__file__).parents[1] / "scenes"
BODY_M = 1.7
# Without a camera the floor is looked at from straight above, and everybody is as tall as 1.7 m are long.
PX_PER_M = 100.0
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Move:
    """From `start_m` to `end_m` in `for_s` seconds, plus a sway of amplitude `by_m` with a period of `every_s`."""

    start_m: tuple[float, float]
    end_m: tuple[float, float]
    for_s: float
    by_m: tuple[float, float] = (0.0, 0.0)
    every_s: float = 1.0

    def at(self, t_s: float) -> F64:
        """Return where (2,) metres, `t_s` seconds into the move."""
        share = min(1.0, t_s / self.for_s) if self.for_s else 1.0
        swing = math.sin(2 * math.pi * t_s / self.every_s)
        start, end = np.array(self.start_m), np.array(self.end_m)
        return np.asarray(start + share * (end - start) + swing * np.array(self.by_m))


@dataclass(frozen=True, slots=True)
class Walker:
    """One person.

    occluded_s: no row at all. predicted_s: a row that is only predicted. jumps: (from, to, dx, dy), seen
    elsewhere.
    switches_s: when the tracker loses the thread and starts a new number. unconfirmed_s: doubtful for so long.
    """

    start_s: float
    moves: tuple[Move, ...]
    occluded_s: tuple[Span, ...] = ()
    predicted_s: tuple[Span, ...] = ()
    jumps: tuple[tuple[float, float, float, float], ...] = ()
    switches_s: tuple[float, ...] = ()
    unconfirmed_s: float = 0.0

    @property
    def end_s(self) -> float:
        """When the walker leaves the scene."""
        return self.start_s + sum(move.for_s for move in self.moves)

    def at(self, t_s: float) -> F64 | None:
        """Return where the foot is seen (2,), metres; None before and after."""
        if not self.is_here(t_s):
            return None
        into_s = t_s - self.start_s
        for move in self.moves[:-1]:
            if into_s < move.for_s:
                break
            into_s -= move.for_s
        else:
            move = self.moves[-1]
        jump = sum((np.array([dx, dy]) for a, b, dx, dy in self.jumps if a <= t_s < b), np.zeros(2))
        return np.asarray(move.at(into_s) + jump)

    def is_here(self, t_s: float) -> bool:
        """Return whether the walker is in the scene at all."""
        return self.start_s <= t_s <= self.end_s


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a scene is looked at.

    late_s: each frame comes up to this much late. drop: share of frames that never come. noise_px: of each foot.
    first_id, id_step: what numbers people get. shift_s: added to every time. shuffle: rows in another order.
    """

    fps: float = 12.5
    late_s: float = 0.0
    drop: float = 0.0
    noise_px: float = 0.0
    seed: int = 0
    shift_s: float = 0.0
    shuffle: bool = False
    first_id: int = 1
    id_step: int = 1

    def times_ns(self, seconds: float) -> list[int]:
        """Return the frames' times, nanoseconds from the scene's beginning; the first is 0."""
        rng = np.random.default_rng(self.seed)
        count = math.floor(seconds * self.fps + 1e-9) + 1
        kept = [0, *(k for k in range(1, count) if rng.random() >= self.drop)]
        late = rng.uniform(0, self.late_s, count) if self.late_s else np.zeros(count)
        return [round((k / self.fps + late[k] * (k > 0)) * NS_PER_S) for k in kept]


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    foot_m: F64
    age_s: float
    confirmed: bool
    predicted: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """Walkers, a camera, places, rules, and what must come out."""

    name: str
    seconds: float
    walkers: tuple[Walker, ...]
    camera: config.Camera
    wh: tuple[int, int]
    plane: GroundPlane | None
    expect: dict[str, Any] = field(default_factory=dict)

    def to_px(self, m: Sequence[Sequence[float]] | F64) -> F64:
        """Map floor points (N, 2) to the picture."""
        points = np.asarray(m, np.float64).reshape(-1, 2)
        if self.plane is not None:
            return self.plane.to_picture(points)
        return np.column_stack([PX_PER_M * points[:, 0], self.wh[1] - PX_PER_M * points[:, 1]])

    def heights_px(self, feet: F64) -> F64:
        """Return how tall 1.7 m stand at these feet (N, 2), px: from the foot to the head 1.7 m straight above."""
        calibration = self.camera.calibration
        if self.plane is None or calibration is None or calibration.height_m is None:
            return np.full(len(feet), BODY_M * PX_PER_M)
        lowered = calibration.model_copy(update={"height_m": calibration.height_m - BODY_M})
        head = make_plane(lowered, self.wh).to_picture(self.plane.to_floor(feet).pos_m)
        return np.maximum(feet[:, 1] - head[:, 1], 2.0)

    def tracks(self, how: Sampling) -> Iterator[Tracks]:
        """Yield the rows a tracker would give, frame by frame; each number ends in `removed` once."""
        rng = np.random.default_rng(how.seed + 1)
        live: set[int] = set()
        for at_ns in how.times_ns(self.seconds):
            t_s = at_ns / NS_PER_S
            rows = [row for k, w in enumerate(self.walkers) if (row := _row(w, k, t_s, how))]
            if how.shuffle:
                rng.shuffle(rows)
            known = {_id(k, w, t_s, how) for k, w in enumerate(self.walkers) if w.is_here(t_s)}
            live |= {row.id for row in rows}
            removed, live = sorted(live - known), live & known
            yield self._frame(rows, removed, Timestamp(at_ns + round(how.shift_s * NS_PER_S)), how, rng)

    def _frame(
        self, rows: list[_Row], removed: list[int], at: Timestamp, how: Sampling, rng: np.random.Generator
    ) -> Tracks:
        n = len(rows)
        true = self.to_px(np.array([row.foot_m for row in rows]).reshape(-1, 2))
        height = self.heights_px(true)
        feet = true + how.noise_px * rng.standard_normal((n, 2))
        half = height / 5
        box = np.column_stack([feet[:, 0] - half, feet[:, 1] - height, feet[:, 0] + half, feet[:, 1]])
        return Tracks(
            camera=self.camera.name, at=at, frame_wh=self.wh,
            id=np.array([row.id for row in rows], np.int64), xyxy_px=box, foot_px=feet, score=np.full(n, 0.9),
            age_s=np.array([row.age_s for row in rows]), confirmed=np.array([row.confirmed for row in rows], bool),
            predicted=np.array([row.predicted for row in rows], bool), removed=np.array(removed, np.int64),
        )  # fmt: skip


def _id(k: int, walker: Walker, t_s: float, how: Sampling) -> int:
    return how.first_id + how.id_step * (100 * k + sum(t_s >= s for s in walker.switches_s))


def _row(walker: Walker, k: int, t_s: float, how: Sampling) -> _Row | None:
    foot = walker.at(t_s)
    if foot is None or any(a <= t_s < b for a, b in walker.occluded_s):
        return None
    age_s = t_s - walker.start_s
    predicted = any(a <= t_s < b for a, b in walker.predicted_s)
    return _Row(_id(k, walker, t_s, how), foot, age_s, age_s >= walker.unconfirmed_s, predicted)


def load(path: Path) -> Scene:
    """Read one scene."""
    return parse(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))


def parse(name: str, data: dict[str, Any]) -> Scene:
    """Build a scene from its data; places are in metres there and become pixels here."""
    mount = dict(data.get("camera", {}))
    w, h = mount.pop("wh", (1280, 720))
    calibration = config.Calibration(**mount) if mount else None
    plane = make_plane(calibration, (w, h)).exact() if calibration else None
    bare = config.Camera(name="cam", source="scene", picture_px=(w, h), calibration=calibration)
    scene = Scene(name, data["seconds"], _walkers(data), bare, (w, h), plane, data.get("expect", {}))
    zones = tuple(_placed(scene, zone, "polygon") for zone in data.get("zones", []))
    lines = tuple(_placed(scene, line, "from", "to") for line in data.get("lines", []))
    whole = {**bare.model_dump(), "zones": zones, "lines": lines, "rules": data.get("rules", [])}
    return replace(scene, camera=config.Camera.model_validate(whole))


def _placed(scene: Scene, place: dict[str, Any], *keys: str) -> dict[str, Any]:
    out = {k: v for k, v in place.items() if not k.endswith("_m")}
    for key in keys:
        px = scene.to_px(place[f"{key}_m"]).tolist()
        out[f"{key}_px"] = px if key == "polygon" else px[0]
    return out


def _walkers(data: dict[str, Any]) -> tuple[Walker, ...]:
    found: list[Walker] = []
    for entry in data["walkers"]:
        more = {k: v for k, v in entry.items() if k not in ("start_s", "start_m", "moves", "copies", "apart")}
        traits = {k: _tuples(v) if isinstance(v, list) else v for k, v in more.items()}
        walker = Walker(entry.get("start_s", 0.0), _moves(tuple(entry["start_m"]), entry["moves"]), **traits)
        found += [_copy(walker, i, entry.get("apart", {})) for i in range(entry.get("copies", 1))]
    return tuple(found)


def _tuples(value: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(item) if isinstance(item, list) else item for item in value)


def _copy(walker: Walker, i: int, apart: dict[str, Any]) -> Walker:
    dx, dy = (i * float(v) for v in apart.get("m", (0.0, 0.0)))
    moves = tuple(
        replace(m, start_m=(m.start_m[0] + dx, m.start_m[1] + dy), end_m=(m.end_m[0] + dx, m.end_m[1] + dy))
        for m in walker.moves
    )
    return replace(walker, start_s=walker.start_s + i * apart.get("s", 0.0), moves=moves)


def _moves(here: tuple[float, ...], moves: list[dict[str, Any]]) -> tuple[Move, ...]:
    out: list[Move] = []
    spot = (here[0], here[1])
    for move in moves:
        if "go" in move:
            there = (move["go"][0], move["go"][1])
            out.append(Move(spot, there, math.dist(spot, there) / move["mps"]))
            spot = there
        elif "stand_s" in move:
            out.append(Move(spot, spot, move["stand_s"]))
        else:
            out.append(Move(spot, spot, move["sway_s"], (move["by_m"][0], move["by_m"][1]), move["every_s"]))
    return tuple(out)
