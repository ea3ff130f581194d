"""The network: plain 3x3 convolutions, residual, fused top-down; answers on a grid of four pixels."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 4
SCORE, SIDES = 1, 4


@dataclass(frozen=True, slots=True)
class Shape:
    """Channels at strides 2 to 32, residual blocks at strides 4 to 32, the two widths of the fusion, and that
    of the broad head."""

    channels: tuple[int, ...] = (16, 32, 48, 96, 160)
    blocks: tuple[int, ...] = (0, 2, 2, 2)
    fused: int = 48
    fine: int = 24
    broad: int = 64


def _conv(inp: int, out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inp, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True))


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)), inplace=True)


class _Fuse(nn.Module):
    """Add a coarse level, doubled in size, to a finer one."""

    def __init__(self, coarse: int, fine: int, out: int) -> None:
        super().__init__()
        self.coarse = nn.Conv2d(coarse, out, 1) if coarse != out else nn.Identity()
        self.fine = nn.Conv2d(fine, out, 1)
        self.mix = _conv(out, out)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        up = functional.interpolate(self.coarse(coarse), scale_factor=2.0, mode="nearest")
        mixed: Tensor = self.mix(up + self.fine(fine))
        return mixed


class PersonNet(nn.Module):
    """From a picture to one score and one box for every four pixels.

    Takes float (B, 3, H, W), centred on 114 and divided by 58; H and W are multiples of 32. Gives logits
    (B, 1, H/4, W/4) and the logarithms, in pixels, of the distances to the left, top, right and bottom side.
    """

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape or Shape()
        c, fused, fine = self.shape.channels, self.shape.fused, self.shape.fine
        self.stem = _conv(3, c[0], 2)
        self.levels = nn.ModuleList(
            nn.Sequential(_conv(c[i], c[i + 1], 2), *(_Residual(c[i + 1]) for _ in range(n)))
            for i, n in enumerate(self.shape.blocks)
        )
        self.top = nn.Conv2d(c[4], fused, 1)
        self.to16, self.to8 = _Fuse(fused, c[3], fused), _Fuse(fused, c[2], fused)
        self.to4 = _Fuse(fused, c[1], fine)
        self.head = _conv(fine, fine)
        self.out = nn.Conv2d(fine, SCORE + SIDES, 1)
        # Few channels at stride 4 hold little about tall people: stride 8 adds to each of its four points.
        self.broad = _conv(fused, self.shape.broad)
        self.broad_out = nn.Conv2d(self.shape.broad, 4 * (SCORE + SIDES), 1)
        self._start()

    def _start(self) -> None:
        """A person is rare: begin at a score of 0.01, with boxes of about 10 x 27 pixels."""
        nn.init.normal_(self.out.weight, std=0.01)
        nn.init.zeros_(self.broad_out.weight)  # so that weights from before this head start where they ended
        with torch.no_grad():
            assert self.out.bias is not None
            assert self.broad_out.bias is not None
            self.broad_out.bias.zero_()
            self.out.bias.copy_(torch.tensor([-4.6, 1.6, 2.6, 1.6, 2.6]))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """See the class."""
        levels = []
        x = self.stem(x)
        for level in self.levels:
            x = level(x)
            levels.append(x)
        p = self.to16(self.top(levels[3]), levels[2])
        p8 = self.to8(p, levels[1])
        p4 = self.head(self.to4(p8, levels[0]))
        broad = self.broad(p8)
        with torch.autocast("cpu", enabled=False):
            out = self.out(p4.float()) + functional.pixel_shuffle(self.broad_out(broad.float()), 2)
        return out[:, :SCORE], out[:, SCORE:]


def normalised(bgr: Tensor) -> Tensor:
    """uint8 (B, H, W, 3) -> float (B, 3, H, W); the padding of 114 becomes 0, the padding of the convolutions."""
    return (bgr.permute(0, 3, 1, 2).float() - 114.0) / 58.0


def decoded(sides: Tensor) -> Tensor:
    """Logarithms of the four distances (B, 4, h, w) -> boxes x0, y0, x1, y1 in pixels (B, 4, h, w)."""
    h, w = sides.shape[-2:]
    y = (torch.arange(h, dtype=sides.dtype) + 0.5).view(1, 1, h, 1) * STRIDE
    x = (torch.arange(w, dtype=sides.dtype) + 0.5).view(1, 1, 1, w) * STRIDE
    left, top, right, bottom = torch.split(sides.clamp(max=6.5).exp(), 1, dim=1)
    return torch.cat([x - left, y - top, x + right, y + bottom], dim=1)
