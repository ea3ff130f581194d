"""The loss: focal for the scores (CornerNet's form), generalised IoU for the boxes."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.net import decoded

BOX_WEIGHT = 3.0


def score_loss(logits: Tensor, heat: Tensor, counts: Tensor) -> Tensor:
    """logits, heat, counts (B, h, w). Points near a person count less as background; `counts` 0 leaves one out."""
    hit = (heat >= 0.999).float()
    missed = hit * functional.logsigmoid(logits) * torch.sigmoid(-logits) ** 2
    false = (1 - heat) ** 4 * functional.logsigmoid(-logits) * torch.sigmoid(logits) ** 2 * (1 - hit)
    return -((missed + false) * counts).sum() / hit.sum().clamp(min=1)


def giou(a: Tensor, b: Tensor) -> Tensor:
    """Generalised intersection over union of boxes (N, 4) with boxes (N, 4): -1..1."""
    both = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - both
    return both / union.clamp(min=1e-6) - (hull - union) / hull.clamp(min=1e-6)


def box_loss(sides: Tensor, box: Tensor, weight: Tensor) -> Tensor:
    """sides, box (B, 4, h, w); weight (B, h, w) sums to about one for each person."""
    at = weight > 0
    if not bool(at.any()):
        return sides.sum() * 0.0
    ours, truth = (t.permute(0, 2, 3, 1)[at] for t in (decoded(sides), box))
    return ((1 - giou(ours, truth)) * weight[at]).sum() / weight[at].sum().clamp(min=1.0)


def losses(answer: tuple[Tensor, Tensor], batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Score loss and weighted box loss of a batch."""
    logits, sides = answer
    score = score_loss(logits[:, 0].float(), batch["heat"].float(), batch["counts"].float())
    return score, BOX_WEIGHT * box_loss(sides.float(), batch["box"], batch["weight"])
