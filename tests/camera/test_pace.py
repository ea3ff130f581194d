from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.camera.pace import Pace
from support.fakes import every
from support.seen import at


def taken(fps: float | None, times_s: list[float]) -> list[float]:
    pace = Pace(fps)
    return [t_s for t_s in times_s if pace.wants(at(t_s))]


@pytest.mark.parametrize(
    ("fps", "camera_fps", "expected", "why"),
    [
        (None, 25, 250, "without a rate every frame"),
        (5, 25, 51, "one in five; the second may come a quarter early"),
        (8, 25, 80, "a rate that does not divide the camera's"),
        (25, 25, 250, "the camera's own rate: none lost to rounding"),
        (25, 10, 100, "a slower camera: all it has"),
        (0.5, 25, 6, "one every other second"),
        (29.97, 30, 299, "nearly the camera's rate: one in a thousand goes"),
    ],
)
def test_a_steady_camera(fps: float | None, camera_fps: int, expected: int, why: str) -> None:
    assert len(taken(fps, every(1 / camera_fps, 10.0))) == expected, why


@pytest.mark.parametrize("fps", [5, 8, 12.5, 25])
def test_jitter_of_a_network_costs_no_frame(fps: float) -> None:
    rng = np.random.default_rng(1)
    times_s = [max(0.0, t_s + rng.uniform(-0.2, 0.2) / 25) for t_s in every(1 / 25, 40.0)]
    assert len(taken(fps, times_s)) == pytest.approx(fps * 40, abs=1)


def test_frames_are_spread_evenly() -> None:
    steps_s = np.diff(taken(8, every(1 / 25, 10.0)))
    assert steps_s.min() >= 0.12 - 1e-9, "three frames of the camera apart"
    assert steps_s.max() <= 0.16 + 1e-9, "four at most"


def test_a_silence_is_not_made_up_for_by_a_burst() -> None:
    kept = taken(5, [*every(0.04, 2.0), *every(0.04, 12.0, from_s=10.0)])
    assert len([t_s for t_s in kept if 10.0 <= t_s < 11.0]) <= 7, "five, one early, one that was due"


@pytest.mark.parametrize(
    ("before", "after", "at_once", "why"),
    [
        (1, 10, True, "a higher rate begins with the next frame"),
        (10, 1, False, "a lower rate begins after the frame that was due"),
        (None, 1, False, "from all frames to one a second"),
        (1, None, True, "from one a second to all frames"),
    ],
)
def test_the_rate_changes_while_it_runs(
    before: float | None, after: float | None, at_once: bool, why: str
) -> None:
    pace, kept = Pace(before), []
    for t_s in every(0.04, 3.6):
        if t_s == pytest.approx(0.52):
            pace.fps = after
        if pace.wants(at(t_s)):
            kept.append(t_s)
    if at_once:
        assert min(t_s for t_s in kept if t_s > 0.5) == pytest.approx(0.52), why
    assert len([t_s for t_s in kept if t_s < 0.5]) == pytest.approx((before or 26) / 2, abs=1), why
    assert len([t_s for t_s in kept if t_s > 0.6]) == pytest.approx(3 * (after or 25), abs=1), why


@given(
    st.sampled_from([1, 5, 8, 25, 60]),
    st.lists(st.floats(0.001, 2.0), min_size=1, max_size=200).map(lambda steps: [*itertools.accumulate(steps)]),
)
def test_never_more_than_the_rate_whatever_the_times(fps: float, times_s: list[float]) -> None:
    kept = taken(fps, times_s)
    assert kept[0] == times_s[0], "the first frame is always taken"
    for i, j in itertools.combinations(range(0, len(kept), max(1, len(kept) // 20)), 2):
        # The first of a stretch, one a quarter of a period early, and one that was due before the stretch.
        assert j - i <= (kept[j] - kept[i]) * fps + 1.25 + 1e-6
