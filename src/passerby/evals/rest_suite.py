"""Suite `rest`: what a resting camera misses, in the worst case that none of its packets ever wakes it.

A passage that is often empty is analysed twice with exact boxes: at the full rate, and as by a camera that rests.
While that one rests, only its key frames exist, as with a stream of constant bit rate (`ingest/rest.py`).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.rate import AnalysisRate, needs_full_rate
from passerby.camera.state import CameraState
from passerby.contracts.events import Event, Phase
from passerby.contracts.people import Detections
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.matching import Pair, PairScore, pair_up
from passerby.evals.origin import commit, machine
from passerby.evals.result import Aim, Report, Table
from passerby.evals.seeds import shown_seeds
from passerby.evals.watched import exact_frames
from passerby.sim.ideal import Ideal
from passerby.sim.ledger import Ledger
from passerby.sim.library import load_scenario
from passerby.sim.scenario import Actor, Expected, Scenario, ScriptStep
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.sim.verdict import ideal_events

# What issue and page promise.
MOST_F1_LOST, LEAST_EVENTS = 0.01, 300
PASSAGE, IDLE_FPS = "counting", 2.0
# Somebody comes after this mean time, seconds; the place is then empty for longer than IDLE_AFTER_S every second
# time. Chosen: 30 s on average.
MEAN_GAP_S = 30.0
# The truth is taken this often, frames/s: it needs no picture.
TRUTH_FPS = 10.0
# Of ten people: these walk through, run through, or stay; the rest turns back at the line.
WALKS, RUNS, STAYS = 6, 2, 1
STAY_S = 75.0


@dataclass(frozen=True, slots=True)
class RestTake:
    """One scene. pairs_full, pairs_rest: true and reported events of both. frames, analysed: of the full rate and
    of the resting camera. rested: share of the frames during which it rested."""

    pairs_full: tuple[Pair, ...]
    pairs_rest: tuple[Pair, ...]
    frames: int
    analysed: int
    rested: float


def rest_suite(
    seeds: Sequence[int],
    seconds: float,
    fps: float,
    key_every_s: float,
    report_progress: Callable[[str, float], None] = lambda *_: None,
    processes: int = 1,
) -> Report:
    """Play one scene of `seconds` for each seed, and compare. key_every_s: distance of the key frames."""
    takes = []
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        played = pool.map(play_rest, seeds, *(repeat(value) for value in (seconds, fps, key_every_s)))
        for k, take in enumerate(played):
            takes.append(take)
            report_progress("rest", (k + 1) / len(seeds))
    return rest_report(takes, seeds, seconds, fps, key_every_s)


def play_rest(seed: int, seconds: float, fps: float, key_every_s: float) -> RestTake:
    """Analyse a scene at the full rate and as a resting camera."""
    station = Station(sparse_passage(seed, seconds), seed)
    model = station.model()
    config = unit_config(station.scenario, model, camera_of(model), "simulated").cameras[0]
    ledger = Ledger.of(station.scenario, model, camera_of(model))
    full, rest = (_Watched(CameraState(config, model.size_px, EXACT_BOXES)) for _ in range(2))
    rate, frames, rested = AnalysisRate(fps, IDLE_FPS), 0, 0
    for seen in exact_frames(station, model.name, model.size_px, seconds, fps, ledger):
        at = seen.found.at
        frames, rested = frames + 1, rested + rate.is_resting()
        full.step(seen.found)
        if (rate.is_resting() and not _is_key(at, key_every_s)) or not rate.wants(at):
            continue
        rate.seen(rest.step(seen.found), at)
    ideals = ideal_events(station.scenario, model.name, ledger)
    return RestTake(full.pairs(ideals), rest.pairs(ideals), frames, rest.frames, rested / max(1, frames))


def sparse_passage(seed: int, seconds: float) -> Scenario:
    """Return a passage in which single people come at random."""
    rng, base = np.random.default_rng(seed), load_scenario(PASSAGE)
    actors: list[Actor] = []
    at_s = float(rng.exponential(MEAN_GAP_S))
    while at_s < seconds - MEAN_GAP_S:
        actors.append(_actor(len(actors), at_s, rng))
        at_s += float(rng.exponential(MEAN_GAP_S))
    cameras = tuple(camera.model_copy(update={"fps": TRUTH_FPS}) for camera in base.cameras)
    changes = {"name": "sparse", "seconds": seconds, "actors": tuple(actors), "cameras": cameras, "flows": ()}
    return base.model_copy(update={**changes, "expected": Expected()})


def _actor(number: int, start_s: float, rng: np.random.Generator) -> Actor:
    """Return a person who walks, runs, stays, or turns back at the line, from one of the two ends."""
    what, y_m = int(rng.integers(10)), float(rng.uniform(0.6, 4.4))
    from_behind = bool(rng.integers(2))
    at, away = ((-1.4, y_m), "far") if from_behind else ((41.0, y_m), "behind")
    leave = ScriptStep(do="leave", portal=away)
    speed_mps = float(rng.uniform(1.1, 1.6))
    if what < WALKS:
        script: tuple[ScriptStep, ...] = (leave,)
    elif what < WALKS + RUNS:
        script, speed_mps = (leave,), float(rng.uniform(2.9, 3.6))
    elif what < WALKS + RUNS + STAYS:
        spot = (float(rng.uniform(6, 20)), y_m)
        script = (ScriptStep(do="go", to=spot), ScriptStep(do="wait", seconds=STAY_S), leave)
    else:
        back = ScriptStep(do="leave", portal="behind" if from_behind else "far")
        script = (ScriptStep(do="go", to=(10.0, y_m)), back)
    return Actor(name=f"p{number}", at=at, start_s=start_s, speed_mps=speed_mps, script=script)


class _Watched:
    """One analysis with its events."""

    def __init__(self, state: CameraState) -> None:
        self.state = state
        self.frames = 0
        self._events: list[Event] = []

    def step(self, found: Detections) -> bool:
        """Analyse a frame; return whether it needs the full rate."""
        result = self.state.step(None, found)
        self._events += result.events
        self.frames += 1
        return needs_full_rate(result)

    def pairs(self, ideals: Sequence[Ideal]) -> tuple[Pair, ...]:
        """End the analysis and pair its events with the true ones."""
        events = [*self._events, *self.state.close().events]
        return tuple(pair_up(ideals, [event for event in events if event.phase is Phase.START]))


def _is_key(at: Timestamp, every_s: float) -> bool:
    return at.mono_ns % round(every_s * NS_PER_S) == 0


def rest_report(
    takes: Sequence[RestTake], seeds: Sequence[int], seconds: float, fps: float, key_every_s: float
) -> Report:
    """Return the report of scenes."""
    full = [pair for take in takes for pair in take.pairs_full]
    rest = [pair for take in takes for pair in take.pairs_rest]
    kinds = sorted({one.kind for p in (*full, *rest) for one in (p.ideal, p.event) if one})
    rows = [(kind, *_row(full, rest, kind)) for kind in kinds]
    total_full, total_rest = PairScore.of(full), PairScore.of(rest)
    lost = None if total_full.f1 is None or total_rest.f1 is None else max(0.0, total_full.f1 - total_rest.f1)
    analysed = sum(take.analysed for take in takes) / max(1, sum(take.frames for take in takes))
    rested = float(np.mean([take.rested for take in takes])) if takes else 0.0
    heads = ("kind", "true", "found", "found, resting", "false", "false, resting", "F1", "F1, resting")
    return Report(
        suite="rest",
        title="Events of a resting camera",
        settings=(
            ("scenes", f"{len(takes)} of {seconds:g} s in a passage, seeds: {shown_seeds(seeds)}"),
            ("boxes", "of the ground truth"),
            ("full rate", f"{fps:g} frames/s"),
            ("key frames", f"every {key_every_s:g} s; no packet wakes the camera"),
            ("commit", commit()),
            ("machine", machine()),
        ),
        tables=(
            Table("Events", heads, (*rows, ("all", *_row(full, rest, None)))),
            Table(
                "Work",
                ("figure", "value"),
                (("share of the time at rest", rested), ("share of the frames that are analysed", analysed)),
            ),
        ),
        aims=(
            Aim("rest.f1", "F1 at the full rate minus F1 resting", MOST_F1_LOST, lost),
            Aim("rest.events", "true events", LEAST_EVENTS, float(total_full.true), least=True),
        ),
    )


def _row(full: Sequence[Pair], rest: Sequence[Pair], kind: str | None) -> tuple[float | None, ...]:
    a, b = PairScore.of(full, kind), PairScore.of(rest, kind)
    return a.true, a.found, b.found, a.false, b.false, a.f1, b.f1
