"""Arrivals: flows converted into walkers with scripts, by a seeded random process and by the timetable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F64
from passerby.sim.scenario import Actor, Flow, Scenario, ScriptStep
from passerby.sim.surroundings import Surroundings
from passerby.sim.train import door_centres

SLOWEST_MPS, FASTEST_MPS = 0.6, 2.1
ALIGHT_EVERY_S = 0.75
DOORWAY_M = 0.45


@dataclass(frozen=True, slots=True)
class PersonArrival:
    """One arriving person: time, place and script. `follows`: distance behind the first of the group."""

    t_s: float
    name: str
    position: tuple[float, float]
    speed_mps: float
    script: tuple[ScriptStep, ...]
    follows: int = 0
    from_train: bool = False
    actor: Actor | None = None


def _speed(rng: np.random.Generator, flow: Flow) -> float:
    return float(np.clip(rng.normal(*flow.speed_mps), SLOWEST_MPS, FASTEST_MPS))


def _somewhere(rng: np.random.Generator, flow: Flow) -> tuple[float, float]:
    assert flow.area is not None
    (x0, y0), (x1, y1) = flow.area
    return float(rng.uniform(x0, x1)), float(rng.uniform(y0, y1))


def _errand(rng: np.random.Generator, flow: Flow) -> tuple[ScriptStep, ...]:
    """The script of a person of a flow."""
    if flow.kind == "stand":
        return (ScriptStep(do="wait", seconds=1e9, face_deg=float(rng.uniform(-180, 180))),)
    steps = [ScriptStep(do="through", lanes=flow.lanes)] if flow.lanes else []
    if flow.kind == "wait":
        return (*steps, ScriptStep(do="go", to=_somewhere(rng, flow)), ScriptStep(do="board", track=flow.track))
    return (*steps, ScriptStep(do="leave", portal=flow.to[int(rng.integers(len(flow.to)))]))


def _group(rng: np.random.Generator, flow: Flow, t_s: float, at: tuple[float, float]) -> list[PersonArrival]:
    speed, script = _speed(rng, flow), _errand(rng, flow)
    size = int(rng.integers(flow.group[0], flow.group[1] + 1))
    around = rng.uniform(-0.5, 0.5, (size, 2))
    return [
        PersonArrival(t_s + 0.3 * k, "", (at[0] + around[k, 0], at[1] + around[k, 1]), speed, script, follows=k)
        for k in range(size)
    ]


def _by_chance(
    rng: np.random.Generator, flow: Flow, around: Surroundings, from_s: float, to_s: float
) -> list[PersonArrival]:
    """Poisson arrivals at a portal."""
    out, t_s = [], max(from_s, flow.from_s)
    portal = around.portal(flow.source or "")
    while flow.per_hour > 0:
        t_s += float(rng.exponential(3600 / flow.per_hour))
        if t_s > min(to_s, flow.to_s):
            break
        out += _group(rng, flow, t_s, (float(portal[0]), float(portal[1])))
    return out


def _off_trains(rng: np.random.Generator, flow: Flow, around: Surroundings, until_s: float) -> list[PersonArrival]:
    """People who leave every train, a few at a time per door."""
    out: list[PersonArrival] = []
    rail = around.tracks[flow.track or ""]
    low, high = around.layout.x_m
    doors = door_centres(rail)
    doors = doors[(doors > low + 0.5) & (doors < high - 0.5)]
    for stop in around.stops:
        if stop.track != flow.track or not flow.from_s <= stop.doors_open_s <= min(flow.to_s, until_s):
            continue
        turn = np.zeros(len(doors))
        for _ in range(int(rng.integers(flow.people[0], flow.people[1] + 1))):
            k = int(rng.integers(len(doors)))
            t_s = stop.doors_open_s + turn[k]
            turn[k] += ALIGHT_EVERY_S * rng.uniform(0.9, 1.6)
            x, y = float(doors[k]), rail.edge_y_m + rail.side * DOORWAY_M
            out_of_door = ScriptStep(do="go", to=(x, rail.edge_y_m - rail.side * 0.9))
            out.append(
                PersonArrival(
                    t_s, "", (x, y), _speed(rng, flow), (out_of_door, *_errand(rng, flow)), from_train=True
                )
            )
    return out


def _standing(rng: np.random.Generator, flow: Flow, from_s: float) -> list[PersonArrival]:
    count = int(rng.integers(flow.people[0], flow.people[1] + 1))
    spots: list[F64] = []
    for _ in range(200 * count):
        spot = np.array(_somewhere(rng, flow))
        if all(np.linalg.norm(spot - other) > 0.55 for other in spots):
            spots.append(spot)
        if len(spots) == count:
            break
    return [PersonArrival(from_s, "", (float(x), float(y)), 1.0, _errand(rng, flow)) for x, y in spots]


def arrivals_of(scenario: Scenario, around: Surroundings, seed: int, until_s: float) -> list[PersonArrival]:
    """All people who arrive between the warm-up and `until_s`, by time. The seed determines all of it."""
    start = -scenario.warmup_s
    out = [PersonArrival(a.start_s, a.name, a.at, a.speed_mps, a.script, actor=a) for a in scenario.actors]
    for k, flow in enumerate(scenario.flows):
        rng = np.random.default_rng([seed, 11, k])
        if flow.kind == "alight":
            out += _off_trains(rng, flow, around, until_s)
        elif flow.kind == "stand":
            out += _standing(rng, flow, start)
        else:
            out += _by_chance(rng, flow, around, start, until_s)
    return sorted(out, key=lambda one: one.t_s)
