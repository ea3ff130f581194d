"""Begins a run at weights that exist: the checkpoint of another run, or an exported ONNX file alone.

An exported file holds each batch normalisation folded into the convolution before it. The network answers the same
with the folded weights, but it can only learn on once its normalisations know the mean and the variance of their
input again: `settle` measures them on training samples.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.state import load


def start_from(net: nn.Module, path: Path) -> None:
    """Take the averaged weights of another run's checkpoint, or those of an exported file (.onnx).

    Parts that the network did not have then keep their start. Raises ValueError when the file has parts that this
    network has not.
    """
    values = _unfolded(net, path) if path.suffix == ".onnx" else load(path)["average"]
    result = net.load_state_dict(values, strict=False)
    if result.unexpected_keys:
        raise ValueError(f"{path}: this network has no part {result.unexpected_keys[0]!r}")


def _unfolded(net: nn.Module, path: Path) -> dict[str, Tensor]:
    """The state of `net` that answers like the exported file: folded weights, normalisations that only add."""
    found = _convolutions(path)
    norms = {name: part for name, part in net.named_modules() if isinstance(part, nn.BatchNorm2d)}
    values: dict[str, Tensor] = {}
    for name, (weight, bias) in found.items():
        values[f"{name}.weight"] = weight
        norm = _next(name)
        if norm not in norms:
            values[f"{name}.bias"] = bias
            continue
        one = torch.ones_like(bias)
        values |= {f"{norm}.weight": one, f"{norm}.bias": bias, f"{norm}.running_mean": 0 * one}
        values[f"{norm}.running_var"] = one - norms[norm].eps
    return values


def _next(name: str) -> str:
    """The part after `name` in its sequence: stem.0 -> stem.1."""
    head, _, last = name.rpartition(".")
    return f"{head}.{int(last) + 1}" if last.isdigit() else ""


def _convolutions(path: Path) -> dict[str, tuple[Tensor, Tensor]]:
    """Weight and bias (float32) of each convolution in an exported file, by its name in the network."""
    graph = onnx.load(str(path)).graph
    arrays = {item.name.removesuffix("_f16"): numpy_helper.to_array(item) for item in graph.initializer}

    def tensor(name: str) -> Tensor:
        return torch.from_numpy(arrays[name].astype(np.float32))

    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    unknown = next((n.name for n in convolutions if len(n.input) != 3 or not {*n.input[1:]} <= {*arrays}), None)
    if unknown is not None:
        raise ValueError(f"{path}: {unknown} has no float weights; start from the float file, not the 8-bit one")
    return {_part(node.name): (tensor(node.input[1]), tensor(node.input[2])) for node in convolutions}


def _part(node: str) -> str:
    """The exporter's name of a node -> that of the part: /net/stem/stem.0/Conv -> stem.0."""
    parts: list[str] = []
    for step in node.split("/")[2:-1]:
        if parts and step.startswith(f"{parts[-1]}."):
            parts.pop()
        parts.append(step)
    return ".".join(parts)


@torch.no_grad()
def settle(net: nn.Module, images: Iterable[Tensor]) -> None:
    """Give each batch normalisation the mean and variance of its input, and let the network answer as before.

    images: float (B, 3, H, W), as the network takes them.
    """
    norms = [part for part in net.modules() if isinstance(part, nn.BatchNorm2d)]
    seen: dict[nn.BatchNorm2d, list[Tensor]] = {norm: [] for norm in norms}

    def note(norm: nn.Module, inputs: tuple[Tensor]) -> None:
        x = inputs[0].float()
        seen[norm].append(torch.stack([x.mean((0, 2, 3)), x.square().mean((0, 2, 3))]))  # type: ignore[index]

    hooks = [norm.register_forward_pre_hook(note) for norm in norms]
    net.eval()
    for image in images:
        net(image)
    for hook in hooks:
        hook.remove()
    for norm, moments in seen.items():
        mean, square = torch.stack(moments).mean(0)
        _rescale(norm, mean, (square - mean.square()).clamp(min=0))


def _rescale(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor) -> None:
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    norm.bias.add_(scale * (mean - norm.running_mean))
    norm.weight.copy_(scale * (variance + norm.eps).sqrt())
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
