from __future__ import annotations

from fractions import Fraction

import av
import pytest

from passerby.ingest.times import PictureTimes

MS = 1_000_000
N = None
CASES = [
    ("presentation times", [(0, 0), (40, 40), (80, 80)], [0, 40, 80]),
    ("no decoding times", [(0, N), (40, N), (80, N)], [0, 40, 80]),
    ("only decoding times", [(N, 80), (N, 120), (N, 160)], [80, 120, 160]),
    ("reordered presentation times", [(0, 80), (120, 120), (80, 160), (240, 200)], [0, 120, 160, 200]),
    ("both clocks jump back", [(0, 0), (40, 40), (0, 0), (40, 40)], [0, 40, 0, 40]),
    ("the clocks end before the pictures", [(N, 80), (N, N), (N, N)], [80, 120, 160]),
    ("no clock", [(N, N), (N, N)], [N, N]),
    ("no clock at first", [(N, N), (40, N)], [N, 40]),
]


def picture(pts: int | None, dts: int | None, duration: int = 40) -> av.VideoFrame:
    frame = av.VideoFrame(16, 16)
    frame.pts, frame.dts, frame.duration, frame.time_base = pts, dts, duration, Fraction(1, 1000)
    return frame


@pytest.mark.parametrize(("clocks", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_sound_clock_is_used(clocks: list[tuple[int | None, int | None]], expected: list[int | None]) -> None:
    times = PictureTimes()
    shown = [times.next_ns(picture(pts, dts)) for pts, dts in clocks]
    assert shown == [None if ms is None else ms * MS for ms in expected]
    assert times.end_ns == (None if shown[-1] is None else shown[-1] + 40 * MS)


def test_without_a_duration_nothing_is_made_up() -> None:
    times = PictureTimes()
    assert [times.next_ns(picture(pts, None, duration=0)) for pts in (0, None)] == [0, None]


def test_the_last_picture_ends_when_its_own_duration_does() -> None:
    times = PictureTimes()
    times.next_ns(picture(0, 0, duration=3000))
    assert times.end_ns == 3000 * MS
