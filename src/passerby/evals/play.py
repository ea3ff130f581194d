"""Plays one scenario through the real analysis and keeps what it said beside what was true."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from passerby.config.scale import scaled_to
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, LineSample, Phase, ZoneSample
from passerby.contracts.people import Tracks
from passerby.contracts.rules import LoiteringRule, Rule
from passerby.contracts.scene import NO_OBJECTS, StillObjects
from passerby.contracts.trains import TrainState
from passerby.evals.crossed import SightLog
from passerby.evals.speeds import SpeedErrors, SpeedWatch
from passerby.evals.trains import TrueTrains
from passerby.evals.watched import Watched, detected_frames, exact_frames
from passerby.pipeline.analysis import Analysis, Samples
from passerby.pipeline.camera import analysis_for
from passerby.pipeline.shown import make_redactor
from passerby.pipeline.sight import Sight
from passerby.sim.ledger import Ledger
from passerby.sim.record import watch
from passerby.sim.scenario import Scenario
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.sim.verdict import Ideal, ideal_events
from passerby.vision.detector import Detector

EXACT_SCORE = 0.5
Around = tuple[tuple[TrainState, ...], StillObjects]
LookAround = Callable[[Watched, Tracks], Around]


@dataclass(frozen=True, slots=True)
class Settings:
    """How scenarios are played. seconds: at most, told_seconds: at most where more than crossings is to be told or
    a clock counts departures; detector None: exact boxes; width_px: of the rendered picture.
    """

    seed: int | None = None
    seconds: float | None = None
    fps: float = 8.0
    detector: Detector | None = None
    width_px: int | None = None
    told_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """One camera of one scenario: what was true and what was said.

    ideals: what ought to be told. unjudged: what could be told only from a picture, where none was rendered.
    events: all of them, by time. seen_crossings: per line and direction, those that could be seen on both sides.
    """

    scenario: str
    camera: Camera
    seconds: float
    is_faulty: bool
    ideals: tuple[Ideal, ...]
    events: tuple[Event, ...]
    ledger: Ledger
    lines: tuple[LineSample, ...]
    zones: tuple[ZoneSample, ...]
    speeds: SpeedErrors
    frames: int
    wall_s: float
    unjudged: tuple[Ideal, ...] = ()
    seen_crossings: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def starts(self) -> list[Event]:
        """The first event of every incident."""
        return [event for event in self.events if event.phase is Phase.START]

    def rules(self, kind: str, place: str) -> list[Rule]:
        """The camera's rules of a kind for a place."""
        return [
            rule
            for rule in self.camera.rules
            if rule.kind == kind and getattr(rule, "zone", getattr(rule, "line", "")) == place
        ]

    def counted(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Per line and direction: true and said."""
        said: Counter[tuple[str, str]] = Counter()
        for sample in self.lines:
            said[sample.line, "in"] += sample.in_
            said[sample.line, "out"] += sample.out
        known = {line.name for line in self.camera.lines}
        true = {
            (n, way): k
            for n, ways in self.ledger.line_counts().items()
            for way, k in zip(("in", "out"), ways, strict=True)
        }
        return {key: (true[key], said[key]) for key in true if key[0] in known}


def stretch_s(scenario: Scenario, camera: str, settings: Settings) -> float:
    """Return how much of a scenario is played before one camera, seconds."""
    seconds = min(scenario.seconds, settings.seconds or scenario.seconds)
    longer = min(scenario.seconds, settings.told_seconds or 0.0)
    return longer if longer > seconds and _takes_its_time(scenario, camera, settings) else seconds


def _takes_its_time(scenario: Scenario, camera: str, settings: Settings) -> bool:
    station = Station(scenario, settings.seed)
    if any(isinstance(r, LoiteringRule) and r.clock == "departures" for r in station.model(camera).rules):
        return True
    ideals = ideal_events(scenario, camera, watch(station, camera, scenario.seconds))
    return any(ideal.kind != "line_crossing" for ideal in ideals)


def play(
    scenario: Scenario, camera: str, settings: Settings, tick: Callable[[float], None] = lambda _: None
) -> Take:
    """Play one camera of a scenario. Depends on nothing but its arguments; `tick` hears of every second played.

    Raises what Analysis raises for a rule that it refuses.
    """
    station = Station(scenario, settings.seed)
    seconds = stretch_s(scenario, camera, settings)
    model = station.model(camera)
    config = unit_config(station.scenario, model, camera_of(model), "simulated").cameras[0]
    width, height = model.size_px
    wide = min(settings.width_px or width, width) if settings.detector else width
    wh = (wide, round(height * wide / width))
    said = _Said(*_ready(station, scaled_to(config, wh), wh, settings.detector))
    began = time.perf_counter()
    ledger, frames = _frames(station, camera, wh, seconds, settings)
    for frame in frames:
        said.add(frame)
        tick(frame.found.at.s)
    said.close()
    ideals = ideal_events(station.scenario, camera, ledger)
    judged = [ideal for ideal in ideals if settings.detector is not None or not ideal.is_thing]
    return Take(
        scenario=scenario.name,
        camera=config,
        seconds=seconds,
        is_faulty=bool(station.scenario.faults),
        ideals=tuple(judged),
        unjudged=tuple(ideal for ideal in ideals if ideal not in judged),
        events=tuple(said.events),
        ledger=ledger,
        lines=tuple(s for s in said.samples if isinstance(s, LineSample)),
        zones=tuple(s for s in said.samples if isinstance(s, ZoneSample)),
        speeds=said.speeds.errors(),
        frames=said.frames,
        wall_s=time.perf_counter() - began,
        seen_crossings=said.sights.counts(ledger.crossings, ledger.lines),
    )


def _ready(
    station: Station, camera: Camera, wh: tuple[int, int], detector: Detector | None
) -> tuple[Analysis, LookAround]:
    """Return a camera's analysis, and what tells it of trains and things: the picture or else the truth."""
    numbers = count(1)
    if detector is None:
        trains = TrueTrains(station.scenario, station.model(camera.name))
        analysis = Analysis(camera, wh, EXACT_SCORE, lambda: f"{next(numbers)}")
        return analysis, lambda frame, _: (trains.at(frame.found.at), NO_OBJECTS)
    analysis = analysis_for(detector.info, camera, wh, lambda: f"{next(numbers)}")
    sight = Sight(camera, wh, make_redactor(camera, wh, analysis.plane), None, Counter())

    def look(frame: Watched, tracks: Tracks) -> Around:
        assert frame.frame is not None
        trains = sight.trains(frame.frame)
        sight.learn(frame.frame, frame.found, tracks)
        return trains, sight.things(tracks)

    return analysis, look


def _frames(
    station: Station, camera: str, wh: tuple[int, int], seconds: float, settings: Settings
) -> tuple[Ledger, Iterator[Watched]]:
    if settings.detector is not None:
        ledger = watch(station, camera, seconds)
        return ledger, detected_frames(station, camera, wh, seconds, settings.fps, settings.detector)
    model = station.model(camera)
    zones = tuple(z for z in station.scenario.zones if z.name in model.zones)
    ledger = Ledger(camera_of(model), zones, tuple(n for n in station.scenario.lines if n.name in model.lines))
    return ledger, exact_frames(station, camera, wh, seconds, settings.fps, ledger)


class _Said:
    """What the analysis said so far. around: the trains and things of a frame."""

    def __init__(self, analysis: Analysis, around: LookAround) -> None:
        self._analysis, self._around = analysis, around
        self.events: list[Event] = []
        self.samples: Samples = []
        self.speeds, self.sights = SpeedWatch(), SightLog()
        self.frames = 0

    def add(self, frame: Watched) -> None:
        tracks = self._analysis.follow(frame.found)
        judged = self._analysis.judge(tracks, *self._around(frame, tracks))
        self.speeds.add(frame.seen, tracks, judged.ground)
        self.sights.add(frame.seen)
        self.events += judged.events
        self.samples += judged.samples
        self.frames += 1

    def close(self) -> None:
        events, samples = self._analysis.close()
        self.events += events
        self.samples += samples
