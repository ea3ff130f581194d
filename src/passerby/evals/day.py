"""One simulated day of one camera: what was reported, and what was true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraPorts, CameraState
from passerby.contracts.events import Event, LineSample, Phase
from passerby.evals.box_noise import BoxNoise, NoisyBoxes
from passerby.evals.matching import Pair, pair_up
from passerby.evals.trains import TrueTrains
from passerby.evals.watched import exact_frames
from passerby.sim.day import DAY_S, FPS, station_day
from passerby.sim.ledger import Ledger
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config
from passerby.sim.verdict import ideal_events

COUNTED = "line_crossing"
# A reported event may begin this much earlier or later than the true one, seconds: a broken track begins late.
TOLERANCE_S = 15.0
# A place without people is analysed twice a second, as a unit does.
IDLE_EVERY, BUSY_S = 3, 5.0


@dataclass(frozen=True, slots=True)
class DayResult:
    """The result of a day. people: in view. true, found: events by kind. crossings: of the line, true and counted.

    false, reported: kind, severity, and seconds of the day. missed: kind and true start. late_s: by kind, from the
    true start to the report.
    """

    seed: int
    seconds: float
    people: int
    true: Counter[str]
    found: Counter[str]
    false: tuple[tuple[str, str, float], ...]
    missed: tuple[tuple[str, float], ...]
    reported: tuple[tuple[str, str, float], ...]
    late_s: dict[str, tuple[float, ...]]
    crossings: tuple[int, int]


def play_day(
    seed: int, noise: BoxNoise | None, seconds: float = DAY_S, tick: Callable[[float], None] = lambda _: None
) -> DayResult:
    """Play a day, or its first `seconds`; the seed determines the result."""
    scenario = station_day(seed)
    station = Station(scenario, seed)
    model = station.model()
    config = unit_config(scenario, model, camera_of(model), "simulated").cameras[0]
    wh = model.size_px
    ledger = Ledger.of(scenario, model, camera_of(model))
    ports = CameraPorts(departures=TrueTrains(scenario, model))
    state = CameraState(config, wh, noise.info if noise else EXACT_BOXES, ports)
    boxes = NoisyBoxes.seeded(noise, wh, seed).of if noise else None
    events: list[Event] = []
    counted, busy_until_s = 0, 0.0
    for k, frame in enumerate(exact_frames(station, model.name, wh, seconds, FPS, ledger, boxes)):
        t_s = frame.found.at.s
        busy_until_s = t_s + BUSY_S if len(frame.found) else busy_until_s
        if t_s > busy_until_s and k % IDLE_EVERY:
            continue
        result = state.step(None, frame.found)
        events += result.events
        counted += sum(s.in_ + s.out for s in result.samples if isinstance(s, LineSample))
        tick(t_s)
    last = state.close()
    counted += sum(s.in_ + s.out for s in last.samples if isinstance(s, LineSample))
    starts = [e for e in (*events, *last.events) if e.phase is Phase.START and e.kind != COUNTED]
    ideals = [ideal for ideal in ideal_events(scenario, model.name, ledger) if ideal.kind != COUNTED]
    pairs = pair_up([ideal for ideal in ideals if not ideal.is_object], starts, TOLERANCE_S)
    return _result(seed, seconds, pairs, starts, (len(ledger.crossings), counted), len(ledger.in_view))


def _result(
    seed: int, seconds: float, pairs: list[Pair], starts: list[Event], crossings: tuple[int, int], people: int
) -> DayResult:
    both = [(pair.ideal, pair.event) for pair in pairs if pair.ideal and pair.event]
    late: dict[str, list[float]] = {}
    for ideal, event in both:
        late.setdefault(ideal.kind, []).append(event.at_s - ideal.began_s)
    return DayResult(
        seed=seed,
        seconds=seconds,
        people=people,
        true=Counter(pair.ideal.kind for pair in pairs if pair.ideal),
        found=Counter(ideal.kind for ideal, _ in both),
        false=tuple(_row(pair.event) for pair in pairs if pair.event and not pair.ideal),
        missed=tuple((pair.ideal.kind, pair.ideal.began_s) for pair in pairs if pair.ideal and not pair.event),
        reported=tuple(_row(event) for event in starts),
        late_s={kind: tuple(values) for kind, values in late.items()},
        crossings=crossings,
    )


def _row(event: Event) -> tuple[str, str, float]:
    return event.kind, event.severity.value, event.at_s
