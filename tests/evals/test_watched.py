"""Exact boxes without a picture are those of the rendered picture's truth."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.play import PlaySettings, play
from passerby.evals.trains import TrueTrains
from passerby.evals.watched import LEAST_SEEN, exact_frames
from passerby.sim.ledger import Ledger
from passerby.sim.library import load_scenario
from passerby.sim.station import Station, camera_of


def test_boxes_and_visibility_match_the_rendered_truth() -> None:
    station = Station.load("counting")
    model, wh = station.model(), (640, 360)
    ledger = Ledger(camera_of(model), (), ())
    drawn = exact_frames(station, model.name, wh, 9.0, 1, ledger)
    checked = 0
    for frame, (_, _, truth) in zip(drawn, station.frames(seconds=9.0, fps=1, size_px=wh), strict=True):
        rows = {int(n): k for k, n in enumerate(truth.id)}
        clear = {
            n for n, k in rows.items() if truth.visibility[k] >= LEAST_SEEN + 0.15 and truth.box_px[k, 3] < 360
        }
        assert clear <= set(frame.seen.id.tolist())
        for number, box in zip(frame.seen.id.tolist(), frame.seen.xyxy_px, strict=True):
            whole = np.clip(truth.box_px[rows[number]], 0, (640, 360, 640, 360))
            assert np.abs(box - whole).max() <= 3.0  # the truth rounds outward
            checked += 1
    assert checked >= 8
    assert ledger.people_max >= 3


def test_late_and_dropped_frames_come_late_and_not_at_all() -> None:
    station = Station.load("fault-timing")
    model = station.model()
    frames = list(exact_frames(station, model.name, (640, 360), 12.0, 4.0, Ledger(camera_of(model), (), ())))
    assert len(frames) < 48
    assert [f.found.at.s for f in frames] == sorted({f.found.at.s for f in frames})


def test_a_scenario_is_played_and_reported_the_same_twice() -> None:
    first, second = (play(load_scenario("sways-on-line"), "passage-1", PlaySettings(seconds=16)) for _ in range(2))
    assert first.events == second.events
    assert first.counted() == {("gate", "in"): (1, 1), ("gate", "out"): (0, 0)}
    assert [e.kind for e in first.starts] == ["line_crossing"]
    assert 0 < len(first.speeds) <= first.frames * 3


@pytest.mark.parametrize(("at_s", "is_there", "departures"), [(0.5, False, 0), (50, True, 0), (119, False, 1)])
def test_trains_by_the_truth(at_s: float, is_there: bool, departures: int) -> None:
    station = Station.load("platform")
    trains = TrueTrains(station.scenario, station.model())
    states = [trains.merged((), Timestamp(round(t * NS_PER_S))) for t in np.arange(0, at_s + 0.01, 0.5)][-1]
    assert [(s.track, s.is_there, s.departures) for s in states] == [("track", is_there, departures)]
