"""Trains as the picture shows them: come, stand, leave; light, people and cold starts beside them."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.pixels.frame import RawFrame
from passerby.scene.trains import Trains
from support.tracks import ZONE, H, Visit, W, changes, picture, watch

CALL = Visit(10, 30)


@pytest.mark.parametrize("fps", [4, 8, 15])
def test_a_train_comes_and_leaves(fps: float) -> None:
    reported = changes(watch(lambda t: picture(t, (CALL,)), 50, fps=fps))
    assert [step[1:] for step in reported] == [(False, 0), (True, 0), (False, 1)]
    came, left = reported[1][0], reported[2][0]
    assert 10 < came <= 10.9, "with the first slices, not with the last"
    assert 35.8 < left <= 37


def test_two_trains_are_two_departures() -> None:
    reported = changes(watch(lambda t: picture(t, (CALL, Visit(60, 75))), 95, fps=5))
    assert [step[1:] for step in reported] == [(False, 0), (True, 0), (False, 1), (True, 1), (False, 2)]


def test_a_train_that_does_not_stop_is_there_but_takes_nobody() -> None:
    reported = changes(watch(lambda t: picture(t, (Visit(10, 0, stops=False),)), 30))
    assert [step[1:] for step in reported] == [(False, 0), (True, 0), (False, 0)]


NO_TRAIN = [
    ({"people_x": (150,)}, "somebody on the track"),
    ({"people_x": (0, 100, 200, 290)}, "four on the track"),
    ({"gain": 0.4}, "lights dimmed"),
    ({"gain": 1.5}, "lights up"),
    ({"gain": 0.05}, "lights out"),
    ({"gain": 9.0}, "blinded"),
    ({"noise": 9.0}, "noise"),
]


@pytest.mark.parametrize(("then", "why"), NO_TRAIN)
def test_what_is_no_train(then: dict[str, object], why: str) -> None:
    reported = changes(watch(lambda t: picture(t, (), **(then if 8 <= t < 20 else {})), 30, fps=5))  # type: ignore[arg-type]
    assert reported == [(0.0, False, 0)], why


def test_light_that_swings_hides_no_train() -> None:
    reported = changes(watch(lambda t: picture(t, (CALL,), gain=1 + 0.3 * np.sin(t / 3)), 50, fps=5))
    assert [step[1:] for step in reported] == [(False, 0), (True, 0), (False, 1)]


def test_a_start_with_a_train_standing_is_found_out_when_it_has_left() -> None:
    reported = changes(watch(lambda t: picture(t, (CALL, Visit(60, 75))), 75, from_s=20))
    assert reported[0] == (20.0, False, 0), "what is there is taken for the bed"
    after = [step for step in reported if step[0] > 40]
    assert after[0][2] == 1, "its departure counts"
    assert [step[1] for step in after if step[0] > 55] == [True, False]
    assert after[-1][2] == 2


def test_another_picture_altogether_is_learned_anew() -> None:
    rng = np.random.default_rng(1)
    other = np.repeat(np.repeat(rng.integers(0, 255, (18, 32, 3), np.uint8), 10, 0), 10, 1)
    reported = changes(watch(lambda t: other if t >= 8 else picture(t, ()), 20, fps=5))
    assert reported == [(0.0, False, 0)]


def test_departures_outlive_an_interruption_and_what_stood_there_does_not() -> None:
    trains = Trains([ZONE], (W, H))
    list(watch(lambda t: picture(t, (CALL,)), 50, fps=5, trains=trains))
    trains.reset()
    reported = changes(watch(lambda t: picture(t, ()), 5, from_s=60, fps=5, trains=trains))
    assert reported == [(60.0, False, 1)]


def test_no_zone_no_state() -> None:
    frame = RawFrame("cam", 1, Timestamp(NS_PER_S), np.zeros((H, W, 3), np.uint8))
    assert Trains([], (W, H)).step(frame) == ()


def test_a_zone_smaller_than_a_cell_is_watched_all_the_same() -> None:
    tiny = ZONE.model_copy(update={"polygon_px": ((10, 10), (12, 10), (11, 12))})
    frame = RawFrame("cam", 1, Timestamp(0), np.zeros((H, W, 3), np.uint8))
    assert [state.is_there for state in Trains([tiny], (W, H)).step(frame)] == [False]
