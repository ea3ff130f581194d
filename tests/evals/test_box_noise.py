"""Modelled boxes: the measured shares come out again, people persist, and a seed repeats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passerby.contracts.people import Detections
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.box_noise import SIDES, BoxNoise, NoisyBoxes
from passerby.evals.box_table import boxes_report
from passerby.evals.watched import Seen

WH = (512, 288)
PLAIN = BoxNoise(
    detector="d", sha256="0" * 64, input_wh=WH, score=0.4,
    height_px=(0.0, 40.0), visible=(0.25, 0.6),
    found=((0.2, 0.5), (0.6, 0.9)),
    scores=(((0.1, 0.2, 0.3, 0.4, 0.5),) * 2, ((0.5, 0.6, 0.7, 0.8, 0.9),) * 2),
    bias=(((0.0,) * SIDES,) * 2,) * 2, sd=(((0.05,) * SIDES,) * 2,) * 2,
    slow=(((0.0,) * (1 + SIDES),) * 2,) * 2, slow_s=(10.0,) * (1 + SIDES), fast_s=(0.5,) + (0.2,) * SIDES,
    false_per_frame=0.0, false_s=1.0, false_height_px=30.0, false_scores=(0.1,) * 5,
)  # fmt: skip


def seen(t_s: float, heights: list[float], visible: float = 1.0) -> Seen:
    n = len(heights)
    boxes = np.array([[20 + 40 * k, 250 - h, 40 + 40 * k, 250] for k, h in enumerate(heights)], np.float32)
    shown = np.full(n, visible)
    return Seen(t_s, np.arange(1, n + 1), np.zeros((n, 2)), np.ones(n), np.ones(n), boxes.reshape(-1, 4), shown)


def run(noise: BoxNoise, heights: list[float], visible: float = 1.0, frames: int = 2000) -> list[Detections]:
    made = NoisyBoxes.seeded(noise, WH, 5)
    times = (k / 5 for k in range(frames))
    return [made.of("c", Timestamp(round(t * NS_PER_S)), seen(t, heights, visible)) for t in times]


@pytest.mark.parametrize(
    ("height", "visible", "share", "median"),
    [(30.0, 0.4, 0.2, 0.3), (30.0, 1.0, 0.5, 0.3), (80.0, 0.4, 0.6, 0.7), (80.0, 1.0, 0.9, 0.7)],
)
def test_the_measured_shares_and_scores_come_out_again(
    height: float, visible: float, share: float, median: float
) -> None:
    found = run(PLAIN, [height], visible)
    assert np.mean([len(one) for one in found]) == pytest.approx(share, abs=0.06)
    assert np.median(np.concatenate([one.score for one in found])) == pytest.approx(median, abs=0.04)


def test_errors_have_the_measured_spread_and_drift() -> None:
    boxes = np.array([one.xyxy_px[0] for one in run(PLAIN, [80.0]) if len(one)])
    foot = (boxes[:, 3] - 250) / 80
    assert foot.std() == pytest.approx(0.05, abs=0.008)
    assert abs(foot.mean()) < 0.01


def test_a_long_quality_makes_long_misses() -> None:
    def changes(quality_s: float) -> int:
        there = [len(one) for one in run(replace(PLAIN, fast_s=(quality_s,) + (0.2,) * SIDES), [30.0])]
        return int(np.abs(np.diff(there)).sum())

    assert changes(5.0) < changes(0.5) / 2


def test_false_boxes_come_at_their_rate() -> None:
    found = run(replace(PLAIN, false_per_frame=0.2, false_s=2.0), [])
    assert np.mean([len(one) for one in found]) == pytest.approx(0.2, rel=0.4)


def test_a_seed_repeats_and_rows_are_sorted_by_score() -> None:
    first, second = run(PLAIN, [30.0, 60.0, 90.0], frames=40), run(PLAIN, [30.0, 60.0, 90.0], frames=40)
    assert all(np.array_equal(a.xyxy_px, b.xyxy_px) for a, b in zip(first, second, strict=True))
    assert all((np.diff(one.score) <= 0).all() for one in first)


def test_the_fitted_model_is_of_a_detector_that_finds_near_people() -> None:
    noise = BoxNoise.load()
    assert noise.found[-2][-1] > 0.8 > noise.found[0][0]
    assert noise.score == pytest.approx(noise.info.score)
    assert len(boxes_report(noise).tables[0].rows) == len(noise.height_px)
