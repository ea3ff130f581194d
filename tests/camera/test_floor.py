"""A floor learned while the analysis runs: metres come, the camera moves, metres pause, metres come back."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest

from passerby.camera.floor_drift import KIND
from passerby.camera.limits import DetectorLimits
from passerby.camera.state import CameraPorts, CameraState
from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.config import Camera
from passerby.contracts.events import Event, Phase
from passerby.sim.camera import SimCamera as Lens
from support.walkers import WH, camera, stream

UNIT: dict[str, Any] = {
    "name": "cam",
    "source": "x.mp4",
    "calibration": {"people": True, "focal_px": 650},
    "zones": [{"name": "hall", "polygon_px": [[200, 200], [760, 200], [760, 500], [200, 500]]}],
    "lines": [{"name": "door", "from_px": [300, 300], "to_px": [660, 300]}],
    "rules": [
        {"kind": "crowding", "zone": "hall", "density_per_m2": 0.00001, "hold_s": 0},
        {"kind": "crowding", "zone": "hall", "people": 50},
    ],
}


class Memory:
    def __init__(self, floor: LearnedFloor | None = None) -> None:
        self.kept = {"cam": floor} if floor else {}

    def load(self, camera: str) -> LearnedFloor | None:
        return self.kept.get(camera)

    def save(self, camera: str, floor: LearnedFloor) -> None:
        self.kept[camera] = floor


class Run:
    def __init__(self, memory: Memory | None = None, **changes: Any) -> None:
        ids = (f"i{n}" for n in itertools.count())
        ports = CameraPorts(lambda: next(ids), memory=memory)
        self.state = CameraState(Camera.model_validate({**UNIT, **changes}), WH, DetectorLimits(0.4), ports)
        self.events: list[Event] = []
        self.speeds: list[float] = []

    def play(self, seen_by: Lens, n: int, first: int = 1) -> Run:
        self.speeds.clear()
        for tracks in stream(seen_by, n, first=first):
            result = self.state.step_tracks(tracks)
            self.events += result.events
            self.speeds += np.hypot(*result.ground.vel_mps.T).tolist()
        return self

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]


def test_metres_come_with_the_twentieth_walker() -> None:
    memory = Memory()
    run = Run(memory).play(camera(), 19)
    assert np.isnan(run.speeds).all()
    assert run.state.history().zones[0].area_m2 is None
    assert "too few walking people" in run.state.no_floor_because
    run.play(camera(), 5, first=20)
    assert np.isfinite(run.speeds).any()
    assert run.state.history().zones[0].area_m2 is not None
    assert run.state.no_floor_because == ""
    assert memory.kept["cam"].walkers == 20


def test_a_rule_by_density_sleeps_until_there_is_a_density() -> None:
    run = Run().play(camera(), 19)
    assert run.of("crowding") == []
    assert run.play(camera(), 5, first=20).of("crowding") != []


def test_a_restart_begins_with_what_was_learned() -> None:
    memory = Memory()
    Run(memory).play(camera(), 21)
    assert np.isfinite(Run(memory).play(camera(), 1).speeds).any()


def test_a_moved_camera_is_reported_and_metres_pause_until_learned_anew() -> None:
    memory = Memory()
    run = Run(memory).play(camera(), 45)
    before = memory.kept["cam"]
    run.play(camera(tilt_deg=26), 70, first=46)
    (start, *_) = run.of(KIND)
    assert start.phase is Phase.START
    assert start.measures[0].name == "misfit"
    run.play(camera(tilt_deg=26), 70, first=116)
    events = run.of(KIND)
    assert [event.phase for event in events] == [Phase.START, Phase.END]
    assert len({event.id for event in events}) == 1
    assert events[1].at_s > events[0].at_s
    assert memory.kept["cam"].vector[1] == pytest.approx(np.radians(26), abs=np.radians(2))
    assert memory.kept["cam"] != before


def test_a_drift_that_is_open_ends_with_the_run() -> None:
    run = Run().play(camera(), 45)
    run.play(camera(tilt_deg=26), 70, first=46)
    left = run.of(KIND)
    events = run.state.close().events
    if len(left) == 1:
        assert [event.phase for event in events if event.kind == KIND] == [Phase.END]


def test_an_incident_that_is_open_keeps_the_floor_it_began_with() -> None:
    run = Run().play(camera(), 21)
    first = run.state.plane
    assert first is not None
    run.play(camera(), 20, first=22)
    assert run.state.plane is not first
    assert len({event.id for event in run.of("crowding")}) >= 2


MOUNTED = {"height_m": 4, "tilt_deg": 20, "focal_px": 650}


def test_people_learn_a_floor_beside_a_drawn_one_which_stays_in_use() -> None:
    memory = Memory()
    run = Run(memory, calibration=MOUNTED)
    drawn = run.state.plane
    run.play(camera(), 21)
    assert memory.kept["cam"].walkers == 20
    assert np.exp(memory.kept["cam"].vector[0]) == pytest.approx(4, rel=0.1)
    assert run.state.plane is drawn
    assert run.of(KIND) == []


def test_the_learned_floor_is_in_use_at_once_when_it_is_accepted() -> None:
    memory = Memory()
    Run(memory, calibration=MOUNTED).play(camera(), 21)
    accepted = json.loads(memory.kept["cam"].given)
    assert np.isfinite(Run(memory, calibration=accepted).play(camera(), 1).speeds).any()


@pytest.mark.slow
def test_a_camera_with_a_drawn_floor_that_moved_is_reported_until_it_is_as_drawn_again() -> None:
    run = Run(Memory(), calibration=MOUNTED).play(camera(), 45)
    drawn = run.state.plane
    run.play(camera(tilt_deg=26), 75, first=46)
    assert [event.phase for event in run.of(KIND)] == [Phase.START]
    assert run.of(KIND)[0].measures[0].value >= 2
    assert run.state.plane is drawn
    run.play(camera(), 100, first=121)
    assert run.of(KIND)[-1].phase is Phase.END


def test_a_recording_is_measured_as_drawn_and_learns_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("passerby.camera.floor.DrawnFloorCheck")
    Run(None, calibration=MOUNTED).play(camera(), 2)
