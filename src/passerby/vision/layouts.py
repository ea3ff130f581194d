"""Output layouts of the families of detectors, with their thresholds.

A layout converts raw outputs into boxes of the network input in px and scores, one pair per image.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import F32

Outputs = Mapping[str, NDArray[np.float32]]
Boxes = tuple[F32, F32]
Decode = Callable[[Outputs, tuple[int, int]], list[Boxes]]


@dataclass(frozen=True, slots=True)
class OutputLayout:
    """One output layout.

    decode: raw outputs and input (width, height) to one (xyxy_px (N, 4), score (N,)) per image.
    letterbox: keep proportions (True) or stretch (False).
    score: lowest score that may start a track; score_floor: lowest score that is redacted.
    nms_iou: overlap above which the box with the lower score is dropped.
    batched: decode separates several images; otherwise the network gets one picture per call.
    """

    name: str
    decode: Decode
    letterbox: bool
    score: float
    score_floor: float
    nms_iou: float
    batched: bool = True


def decode_yolox(outputs: Outputs, input_wh: tuple[int, int]) -> list[Boxes]:
    """YOLOX (Ge 2021, arXiv 2107.08430): [B, cells, 5 + classes], offsets and log sizes per stride 8/16/32."""
    (raw,) = outputs.values()
    cell, stride = _yolox_grid(input_wh)
    centre = (raw[..., :2] + cell) * stride
    half = np.exp(np.minimum(raw[..., 2:4], 20)) * stride / 2
    xyxy = np.concatenate([centre - half, centre + half], axis=-1).astype(np.float32)
    score = raw[..., 4] * raw[..., 5]
    return list(zip(xyxy, score, strict=True))


def _yolox_grid(input_wh: tuple[int, int]) -> tuple[F32, F32]:
    cells, strides = [], []
    for stride in (8, 16, 32):
        w, h = input_wh[0] // stride, input_wh[1] // stride
        y, x = np.mgrid[:h, :w]
        cells.append(np.stack([x.ravel(), y.ravel()], axis=1))
        strides.append(np.full((w * h, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


def decode_omz_atss(outputs: Outputs, _: tuple[int, int]) -> list[Boxes]:
    """OMZ person-vehicle-bike-detection-2003/2004: `boxes` [N, 5] in input px, `labels` [N], person is 1."""
    boxes = outputs["boxes"].reshape(-1, 5)
    people = boxes[outputs["labels"].reshape(-1) == 1]
    return [(people[:, :4], people[:, 4])]


def decode_omz_ssd(outputs: Outputs, input_wh: tuple[int, int]) -> list[Boxes]:
    """Open Model Zoo SSD heads: [1, 1, N, 7] of image, label, score, box in 0..1; person is label 1."""
    (raw,) = outputs.values()
    rows = raw.reshape(-1, 7)
    people = rows[(rows[:, 0] == 0) & (rows[:, 1] == 1)]
    w, h = input_wh
    return [(people[:, 3:7] * np.array([w, h, w, h], np.float32), people[:, 2])]


def decode_passerby(outputs: Outputs, _: tuple[int, int]) -> list[Boxes]:
    """Layout of the embedded detector, decoded in the graph: `boxes` [B, N, 4] in input px and `scores` [B, N]."""
    return list(zip(outputs["boxes"], outputs["scores"], strict=True))


# Scores that start a track and overlaps of the third-party layouts: chosen by judgement; not varied in a
# measurement. Decision 0004 and docs/models.md have results with them; there is none with OMZ_SSD. Score floor of
# YOLOX and OMZ_ATSS: chosen by eye; with YOLOX and 0.1 the edges of a crowd were not redacted. Of OMZ_SSD: by
# judgement.
YOLOX = OutputLayout("yolox", decode_yolox, True, score=0.5, score_floor=0.05, nms_iou=0.55)
OMZ_ATSS = OutputLayout(
    "omz-atss", decode_omz_atss, False, score=0.25, score_floor=0.05, nms_iou=0.6, batched=False
)
OMZ_SSD = OutputLayout("omz-ssd", decode_omz_ssd, False, score=0.4, score_floor=0.1, nms_iou=0.55, batched=False)
# Chosen by judgement, before there was an embedded detector. Its card, weights/person.json, replaces these values.
# The score there is measured by events (docs/models.md, `passerby eval sim --detector embedded --score S`), the
# overlap is the best of six by AP50 (training/ship.py), and the score floor is chosen: a filled patch of floor is
# better than a visible person.
PASSERBY = OutputLayout("passerby-v1", decode_passerby, True, score=0.4, score_floor=0.1, nms_iou=0.55)
LAYOUTS = {layout.name: layout for layout in (YOLOX, OMZ_ATSS, OMZ_SSD, PASSERBY)}


def recognise(outputs: Mapping[str, Sequence[int | None]]) -> OutputLayout | None:
    """Return the layout with these output names and shapes; None if there is none."""
    if set(outputs) == {"boxes", "scores"}:
        return PASSERBY
    if set(outputs) == {"boxes", "labels"} and outputs["boxes"][-1] == 5:
        return OMZ_ATSS
    if len(outputs) != 1:
        return None
    (shape,) = outputs.values()
    if len(shape) == 4 and shape[-1] == 7:
        return OMZ_SSD
    if len(shape) == 3 and (shape[-1] or 0) > 5:
        return YOLOX
    return None
