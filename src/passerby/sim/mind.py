"""The behaviour of one person: a script, processed step by step, gives a target position and a speed."""

# ruff: noqa: ARG001  every act takes the same arguments

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.arrays import F64
from passerby.sim.pose import Posture
from passerby.sim.scenario import ScriptStep
from passerby.sim.surroundings import Surroundings

RUN_MPS = 3.2
NEAR_M = 0.35
DOOR_WAIT_M = 1.1


@dataclass(slots=True)
class SimPerson:
    """One simulated person; mutable.

    free: affected by others and walls. on_deck: stops at the platform edge.
    """

    id: int
    name: str
    position: F64
    speed_mps: float
    script: list[ScriptStep]
    child: bool = False
    worker: bool = False
    leader: int | None = None
    velocity: F64 = field(default_factory=lambda: np.zeros(2))
    target: F64 = field(default_factory=lambda: np.zeros(2))
    wished_mps: float = 0.0
    face_rad: float | None = None
    heading_rad: float = 0.0
    phase_rad: float = 0.0
    posture: Posture = Posture.UPRIGHT
    free: bool = True
    on_deck: bool = True
    gone: bool = False
    step: int = 0
    since_s: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)

    def distance_m(self, spot: F64) -> float:
        """Distance from a point."""
        return length_m(spot - self.position)


def length_m(displacement: F64) -> float:
    """Length of a displacement (2,): the arithmetic of np.linalg.norm, without its cost."""
    return math.sqrt(displacement.dot(displacement))


def think(walker: SimPerson, around: Surroundings, t_s: float) -> None:
    """Set target, speed and posture for this time, and start the next step when one is done."""
    for _ in range(4):
        if walker.step >= len(walker.script):
            stand(walker)
            return
        step = walker.script[walker.step]
        if not _ACTS[step.do](walker, step, around, t_s):
            return
        walker.step += 1
        walker.since_s = t_s
        walker.memory.clear()
        walker.posture = Posture.UPRIGHT


def stand(walker: SimPerson) -> None:
    """Stand at the given place; others may push slightly."""
    walker.wished_mps = 0.0


def _walk(walker: SimPerson, to: F64, speed_mps: float) -> bool:
    walker.target, walker.wished_mps, walker.face_rad = to, speed_mps, None
    return walker.distance_m(to) < max(NEAR_M, 0.12 * speed_mps)


def _spot(step: ScriptStep) -> F64:
    return np.array(step.to, dtype=float)


def _face(walker: SimPerson, step: ScriptStep) -> None:
    walker.face_rad = None if step.face_deg is None else float(np.radians(step.face_deg))


def _go(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    return _walk(walker, _spot(step), step.speed_mps or walker.speed_mps)


def _run(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    return _walk(walker, _spot(step), step.speed_mps or RUN_MPS)


def _wait(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    stand(walker)
    _face(walker, step)
    return t_s - walker.since_s >= (step.seconds or 0)


def _miss(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    stand(walker)
    _face(walker, step)
    return around.departures(step.track or "", walker.since_s, t_s) >= (step.departures or 1)


def _board(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    """Wait until a train has open doors and the people inside are out, walk to the nearest door, and leave."""
    door = around.open_door(step.track or "", walker.position, t_s, walker.memory.get("patience", 0.0))
    if door is None:
        stand(walker)
        walker.on_deck = True
        walker.face_rad = around.toward_track(step.track or "")
        walker.memory["patience"] = 2.5 + (walker.id * 7 % 10) / 4
        return False
    outside, inside = door
    beside = abs(walker.position[0] - outside[0]) < 0.45
    at_door = beside and abs(walker.position[1] - outside[1]) < DOOR_WAIT_M + 0.4
    entering = bool(walker.memory.get("entering")) or at_door
    walker.memory["entering"] = float(entering)
    walker.on_deck = not entering
    speed = step.speed_mps or walker.speed_mps
    if _walk(walker, inside if entering else outside, speed) and entering:
        walker.gone = True
    return False


def _home(walker: SimPerson) -> F64:
    """Start position of this step."""
    x, y = (float(v) for v in walker.position)
    return np.array([walker.memory.setdefault("x", x), walker.memory.setdefault("y", y)])


def _pace(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    """Walk back and forth between the start position and `to`."""
    home = _home(walker)
    out = walker.memory.setdefault("out", 1.0) > 0
    if _walk(walker, _spot(step) if out else home, step.speed_mps or walker.speed_mps):
        walker.memory["out"] = -1.0 if out else 1.0
    return t_s - walker.since_s >= (step.seconds or 0)


def _sway(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    """Shift from one foot to the other around a place, across the direction of `face_deg`."""
    home = _home(walker)
    _face(walker, step)
    across = (walker.face_rad or 0.0) + np.pi / 2
    shift = step.metres * np.sin((t_s - walker.since_s) * 2 * np.pi / 3.5)
    face = walker.face_rad
    _walk(walker, home + shift * np.array([np.cos(across), np.sin(across)]), 0.9)
    walker.face_rad = face if face is not None else walker.heading_rad
    return t_s - walker.since_s >= (step.seconds or 0)


def _lie(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    walker.posture, walker.free, walker.velocity = Posture.LYING, False, np.zeros(2)
    walker.target, walker.wished_mps = walker.position.copy(), 0.0
    done = t_s - walker.since_s >= (step.seconds or 0)
    walker.free = done
    return done


def _sit(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    """Walk to the nearest seat and sit; the seconds count from sitting down."""
    kept = np.array([walker.memory["x"], walker.memory["y"]]) if "x" in walker.memory else walker.position
    seat = around.seat(kept)
    if seat is None:
        return _wait(walker, step, around, t_s)
    x, y, heading = seat
    walker.memory["x"], walker.memory["y"] = x, y
    if "down" not in walker.memory:
        if _walk(walker, np.array([x, y]) + 0.55 * np.array([np.cos(heading), np.sin(heading)]), walker.speed_mps):
            walker.memory["down"] = t_s
        return False
    walker.free, walker.position, walker.velocity = False, np.array([x, y]), np.zeros(2)
    walker.posture, walker.face_rad, walker.wished_mps, walker.target = (
        Posture.SITTING,
        heading,
        0.0,
        np.array([x, y]),
    )
    done = t_s - walker.memory["down"] >= (step.seconds or 0)
    if done:
        walker.free, walker.position = True, walker.position + 0.55 * np.array([np.cos(heading), np.sin(heading)])
    return done


def _drop_bag(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    around.leave_bag(walker.id, walker.position, t_s)
    return True


def _leave(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    walker.on_deck = True
    walker.gone = _walk(walker, around.portal(step.portal or ""), step.speed_mps or walker.speed_mps)
    return False


def _step_over(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    """Walk over the platform edge."""
    walker.on_deck = False
    return _walk(walker, _spot(step), step.speed_mps or walker.speed_mps)


def _through(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    """Pass a row of gates by the nearest lane of one's direction."""
    first, second = around.lane(step.lanes or "", walker.position, walker.memory)
    if not walker.memory.get("entered"):
        walker.memory["entered"] = float(_walk(walker, first, walker.speed_mps))
        return False
    return _walk(walker, second, walker.speed_mps * 0.8)


def _queue(walker: SimPerson, step: ScriptStep, around: Surroundings, t_s: float) -> bool:
    """Stand in line, move up, be served for `seconds` at the head."""
    spot, heading, first = around.queue_place(step.queue or "", walker.id)
    arrived = _walk(walker, spot, walker.speed_mps)
    if arrived:
        walker.wished_mps, walker.face_rad = 0.0, heading
    if not (first and (arrived or "served" in walker.memory)):
        return False
    done = t_s - walker.memory.setdefault("served", t_s) >= (step.seconds or 0)
    if done:
        around.leave_queue(step.queue or "", walker.id)
    return done


_ACTS: dict[str, Callable[[SimPerson, ScriptStep, Surroundings, float], bool]] = {
    "go": _go,
    "run": _run,
    "wait": _wait,
    "miss": _miss,
    "board": _board,
    "pace": _pace,
    "sway": _sway,
    "lie": _lie,
    "drop_bag": _drop_bag,
    "sit": _sit,
    "leave": _leave,
    "step_over": _step_over,
    "through": _through,
    "queue": _queue,
}
