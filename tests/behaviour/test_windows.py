"""Time cut into windows: exact to the border, whatever the frames' rate."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.behaviour.windows import WINDOW_S, Window, Windows
from passerby.contracts.time import NS_PER_S, Timestamp
from support.rows import frame


def run(
    says: list[tuple[float, int]], interrupted_after: int | None = None
) -> list[tuple[float, float, float, int]]:
    """Frames as (time, people); returns per window where it begins, covered seconds, person-seconds and peak."""
    windows, closed = Windows(), []
    for k, (t_s, count) in enumerate(says):
        at = frame(t_s).at
        closed += windows.step(at, count)
        if k == interrupted_after:
            windows.interrupt()
    every = [*closed, *windows.last()]
    return [(w.from_s, w.covered_ns / NS_PER_S, w.person_ns / NS_PER_S, w.peak) for w in every]


CASES = [
    ([(0, 1), (1, 3), (2, 0)], None, [(0, 2, 4, 3)], "a frame speaks until the next"),
    (
        [(0, 2), (0.5, 2), (60, 2), (60.5, 0)],
        None,
        [(0, 1.5, 3, 2), (60, 0.5, 1, 2)],
        "but no longer than a second",
    ),
    ([(59.5, 4), (60.5, 0)], None, [(0, 0.5, 2, 4), (60, 0.5, 2, 4)], "across a border it speaks on both sides"),
    (
        [(0, 1), (200, 5), (200.5, 5)],
        None,
        [(0, 1, 1, 1), (180, 0.5, 2.5, 5)],
        "windows without frames are left out",
    ),
    ([(0, 1), (0.5, 1), (3, 1), (3.5, 1)], 1, [(0, 1, 1, 1)], "an interrupted frame speaks for nothing more"),
    ([(0, 7)], None, [], "a single frame lasts no time"),
    ([], None, [], "nothing comes of nothing"),
]


@pytest.mark.parametrize(("says", "cut", "windows", "why"), CASES)
def test_sums(
    says: list[tuple[float, int]], cut: int | None, windows: list[tuple[float, float, float, int]], why: str
) -> None:
    assert run(says, cut) == windows, why


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)), min_size=2, max_size=200))
def test_windows_add_up_to_the_whole(steps: list[tuple[int, int]]) -> None:
    """However frames come, at most a second apart, all time is covered once and all people counted once."""
    now, says = 0, []
    for fortieths, count in steps:
        says.append((now / 40, count))
        now += fortieths
    windows = run(says)
    assert sum(w[1] for w in windows) == pytest.approx(says[-1][0])
    lasted = [b[0] - a[0] for a, b in itertools.pairwise(says)]
    assert sum(w[2] for w in windows) == pytest.approx(sum(s * n for s, (_, n) in zip(lasted, says, strict=False)))
    assert all(0 <= w[1] <= WINDOW_S and w[2] <= w[1] * w[3] + 1e-9 for w in windows)


def test_coverage_is_a_share_and_a_window_of_no_length_is_whole() -> None:
    lengths_s = {60: 0.75, 30: 1.0, 0: 1.0}
    made = [Window(0, None, until_ns=length_s * NS_PER_S, covered_ns=45 * NS_PER_S) for length_s in lengths_s]
    assert [window.coverage for window in made] == [*lengths_s.values()]


def test_a_mean_of_no_time_is_what_was_seen() -> None:
    windows = Windows()
    windows.step(Timestamp(0), 3)
    windows.interrupt(minus=3)
    assert [window.mean for window in windows.last()] == [3.0]


def test_a_window_of_no_length_is_kept_for_what_happened_in_it() -> None:
    windows = Windows()
    windows.step(Timestamp(60 * NS_PER_S), 0)
    assert windows.last() == []
    windows.step(Timestamp(60 * NS_PER_S), 0, plus=1)
    assert [(window.length_s, window.plus, window.minus) for window in windows.last()] == [(0.0, 1, 0)]
