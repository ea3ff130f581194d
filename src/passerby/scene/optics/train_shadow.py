"""The blocks of a picture that a train may hide: its track zone, and everything above the zone's lower edge."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from passerby.contracts.arrays import Bools
from passerby.contracts.config import Zone
from passerby.contracts.trains import TrainState


class TrainShadow:
    """zones: those of kind track, in a picture of `wh` pixels."""

    def __init__(self, zones: Sequence[Zone], wh: tuple[int, int]) -> None:
        self._zones = {zone.name: np.array(zone.polygon_px, np.float64) / wh for zone in zones}
        self._made: dict[tuple[str, tuple[int, ...]], Bools] = {}

    def hidden(self, trains: Sequence[TrainState], blocks: tuple[int, ...]) -> Bools | None:
        """Return the blocks (rows, columns) that the present trains may hide; None without a train."""
        here = [train.track for train in trains if train.is_there and train.track in self._zones]
        if not here:
            return None
        return np.asarray(np.any([self._of(track, blocks) for track in here], axis=0))

    def _of(self, track: str, blocks: tuple[int, ...]) -> Bools:
        key = track, blocks
        if key not in self._made:
            rows, columns = blocks
            mask = np.zeros(blocks, np.uint8)
            corners = np.rint(self._zones[track] * (columns, rows) - 0.5).astype(np.int32)
            cv2.fillPoly(mask, [corners], 1)
            wide = cv2.dilate(mask, np.ones((3, 3), np.uint8))
            self._made[key] = np.asarray(np.maximum.accumulate(wide[::-1], axis=0)[::-1] > 0)
        return self._made[key]
