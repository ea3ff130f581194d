"""The state of a run: weights, their running average, the optimiser, the step."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import AdamW, Optimizer

WARM_UP = 300
DECAY = 0.05


def optimiser(net: nn.Module, rate: float) -> AdamW:
    """AdamW; biases and normalisation are not pulled towards zero."""
    plain = [p for p in net.parameters() if p.ndim < 2]
    pulled = [p for p in net.parameters() if p.ndim >= 2]
    return AdamW([{"params": pulled, "weight_decay": DECAY}, {"params": plain, "weight_decay": 0.0}], lr=rate)


def rate_at(step: int, steps: int, peak: float) -> float:
    """Cosine from `peak` to a hundredth of it over the run, after a linear start."""
    down = 0.5 * (1 + math.cos(math.pi * min(1.0, step / max(1, steps))))
    return peak * min(1.0, (step + 1) / WARM_UP) * (0.01 + 0.99 * down)


def set_rate(optimizer: Optimizer, rate: float) -> None:
    """Use this learning rate for the next step."""
    for group in optimizer.param_groups:
        group["lr"] = rate


class Average:
    """Exponential moving average of a network; short memory at first, about `horizon` steps later."""

    def __init__(self, net: nn.Module, horizon: int = 2000) -> None:
        self._memory = 1 - 1 / horizon
        self.values = {name: value.detach().clone() for name, value in net.state_dict().items()}

    @torch.no_grad()
    def update(self, net: nn.Module, step: int) -> None:
        """Take in the network after `step`."""
        keep = min(self._memory, (1 + step) / (20 + step))
        for name, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                self.values[name].lerp_(value, 1 - keep)
            else:
                self.values[name].copy_(value)


def save(path: Path, content: dict[str, Any]) -> None:
    """Write a checkpoint so that an interruption leaves the old or the new one, never half of one."""
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        torch.save(content, out)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def load(path: Path) -> dict[str, Any]:
    """A checkpoint of `save`; only tensors and plain values are read."""
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return content
