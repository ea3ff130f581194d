"""A labelled picture, for measuring and training detectors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32
from passerby.pixels.frame import U8


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """People of one picture and its ignore regions: float32 (N, 4) corners in pixels."""

    boxes: F32
    ignore: F32


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A picture, uint8 (H, W, 3) BGR; people and ignore regions, float32 (N, 4) corners in pixels."""

    bgr: U8
    boxes: F32
    ignore: F32
    source: str
    name: str = ""

    @property
    def truth(self) -> Truth:
        """Return the people that a detector should find."""
        return Truth(self.boxes, self.ignore)


def quads(rows: Iterable[Iterable[float]]) -> F32:
    """Return boxes as float32 (N, 4), also when there are none."""
    return np.asarray(list(rows), np.float32).reshape(-1, 4)
