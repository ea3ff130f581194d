"""Writes the ONNX file: uint8 pictures in, boxes in pixels and scores out; all else is in the graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.net import PersonNet, decoded, normalised
from training.state import load

OPSET = 17


class Shipped(nn.Module):
    """The network as the run time sees it: layout passerby-v1."""

    def __init__(self, net: PersonNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 (B, H, W, 3) BGR -> boxes float (B, N, 4) x0, y0, x1, y1 in pixels and scores float (B, N)."""
        logits, sides = self.net(normalised(image))
        return decoded(sides).flatten(2).transpose(1, 2), torch.sigmoid(logits).flatten(1)


def averaged(checkpoint: Path) -> PersonNet:
    """The network with the averaged weights of a checkpoint, ready for use."""
    net = PersonNet()
    net.load_state_dict(load(checkpoint)["average"])
    return net.eval()


def export(checkpoint: Path, path: Path, wh: tuple[int, int] = (416, 256)) -> Path:
    """Write `path`, all float32; batch, height and width stay free, the latter two in multiples of 32."""
    example = torch.zeros(1, wh[1], wh[0], 3, dtype=torch.uint8)
    axes = {
        "image": {0: "batch", 1: "height", 2: "width"},
        "boxes": {0: "batch", 1: "points"},
        "scores": {0: "batch", 1: "points"},
    }
    torch.onnx.export(
        Shipped(averaged(checkpoint)).eval(),
        (example,),
        str(path),
        input_names=["image"],
        output_names=["boxes", "scores"],
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
    )
    return path


def halve(path: Path, least: int = 1000) -> Path:
    """Store large weights as float16, cast back when the file is loaded: half the size, the same arithmetic."""
    model = onnx.load(str(path))
    casts, kept = [], []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < least:
            kept.append(weight)
            continue
        small = f"{weight.name}_f16"
        kept.append(numpy_helper.from_array(values.astype(np.float16), small))
        casts.append(helper.make_node("Cast", [small], [weight.name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    for field, content in ((model.graph.initializer, kept), (model.graph.node, nodes)):
        del field[:]
        field.extend(content)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path
