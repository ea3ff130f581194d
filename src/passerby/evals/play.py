"""Analyses one scenario and stores reported and true results."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraPorts, CameraState
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, LineSample, Phase, ZoneSample
from passerby.contracts.rules import LoiteringRule, Rule
from passerby.evals.box_noise import BoxNoise, NoisyBoxes
from passerby.evals.crossed import VisibilityLog
from passerby.evals.speeds import SpeedErrors, SpeedWatch
from passerby.evals.trains import TrueTrains
from passerby.evals.watched import WatchedFrame, detected_frames, exact_frames
from passerby.sim.ledger import Ledger
from passerby.sim.record import watch
from passerby.sim.scenario import Scenario
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.sim.verdict import Ideal, ideal_events
from passerby.vision.detector import Detector


@dataclass(frozen=True, slots=True)
class PlaySettings:
    """Settings for playing scenarios. seconds: longest part; reported_seconds: longest part of scenarios with more
    than crossings or with a clock that counts departures; detector None: exact boxes, or those of `noise`;
    width_px: of the rendered picture."""

    seed: int | None = None
    seconds: float | None = None
    fps: float = 8.0
    detector: Detector | None = None
    width_px: int | None = None
    reported_seconds: float | None = None
    noise: BoxNoise | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """One camera of one scenario: true and reported results.

    ideals: events that must be reported. unscored: events that are visible only in a picture, if none was
    rendered.
    events: all of them, by time. seen_crossings: per line and direction, those visible on both sides.
    """

    scenario: str
    seed: int
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
    unscored: tuple[Ideal, ...] = ()
    seen_crossings: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def starts(self) -> list[Event]:
        """The first event of every incident."""
        return [event for event in self.events if event.phase is Phase.START]

    def rules(self, kind: str, place: str) -> list[Rule]:
        """Return the camera's rules of a kind for a place."""
        return [
            rule
            for rule in self.camera.rules
            if rule.kind == kind and getattr(rule, "zone", getattr(rule, "line", "")) == place
        ]

    def counted(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Per line and direction: true and reported."""
        said: Counter[tuple[str, str]] = Counter()
        for sample in self.lines:
            said[sample.line, "in"] += sample.in_
            said[sample.line, "out"] += sample.out
        known = {line.name for line in self.camera.lines}
        true = {
            (n, direction): k
            for n, directions in self.ledger.line_counts().items()
            for direction, k in zip(("in", "out"), directions, strict=True)
        }
        return {key: (true[key], said[key]) for key in true if key[0] in known}


def stretch_s(scenario: Scenario, camera: str, settings: PlaySettings) -> float:
    """Return the played duration of a scenario for one camera, seconds."""
    seconds = min(scenario.seconds, settings.seconds or scenario.seconds)
    longer = min(scenario.seconds, settings.reported_seconds or 0.0)
    return longer if longer > seconds and _takes_its_time(scenario, camera, settings) else seconds


def _takes_its_time(scenario: Scenario, camera: str, settings: PlaySettings) -> bool:
    station = Station(scenario, settings.seed)
    if any(isinstance(r, LoiteringRule) and r.clock == "departures" for r in station.model(camera).rules):
        return True
    ideals = ideal_events(scenario, camera, watch(station, camera, scenario.seconds))
    return any(ideal.kind != "line_crossing" for ideal in ideals)


def play(
    scenario: Scenario, camera: str, settings: PlaySettings, tick: Callable[[float], None] = lambda _: None
) -> Take:
    """Play one camera of a scenario. Depends only on its arguments; `tick` is called for every played second.

    Raises the errors of the analysis for a refused rule.
    """
    station = Station(scenario, settings.seed)
    seconds = stretch_s(scenario, camera, settings)
    model = station.model(camera)
    config = unit_config(station.scenario, model, camera_of(model), "simulated").cameras[0]
    width, height = model.size_px
    wide = min(settings.width_px or width, width) if settings.detector else width
    wh = (wide, round(height * wide / width))
    said = _Said(_state(station, config, wh, settings))
    began = time.perf_counter()
    ledger, frames = _frames(station, camera, wh, seconds, settings)
    for frame in frames:
        said.add(frame)
        tick(frame.found.at.s)
    said.close()
    ideals = ideal_events(station.scenario, camera, ledger)
    scored = [ideal for ideal in ideals if settings.detector is not None or not ideal.is_object]
    return Take(
        scenario=scenario.name,
        seed=station.seed,
        camera=config,
        seconds=seconds,
        is_faulty=bool(station.scenario.faults),
        ideals=tuple(scored),
        unscored=tuple(ideal for ideal in ideals if ideal not in scored),
        events=tuple(said.events),
        ledger=ledger,
        lines=tuple(s for s in said.samples if isinstance(s, LineSample)),
        zones=tuple(s for s in said.samples if isinstance(s, ZoneSample)),
        speeds=said.speeds.errors(),
        frames=said.frames,
        wall_s=time.perf_counter() - began,
        seen_crossings=said.visible.counts(ledger.crossings, ledger.lines),
    )


def _state(station: Station, camera: Camera, wh: tuple[int, int], settings: PlaySettings) -> CameraState:
    """Return a camera's state: as in the product, or without pictures and with the true trains."""
    if settings.detector is not None:
        return CameraState(camera, wh, settings.detector.info)
    trains = TrueTrains(station.scenario, station.model(camera.name))
    boxes = settings.noise.info if settings.noise else EXACT_BOXES
    return CameraState(camera, wh, boxes, CameraPorts(departures=trains))


def _frames(
    station: Station, camera: str, wh: tuple[int, int], seconds: float, settings: PlaySettings
) -> tuple[Ledger, Iterator[WatchedFrame]]:
    if settings.detector is not None:
        ledger = watch(station, camera, seconds)
        return ledger, detected_frames(station, camera, wh, seconds, settings.fps, settings.detector)
    model = station.model(camera)
    ledger = Ledger.of(station.scenario, model, camera_of(model))
    boxes = NoisyBoxes.seeded(settings.noise, wh, station.seed).of if settings.noise else None
    return ledger, exact_frames(station, camera, wh, seconds, settings.fps, ledger, boxes)


class _Said:
    """The reported results so far."""

    def __init__(self, state: CameraState) -> None:
        self._state = state
        self.events: list[Event] = []
        self.samples: list[ZoneSample | LineSample] = []
        self.speeds, self.visible = SpeedWatch(), VisibilityLog()
        self.frames = 0

    def add(self, frame: WatchedFrame) -> None:
        result = self._state.step(frame.frame, frame.found)
        self.speeds.add(frame.seen, result.tracks, result.ground)
        self.visible.add(frame.seen)
        self.events += result.events
        self.samples += result.samples
        self.frames += 1

    def close(self) -> None:
        last = self._state.close()
        self.events += last.events
        self.samples += last.samples
