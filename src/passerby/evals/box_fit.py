"""Measures a detector's boxes on rendered frames and fits the noise of `box_noise.py` to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from passerby.contracts.arrays import F32, F64, I64, Bools
from passerby.contracts.boxes import iou
from passerby.contracts.people import Detections
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.evals.box_drift import ROBUST, fit_drift, standard_rows
from passerby.evals.box_noise import QUANTILES, SIDES, BoxNoise, Errors, class_of
from passerby.evals.watched import LEAST_SEEN
from passerby.ground.geometry.foot import reduction
from passerby.pixels.frame import RawFrame
from passerby.sim.library import load_scenario
from passerby.sim.station import Station
from passerby.vision.boxes import clip
from passerby.vision.detector import Detector
from passerby.vision.tracker import TrackerSettings

# Scenarios and seconds of each; seeds of tuning, never test seeds.
FILMS = (("platform", 60.0), ("hall-rush", 40.0), ("train-crowd", 40.0), ("crowd-80", 30.0), ("counting", 40.0))
SEEDS = (11, 12)
FPS, WIDTH_PX = 5.0, 960
HEIGHT_PX = (0.0, 14.0, 18.0, 23.0, 30.0, 40.0, 60.0)
VISIBLE = (0.25, 0.4, 0.55, 0.7, 0.85, 0.95)
LEAST_IOU = 0.3
# A detection on a person that is visible less than `LEAST_SEEN` is neither found nor false.
SOMEBODY = 0.02
LEAST_ROWS = 12
# Height in the input, score, and 1 if a false box of the frame before overlaps it.
FalseBox = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredBoxes:
    """One row per person and frame. person: unique over films. Not found: score 0, and errors (N, 4) NaN."""

    t_s: F64
    person: I64
    height_px: F64
    visible: F64
    score: F64
    errors: F64


def measure(
    detector: Detector, films: Sequence[tuple[str, float]] = FILMS, report: Callable[[str], None] = lambda _: None
) -> tuple[MeasuredBoxes, list[FalseBox], int]:
    """Return the rows, height in the input and score of each false box, and the number of frames."""
    rows: list[tuple[float, ...]] = []
    false: list[FalseBox] = []
    frames = 0
    for k, (name, seconds, seed) in enumerate((n, s, seed) for n, s in films for seed in SEEDS):
        report(f"{name}, seed {seed}")
        for frame_rows, frame_false in _film(Station(load_scenario(name), seed), seconds, detector):
            rows += [(t, k * 100_000 + person, *rest) for t, person, *rest in frame_rows]
            false += frame_false
            frames += 1
    table = np.array(rows, dtype=float)
    return (
        MeasuredBoxes(
            *(table[:, 0], table[:, 1].astype(np.int64), table[:, 2], table[:, 3], table[:, 4], table[:, 5:])
        ),
        false,
        frames,
    )


def _film(
    station: Station, seconds: float, detector: Detector
) -> Iterator[tuple[list[tuple[float, ...]], list[FalseBox]]]:
    model = station.model()
    wh = (WIDTH_PX, round(model.size_px[1] * WIDTH_PX / model.size_px[0]))
    scale = reduction(wh, detector.info.input_wh)
    before = np.zeros((0, 4), np.float32)
    for t_s, bgr, truth in station.frames(seconds=seconds, size_px=wh, fps=FPS):
        frame = RawFrame("fit", truth.number, Timestamp(round(t_s * NS_PER_S)), bgr)
        (found,) = detector.detect([frame])
        found = _tracked(found, detector.info.score)
        there = truth.visibility >= SOMEBODY
        true, visible = clip(truth.box_px[there], wh), truth.visibility[there]
        match = _matched(true, found.xyxy_px)
        rows = [
            (
                t_s,
                float(person),
                _height(box) / scale,
                share,
                *_outcome(box, match.get(k), found.xyxy_px, found.score),
            )
            for k, (person, box, share) in enumerate(zip(truth.id[there], true, visible, strict=True))
            if share >= LEAST_SEEN
        ]
        taken = set(match.values())
        touched = iou(true, found.xyxy_px).max(axis=0) if len(true) else np.zeros(len(found))
        nobody = [j for j in range(len(found)) if j not in taken and touched[j] < LEAST_IOU]
        lonely = found.xyxy_px[nobody]
        again = iou(lonely, before).max(axis=1, initial=0.0) >= LEAST_IOU
        false = [
            (_height(lonely[k]) / scale, float(found.score[j]), float(again[k])) for k, j in enumerate(nobody)
        ]
        before = lonely
        yield rows, false


def _tracked(found: Detections, score: float) -> Detections:
    """Return the rows that the tracker uses; those below serve only the redaction."""
    rows = found.score >= TrackerSettings().low_confidence_share * score
    return replace(found, xyxy_px=found.xyxy_px[rows], score=found.score[rows])


def _matched(true: F32, found: F32) -> dict[int, int]:
    overlap = iou(true, found)
    pairs = zip(*linear_sum_assignment(-overlap), strict=True)
    return {int(i): int(j) for i, j in pairs if overlap[i, j] >= LEAST_IOU}


def _outcome(box: F32, j: int | None, xyxy: F32, score: F32) -> tuple[float, ...]:
    if j is None:
        return (0.0, *(np.nan,) * SIDES)
    a, b, h = box.astype(float), xyxy[j].astype(float), _height(box)
    middle, wide = (b[0] + b[2] - a[0] - a[2]) / 2, (b[2] - b[0]) - (a[2] - a[0])
    return (float(score[j]), *(float(v) / h for v in (middle, b[3] - a[3], wide, b[1] - a[1])))


def _height(box: F32) -> float:
    return max(float(box[3] - box[1]), 1.0)


def fit(measured: MeasuredBoxes, false: Sequence[FalseBox], frames: int, detector: Detector) -> BoxNoise:
    """Return the noise that these rows show."""
    h, v = class_of(HEIGHT_PX, measured.height_px), class_of(VISIBLE, measured.visible)
    found, scores = _tables(h, v, measured.score)
    bias, sd = _errors(measured, h, v)
    rows = standard_rows(
        *(measured.t_s, measured.person, measured.score, measured.errors),
        *(h, v, (bias, sd), FPS),
    )
    drift = fit_drift(rows, (len(HEIGHT_PX), len(VISIBLE)), FPS)
    heights, false_scores, again = zip(*false, strict=True) if false else ((30.0,), (0.1,), (0.0,))
    return BoxNoise(
        detector=detector.info.name,
        sha256=detector.info.sha256,
        input_wh=detector.info.input_wh,
        score=detector.info.score,
        height_px=HEIGHT_PX,
        visible=VISIBLE,
        found=found,
        scores=scores,
        bias=_table(bias),
        sd=_table(sd),
        slow=_table(drift.slow),
        slow_s=tuple(drift.slow_s.round(2).tolist()),
        fast_s=tuple(drift.fast_s.round(2).tolist()),
        false_per_frame=round(len(false) / frames, 4),
        false_s=_time_s(float(np.mean(again))),
        false_height_px=round(float(np.median(heights)), 1),
        false_scores=tuple(np.quantile(false_scores, QUANTILES).round(3).tolist()),
    )


def _tables(h: I64, v: I64, score: F64) -> tuple[tuple[tuple[float, ...], ...], Errors]:
    """Return the fraction found and the quantiles of scores by class."""
    found, scores = (
        np.zeros((len(HEIGHT_PX), len(VISIBLE))),
        np.zeros((len(HEIGHT_PX), len(VISIBLE), len(QUANTILES))),
    )
    for i, k in np.ndindex(found.shape):
        rows = _rows(h, v, i, k, score >= 0)
        found[i, k] = (score[rows] > 0).mean()
        hits = score[_rows(h, v, i, k, score > 0)]
        scores[i, k] = np.quantile(hits, QUANTILES) if len(hits) else 0.0
    return tuple(tuple(row) for row in found.round(3).tolist()), _table(scores)


def _rows(h: I64, v: I64, i: int, k: int, among: Bools) -> I64:
    """Return the rows of a class; with few rows, those of the nearest heights as well."""
    for reach in range(len(HEIGHT_PX)):
        rows = np.flatnonzero((np.abs(h - i) <= reach) & (v == k) & among)
        if len(rows) >= LEAST_ROWS:
            break
    return rows


def _errors(measured: MeasuredBoxes, h: I64, v: I64) -> tuple[F64, F64]:
    """Return median and robust deviation (1.48 times the median deviation) of the four errors by class."""
    bias = np.zeros((len(HEIGHT_PX), len(VISIBLE), SIDES))
    sd = np.zeros_like(bias)
    for i, k in np.ndindex(bias.shape[:2]):
        known = measured.errors[_rows(h, v, i, k, measured.score > 0)]
        if len(known):
            bias[i, k] = np.median(known, axis=0)
            sd[i, k] = ROBUST * np.median(np.abs(known - bias[i, k]), axis=0)
    return bias, sd


def _time_s(correlation: float) -> float:
    """Return the time in which the correlation of successive frames falls to 1/e."""
    return round(float(-1 / FPS / np.log(np.clip(correlation, 0.05, 0.99))), 2)


def _table(values: F64) -> Errors:
    return tuple(tuple(tuple(cell) for cell in row) for row in values.round(4).tolist())
