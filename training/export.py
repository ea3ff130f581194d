"""Writes the ONNX file: uint8 pictures in, boxes in pixels and scores out; all else is in the graph."""

from __future__ import annotations

from pathlib import Path

import torch
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
    """Write `path`; batch, height and width stay free, the latter two in multiples of 32."""
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
