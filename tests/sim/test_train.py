"""Trains keep their timetable and never jump."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passerby.sim.train import BRAKE_MPS2, Stop, Track, TrainPhase, door_centres, train_at

STOP = Stop("t", arrive_s=40, doors_open_s=43, doors_closed_s=60, depart_s=63)
TRACK = Track("t", 6.2, 1, 2.0, -1, 80.0, (10, 20, 30))


@given(st.floats(0, 110))
def test_speed_and_braking_are_bounded(t_s: float) -> None:
    a, b, c = (STOP.offset_m(t_s + k * 0.1) for k in range(3))
    assert b >= a - 1e-9
    assert (b - a) / 0.1 <= STOP.cruise_mps + 1e-6
    assert abs(c - 2 * b + a) / 0.01 <= BRAKE_MPS2 + 1e-6


def test_it_stands_exactly_at_its_place_while_doors_move() -> None:
    for t_s in np.arange(40, 63, 0.5):
        assert STOP.offset_m(float(t_s)) == 0
    assert STOP.doors(40.9) == 0
    assert STOP.doors(43) == 1
    assert STOP.doors(60) == 0


def test_phases_come_in_order() -> None:
    seen = [STOP.phase(float(t)) for t in np.arange(0, 120, 0.25)]
    order = [p for k, p in enumerate(seen) if k == 0 or p is not seen[k - 1]]
    standing = TrainPhase.STANDING
    assert order == [
        TrainPhase.AWAY, TrainPhase.ARRIVING, standing, TrainPhase.OPENING, TrainPhase.OPEN,
        TrainPhase.CLOSING, standing, TrainPhase.DEPARTING, TrainPhase.AWAY,
    ]  # fmt: skip


def test_doors_lie_within_the_standing_train() -> None:
    state = train_at(TRACK, STOP, 50.0)
    assert state is not None
    doors = door_centres(TRACK)
    assert doors.min() > state.x0_m
    assert doors.max() < state.x0_m + TRACK.length_m
