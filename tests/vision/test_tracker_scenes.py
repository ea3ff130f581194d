"""Who is who: scenes with a known answer, at every frame rate."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.contracts.people import Tracks
from passerby.vision.tracker import Tracker
from support.scene import SCORE, Walker, every, follow, who
from support.seen import found, person

SCENES: dict[str, list[Walker]] = {
    "one walks": [Walker(50, 60)],
    "two walk together": [Walker(50, 60), Walker(100, 60, foot_y=404)],
    "two cross": [Walker(100, 60), Walker(460, -60, foot_y=385)],
    "two cross, the far one hidden behind": [
        Walker(100, 60, foot_y=420, height=140),
        Walker(460, -60, foot_y=385, occluded_s=((2.75, 3.25),)),
    ],
    "a runner passes a walker": [Walker(20, 190, to_s=3), Walker(150, 50, foot_y=410)],
    "one is hidden for a second": [Walker(50, 60, occluded_s=((2.0, 3.0),))],
    "one stands and is hidden for a second": [Walker(300, occluded_s=((2.0, 3.0),))],
    "one leaves as another comes": [Walker(300, to_s=2.5), Walker(560, -20, from_s=2.6)],
    "four wait side by side": [Walker(100 + 60 * i) for i in range(4)],
}
RATES = [5, 8, 25]


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("walkers", SCENES.values(), ids=list(SCENES))
def test_everybody_keeps_one_number_at_every_frame_rate(walkers: Sequence[Walker], fps: int) -> None:
    numbers = who(walkers, follow(walkers, every(fps, 6)))
    assert [len(number) for number in numbers] == [1] * len(walkers)
    assert len(set(chain(*numbers))) == len(walkers)


@pytest.mark.parametrize("walkers", SCENES.values(), ids=list(SCENES))
def test_nor_do_lost_frames_change_it(walkers: Sequence[Walker]) -> None:
    """A third of the frames of 25 a second is missing, in bursts of up to 0.2 s."""
    chance = random.Random(5)
    times, skip = [], 0
    for t in every(25, 6):
        skip = max(0, skip - 1) if skip else (chance.randint(1, 5) if chance.random() < 0.15 else 0)
        times += [] if skip else [t]
    assert 80 < len(times) < 120
    numbers = who(walkers, follow(walkers, times))
    assert [len(number) for number in numbers] == [1] * len(walkers)


@pytest.mark.parametrize("fps", RATES)
def test_who_is_occluded_too_long_is_somebody_else(fps: int) -> None:
    walker = Walker(300, occluded_s=((2.0, 4.0),))
    assert who([walker], follow([walker], every(fps, 6))) == [{1, 2}]


@pytest.mark.parametrize(
    ("fps", "speed_mps", "followed"),
    [(5, 5.8, True), (8, 5.8, True), (25, 7.0, True), (5, 6.4, False), (8, 6.6, False)],
)
def test_how_fast_a_runner_may_be(fps: int, speed_mps: float, followed: bool) -> None:
    """Somebody just seen may be anywhere within a sprint of 6 m/s, whatever the rate."""
    runner = Walker(20, speed_mps * 120 / 1.7, to_s=1.4)
    (numbers,) = who([runner], follow([runner], every(fps, 1.4)))
    assert (numbers == {1}) == followed


def as_stories(steps: list[tuple[float, Tracks]]) -> set[tuple[object, ...]]:
    """Tracks without their numbers and their order: what happened to each."""
    stories: dict[int, list[object]] = {}
    for t, tracks in steps:
        rows = zip(tracks.id, tracks.xyxy_px, tracks.foot_px, tracks.confirmed, tracks.predicted, strict=True)
        for number, xyxy, foot, confirmed, predicted in rows:
            story = stories.setdefault(int(number), [])
            story.append((t, tuple(xyxy.tolist()), tuple(foot.tolist()), bool(confirmed), bool(predicted)))
        for number in tracks.removed:
            stories[int(number)].append(t)
    return {tuple(story) for story in stories.values()}


@given(st.randoms(use_true_random=False), st.sampled_from(sorted(SCENES)))
@settings(max_examples=15)
def test_the_order_of_rows_changes_nothing(chance: random.Random, name: str) -> None:
    walkers = SCENES[name]
    mixed = follow(walkers, every(8, 4), order=lambda n: chance.sample(range(n), n))
    assert as_stories(list(mixed)) == as_stories(list(follow(walkers, every(8, 4))))


@given(st.integers(0, 2**31))
@settings(max_examples=15)
def test_two_trackers_never_affect_each_other(seed: int) -> None:
    chance = random.Random(seed)
    crowd = {camera: [walker(chance) for _ in range(4)] for camera in ("a", "b")}

    def step(tracker: Tracker, camera: str, t: float) -> list[object]:
        boxes = [w.box(t) for w in crowd[camera] if w.seen(t)]
        tracks = tracker.step(found(boxes, t, camera=camera))
        return [tracks.id.tolist(), tracks.xyxy_px.tolist(), tracks.removed.tolist()]

    alone = {camera: [step(one, camera, t) for t in every(8, 3)] for camera in crowd for one in [new(camera)]}
    both = {camera: new(camera) for camera in crowd}
    mixed: dict[str, list[object]] = {camera: [] for camera in crowd}
    for t in every(8, 3):
        for camera, one in both.items():
            mixed[camera].append(step(one, camera, t))
    assert mixed == alone
    both["a"].reset()
    assert len(both["b"]) == len(both["b"].reset())


def new(camera: str) -> Tracker:
    return Tracker(camera, SCORE)


def walker(chance: random.Random) -> Walker:
    begin = chance.uniform(0, 2)
    return Walker(chance.uniform(0, 640), chance.uniform(-90, 90), chance.uniform(150, 480), from_s=begin)


def test_10_000_people_pass_and_nothing_of_them_remains() -> None:
    """Twenty at a time, seen for a second; then the picture is empty for longer than a track is held."""
    one, ended, most = new("platform-1"), list[int](), 0
    for n in range(500):
        for k in range(4):
            boxes = [person(30 + 31 * i + k, 200 + 13 * (i % 5)) for i in range(20)]
            ended += one.step(found(boxes, 3 * n + k / 4)).removed.tolist()
        most = max(most, len(one))
        ended += one.step(found([], 3 * n + 1.5)).removed.tolist()
        ended += one.step(found([], 3 * n + 2.5)).removed.tolist()
    assert ended == list(range(1, 10_001))
    assert most == 20
    assert len(one) == 0
    state = one._rows
    assert {len(getattr(state, name)) for name in ("id", "last_xyxy", "hits", "seen_s")} == {0}
    assert len(one.step(found([], 5000.0)).removed) == 0


def test_a_long_session_loses_no_precision() -> None:
    """After a year without a break, seconds still tell frames a millisecond apart."""
    year_s = 366 * 24 * 3600.0
    one = new("platform-1")
    for n in range(10):
        tracks = one.step(found([person(100 + n)], year_s + n / 1000))
    assert tracks.predicted.tolist() == [False]
    assert tracks.age_s[0] == np.float32(0.009)
