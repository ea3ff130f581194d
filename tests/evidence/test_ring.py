from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.evidence.ring import Ring
from support.recording import redacted
from support.seen import at, frame


def taken(ring: Ring, times_s: list[float]) -> list[float]:
    """Which of these moments it wanted."""
    wanted = []
    for t_s in times_s:
        if ring.wants(at(t_s)):
            ring.add(redacted(t_s, (16, 16)))
            wanted.append(t_s)
    return wanted


def predicted(ring: Ring) -> list[float]:
    return [image.at.s for image in ring]


@pytest.mark.parametrize(
    ("fps", "of", "expected", "why"),
    [
        (4.0, 8.0, 4.0, "every second of 8"),
        (4.0, 25.0, 4.0, "the mean rate is kept where it does not divide"),
        (4.0, 10.0, 4.0, "nor here"),
        (4.0, 2.0, 2.0, "no more than there are"),
        (15.0, 15.1, 15.1, "a little early is in time"),
    ],
)
def test_the_rate_is_low_and_kept(fps: float, of: float, expected: float, why: str) -> None:
    times = [n / of for n in range(round(20 * of))]
    assert len(taken(Ring(fps, 100.0), times)) / 20 == pytest.approx(expected, rel=0.06), why


def test_it_holds_the_last_seconds_only() -> None:
    ring = Ring(4.0, 3.0)
    taken(ring, [n / 4 for n in range(80)])
    assert predicted(ring) == [n / 4 for n in range(67, 80)]
    assert len(ring) == 13


def test_without_a_time_before_it_holds_the_present() -> None:
    ring = Ring(4.0, 0.0)
    taken(ring, [0.0, 0.25, 0.5])
    assert predicted(ring) == [0.5]


def test_after_an_interruption_it_begins_anew() -> None:
    ring = Ring(4.0, 10.0)
    taken(ring, [0.0, 0.25])
    ring.clear()
    assert len(ring) == 0
    assert ring.wants(at(0.3)), "at once"


@given(st.lists(st.floats(0.0, 3.0), min_size=1, max_size=60))
def test_memory_is_bounded_whatever_the_times(steps: list[float]) -> None:
    ring, t_s = Ring(4.0, 5.0), 0.0
    for step in steps:
        t_s += step
        taken(ring, [t_s])
        assert len(ring) <= 5.0 * 4 * 4 / 3 + 2, "a quarter early, over and over, is not possible"
        assert all(t_s - shot_s <= 5.0 + 3.0 for shot_s in predicted(ring))


def test_a_raw_frame_does_not_enter() -> None:
    ring = Ring(4.0, 10.0)
    with pytest.raises(TypeError, match="only redacted pictures"):
        ring.add(frame())  # type: ignore[arg-type]
    assert len(ring) == 0
