"""Tiny detectors made on the spot. None has learned anything: they find what a test can work out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Dims = Sequence[int | str]
_OPSET = 17


def save(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[tuple[str, int, Dims]],
    outputs: Sequence[tuple[str, Dims]],
    constants: dict[str, NDArray[np.generic]] | None = None,
) -> Path:
    """Write an ONNX file of these nodes; outputs are float."""
    graph = helper.make_graph(
        list(nodes),
        "tiny",
        [helper.make_tensor_value_info(name, kind, dims) for name, kind, dims in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, dims) for name, dims in outputs],
        [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


def ours(path: Path, *, wh: tuple[int | str, int | str] = (64, 32), batch: int | str = "batch") -> Path:
    """Layout passerby-v1, uint8 NHWC: one box around every picture, its score the mean blue of the pixels."""
    nodes = [
        helper.make_node("Cast", ["images"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float"], ["mean"], axes=[1, 2], keepdims=0),  # [B, 3]
        helper.make_node("Gather", ["mean", "blue"], ["blue_mean"], axis=1),  # [B, 1]
        helper.make_node("Div", ["blue_mean", "full"], ["scores"]),
        helper.make_node("Shape", ["blue_mean"], ["rows"], start=0, end=1),
        helper.make_node("Concat", ["rows", "one_four"], ["boxes_shape"], axis=0),
        helper.make_node("Expand", ["box", "boxes_shape"], ["boxes"]),
    ]
    constants = {
        "blue": np.array([0], np.int64),
        "full": np.array(255, np.float32),
        "one_four": np.array([1, 4], np.int64),
        "box": np.array([[[8, 4, 24, 28]]], np.float32),
    }
    inputs = [("images", TensorProto.UINT8, (batch, wh[1], wh[0], 3))]
    return save(path, nodes, inputs, [("boxes", (batch, 1, 4)), ("scores", (batch, 1))], constants)


def yolox(
    path: Path,
    *,
    wh: tuple[int | str, int | str] = (64, 32),
    batch: int | str = 1,
    cells: int = 42,
    kind: int = TensorProto.FLOAT,
) -> Path:
    """Layout yolox, float NCHW: 16x16 px at (20, 12) px with the mean red of the picture as its score.

    cells: 42 fit 64x32. Every cell says the same thing about itself, only one is a person.
    """
    table = np.zeros((1, cells, 6), np.float32)
    table[0, 0, :4] = 20 / 8, 12 / 8, np.log(2), np.log(2)
    table[0, 0, 4] = 1
    nodes = [
        helper.make_node("Cast", ["x"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float"], ["mean"], axes=[2, 3], keepdims=0),  # [B, 3]
        helper.make_node("Gather", ["mean", "red"], ["red_mean"], axis=1),  # [B, 1]
        helper.make_node("Unsqueeze", ["red_mean", "last"], ["level"]),
        helper.make_node("Mul", ["level", "share"], ["score"]),  # [B, cells, 6]
        helper.make_node("Add", ["score", "table"], ["out"]),
    ]
    share = np.zeros((1, cells, 6), np.float32)
    share[0, 0, 5] = 1 / 255
    constants = {
        "red": np.array([2], np.int64),
        "last": np.array([2], np.int64),
        "share": share,
        "table": table,
    }
    return save(path, nodes, [("x", kind, (batch, 3, wh[1], wh[0]))], [("out", (batch, cells, 6))], constants)


def two_inputs(path: Path) -> Path:
    """A network that wants a picture and its size, as some exports do."""
    node = helper.make_node("Mul", ["image", "im_info"], ["out"])
    inputs = [("image", TensorProto.FLOAT, (1, 3, 32, 64)), ("im_info", TensorProto.FLOAT, (1,))]
    return save(path, [node], inputs, [("out", (1, 3, 32, 64))])


def classifier(path: Path) -> Path:
    """A network of no detector's layout: [1, 3] figures for the whole picture."""
    node = helper.make_node("ReduceMean", ["x"], ["logits"], axes=[2, 3], keepdims=0)
    return save(path, [node], [("x", TensorProto.FLOAT, (1, 3, 32, 64))], [("logits", (1, 3))])


def openvino_ir(path: Path, onnx_path: Path) -> Path:
    """The ONNX file as OpenVINO IR: `path` (.xml) and the .bin beside it."""
    import openvino as ov

    ov.save_model(ov.convert_model(onnx_path), path, compress_to_fp16=False)
    return path
