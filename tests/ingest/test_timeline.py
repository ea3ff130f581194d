from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.ingest.timeline import MAX_STEP_NS, Timeline

MS = 1_000_000
INTERVAL_NS = 40 * MS
JUMPS_BACK = "the recording's clock jumps back"
JUMPS_AHEAD = "the recording's clock jumps ahead"
HOLE = "the recording has a hole"

# name, presentation times in ms, times expected in ms, reason of the one gap expected
CASES = [
    ("regular, from zero whatever the file starts with", [1000, 1040, 1080], [0, 40, 80], None),
    ("a file may start below zero", [-80, -40, 0], [0, 40, 80], None),
    ("a variable rate is respected", [0, 10, 500, 3000], [0, 10, 500, 3000], None),
    ("no times at all: nominal intervals", [None, None, None], [0, 40, 80], None),
    ("a missing time in the middle", [0, None, 80], [0, 40, 80], None),
    ("a missing first time", [None, 500, 540], [0, 40, 80], None),
    ("a repeated time costs a millisecond, then the file is right again", [0, 40, 40, 80], [0, 40, 41, 80], None),
    ("two frames in the wrong order", [0, 80, 40, 120], [0, 80, 81, 120], None),
    ("a stuck clock becomes nominal intervals", [0] * 8, [0, 1, 2, 3, 4, 5, 45, 85], None),
    ("a stuck clock that goes on again", [0] * 7 + [40, 80], [0, 1, 2, 3, 4, 5, 45, 85, 125], None),
    ("a jump back of hours: time goes on", [7_200_000, 7_200_040, 0, 40], [0, 40, 80, 120], JUMPS_BACK),
    ("a jump back of a second", [0, 1000, 0, 40], [0, 1000, 1040, 1080], JUMPS_BACK),
    ("a step of exactly five seconds is a slow camera", [0, 5000], [0, 5000], None),
    ("ten seconds without pictures are ten seconds", [0, 40, 10_040], [0, 40, 10_040], HOLE),
    ("a day ahead is a broken clock", [0, 40, 86_400_000, 86_400_040], [0, 40, 80, 120], JUMPS_AHEAD),
]


@pytest.mark.parametrize(("pts_ms", "expected_ms", "gap"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_times(pts_ms: list[int | None], expected_ms: list[int], gap: str | None) -> None:
    timeline = Timeline(INTERVAL_NS)
    steps = [timeline.step(None if pts is None else pts * MS) for pts in pts_ms]
    assert [step.mono_ns // MS for step in steps] == expected_ms
    assert [step.gap for step in steps if step.gap] == ([gap] if gap else [])


def test_made_up_times_are_counted_and_the_last_claim_is_kept() -> None:
    timeline = Timeline(INTERVAL_NS)
    for pts in (0, None, 80 * MS, None):
        timeline.step(pts)
    assert (timeline.assumed, timeline.last_ns) == (2, 120 * MS)


any_pts = st.none() | st.integers(-(10**18), 10**18) | st.integers(-10, 400).map(lambda n: n * 20 * MS)


@given(st.lists(any_pts, max_size=60), st.integers(1, 10**10))
def test_law_time_always_increases_from_zero(pts_ns: list[int | None], interval_ns: int) -> None:
    timeline = Timeline(interval_ns)
    times = [timeline.step(pts).mono_ns for pts in pts_ns]
    assert times[:1] in ([], [0])
    assert all(later > earlier for earlier, later in pairwise(times))


@given(st.lists(st.integers(1, MAX_STEP_NS), max_size=60), st.integers(-(10**15), 10**15))
def test_law_a_sound_file_keeps_its_own_times(steps_ns: list[int], start_ns: int) -> None:
    timeline = Timeline(INTERVAL_NS)
    timeline.step(start_ns)
    pts_ns = start_ns
    for step_ns in steps_ns:
        pts_ns += step_ns
        step = timeline.step(pts_ns)
        assert (step.mono_ns, step.gap) == (pts_ns - start_ns, None)
