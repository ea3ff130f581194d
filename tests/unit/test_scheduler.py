from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest

from passerby.contracts.events import Event, Phase
from passerby.unit.rates import Demand
from passerby.unit.scheduler import (
    GOAL_BUSY,
    KIND,
    LITTLE_BUSY,
    MOST_BEHIND_S,
    MOST_BUSY,
    OVER_AFTER_S,
    REPORT_AFTER_S,
    SLOWER,
    Load,
    Scheduler,
)
from support.clock import FakeClock

USUAL, CRITICAL = Demand(8.0, 2.0), Demand(8.0, 8.0)


@dataclass
class Machine:
    """Processors that carry `frames_per_s` frames per second of all cameras together, and share them fairly."""

    frames_per_s: float
    demands: Mapping[str, Demand]
    clock: FakeClock = field(default_factory=FakeClock)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = count(1)
        self.scheduler = Scheduler(self.clock, lambda: f"overload-{next(numbers)}")
        self.rates = {name: demand.full_fps for name, demand in self.demands.items()}
        self.worked_s = dict.fromkeys(self.demands, 0.0)

    def run(self, seconds: float) -> dict[str, float]:
        """Let time pass; return the rates at the end."""
        for _ in range(round(seconds / 0.25)):
            self.clock.pass_s(0.25)
            busy = min(1.0, sum(self.rates.values()) / self.frames_per_s)
            for name, fps in self.rates.items():
                own = min(1.0, busy * fps * len(self.rates) / sum(self.rates.values()))
                self.worked_s[name] += 0.25 * own
            loads = {name: Load(demand, self.worked_s[name]) for name, demand in self.demands.items()}
            rates, events = self.scheduler.step(loads)
            self.rates |= rates
            self.events += events
        return self.rates


def cameras(n: int, demand: Demand = USUAL) -> dict[str, Demand]:
    return {f"c{k}": demand for k in range(n)}


def test_nothing_changes_while_the_machine_keeps_up() -> None:
    machine = Machine(200.0, cameras(16))
    assert set(machine.run(120.0).values()) == {8.0}
    assert machine.events == []


def test_all_slow_down_evenly_and_to_what_the_machine_carries() -> None:
    machine = Machine(80.0, cameras(16))
    rates = machine.run(60.0)
    assert len(set(rates.values())) == 1, "evenly"
    assert LITTLE_BUSY * 80 <= sum(rates.values()) <= MOST_BUSY * 80.0


@pytest.mark.parametrize("frames_per_s", [40.0, 60.0, 80.0, 110.0], ids="{:g} frames/s".format)
def test_rates_settle_and_use_the_machine(frames_per_s: float) -> None:
    machine = Machine(frames_per_s, cameras(16))
    machine.run(60.0)
    found = [sum(machine.run(1.0).values()) / frames_per_s for _ in range(60)]
    assert min(found) >= LITTLE_BUSY
    assert max(found) <= MOST_BUSY


def test_decoders_that_are_late_slow_the_analysis_down_before_they_leave_pictures_out() -> None:
    """Loops that wait for pictures are not busy, so only the delay shows that the machine is too slow."""
    clock = FakeClock()
    scheduler = Scheduler(clock, lambda: "overload")
    rates: dict[str, float] = {}
    for behind_s in [0.0] * 3 + [2 * MOST_BEHIND_S] * 5:
        clock.pass_s(1.0)
        rates |= scheduler.step({name: Load(USUAL, 0.0, behind_s=behind_s) for name in cameras(4)})[0]
    assert [*rates.values()] == pytest.approx([2.0 + 6.0 * SLOWER**5] * 4)
    for _ in range(30):
        clock.pass_s(1.0)
        rates |= scheduler.step({name: Load(USUAL, 0.0) for name in cameras(4)})[0]
    assert set(rates.values()) == {8.0}


def test_critical_cameras_keep_their_rate_and_the_others_slow_down_to_their_floor() -> None:
    machine = Machine(30.0, cameras(4) | {"track": CRITICAL})
    rates = machine.run(60.0)
    assert rates["track"] == 8.0
    assert max(fps for name, fps in rates.items() if name != "track") < 5.0
    assert min(rates.values()) >= 2.0


def test_an_overload_is_one_incident_with_its_size_and_ends_when_it_is_over() -> None:
    machine = Machine(60.0, cameras(16))
    machine.run(REPORT_AFTER_S - 1.0)
    assert machine.events == [], "a short one is none"
    machine.run(20.0)
    (start,) = machine.events
    assert (start.kind, start.phase, start.camera, start.seq) == (KIND, Phase.START, "", 0)
    measures = {m.name: m.value for m in start.measures}
    assert measures["cameras"] == 16.0
    assert isinstance(measures["rate_share"], float)
    assert 0.25 <= measures["rate_share"] < 1.0
    machine.frames_per_s = 500.0
    machine.run(25.0)
    assert set(machine.rates.values()) == {8.0}, "the full rates return"
    assert len(machine.events) == 1, "it is not over before it has lasted"
    machine.run(OVER_AFTER_S + 5.0)
    end = machine.events[1]
    assert (end.id, end.phase, end.seq) == (start.id, Phase.END, 1)
    assert [m.name for m in end.measures][-1] == "duration"


def test_an_overload_that_the_floors_do_not_end_is_reported_too() -> None:
    machine = Machine(4.0, cameras(3, CRITICAL))
    machine.run(30.0)
    assert [event.phase for event in machine.events] == [Phase.START]
    assert [m.value for m in machine.events[0].measures] == [1.0, 3.0]


def test_the_end_of_the_unit_ends_the_incident() -> None:
    machine = Machine(20.0, cameras(8))
    machine.run(20.0)
    assert [event.phase for event in machine.scheduler.close()] == [Phase.END]
    assert machine.scheduler.close() == []


@pytest.mark.parametrize("loads", [{}, {"new": Load(USUAL, 100.0)}], ids=["no camera", "a camera that just began"])
def test_unknown_loads_are_no_overload(loads: dict[str, Load]) -> None:
    clock = FakeClock()
    scheduler = Scheduler(clock, lambda: "x")
    for _ in range(40):
        clock.pass_s(1.0)
        rates, events = scheduler.step(loads)
        assert set(rates.values()) <= {8.0}
        assert events == []


def test_the_limits_leave_room() -> None:
    assert 0 < LITTLE_BUSY < GOAL_BUSY < MOST_BUSY < 1
