"""Drawn passers-by: upright rectangles of three strong colours before a grey wall, and what finds them.

A colour stands for a person, so a test can say where everybody is, and can look for a pixel that got away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from support.models import save

WH = (320, 240)
MAGENTA, YELLOW, CYAN = (255, 0, 255), (0, 255, 255), (255, 255, 0)  # BGR
COLOURS = (MAGENTA, YELLOW, CYAN)
# Half-way to the grey wall, where the encoder blends the two, a pixel is no longer a figure's.
NEAR = 60
SCORE = 0.9
MS = Fraction(1, 1000)
Bgr = NDArray[np.uint8]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody on a way of (second, x, foot y) points, px, there from the first to the last of them."""

    colour: tuple[int, int, int]
    way: tuple[tuple[float, float, float], ...]
    height: float = 60.0

    def box(self, t_s: float) -> Box | None:
        """Where the figure is at a time, xyxy px; None while it is not there."""
        when, x, y = zip(*self.way, strict=True)
        if not when[0] <= t_s <= when[-1]:
            return None
        middle, foot = float(np.interp(t_s, when, x)), float(np.interp(t_s, when, y))
        return middle - self.height / 5, foot - self.height, middle + self.height / 5, foot


def drawn(figures: Iterable[Figure], t_s: float, wh: tuple[int, int] = WH) -> Bgr:
    """The picture at a time, uint8 (H, W, 3)."""
    picture = np.full((wh[1], wh[0], 3), 120, np.uint8)
    picture[:: max(1, wh[1] // 8)] = 150
    for figure in figures:
        box = figure.box(t_s)
        if box is not None:
            x0, y0, x1, y1 = (max(0, round(side)) for side in box)
            picture[y0:y1, x0:x1] = figure.colour
    return picture


def film(
    path: Path,
    figures: Sequence[Figure],
    seconds: float,
    *,
    fps: float = 10.0,
    wh: tuple[int, int] = WH,
    times_s: Sequence[float] | None = None,
    format: str | None = None,
    view: Callable[[Bgr, float], Bgr] | None = None,
) -> Path:
    """A video of the figures, a picture every 1/fps s or at `times_s`. view: changes each picture by its time."""
    times = times_s if times_s is not None else [k / fps for k in range(round(seconds * fps))]
    with av.open(str(path), "w", format=format) as out:
        stream = out.add_stream("libx264", rate=round(fps))
        stream.width, stream.height, stream.pix_fmt = *wh, "yuv420p"
        stream.codec_context.time_base, stream.gop_size = MS, 10
        stream.options = {"bf": "0", "preset": "ultrafast", "crf": "10"}
        for t_s in times:
            picture = drawn(figures, t_s, wh)
            picture = picture if view is None else view(picture, t_s)
            frame = av.VideoFrame.from_ndarray(picture, "bgr24").reformat(format="yuv420p")
            frame.time_base, frame.pts = MS, round(1000 * t_s)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def found_in(bgr: Bgr) -> list[Box]:
    """The boxes around each colour that is there, in the order of COLOURS."""
    masks = [_is_near(bgr, colour) for colour in COLOURS]
    return [_around(mask) for mask in masks if mask.any()]


def leaked(bgr: Bgr) -> int:
    """How many pixels have a figure's colour: in a redacted picture, none."""
    return sum(int(_is_near(bgr, colour).sum()) for colour in COLOURS)


def pictures(path: Path) -> Iterator[Bgr]:
    """Every picture of a video, or the one of an image file."""
    with av.open(str(path)) as video:
        for frame in video.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def model(path: Path, wh: tuple[int, int] = WH) -> Path:
    """A detector of the layout passerby-v1, uint8 NHWC, that finds what `found_in` finds."""
    w, h = wh
    nodes = [
        helper.make_node("Cast", ["images"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["float", "axis_3"], ["pixels"]),  # [B, H, W, 1, 3]
        helper.make_node("Sub", ["pixels", "colours"], ["off"]),
        helper.make_node("Abs", ["off"], ["apart"]),
        helper.make_node("ReduceMax", ["apart"], ["furthest"], axes=[4], keepdims=0),  # [B, H, W, K]
        helper.make_node("Less", ["furthest", "near"], ["is_near"]),
        helper.make_node("Cast", ["is_near"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["mask"], ["rows"], axes=[2], keepdims=0),  # [B, H, K]
        helper.make_node("ReduceMax", ["mask"], ["columns"], axes=[1], keepdims=0),  # [B, W, K]
        *_edges("rows", "y", "height"),
        *_edges("columns", "x", "width"),
        helper.make_node("Concat", ["x0", "y0", "x1", "y1"], ["boxes"], axis=2),
        helper.make_node("ReduceMax", ["rows"], ["any"], axes=[1], keepdims=0),  # [B, K]
        helper.make_node("Mul", ["any", "score"], ["scores"]),
    ]
    constants = {
        "axis_3": np.array([3], np.int64),
        "last": np.array([2], np.int64),
        "colours": np.array(COLOURS, np.float32),
        "near": np.array(NEAR, np.float32),
        "score": np.array(SCORE, np.float32),
        "height": np.array(h, np.float32),
        "width": np.array(w, np.float32),
        "y_end": np.arange(1, h + 1, dtype=np.float32)[:, None],
        "y_left": np.arange(h, 0, -1, dtype=np.float32)[:, None],
        "x_end": np.arange(1, w + 1, dtype=np.float32)[:, None],
        "x_left": np.arange(w, 0, -1, dtype=np.float32)[:, None],
    }
    inputs = [("images", TensorProto.UINT8, ("batch", h, w, 3))]
    outputs = [("boxes", ("batch", len(COLOURS), 4)), ("scores", ("batch", len(COLOURS)))]
    return save(path, nodes, inputs, outputs, constants)


def _edges(mask: str, axis: str, size: str) -> list[object]:
    """First and last place where the mask [B, places, K] holds, as `axis`0 and `axis`1 [B, K, 1]."""
    return [
        helper.make_node("Mul", [mask, f"{axis}_end"], [f"{axis}_ends"]),
        helper.make_node("ReduceMax", [f"{axis}_ends"], [f"{axis}_last"], axes=[1], keepdims=0),
        helper.make_node("Unsqueeze", [f"{axis}_last", "last"], [f"{axis}1"]),
        helper.make_node("Mul", [mask, f"{axis}_left"], [f"{axis}_lefts"]),
        helper.make_node("ReduceMax", [f"{axis}_lefts"], [f"{axis}_most"], axes=[1], keepdims=0),
        helper.make_node("Sub", [size, f"{axis}_most"], [f"{axis}_first"]),
        helper.make_node("Unsqueeze", [f"{axis}_first", "last"], [f"{axis}0"]),
    ]


def _is_near(bgr: Bgr, colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    low, high = ([min(255, max(0, level + off)) for level in colour] for off in (1 - NEAR, NEAR - 1))
    return cv2.inRange(bgr, np.array(low), np.array(high)) > 0


def _around(mask: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
