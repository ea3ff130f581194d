"""Which boxes and tracks count as somebody walking upright and whole."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.ground.calibration.walkers import LEAST_BOXES, MOST_BOXES, Walker, WalkerCollector, whole
from support.walkers import camera, frame_of, stream

BOX = (400.0, 200.0, 440.0, 300.0)


def collected(boxes: list[tuple[float, float, float, float]], every_s: float = 0.5, **how: bool) -> list[Walker]:
    collector = WalkerCollector()
    for k, box in enumerate(boxes):
        assert collector.step(frame_of(k * every_s, [(7, box)], **how)) == []
    return collector.step(frame_of(len(boxes) * every_s, [], removed=[7]))


def moving(n: int, step_px: float = 20.0) -> list[tuple[float, float, float, float]]:
    return [(BOX[0] + step_px * k, BOX[1], BOX[2] + step_px * k, BOX[3]) for k in range(n)]


def test_a_walker_is_handed_out_once_when_the_track_ends() -> None:
    (walker,) = collected(moving(10))
    assert len(walker) == 10
    assert walker.bottom_px[0] == pytest.approx([420.0, 300.0])
    assert walker.height_px == pytest.approx(np.full(10, 100.0))


@pytest.mark.parametrize(
    ("boxes", "why"),
    [
        (moving(LEAST_BOXES - 1, 40), "too few boxes"),
        (moving(20, 2), "stands about"),
        ([BOX] * 20, "stands still"),
        ([(x0, y0, x1 + 60, y1) for x0, y0, x1, y1 in moving(10)], "as wide as somebody who sits"),
        ([(x0, y0, x1, y0 + 30) for x0, y0, x1, y1 in moving(10)], "too small"),
        ([(x0, y0 + 240, x1, 540) for x0, y0, x1, y1 in moving(10)], "cut off by the lower edge"),
        ([(x0, 0, x1, y1) for x0, y0, x1, y1 in moving(10)], "cut off by the upper edge"),
    ],
)
def test_who_is_no_walker(boxes: list[tuple[float, float, float, float]], why: str) -> None:
    assert collected(boxes) == [], why


def test_a_predicted_box_says_nothing() -> None:
    assert collected(moving(10), predicted=True) == []


def test_many_frames_are_thinned_out_over_the_whole_way() -> None:
    (walker,) = collected(moving(60, 5.0), every_s=0.5)
    assert len(walker) == MOST_BOXES
    assert np.ptp(walker.bottom_px[:, 0]) == pytest.approx(59 * 5.0)


def test_frames_in_quick_succession_count_once() -> None:
    (walker,) = collected(moving(40, 5.0), every_s=0.1)
    assert 9 <= len(walker) <= 11


def test_somebody_covered_by_a_nearer_person_does_not_count_and_the_nearer_one_does() -> None:
    tracks = frame_of(0.0, [(1, BOX), (2, (410.0, 230.0, 460.0, 360.0)), (3, (600.0, 200.0, 640.0, 300.0))])
    assert whole(tracks).tolist() == [False, True, True]


def test_nothing_is_kept_of_those_who_have_gone() -> None:
    collector = WalkerCollector()
    for tracks in stream(camera(), 30):
        collector.step(tracks)
    assert len(collector) == 0


def test_a_picture_that_stops_ends_every_walk() -> None:
    collector = WalkerCollector()
    for k, box in enumerate(moving(10)):
        collector.step(frame_of(0.5 * k, [(7, box)]))
    assert len(collector.reset()) == 1
    assert len(collector) == 0
