"""Defects known of other trackers and the counters fed by them, each beside a small version that has it.

A guard is worth something once it has been seen to fail: every test runs on ours, which must pass, and on the
naive version, which must not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
import pytest

from passerby.contracts.people import Tracks
from passerby.vision.tracker import Tracker
from support.scene import SCORE, Walker, every, follow
from support.seen import found, person

LINE_X = 320.0
Rows = Iterable[tuple[int, float]]


class CountsCrossings:
    """The usual line counter: remembers on which side a number was last, and never resets one."""

    def __init__(self) -> None:
        self.side: dict[int, bool] = {}
        self.crossed = 0

    def step(self, rows: Rows) -> None:
        for number, x in rows:
            now = x > LINE_X
            self.crossed += self.side.get(number, now) != now
            self.side[number] = now

    def removed(self, tracks: Tracks) -> None:
        for number in tracks.removed.tolist():
            self.side.pop(number, None)


def own_numbers(tracks: Tracks) -> Rows:
    return zip(tracks.id.tolist(), tracks.foot_px[:, 0].tolist(), strict=True)


def unconfirmed_are_minus_one(tracks: Tracks) -> Rows:
    """As supervision's ByteTrack told them: all unconfirmed rows share the number -1."""
    numbers = np.where(tracks.confirmed, tracks.id, -1)
    return zip(numbers.tolist(), tracks.foot_px[:, 0].tolist(), strict=True)


def crossings(name: Callable[[Tracks], Rows], steps: Iterable[tuple[float, Tracks]]) -> int:
    counter = CountsCrossings()
    for _, tracks in steps:
        counter.step(name(tracks))
        counter.removed(tracks)
    return counter.crossed


def seen_in_turn() -> Iterable[tuple[float, Tracks]]:
    """Two people who do not move, one on each side of the line, each seen for one frame now and then."""
    one = Tracker("platform-1", SCORE)
    for n in range(10):
        t = n * 0.5
        yield t, one.step(found([person(100 if n % 2 else 540)], t))
        yield t + 0.3, one.step(found([], t + 0.3))


@pytest.mark.parametrize(("name", "counted"), [(own_numbers, 0), (unconfirmed_are_minus_one, 9)])
def test_two_unmoving_people_seen_in_turn_cross_nothing(name: Callable[[Tracks], Rows], counted: int) -> None:
    assert crossings(name, seen_in_turn()) == counted


def busy() -> Iterable[tuple[float, Tracks]]:
    """The scene of supervision issue 2578 in small: three people do cross, false boxes flicker on both sides."""
    walkers = [Walker(100, 80, foot_y=300), Walker(150, 70, foot_y=400), Walker(560, -80, foot_y=350)]
    chance, one = np.random.default_rng(2578), Tracker("platform-1", SCORE)
    for n, t in enumerate(every(8, 6)):
        # Never twice in a row at one place, or it would be somebody.
        flicker = [person((40 if n % 2 else 590) + chance.uniform(-8, 8), 120 + 40 * (n % 4), 40)]
        yield t, one.step(found([*(walker.box(t) for walker in walkers), *flicker], t))


@pytest.mark.parametrize(("name", "least", "most"), [(own_numbers, 3, 3), (unconfirmed_are_minus_one, 100, 200)])
def test_flickering_boxes_do_not_inflate_a_count(name: Callable[[Tracks], Rows], least: int, most: int) -> None:
    assert least <= crossings(name, busy()) <= most


@pytest.mark.parametrize("resets", [True, False])
def test_state_by_number_can_be_let_go(resets: bool) -> None:
    """`removed` names every number that ended, so whoever listens keeps nothing; whoever does not keeps them
    all."""
    one, counter = Tracker("platform-1", SCORE), CountsCrossings()
    for n in range(1000):
        boxes = [person(40 + 60 * i, 200) for i in range(10)] if n % 2 == 0 else []
        tracks = one.step(found(boxes, n * 0.5))
        counter.step(own_numbers(tracks))
        if resets:
            counter.removed(tracks)
    assert len(one) == 0
    assert len(counter.side) == (0 if resets else 5000)


class Numbers(Protocol):
    """What makes numbers for the boxes of one camera."""

    def step(self, boxes: int, t: float) -> list[int]: ...

    def reset(self) -> None: ...


class Ours:
    """A tracker per camera."""

    def __init__(self) -> None:
        self._one = Tracker("platform-1", SCORE)

    def step(self, boxes: int, t: float) -> list[int]:
        tracks = self._one.step(found([person(100 + 150 * i) for i in range(boxes)], t))
        return list(map(int, tracks.id))

    def reset(self) -> None:
        self._one.reset()


class CounterOnTheClass:
    """As in SORT and many after it: the next number belongs to the class, and reset sets it back."""

    count = 0

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def step(self, boxes: int, t: float) -> list[int]:
        while len(self._numbers) < boxes:
            CounterOnTheClass.count += 1
            self._numbers.append(CounterOnTheClass.count)
        return list(self._numbers)

    def reset(self) -> None:
        self._numbers.clear()
        CounterOnTheClass.count = 0


def numbers_of_camera_1(make: Callable[[], Numbers], *, beside_camera_2: bool) -> list[int]:
    """One person, then another; camera 2 sees two people in between and is reset."""
    CounterOnTheClass.count = 0
    first, second = make(), make()
    first.step(1, 0.0)
    if beside_camera_2:
        second.step(2, 0.0)
        second.reset()
    return first.step(2, 0.1)


@pytest.mark.parametrize(("make", "holds"), [(Ours, True), (CounterOnTheClass, False)])
def test_another_camera_never_changes_the_numbers_of_this_one(make: Callable[[], Numbers], holds: bool) -> None:
    alone = numbers_of_camera_1(make, beside_camera_2=False)
    beside = numbers_of_camera_1(make, beside_camera_2=True)
    assert len(set(alone)) == 2
    assert (beside == alone and len(set(beside)) == 2) == holds


@pytest.mark.parametrize(("drops_doubtful", "rows"), [(False, [1, 1, 2, 2]), (True, [0, 1, 1, 2])])
def test_same_boxes_in_same_rows_out(drops_doubtful: bool, rows: list[int]) -> None:
    """A new person is a row at once, flagged: a redactor or a counter of the moment must not miss them."""
    walkers = [Walker(100), Walker(400, from_s=0.2)]
    reported = [tracks for _, tracks in follow(walkers, every(10, 0.4))]
    assert [int(tracks.confirmed.sum()) if drops_doubtful else len(tracks) for tracks in reported] == rows


@pytest.mark.parametrize("counts_frames", [False, True])
def test_how_long_somebody_has_been_here_does_not_depend_on_the_load(counts_frames: bool) -> None:
    """The age after four seconds at 25, at 8 and at an uneven 5 frames a second is four seconds, not a count."""
    uneven = [t for t in every(10, 4.1) if round(t * 10) % 4 in (0, 1)]
    ages = []
    for times in (every(25, 4.04), every(8, 4.125), uneven):
        reported = list(follow([Walker(300)], times))
        ages.append(len(reported) / 25 if counts_frames else float(reported[-1][1].age_s[0]))
    assert (np.ptp(ages) < 1e-4) != counts_frames
    assert ages[0] == pytest.approx(4.0, abs=0.05)
