"""The covered fraction of pictures, and its reasons."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.camera.covering import CoverageMeter
from passerby.contracts.results import Coverage
from support.redacted import Redaction
from support.seen import Box, found, frame, tracked

WH = (320, 180)
EMPTY = np.full((WH[1], WH[0], 3), 90, np.uint8)
LEFT: Box = (0.0, 0.0, 150.0, 180.0)


def seen(t_s: float, boxes: tuple[Box, ...] = (), bgr: np.ndarray = EMPTY) -> CoverageMeter:
    """The meter after one more frame of a place that was learned until then, or of a new one."""
    redaction, meter = Redaction(WH, WH), CoverageMeter()
    redaction.see(frame(WH, 0.0, bgr=EMPTY), found(wh=WH), tracked([LEFT], wh=WH))
    for k in range(1, round(4 * t_s)):
        redaction.see(frame(WH, k / 4, bgr=EMPTY), found(seconds=k / 4, wh=WH), tracked(seconds=k / 4, wh=WH))
    redaction.see(frame(WH, t_s, bgr=bgr), found(boxes, t_s, wh=WH), tracked(seconds=t_s, wh=WH))
    assert redaction.look is not None
    meter.add(redaction.look)
    return meter


def other_half() -> np.ndarray:
    bgr = EMPTY.copy()
    bgr[:, 160:] = 200
    return bgr


@pytest.mark.parametrize(
    ("meter", "expected", "why"),
    [
        (seen(20.0), (0.0, 0.0, 0.0, 0.0), "learned and empty"),
        (seen(20.0, (LEFT,)), (0.53, 0.53, 0.0, 0.0), "a box"),
        (seen(20.0, bgr=other_half()), (0.5, 0.0, 0.5, 0.0), "something differs"),
        (seen(20.0, (LEFT,), other_half()), (1.0, 0.53, 0.47, 0.0), "both"),
        (seen(1.0), (1.0, 0.53, 0.0, 0.47), "a person a moment ago, and a place that is not learned yet"),
    ],
)
def test_what_is_covered_has_a_reason(
    meter: CoverageMeter, expected: tuple[float, float, float, float], why: str
) -> None:
    mean = meter.mean()
    assert mean is not None
    assert (mean.share, mean.people, mean.motion, mean.learning) == pytest.approx(expected, abs=0.04), why


def test_without_pictures_there_is_no_figure() -> None:
    assert CoverageMeter().mean() is None


@pytest.mark.parametrize(
    ("coverage", "words"),
    [
        (Coverage(0.85, 0.62, 0.2, 0.03), "85% (people 62%, motion 20%, not learned 3%)"),
        (Coverage(0.4, 0.4, 0.0, 0.001), "40% (people 40%)"),
        (Coverage(0.0, 0.0, 0.0, 0.0), "0%"),
    ],
)
def test_it_is_put_in_words(coverage: Coverage, words: str) -> None:
    assert str(coverage) == words
