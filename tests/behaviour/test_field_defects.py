"""Defects that line counters and dwell timers commonly have, each beside a small version that has it.

The naive version must fail the property, which shows that the property can tell; ours must keep it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence

import pytest

from passerby.behaviour.loitering import Loitering
from passerby.behaviour.sides import Crossings
from passerby.contracts.people import GroundTracks
from passerby.contracts.rules import LoiteringRule
from passerby.ground.geometry.places import Gate
from support.rows import Spot, area, frame, gate, scene

Count = Callable[[Sequence[GroundTracks]], tuple[int, int]]


class NaiveLine:
    """A track's side is that of its foot; it crossed when the oldest side of the last few differs from the newest.

    Rows that are not confirmed all carry the number -1, and what is remembered of a number stays.
    """

    def __init__(self, line: Gate, threshold: int = 2) -> None:
        self.line = line
        self.sides: dict[int, deque[bool]] = defaultdict(lambda: deque(maxlen=threshold))
        self.in_ = self.out = 0

    def step(self, ground: GroundTracks) -> None:
        offset, _ = self.line.offset_m(ground)
        for row, track in enumerate(ground.id.tolist()):
            number = track if ground.confirmed[row] else -1
            sides = self.sides[number]
            sides.append(bool(offset[row] > 0))
            if len(sides) == sides.maxlen and sides[0] != sides[-1]:
                self.in_, self.out = self.in_ + sides[-1], self.out + sides[0]


def naive(frames: Sequence[GroundTracks]) -> tuple[int, int]:
    counter = NaiveLine(gate())
    for ground in frames:
        counter.step(ground)
    return counter.in_, counter.out


def ours(frames: Sequence[GroundTracks]) -> tuple[int, int]:
    crossings = Crossings(gate())
    reported = [c.direction for ground in frames for c in crossings.step(ground)]
    return reported.count("in"), reported.count("out")


def flicker() -> list[GroundTracks]:
    """Sides A A A B A A A."""
    return [frame(k / 10, {1: (0.0, -1.0 if k == 3 else 1.0)}) for k in range(7)]


def unconfirmed_pair() -> list[GroundTracks]:
    """Two people who do not move, one on each side of the line, found in turn and never confirmed."""
    spots: list[dict[int, Spot]] = [{10 + k: (-2.0, 1.0) if k % 2 else (2.0, -1.0)} for k in range(8)]
    return [frame(k / 10, spot, unconfirmed=spot) for k, spot in enumerate(spots)]


def swaying() -> list[GroundTracks]:
    """Somebody on the line shifts from foot to foot."""
    return [frame(k / 10, {1: (0.0, 0.15 if (k // 3) % 2 else -0.15)}) for k in range(60)]


DEFECTS = {"flicker": flicker, "unconfirmed pair": unconfirmed_pair, "swaying": swaying}


@pytest.mark.parametrize("defect", DEFECTS)
def test_nobody_crossed(defect: str) -> None:
    frames = DEFECTS[defect]()
    assert naive(frames) != (0, 0), "the guard must be able to fail"
    assert ours(frames) == (0, 0)


@pytest.mark.parametrize("count", [naive, ours], ids=["naive", "ours"])
def test_both_count_a_plain_crossing(count: Count) -> None:
    frames = [frame(k / 10, {1: (0.0, 1.0 - k / 5)}) for k in range(12)]
    assert count(frames) == (1, 0)


def test_departed_people_are_not_remembered() -> None:
    line, crossings = NaiveLine(gate()), Crossings(gate())
    for k in range(1000):
        for ground in (frame(2 * k, {k: (0.0, 1.0)}), frame(2 * k + 1, removed=[k])):
            line.step(ground)
            crossings.step(ground)
    crossings.step(frame(2010))
    assert len(line.sides) == 1000, "the guard must be able to fail"
    assert len(crossings) == 0


def test_two_counters_do_not_share_what_they_know() -> None:
    first, second = Crossings(gate()), Crossings(gate())
    for k in range(3):
        first.step(frame(k / 10, {1: (0.0, 1.0)}))
    assert len(second) == 0
    assert [second.step(frame(k / 10, {1: (0.0, -1.0)})) for k in range(3, 9)] == [[]] * 6


def naive_dwells(times_s: Sequence[float], assumed_fps: float = 10.0) -> float:
    """A dwell in frames over the frame rate the camera is said to have."""
    return len(times_s[1:]) / assumed_fps


def our_dwells(times_s: Sequence[float]) -> float:
    watcher = Loitering(0, LoiteringRule(kind="loitering", zone="z", dwell_s=1.0), area())
    hits = [h for t in times_s for h in watcher.step(scene(t, {1: (2.0, 2.0)}))]
    return float(hits[-1].measures[0].value)


def test_a_dwell_is_seconds_and_not_frames() -> None:
    """12 s in a zone: at full rate, under load at a third of it, and with a stall in the middle."""
    full = [k / 10 for k in range(121)]
    loads = [full, full[::3], [t for t in full if not 4 < t < 9]]
    assert {naive_dwells(times) for times in loads} != {12.0}, "the guard must be able to fail"
    assert [our_dwells(times) for times in loads] == [12.0] * 3
