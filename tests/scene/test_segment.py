"""A background that is learned from a whole recording, and frames compared with it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from passerby.pixels.frame import U8
from passerby.pixels.grid import Grid
from passerby.scene.known import KnownBackground, Segment
from passerby.scene.scene_boxes import SceneBoxes
from passerby.scene.segment import MOST_CHECKS, SegmentLearner
from support.seen import Box, found, frame, tracked

WH, SHOWN_WH = (320, 180), (160, 90)
GRID = Grid.of(WH)
SEAT: Box = (200.0, 60.0, 232.0, 120.0)
FPS = 4


def place() -> U8:
    blobs = np.random.default_rng(5).integers(60, 200, (9, 16, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(blobs, WH, interpolation=cv2.INTER_LINEAR), np.uint8)


def with_sitter() -> U8:
    picture = place()
    x0, y0, x1, y1 = map(int, SEAT)
    picture[y0:y1, x0:x1] = (255, 0, 255)
    return picture


def learned(
    sits_s: tuple[float, float] = (0, 0),
    boxes_s: Sequence[tuple[float, float]] = (),
    *,
    seconds: float = 24.0,
    trusted: bool = True,
    score: float = 0.9,
) -> SegmentLearner:
    """A learner after a recording in which somebody sits, and is found, in some of the time."""
    learner = SegmentLearner(GRID, SHOWN_WH, 0.0)
    for k in range(round(seconds * FPS)):
        t = k / FPS
        bgr = with_sitter() if sits_s[0] <= t < sits_s[1] else place()
        boxes = [SEAT] if any(a <= t < b for a, b in boxes_s) else []
        seen = SceneBoxes.of(found(boxes, t, score=score, wh=WH), tracked(seconds=t, wh=WH), GRID)
        learner.step(frame(WH, t, bgr=bgr), seen, trusted)
    return learner


def seat_known(segment: Segment) -> float:
    x0, y0, x1, y1 = (round(v / 4) for v in SEAT)
    return float(segment.known[y0:y1, x0:x1].mean())


def shows_sitter(segment: Segment) -> bool:
    known = cv2.resize(segment.known.astype(np.uint8), SHOWN_WH, interpolation=cv2.INTER_NEAREST) > 0
    return bool((np.abs(segment.shown.astype(int) - (255, 0, 255)).max(-1) < 40)[known].any())


@pytest.mark.parametrize(
    ("sits_s", "boxes_s", "score", "known", "why"),
    [
        ((0, 0), [], 0.9, 1.0, "nobody"),
        ((0, 8), [(0, 8)], 0.9, 1.0, "found while there, so that only the empty seat is learned"),
        ((0, 12), [], 0.9, 0.0, "never found, for half of the time: two appearances"),
        ((12, 24), [], 0.9, 0.0, "sits down later"),
        ((0, 24), [(0, 6)], 0.9, 0.0, "found at first only: the seat looked the same under a box"),
        ((0, 24), [(20, 24)], 0.9, 0.0, "found at the end only"),
        ((0, 24), [(10, 11)], 0.1, 0.0, "once, with a low score"),
        ((0, 24), [(k, k + 0.5) for k in range(24)], 0.9, 0.0, "found in every second frame"),
    ],
)
def test_a_seat_that_may_be_taken_is_not_known(
    sits_s: tuple[float, float], boxes_s: list[tuple[float, float]], score: float, known: float, why: str
) -> None:
    segment = learned(sits_s, boxes_s, score=score).finish()
    assert seat_known(segment) == pytest.approx(known, abs=0.01), why
    assert not shows_sitter(segment), why


def test_without_a_tracked_person_a_place_takes_five_minutes() -> None:
    assert not learned(trusted=False).finish().known.any()


def test_the_remaining_risk_is_a_person_who_is_never_found_and_never_moves() -> None:
    """As for a camera (decision 0006); this is what the decision record names."""
    assert shows_sitter(learned((0, 24)).finish())


def test_the_checks_are_bounded() -> None:
    learner = learned((0, 0), [(0, 300)], seconds=120.0)
    assert 0 < len(learner._checks) <= MOST_CHECKS


def segment(from_s: float, bgr: U8) -> Segment:
    known = np.ones((GRID.rows, GRID.columns), bool)
    shown = np.asarray(cv2.resize(bgr, SHOWN_WH, interpolation=cv2.INTER_AREA), np.uint8)
    return Segment(from_s, known, GRID.small(frame(bgr=bgr)), shown)


def test_each_frame_is_compared_with_its_own_segment() -> None:
    other = place()[:, ::-1].copy()
    background = KnownBackground(GRID, SHOWN_WH, [segment(10.0, other), segment(2.0, place())])
    nothing = np.zeros((GRID.rows, GRID.columns), np.float32)
    seen = {
        t: background.step(frame(WH, t, bgr=bgr), nothing, True)
        for t, bgr in ((0.0, place()), (2.0, place()), (9.0, other), (10.0, other))
    }
    assert not seen[0.0].known.any(), "before the first segment"
    assert seen[2.0].empty.all()
    assert seen[9.0].differs.mean() > 0.5
    assert seen[10.0].empty.all()


def test_reset_blocks_stay_unknown_until_the_segment_ends() -> None:
    background = KnownBackground(GRID, SHOWN_WH, [segment(0.0, place()), segment(5.0, place())])
    nothing = np.zeros((GRID.rows, GRID.columns), np.float32)
    background.step(frame(WH, 0.0, bgr=place()), nothing, True)
    background.reset(nothing == 0)
    assert not background.step(frame(WH, 4.0, bgr=place()), nothing, True).known.any()
    assert background.step(frame(WH, 5.0, bgr=place()), nothing, True).known.all()


def test_a_background_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="do not have"):
        KnownBackground(GRID, (80, 45), [segment(0.0, place())])
