"""Trains, and the rules that know of them, on the simulated station: presence, departures, loitering, intrusion.

Boxes are true: everybody in view, projected. Trains are true (no picture is drawn), or, with --pictures, seen in
it.     python benchmarks/trains.py [--pictures] [--fps 4] [--seeds 5] [--size 640x360] [SCENARIO ...]
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraPorts, CameraState
from passerby.contracts.config import Zone
from passerby.contracts.events import Event, Phase
from passerby.contracts.people import Tracks
from passerby.contracts.rules import IntrusionRule, LoiteringRule, Rule
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import RawFrame
from passerby.scene.trains import Trains
from passerby.sim.camera import SimCamera
from passerby.sim.ledger import Ledger
from passerby.sim.scenario import CameraModel, Scenario
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.sim.verdict import ideal_events, track_of_zone
from passerby.sim.world import Snapshot

SCENARIOS = (
    "closing-doors", "demo", "island", "pacer", "platform", "stays-three-departures", "track-intruder",
    "train-crowd", "train-fills-picture", "two-trains-then-boards",
)  # fmt: skip
BODY_M, MATCH_S = 1.7, 3.0


def rules_of(model: CameraModel, scenario: Scenario) -> tuple[Rule, ...]:
    """Loitering by both clocks on the platform, intrusion on every track."""
    kinds = {zone.name: zone.kind for zone in scenario.zones}
    tracks = [name for name in model.zones if kinds[name] == "track"]
    platform = next(name for name in model.zones if kinds[name] == "platform")
    return (
        LoiteringRule(kind="loitering", zone=platform, clock="departures"),
        LoiteringRule(kind="loitering", zone=platform, dwell_s=60),
        *(IntrusionRule(kind="intrusion", zone=name) for name in tracks),
    )


class Rows:
    """True tracks: everybody whose foot is in view, by their own number."""

    def __init__(self, camera: SimCamera) -> None:
        self._camera, self._live = camera, set[int]()

    def of(self, snapshot: Snapshot) -> Tracks:
        """Return the rows of one moment."""
        foot, depth = self._camera.project(snapshot.xyz_m)
        head, _ = self._camera.project(snapshot.xyz_m + np.array([0, 0, BODY_M]))
        w, h = self._camera.size_px
        shown = (depth > 0.5) & (foot >= 0).all(-1) & (foot < (w, h)).all(-1)
        foot, head, ids = foot[shown], head[shown], snapshot.id[shown]
        tall = np.maximum(foot[:, 1] - head[:, 1], 2.0)
        box = np.column_stack([foot[:, 0] - tall / 5, foot[:, 1] - tall, foot[:, 0] + tall / 5, foot[:, 1]])
        removed, self._live = sorted(self._live - set(ids.tolist())), set(ids.tolist())
        n = len(ids)
        return Tracks(
            camera="bench", at=stamp(snapshot.t_s), frame_wh=(w, h), id=ids, xyxy_px=box, foot_px=foot,
            score=np.full(n, 0.9), age_s=np.full(n, 1.0), confirmed=np.ones(n, bool), predicted=np.zeros(n, bool),
            removed=np.array(removed, np.int64),
        )  # fmt: skip


class TrueTrains:
    """A train is there while some of it is beside the zone."""

    def __init__(self, scenario: Scenario, zones: list[str]) -> None:
        self._spans = {
            name: (
                track_of_zone(scenario, name),
                *np.percentile([p[0] for z in scenario.zones if z.name == name for p in z.polygon_m], [0, 100]),
            )
            for name in zones
        }
        self._states = {name: TrainState(name, False, stamp(0), 0) for name in zones}

    def of(self, snapshot: Snapshot) -> tuple[TrainState, ...]:
        """Return the state of every zone."""
        for name, (track, low, high) in self._spans.items():
            old = self._states[name]
            there = any(
                t.track.name == track and t.x0_m < high and t.x0_m + t.track.length_m > low
                for t in snapshot.trains
            )
            if there != old.is_there:
                left = old.departures + (not there)
                self._states[name] = TrainState(name, there, stamp(snapshot.t_s), left)
        return tuple(self._states.values())


def stamp(t_s: float) -> Timestamp:
    """A recording's time."""
    return Timestamp(round(t_s * NS_PER_S))


@dataclass
class Score:
    """The results of one run against the truth.

    late_s: from being down on the bed to the alarm. crossed_s: from the foot's being in the zone as drawn.
    """

    hits: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    late_s: list[float] = field(default_factory=list)
    crossed_s: list[float] = field(default_factory=list)
    came_s: list[float] = field(default_factory=list)
    left_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def frames(station: Station, options: argparse.Namespace) -> Iterator[tuple[float, RawFrame | None]]:
    """Yield times, with pictures if they are wanted."""
    seconds = station.scenario.seconds
    if not options.pictures:
        yield from ((k / options.fps, None) for k in range(round(seconds * options.fps)))
        return
    for k, (_, bgr, truth) in enumerate(station.frames(size_px=options.size, fps=options.fps)):
        yield truth.t_s, RawFrame("bench", k + 1, stamp(truth.t_s), bgr)


class _Given:
    """A departure source that reports the trains it was given last."""

    trains: tuple[TrainState, ...] = ()

    def merged(self, _: tuple[TrainState, ...], __: Timestamp) -> tuple[TrainState, ...]:
        """Return them, whatever a picture shows."""
        return self.trains


def run(name: str, seed: int, options: argparse.Namespace, score: Score) -> None:
    """Play one scenario once."""
    station = Station.load(name, seed)
    model = station.model()
    rules = rules_of(model, station.scenario)
    model = model.model_copy(update={"rules": rules})
    scenario = station.scenario.model_copy(update={"cameras": (model, *station.scenario.cameras[1:])})
    camera = camera_of(model, options.size)
    unit = unit_config(scenario, model, camera, "bench").cameras[0]
    given = _Given()
    state = CameraState(unit, camera.size_px, EXACT_BOXES, CameraPorts(departures=given))
    tracks: list[Zone] = [zone for zone in unit.zones if zone.kind == "track"]
    rows, true, seen = Rows(camera), TrueTrains(scenario, [z.name for z in tracks]), Trains(tracks, camera.size_px)
    zones = {z.name: z for z in scenario.zones}
    ledger = Ledger(camera, tuple(zones[n] for n in model.zones), ())
    world, reported, log = (
        station.world(scenario.seconds),
        list[Event](),
        list[tuple[float, str, str, bool, int]](),
    )
    for t_s, frame in frames(station, options):
        snapshot = world.at(t_s)
        ledger.add(snapshot)
        truth = true.of(snapshot)
        trains = truth if frame is None else seen.step(frame)
        log += [(t_s, who, s.track, s.is_there, s.departures)
                for who, states in (("true", truth), ("seen", trains)) for s in states]  # fmt: skip
        given.trains = trains
        reported += state.step_tracks(rows.of(snapshot)).events
    reported += state.close().events
    _presence(log, [z.name for z in tracks], f"{name}/{seed}", score)
    ideal = [(i, e.kind, e.place, e.began_s) for i, r in enumerate(rules)
             for e in ideal_events(_only(scenario, model, r), model.name, ledger)]  # fmt: skip
    _events(ideal, [e for e in reported if e.phase is Phase.START], rules, f"{name}/{seed}", score)


def _only(scenario: Scenario, model: CameraModel, rule: Rule) -> Scenario:
    return scenario.model_copy(update={"cameras": (model.model_copy(update={"rules": (rule,)}),)})


def _events(
    ideal: list[tuple[int, str, str, float]],
    reported: list[Event],
    rules: tuple[Rule, ...],
    run_name: str,
    score: Score,
) -> None:
    left = list(reported)
    for index, kind, place, began_s in ideal:
        clock = getattr(rules[index], "clock", "")
        key = f"{kind} {clock}".strip()
        fits = [e for e in left if e.kind == kind and e.place == place and abs(e.began_s - began_s) <= MATCH_S
                and _clock(e) == clock]  # fmt: skip
        if not fits:
            score.missed[key] += 1
            score.wrong.append(f"{run_name}: missed {key} at {place} since {began_s:.1f} s")
            continue
        left.remove(fits[0])
        score.hits[key] += 1
        if kind == "intrusion":
            score.late_s.append(fits[0].at_s - began_s)
            score.crossed_s.append(fits[0].at_s - fits[0].began_s)
    for event in left:
        key = f"{event.kind} {_clock(event)}".strip()
        score.false[key] += 1
        score.wrong.append(f"{run_name}: false {key} at {event.place}, {event.began_s:.1f} to {event.at_s:.1f} s")


def _clock(event: Event) -> str:
    if event.kind != "loitering":
        return ""
    return "departures" if any(m.name == "trains_missed" for m in event.measures) else "seconds"


def _presence(log: list[tuple[float, str, str, bool, int]], zones: list[str], run_name: str, score: Score) -> None:
    for zone in zones:
        changes = {}
        for who in ("true", "seen"):
            states = [(t, there) for t, w, z, there, _ in log if (w, z) == (who, zone)]
            flips = [(t, there) for (_, before), (t, there) in itertools.pairwise(states) if there != before]
            changes[who] = flips
        if [there for _, there in changes["true"]] != [there for _, there in changes["seen"]]:
            score.wrong.append(f"{run_name}: trains at {zone}: true {changes['true']}, seen {changes['seen']}")
            continue
        for (t, there), (u, _) in zip(changes["true"], changes["seen"], strict=True):
            (score.came_s if there else score.left_s).append(u - t)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", default=SCENARIOS)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--fps", type=float, default=4.0)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--size", type=lambda s: tuple(int(v) for v in s.split("x")), default=(640, 360))
    options, score = parser.parse_args(), Score()
    for more in range(options.seeds):
        for name in options.scenarios:
            run(name, Station.load(name).seed + more, options, score)
            print(*score.wrong, sep="\n", end="\n" if score.wrong else "")
            score.wrong.clear()
        report(score, more + 1)


def report(score: Score, seeds: int) -> None:
    """Print the figures so far."""
    print(f"after {seeds} seed(s)")
    for key in sorted(score.hits.keys() | score.missed.keys() | score.false.keys()):
        print(f"{key}: right {score.hits[key]}, missed {score.missed[key]}, false {score.false[key]}")
    for what, delays in (
        ("intrusion told after", score.late_s),
        ("after the foot crossed", score.crossed_s),
        ("train came", score.came_s),
        ("left", score.left_s),
    ):
        if delays:
            print(
                f"{what}: {len(delays)}, median {np.median(delays):.2f} s, most {max(delays, key=abs):.2f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
