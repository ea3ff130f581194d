"""The world: walkers stepped at a fixed 25 Hz, trains by the clock; exact state at any time in between."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64, I64
from passerby.sim.arrivals import PersonArrival, arrivals_of
from passerby.sim.crowd import STEP_S, advance
from passerby.sim.geometry import Ground, ground_of, tracks_of
from passerby.sim.mind import SimPerson, length_m, think
from passerby.sim.route import Routes
from passerby.sim.scenario import Scenario
from passerby.sim.surroundings import Bag, Surroundings, stops_of
from passerby.sim.train import TrainPosition

AIM_EVERY = 5
TURN_RAD_S = 5.0
BESIDE_M = 0.65
EDGE_CLEAR_M = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All people at one time: arrays over N people; xyz_m (N, 3), the rest (N,)."""

    t_s: float
    id: I64
    xyz_m: F64
    velocity_mps: F64
    heading_rad: F64
    phase_rad: F64
    posture: I64
    trains: tuple[TrainPosition, ...]
    bags: tuple[Bag, ...]

    @property
    def speed_mps(self) -> F64:
        """Speed over the floor, (N,)."""
        return np.asarray(np.linalg.norm(self.velocity_mps, axis=-1))


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person: number, the actor's name or "", child, worker."""

    id: int
    name: str
    child: bool
    worker: bool


class World:
    """Steps a scenario through time. The same scenario and seed always give the same world."""

    def __init__(self, scenario: Scenario, seed: int, until_s: float) -> None:
        self.scenario = scenario
        self.around = Surroundings(scenario.layout, tracks_of(scenario.layout), stops_of(scenario.trains))
        self.ground: Ground = ground_of(scenario.layout)
        self.people: dict[int, Person] = {}
        self._routes = Routes(np.concatenate([self.ground.blocked, self.ground.pits]))
        self._walkers: list[SimPerson] = []
        self._due = arrivals_of(scenario, self.around, seed, until_s)
        self._names: dict[str, int] = {}
        self._ticks = round(-scenario.warmup_s / STEP_S)
        self._aims: dict[int, F64] = {}
        self._now = self._freeze()
        self._before = self._now
        self._asked: Snapshot | None = None

    @property
    def t_s(self) -> float:
        """The time of the last step."""
        return self._ticks * STEP_S

    def at(self, t_s: float) -> Snapshot:
        """The world at a time not before the last requested one: linear between two steps."""
        if self._asked is None or t_s != self._asked.t_s:
            self._advance(t_s)
            share = float(np.clip((t_s - (self.t_s - STEP_S)) / STEP_S, 0, 1))
            self._asked = _between(self._before, self._now, share, t_s, self.around)
        return self._asked

    def _advance(self, t_s: float) -> None:
        """Step up to the first step at or after `t_s`, and keep the last two."""
        while self.t_s < t_s - 1e-9:
            self._skip(t_s)
            if (self._ticks + 1) * STEP_S < t_s - 1e-9:
                self._tick()
                continue
            self._before = self._now if self._now.t_s == self.t_s else self._freeze()
            self._tick()
            self._now = self._freeze()

    def _skip(self, t_s: float) -> None:
        """Pass over the time in which nobody is there, up to two steps before `t_s` or the next arrival."""
        until_s = min(t_s, self._due[0].t_s) if self._due else t_s
        if not self._walkers:
            self._ticks = max(self._ticks, math.floor(until_s / STEP_S) - 2)

    def _tick(self) -> None:
        t_s = self.t_s
        while self._due and self._due[0].t_s <= t_s:
            self._admit(self._due.pop(0))
        for walker in self._walkers:
            if walker.leader is None:
                think(walker, self.around, t_s)
        self._follow()
        if self._walkers:
            self._move()
        self._walkers = [w for w in self._walkers if not w.gone]
        self._ticks += 1

    def _admit(self, arrival: PersonArrival) -> None:
        number = len(self.people) + 1
        actor = arrival.actor
        position = np.array(arrival.position, dtype=float)
        walker = SimPerson(number, arrival.name, position, arrival.speed_mps, list(arrival.script))
        walker.target, walker.since_s = position.copy(), arrival.t_s
        if actor is not None:
            walker.child, walker.worker = actor.child, actor.worker
            walker.leader = self._names.get(actor.with_actor) if actor.with_actor else None
            self._names[arrival.name] = number
        elif arrival.follows:
            walker.leader = number - arrival.follows
        if arrival.from_train:
            walker.on_deck = False
        walker.heading_rad = float(number * 2.4 % (2 * np.pi))
        walker.phase_rad = walker.heading_rad
        self.people[number] = Person(number, arrival.name, walker.child, walker.worker)
        self._walkers.append(walker)

    def _follow(self) -> None:
        """Companions walk beside their person and leave with them."""
        known = {w.id: w for w in self._walkers}
        beside: dict[int, int] = {}
        for walker in self._walkers:
            if walker.leader is None:
                continue
            leader = known.get(walker.leader)
            if leader is None:
                walker.gone = True
                continue
            place = beside[leader.id] = beside.get(leader.id, 0) + 1
            side = BESIDE_M * (1 if place % 2 else -1) * ((place + 1) // 2)
            across = leader.heading_rad + np.pi / 2
            walker.target = leader.position + side * np.array([np.cos(across), np.sin(across)])
            far = walker.distance_m(walker.target)
            still = leader.wished_mps == 0 and far < 0.5
            walker.wished_mps = 0.0 if still else min(leader.wished_mps + far, leader.wished_mps * 1.3 + 0.5)
            walker.on_deck, walker.face_rad = leader.on_deck, leader.face_rad

    def _wish(self, walker: SimPerson) -> F64:
        if walker.wished_mps == 0:
            return np.minimum(np.maximum((walker.target - walker.position) * 0.8, -0.4), 0.4)
        if walker.id not in self._aims or (self._ticks + walker.id) % AIM_EVERY == 0:
            straight = not walker.on_deck or not walker.free or walker.distance_m(walker.target) < 0.3
            self._aims[walker.id] = walker.target if straight else self._routes.aim(walker.position, walker.target)
        displacement = self._aims[walker.id] - walker.position
        far = length_m(displacement)
        last = self._aims[walker.id] is walker.target and walker.step >= len(walker.script) - 1
        speed = min(walker.wished_mps, far / 0.4) if last else walker.wished_mps
        return np.asarray(displacement / max(far, 1e-6) * speed)

    def _move(self) -> None:
        walkers = self._walkers
        wished = np.concatenate([self._wish(w) for w in walkers]).reshape(-1, 2)
        free = np.array([w.free for w in walkers])
        deck = np.array([w.on_deck for w in walkers])
        position = np.concatenate([w.position for w in walkers]).reshape(-1, 2)
        velocity = np.concatenate([w.velocity for w in walkers]).reshape(-1, 2)
        position, velocity = advance(position, velocity, wished, self.ground, free, deck)
        for k, walker in enumerate(walkers):
            walker.position, walker.velocity = position[k], velocity[k]
            self._turn(walker)

    def _turn(self, walker: SimPerson) -> None:
        """Look in the walking direction, or in the given one; move the legs on."""
        speed = math.hypot(*walker.velocity)
        wanted = walker.heading_rad
        if walker.face_rad is not None and (
            walker.wished_mps == 0 or speed < 0.3 or (len(walker.memory) and speed < 0.9)
        ):
            wanted = walker.face_rad
        elif speed > 0.2:
            wanted = math.atan2(walker.velocity[1], walker.velocity[0])
        turn = (wanted - walker.heading_rad + math.pi) % (2 * math.pi) - math.pi
        walker.heading_rad += max(-TURN_RAD_S * STEP_S, min(turn, TURN_RAD_S * STEP_S))
        height = 1.2 if walker.child else 1.7
        stride = height * 0.78 * math.sqrt(min(max(speed, 0.2), 5.0) / 1.34) + 0.1
        walker.phase_rad += 2 * math.pi * speed * STEP_S / stride
        if not walker.on_deck and walker.leader is None and self._is_clear(walker):
            walker.on_deck = True

    def _is_clear(self, walker: SimPerson) -> bool:
        """Whether a person who left a train has reached the platform."""
        if walker.step < len(walker.script) and walker.script[walker.step].do in {"step_over", "board"}:
            return False
        for x0, y0, x1, y1 in self.ground.pits:
            x, y = walker.position
            if x0 < x < x1 and y0 - EDGE_CLEAR_M < y < y1 + EDGE_CLEAR_M:
                return False
        return True

    def _freeze(self) -> Snapshot:
        walkers = self._walkers
        xy = np.array([w.position for w in walkers]).reshape(-1, 2)
        height = self.ground.height_m(xy)
        in_train = [k for k, w in enumerate(walkers) if not w.on_deck and self._boards(w)]
        height[in_train] = np.maximum(height[in_train], 0.0)
        return Snapshot(
            t_s=self.t_s,
            id=np.array([w.id for w in walkers], dtype=np.int64),
            xyz_m=np.column_stack([xy, height]),
            velocity_mps=np.array([w.velocity for w in walkers]).reshape(-1, 2),
            heading_rad=np.array([w.heading_rad for w in walkers], dtype=float),
            phase_rad=np.array([w.phase_rad for w in walkers], dtype=float),
            posture=np.array([w.posture for w in walkers], dtype=np.int64),
            trains=(),
            bags=tuple(self.around.bags),
        )

    def _boards(self, walker: SimPerson) -> bool:
        """Whether a person beyond the edge is in a train rather than on the track bed."""
        known = {w.id: w for w in self._walkers}
        who = known.get(walker.leader, walker) if walker.leader else walker
        return not any(step.do == "step_over" for step in who.script)


def _between(before: Snapshot, after: Snapshot, share: float, t_s: float, around: Surroundings) -> Snapshot:
    """All people in both steps, linear in between."""
    old = {int(number): k for k, number in enumerate(before.id)}
    rows = np.array([k for k, number in enumerate(after.id) if int(number) in old], dtype=np.int64)
    past = np.array([old[int(after.id[k])] for k in rows], dtype=np.int64)

    def mix(name: str) -> F64:
        first, second = getattr(before, name)[past], getattr(after, name)[rows]
        return np.asarray(first + share * (second - first))

    return Snapshot(
        t_s=t_s,
        id=after.id[rows],
        xyz_m=mix("xyz_m"),
        velocity_mps=mix("velocity_mps"),
        heading_rad=mix("heading_rad"),
        phase_rad=mix("phase_rad"),
        posture=after.posture[rows],
        trains=around.trains(t_s),
        bags=after.bags,
    )
