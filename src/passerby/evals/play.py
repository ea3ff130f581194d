"""Plays one scenario through the real analysis and keeps what it said beside what was true."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from passerby.config.scale import scaled_to
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, LineSample, Phase, ZoneSample
from passerby.contracts.rules import Rule
from passerby.evals.speeds import SpeedErrors, SpeedWatch
from passerby.evals.trains import TrueTrains
from passerby.evals.watched import Watched, detected_frames, exact_frames
from passerby.ground.foot import resolution_px
from passerby.pipeline.analysis import Analysis, Samples
from passerby.sim.ledger import Ledger
from passerby.sim.record import watch
from passerby.sim.scenario import Scenario
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.sim.verdict import Ideal, ideal_events
from passerby.vision.detector import Detector

EXACT_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """How scenarios are played. seconds: at most; detector None: exact boxes; width_px: of the rendered
    picture."""

    seed: int | None = None
    seconds: float | None = None
    fps: float = 8.0
    detector: Detector | None = None
    width_px: int | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """One camera of one scenario: what was true and what was said.

    events: all of them, by time. counts: per line (in, out), true and said. minutes: windows of zones.
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


def play(
    scenario: Scenario, camera: str, settings: Settings, tick: Callable[[float], None] = lambda _: None
) -> Take:
    """Play one camera of a scenario. Depends on nothing but its arguments; `tick` hears of every second played.

    Raises what Analysis raises for a rule that it refuses.
    """
    station = Station(scenario, settings.seed)
    seconds = min(station.scenario.seconds, settings.seconds or station.scenario.seconds)
    model = station.model(camera)
    config = unit_config(station.scenario, model, camera_of(model), "simulated").cameras[0]
    width, height = model.size_px
    wide = min(settings.width_px or width, width) if settings.detector else width
    wh = (wide, round(height * wide / width))
    score = settings.detector.info.score if settings.detector else EXACT_SCORE
    numbers = count(1)
    sharp = resolution_px(wh, settings.detector.info.input_wh) if settings.detector else 1.0
    analysis = Analysis(scaled_to(config, wh), wh, score, lambda: f"{next(numbers)}", resolution_px=sharp)
    began = time.perf_counter()
    ledger, frames = _frames(station, camera, wh, seconds, settings)
    said = _Said(None if settings.detector else TrueTrains(station.scenario, model))
    for frame in frames:
        said.add(frame, analysis)
        tick(frame.found.at.s)
    said.close(analysis)
    return Take(
        scenario=scenario.name,
        camera=config,
        seconds=seconds,
        is_faulty=bool(station.scenario.faults),
        ideals=tuple(ideal_events(station.scenario, camera, ledger)),
        events=tuple(said.events),
        ledger=ledger,
        lines=tuple(s for s in said.samples if isinstance(s, LineSample)),
        zones=tuple(s for s in said.samples if isinstance(s, ZoneSample)),
        speeds=said.speeds.errors(),
        frames=said.frames,
        wall_s=time.perf_counter() - began,
    )


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
    """What the analysis said so far."""

    def __init__(self, trains: TrueTrains | None) -> None:
        self._trains = trains
        self.events: list[Event] = []
        self.samples: Samples = []
        self.speeds = SpeedWatch()
        self.frames = 0

    def add(self, frame: Watched, analysis: Analysis) -> None:
        tracks = analysis.follow(frame.found)
        judged = analysis.judge(tracks, self._trains.at(frame.found.at) if self._trains else ())
        self.speeds.add(frame.seen, tracks, judged.ground)
        self.events += judged.events
        self.samples += judged.samples
        self.frames += 1

    def close(self, analysis: Analysis) -> None:
        events, samples = analysis.close()
        self.events += events
        self.samples += samples
