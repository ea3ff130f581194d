"""The error of a foot follows the size of its box."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.ground.geometry.foot import (
    GAIT_SD_M,
    foot_is_seen,
    foot_sd_px,
    is_whole,
    reduction,
    resolution_px,
    with_gait,
)

CASES = [
    (200.0, False, 1.0, 4.18, "2 % of a near person, and what the detector cannot resolve"),
    (0.0, False, 1.0, 1.2, "never better than the detector's pixel"),
    (0.0, False, 3.75, 4.5, "which is larger where it looks at a reduced picture"),
    (200.0, True, 1.0, 12.53, "a box nobody found is three times as bad"),
]


@pytest.mark.parametrize(("height", "predicted", "resolution", "sd", "why"), CASES)
def test_foot_error(height: float, predicted: bool, resolution: float, sd: float, why: str) -> None:
    got = foot_sd_px(np.array([height], np.float32), np.array([predicted]), resolution)
    assert got == pytest.approx([sd], abs=0.01), why


@pytest.mark.parametrize(
    ("bottom_px", "seen", "why"),
    [
        (300, True, "well inside"),
        (477, True, "three px above the edge"),
        (478.5, False, "at the edge: the legs are below it"),
        (480, False, "cut off"),
        (495, False, "a predicted box beyond the picture"),
    ],
)
def test_a_foot_below_the_picture_is_not_seen(bottom_px: float, seen: bool, why: str) -> None:
    box = np.array([[100, 200, 150, bottom_px]], np.float32)
    assert foot_is_seen(box, (640, 480)).tolist() == [seen], why


@pytest.mark.parametrize(
    ("box", "whole", "why"),
    [
        ((100, 200, 150, 300), True, "well inside"),
        ((100, 200, 150, 475), False, "5 px above the edge, known to 2 px: cut off for all we know"),
        ((3, 200, 50, 300), False, "its middle moves with the left edge"),
        ((600, 200, 638, 300), False, "and with the right edge"),
    ],
)
def test_a_box_that_is_cut_off_teaches_nothing(box: tuple[float, ...], whole: bool, why: str) -> None:
    assert is_whole(np.array([box], np.float32), np.array([2.0]), (640, 480)).tolist() == [whole], why


def test_resolution_is_that_of_the_coarser_side() -> None:
    assert resolution_px((1920, 1080), (512, 288)) == 3.75
    assert resolution_px((640, 480), (864, 480)) == 1.0, "an enlarged picture shows no more"


@pytest.mark.parametrize(
    ("picture_wh", "times"), [((1920, 1080), 3.75), ((512, 1080), 3.75), ((512, 288), 1.0), ((256, 144), 0.5)]
)
def test_how_much_smaller_the_detector_sees_it(picture_wh: tuple[int, int], times: float) -> None:
    assert reduction(picture_wh, (512, 288)) == times


def test_where_somebody_is_is_never_known_better_than_their_gait() -> None:
    exact, far = np.zeros((2, 2)), np.diag([0.09, 1.0])
    got = with_gait(np.stack([exact, far]))
    assert np.sqrt(got[0]).tolist() == pytest.approx(GAIT_SD_M * np.eye(2))
    assert np.sqrt(np.diag(got[1])) == pytest.approx([0.304, 1.001], abs=1e-3), "far away it hardly matters"
