"""Measures the recall of a detector trained on photographs on simulated people, per distance band.

    python benchmarks/sim_recall.py MODEL.onnx [--places 12] [--frames 6] [--input 416]

The model is a YOLOX export (not decoded, strides 8, 16 and 32, letterbox at the top left with grey 114).
A person counts where at least half of the figure is seen; found means a box of score 0.35 or more, IoU 0.4 up.
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np
import onnxruntime

from passerby.sim.variety import random_frames

BANDS_M = (0, 5, 10, 15, 20, 30, 1000)
SCORE, OVERLAP, SEEN = 0.35, 0.4, 0.5


def grids(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Cell origins (M, 2) and strides (M, 1) of a YOLOX head for an input of width, height."""
    cells, strides = [], []
    for stride in (8, 16, 32):
        x, y = np.meshgrid(np.arange(size[0] // stride), np.arange(size[1] // stride))
        cells.append(np.stack([x, y], -1).reshape(-1, 2))
        strides.append(np.full((x.size, 1), stride))
    return np.concatenate(cells), np.concatenate(strides)


def detect(session: onnxruntime.InferenceSession, bgr: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (N, 4) in pixels of `bgr` and scores (N,) after suppression at IoU 0.5."""
    scale = min(size / bgr.shape[1], size / bgr.shape[0])
    small = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas = np.full((size, size, 3), 114, np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    name = session.get_inputs()[0].name
    raw = session.run(None, {name: canvas.transpose(2, 0, 1)[None].astype(np.float32)})[0][0]
    cells, strides = grids((size, size))
    centre, extent = (raw[:, :2] + cells) * strides, np.exp(raw[:, 2:4]) * strides
    score = raw[:, 4] * raw[:, 5]
    box = np.concatenate([centre - extent / 2, extent], 1) / scale
    keep = np.array(cv2.dnn.NMSBoxes(box.tolist(), score.tolist(), SCORE, 0.5), dtype=int).reshape(-1)
    return np.concatenate([box[keep, :2], box[keep, :2] + box[keep, 2:]], 1), score[keep]


def overlaps(one: np.ndarray, many: np.ndarray) -> np.ndarray:
    """IoU of one box with many."""
    if not len(many):
        return np.zeros(0)
    low, high = np.maximum(one[:2], many[:, :2]), np.minimum(one[2:], many[:, 2:])
    both = np.prod(np.clip(high - low, 0, None), axis=1)
    area = np.prod(many[:, 2:] - many[:, :2], axis=1) + np.prod(one[2:] - one[:2])
    return both / np.maximum(area - both, 1e-9)


def main() -> None:
    """Print recall per band and false boxes per picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--places", type=int, default=12)
    parser.add_argument("--frames", type=int, default=6)
    parser.add_argument("--input", type=int, default=416)
    args = parser.parse_args()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(args.model, options, providers=["CPUExecutionProvider"])
    found, there, wrong, pictures = np.zeros(len(BANDS_M) - 1), np.zeros(len(BANDS_M) - 1), 0, 0
    for place in range(args.places):
        for bgr, truth in random_frames(1000 + place, args.frames, (1920, 1080)):
            boxes, _ = detect(session, bgr, args.input)
            clipped = np.clip(truth.box_px, 0, [1920, 1080, 1920, 1080])
            wrong += sum(overlaps(box, clipped).max(initial=0) < 0.2 for box in boxes)
            pictures += 1
            for box, seen, far in zip(clipped, truth.visibility, truth.distance_m, strict=True):
                if seen >= SEEN:
                    band = int(np.searchsorted(BANDS_M, far, side="right")) - 1
                    there[band] += 1
                    found[band] += overlaps(box, boxes).max(initial=0) >= OVERLAP
    for low, high, f, n in zip(BANDS_M[:-1], BANDS_M[1:], found, there, strict=True):
        print(f"{low:2d}-{high:2d} m  {f:4.0f} of {n:4.0f}  {f / max(n, 1):.2f}")
    print(f"all      {found.sum():4.0f} of {there.sum():4.0f}  {found.sum() / max(there.sum(), 1):.2f}")
    print(f"boxes where nobody is: {wrong / max(pictures, 1):.2f} a picture, {pictures} pictures")


if __name__ == "__main__":
    main()
