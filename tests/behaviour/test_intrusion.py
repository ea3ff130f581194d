"""Somebody is where nobody may be."""

from __future__ import annotations

import pytest

from passerby.behaviour.intrusion import Intrusion
from passerby.contracts.rules import IntrusionRule
from passerby.contracts.scene import Scene
from passerby.contracts.trains import TrainState
from support.rows import area, frame, scene

RULE = IntrusionRule(kind="intrusion", zone="z", hold_s=0.4)
IN, OUT = (2.0, 2.0), (9.0, 9.0)

# Frames 0.1 s apart: i inside, o outside, h predicted inside, u doubtful inside; which frames tell.
CASES = [
    ("iiii", [], "0.3 s"),
    ("iiiii", [4], "0.4 s"),
    ("iiiiiioo", [4, 5], "nobody is told who has stepped out"),
    ("iiiiiioii", [4, 5, 7, 8], "a step out and back is the same stay"),
    ("iioiiii", [], "a foot on the border that flickers"),
    ("hhhhhhhhh", [], "a prediction that drifts onto the track is nobody"),
    ("iiiiihhhi", [4, 8], "nor does it tell while it lasts"),
    ("uuuuuuuuu", [], "a doubtful row is nobody"),
]


@pytest.mark.parametrize(("story", "frames", "why"), CASES)
def test_who_is_reported(story: str, frames: list[int], why: str) -> None:
    watcher, reported = Intrusion(0, RULE, area()), []
    for k, letter in enumerate(story):
        ground = frame(
            k / 10,
            {1: OUT if letter == "o" else IN},
            predicted=[1] * (letter == "h"),
            unconfirmed=[1] * (letter == "u"),
        )
        reported += [k] * len(watcher.step(Scene(ground)))
    assert reported == frames, why


# As above; b: inside, with somebody outside the zone standing before the feet.
OCCLUDED_FEET = [
    ("b" * 19, [], "half of somebody at the edge seems to stand on the bed"),
    ("b" * 23, [20, 21, 22], "two seconds are no flicker"),
    ("bbbbbbiiiii", [10], "the feet come into sight"),
    ("iiiiibbb", [4, 5, 6, 7], "seen to stand there, then behind somebody"),
    ("bbbbooob", [], "walks on"),
]


@pytest.mark.parametrize(("story", "frames", "why"), OCCLUDED_FEET)
def test_somebody_whose_feet_are_occluded(story: str, frames: list[int], why: str) -> None:
    watcher, reported = Intrusion(0, RULE, area(y0=1.8)), []
    for k, letter in enumerate(story):
        nearer = {2: (2.1, 1.6)} if letter == "b" else {}
        reported += [k] * len(watcher.step(scene(k / 10, {1: OUT if letter == "o" else IN, **nearer})))
    assert reported == frames, why


def test_a_hit_says_how_long() -> None:
    watcher = Intrusion(5, RULE, area())
    hits = [h for k in range(8) for h in watcher.step(scene(3 + k / 10, {1: IN}))]
    last = hits[-1]
    assert (last.rule, last.kind, last.place, last.began_s) == (5, "intrusion", "z", 3.0)
    assert (last.measures[0].name, last.measures[0].value, last.measures[0].unit) == ("inside", 0.7, "s")
    assert last.subject.foot_px == pytest.approx((200.0, 800.0))


def test_state_ends_with_the_track_and_with_the_picture() -> None:
    watcher = Intrusion(0, RULE, area())
    watcher.step(scene(0, {1: IN, 2: IN}))
    watcher.step(scene(0.1, {2: IN}, removed=[1]))
    assert len(watcher) == 2, "of track 2, with and without an occluded foot"
    watcher.reset()
    assert len(watcher) == 0


# Frames 0.1 s apart, as above; T: inside while a train is there, t: outside while one is.
BESIDE_TRAINS = [
    ("ooTTTTTTTTT", [], "boards: no intruder"),
    ("ooTTTTTTTTTiiiiii", [15, 16], "still there when the train has gone"),
    ("iiiiiTTTTT", [4, 5, 6, 7, 8, 9], "on the track before the train came"),
    ("iiiTTTTTTT", [], "not yet told when the train came into view"),
    ("iiiiitttttttTTTTTT", [4], "got out, and boards"),
]


@pytest.mark.parametrize(("story", "frames", "why"), BESIDE_TRAINS)
def test_trains_and_those_who_board_them(story: str, frames: list[int], why: str) -> None:
    watcher, reported = Intrusion(0, RULE, area(kind="track")), []
    for k, letter in enumerate(story):
        ground = frame(k / 10, {1: OUT if letter in "ot" else IN})
        train = TrainState("z", letter in "Tt", ground.at, 0)
        reported += [k] * len(watcher.step(Scene(ground, (train,))))
    assert reported == frames, why


def test_a_train_elsewhere_and_a_zone_that_is_no_track_change_nothing() -> None:
    for kind, track in (("track", "other"), ("area", "z")):
        watcher = Intrusion(0, RULE, area(kind=kind))
        reported = 0
        for k in range(8):
            ground = frame(k / 10, {1: IN})
            reported += len(watcher.step(Scene(ground, (TrainState(track, True, ground.at, 0),))))
        assert reported == 4
