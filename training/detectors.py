"""The detectors that are compared, each as one function from a picture to boxes; and the time each one takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
import openvino as ov

from training.ap import Found
from training.samples import F32, U8

FLOOR = 0.02
Infer = Callable[[U8], list[F32]]


@dataclass(frozen=True, slots=True)
class Detector:
    """`find` gives boxes in pixels of the picture; `network` runs the network alone, for timing."""

    name: str
    find: Callable[[U8], Found]
    network: Callable[[], object]


def kept(boxes: F32, scores: F32, nms_iou: float) -> tuple[F32, F32]:
    """What is left after greedy suppression of boxes that overlap a better one by more than `nms_iou`."""
    sides = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    index = np.asarray(cv2.dnn.NMSBoxes(sides.tolist(), scores.tolist(), FLOOR, nms_iou), int).reshape(-1)
    return boxes[index], scores[index]


def letterboxed(bgr: U8, wh: tuple[int, int]) -> tuple[U8, float]:
    """The picture scaled to fit, at the top left, padded with 114; and the scale."""
    h, w = bgr.shape[:2]
    scale = min(wh[0] / w, wh[1] / h)
    size = (round(w * scale), round(h * scale))
    out = np.full((wh[1], wh[0], 3), 114, np.uint8)
    out[: size[1], : size[0]] = cv2.resize(bgr, size, interpolation=cv2.INTER_LINEAR)
    return out, scale


def _openvino(path: Path, shape: list[int]) -> Callable[[object], list[F32]]:
    core = ov.Core()
    model = core.read_model(path)
    model.reshape(shape)
    options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1}
    request = core.compile_model(model, "CPU", options).create_infer_request()
    count = len(model.outputs)

    def run(x: object) -> list[F32]:
        request.infer([x])
        return [np.array(request.get_output_tensor(i).data) for i in range(count)]

    return run


def _onnxruntime(path: Path) -> Callable[[object], list[F32]]:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(x: object) -> list[F32]:
        return list(session.run(None, {name: x}))

    return run


def ours(
    path: Path, wh: tuple[int, int] = (416, 256), nms_iou: float = 0.5, runtime: str = "openvino"
) -> Detector:
    """A file of layout passerby-v1."""
    shape = [1, wh[1], wh[0], 3]
    run = _openvino(path, shape) if runtime == "openvino" else _onnxruntime(path)

    def find(bgr: U8) -> Found:
        picture, scale = letterboxed(bgr, wh)
        boxes, scores = (a[0] for a in run(picture[None]))
        good = scores > FLOOR
        boxes, scores = kept(boxes[good] / np.float32(scale), scores[good], nms_iou)
        return Found(boxes.clip(0, np.asarray([*bgr.shape[1::-1]] * 2, np.float32)), scores)

    return Detector(f"ours {wh[0]}x{wh[1]}", find, lambda: run(np.zeros(shape, np.uint8)))


def yolox(path: Path, nms_iou: float = 0.5) -> Detector:
    """YOLOX-nano at 416 x 416, class person."""
    run, side = _openvino(path, [1, 3, 416, 416]), 416
    grids = [
        (np.stack(np.meshgrid(np.arange(n), np.arange(n)), -1).reshape(-1, 2), s)
        for s in (8, 16, 32)
        for n in (side // s,)
    ]
    grid = np.concatenate([g for g, _ in grids])
    stride = np.concatenate([np.full((len(g), 1), s) for g, s in grids])

    def find(bgr: U8) -> Found:
        picture, scale = letterboxed(bgr, (side, side))
        out = run(picture.transpose(2, 0, 1)[None].astype(np.float32))[0][0]
        scores = out[:, 4] * out[:, 5]
        centre, half = (out[:, :2] + grid) * stride, np.exp(out[:, 2:4]) * stride / 2
        boxes = (np.concatenate([centre - half, centre + half], axis=1) / scale).astype(np.float32)
        good = scores > FLOOR
        return Found(*kept(boxes[good], scores[good], nms_iou))

    return Detector("YOLOX-nano 416x416", find, lambda: run(np.zeros((1, 3, side, side), np.float32)))


def pvb(path: Path, wh: tuple[int, int]) -> Detector:
    """Intel's person-vehicle-bike-detection 2003 or 2004: plain resize, suppression inside."""
    run = _openvino(path, [1, 3, wh[1], wh[0]])

    def find(bgr: U8) -> Found:
        h, w = bgr.shape[:2]
        picture = cv2.resize(bgr, wh, interpolation=cv2.INTER_LINEAR)
        outs = run(picture.transpose(2, 0, 1)[None].astype(np.float32))
        boxes, labels = (outs[0], outs[1]) if outs[0].ndim == 2 else (outs[1], outs[0])
        good = (labels[: len(boxes)].reshape(-1) == 1) & (boxes[:, 4] > FLOOR)
        scale = np.asarray([w / wh[0], h / wh[1]] * 2, np.float32)
        return Found(boxes[good, :4] * scale, boxes[good, 4])

    name = f"{path.name.split('.')[0].replace('person-vehicle-bike-detection', 'pvb')} INT8 {wh[0]}x{wh[1]}"
    return Detector(name, find, lambda: run(np.zeros((1, 3, wh[1], wh[0]), np.float32)))


def milliseconds(detector: Detector, rounds: int = 60) -> float:
    """Median processor time of the network alone, on one thread."""
    for _ in range(4):
        detector.network()
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        detector.network()
        spent.append(time.process_time() - began)
    return float(np.median(spent) * 1e3)
