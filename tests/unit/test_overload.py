"""A unit whose processors are short, on a fake clock: rates, slots and latencies together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from passerby.camera.rate import AnalysisRate
from passerby.contracts.time import Timestamp
from passerby.ingest.latest import Latest
from passerby.unit.rates import Demand
from passerby.unit.scheduler import Load, Scheduler
from support.clock import FakeClock

STEP_S, FRAME_S, CORES = 0.01, 0.04, 2
USUAL, CRITICAL = Demand(8.0, 2.0), Demand(8.0, 8.0)


@dataclass
class Camera:
    """One camera and its loop: the newest picture waits in a slot; one picture at a time is analysed."""

    demand: Demand
    slot: Latest[Timestamp] = field(default_factory=Latest)
    present: Timestamp | None = None
    left_s: float = 0.0
    worked_s: float = 0.0
    latencies_s: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rate = AnalysisRate(self.demand.full_fps)

    def take(self, cost_s: float) -> None:
        """Begin with the waiting picture if it is wanted."""
        at = None if self.present else self.slot.take(0.0)
        if at is not None and self.rate.wants(at):
            self.present, self.left_s = at, cost_s

    def work(self, cpu_s: float, now_s: float) -> None:
        """Use processor time for the present picture."""
        self.worked_s, self.left_s = self.worked_s + STEP_S, self.left_s - cpu_s
        if self.present is not None and self.left_s <= 1e-9:
            self.latencies_s.append((now_s, now_s - self.present.s))
            self.present = None


def run(cameras: Mapping[str, Camera], cost_s: float, seconds: float) -> None:
    """Let cameras share the cores; a picture costs `cost_s` of processor time."""
    clock = FakeClock()
    scheduler = Scheduler(clock, lambda: "overload-1")
    for k in range(round(seconds / STEP_S)):
        clock.pass_s(STEP_S)
        for n, camera in enumerate(cameras.values()):
            if (k + n) % round(FRAME_S / STEP_S) == 0:
                camera.slot.put(Timestamp(round(k * STEP_S * 1e9)))
                camera.take(cost_s)
        busy = [camera for camera in cameras.values() if camera.present]
        for camera in busy:
            camera.work(min(STEP_S, CORES * STEP_S / len(busy)), (k + 1) * STEP_S)
        rates, _ = scheduler.step({name: Load(c.demand, c.worked_s) for name, c in cameras.items()})
        for name, fps in rates.items():
            cameras[name].rate.fps = fps


def fps(camera: Camera, from_s: float, to_s: float) -> float:
    return sum(from_s <= at_s < to_s for at_s, _ in camera.latencies_s) / (to_s - from_s)


@pytest.mark.parametrize(
    ("usual", "critical", "cost_s", "why"),
    [
        (8, 0, 0.02, "no overload"),
        (16, 0, 0.03, "twice as much as the cores carry"),
        (16, 0, 0.05, "three times as much: near the floors"),
        (10, 3, 0.03, "three cameras watch a track"),
    ],
)
def test_all_slow_evenly_and_no_picture_is_old(usual: int, critical: int, cost_s: float, why: str) -> None:
    cameras = {f"c{k}": Camera(USUAL) for k in range(usual)} | {f"t{k}": Camera(CRITICAL) for k in range(critical)}
    run(cameras, cost_s, 60.0)
    slow = [fps(camera, 30, 60) for camera in cameras.values() if camera.demand is USUAL]
    fast = [fps(camera, 30, 60) for camera in cameras.values() if camera.demand is CRITICAL]
    demanded = cost_s * 8.0 * len(cameras)
    assert max(slow) - min(slow) <= 0.1 * max(slow) + 0.1, why
    assert min(slow) >= 1.8, "the floor"
    assert min(fast, default=8.0) >= 7.5, "critical rules keep their rate"
    assert (min(slow) >= 7.5) == (demanded <= 0.8 * CORES), why
    late_s = [s for camera in cameras.values() for at_s, s in camera.latencies_s if at_s >= 30]
    assert np.percentile(late_s, 95) <= 1.0, "what a unit promises"
    assert max(late_s) <= 1.5


def test_below_the_floors_pictures_are_dropped_and_never_queued() -> None:
    """Five times more than the floors need: the rates cannot be kept, but no picture becomes old."""
    cameras = {f"c{k}": Camera(USUAL) for k in range(16)}
    run(cameras, 0.3, 60.0)
    rates = [fps(camera, 30, 60) for camera in cameras.values()]
    assert max(rates) - min(rates) <= 0.2
    ages_s = [s for camera in cameras.values() for _, s in camera.latencies_s]
    one_turn_s = 0.3 * len(cameras) / CORES
    assert max(ages_s) <= one_turn_s + 2 * FRAME_S, "the work on one picture of each camera, and nothing before it"
    assert all(camera.slot.dropped > 0 for camera in cameras.values())
