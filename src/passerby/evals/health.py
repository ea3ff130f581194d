"""Plays a scenario for the health of its camera: the reported faults against those of the scenario."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.camera.limits import EXACT_BOXES
from passerby.camera.state import CameraState
from passerby.contracts.camera_faults import FAULT_TYPES
from passerby.contracts.events import Event, Phase
from passerby.evals.watched import pictured_frames
from passerby.sim.scenario import Fault, Scenario
from passerby.sim.station import Station, camera_of
from passerby.sim.unitfile import unit_config

# The kind that a fault of the simulation is reported as.
REPORTED_AS = {
    "defocus": "camera_blurred",
    "focus_drift": "camera_blurred",
    "ir_shift": "camera_blurred",
    "covered": "camera_covered",
    "spray": "camera_covered",
    "drops": "camera_blurred",
    "moved": "camera_moved",
    "tilted": "camera_moved",
    "dark": "camera_dark",
    "bright": "camera_bright",
    "frozen": "camera_frozen",
    "signal_loss": "camera_no_signal",
    "night": "camera_infrared",
}
# Faults that come slowly have no moment at which they must be seen.
SLOW = frozenset({"focus_drift"})


@dataclass(frozen=True, slots=True)
class HealthTake:
    """One camera of one scenario.

    delays_s: per expected kind, the time from the fault to the report; None if it was not reported, and 0 for a
    slow fault that was. false: reported kinds that were not expected. lasting: expected kinds that were still
    reported 15 s after their fault had ended.
    """

    scenario: str
    seed: int
    seconds: float
    delays_s: dict[str, float | None]
    false: tuple[str, ...]
    lasting: tuple[str, ...]


def play_health(
    scenario: Scenario, camera: str, seed: int | None = None, width_px: int = 640, fps: float = 2.0
) -> HealthTake:
    """Render and analyse one camera, with exact boxes. Depends only on its arguments."""
    station = Station(scenario, seed)
    model = station.model(camera)
    wh = width_px, round(model.size_px[1] * width_px / model.size_px[0])
    config = unit_config(scenario, model, camera_of(model), "simulated").cameras[0]
    state, events = CameraState(config, wh, EXACT_BOXES), list[Event]()
    for watched in pictured_frames(station, model.name, wh, scenario.seconds, fps):
        events += state.step(watched.frame, watched.found).events
    faults = [event for event in events if event.kind in FAULT_TYPES]
    mine = [fault for fault in scenario.faults if fault.camera == model.name]
    want = scenario.expected.health
    return HealthTake(
        scenario.name,
        station.seed,
        scenario.seconds,
        {kind: _delay_s(kind, mine, faults) for kind in want},
        tuple(sorted({event.kind for event in faults} - set(want))),
        tuple(kind for kind in want if _lasts(kind, mine, faults, scenario.seconds)),
    )


def _delay_s(kind: str, faults: list[Fault], events: list[Event]) -> float | None:
    """Return the longest time to the report over the faults of this kind; None if one was not reported."""
    starts = [event.at_s for event in events if event.kind == kind and event.phase is Phase.START]
    if not starts:
        return None
    delays = []
    for fault in faults:
        if REPORTED_AS.get(fault.kind) == kind and fault.kind not in SLOW:
            found = [at_s - fault.from_s for at_s in starts if fault.from_s <= at_s < fault.to_s + 10]
            if not found:
                return None
            delays.append(min(found))
    return max(delays, default=0.0)


def _lasts(kind: str, faults: list[Fault], events: list[Event], seconds: float) -> bool:
    over_s = max((fault.to_s for fault in faults if REPORTED_AS.get(fault.kind) == kind), default=seconds) + 15
    ends = [event.at_s for event in events if event.kind == kind and event.phase is Phase.END]
    starts = [event.at_s for event in events if event.kind == kind and event.phase is Phase.START]
    return over_s < seconds and len(starts) > sum(at_s <= over_s for at_s in ends)
