"""Hard cuts in a recording: the picture changes at once to another scene and stays there."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

# Scenes are compared by this many brightness values, which are robust against noise, people and compression.
_GRID_WH = (32, 18)
# Correlation of two such grids: beyond SAME they show one scene, below OTHER two. From frame to frame a fixed
# camera stays above 0.88, one that goes infrared above 0.8, one whose picture a train fills above 0.75; pictures
# of two places are below 0.5.
_SAME, _OTHER = 0.7, 0.5
_STAYS_S = 1.0
# Pictures are at least this far apart, seconds. Chosen: a scene must stay for ten times as long.
_EVERY_S = 0.1
# Less contrast than this is a fade or a covered lens, and gives no information about the scene.
_LEAST_CONTRAST = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    at_s: float
    grid: F32

    def like(self, other: _Look) -> float:
        return float((self.grid * other.grid).mean())


class SceneCuts:
    """Detects cuts in one recording; `at_s` lists their times, s."""

    def __init__(self) -> None:
        self.at_s: list[float] = []
        self._before: _Look | None = None
        self._after: _Look | None = None
        self._last: _Look | None = None
        self._seen_s = -_EVERY_S

    def is_due(self, at_s: float) -> bool:
        """Return whether a picture of this time is looked at."""
        return at_s - self._seen_s >= _EVERY_S - 1e-6

    def see(self, brightness: NDArray[np.uint8] | None, at_s: float) -> None:
        """Process the brightness of a picture, uint8 (H, W), if it is due; None if it is unknown."""
        if brightness is None or not self.is_due(at_s):
            return
        self._seen_s = at_s
        grid = _grid(brightness)
        if grid is None:
            return
        look = _Look(at_s, grid)
        last, self._last = self._last, look
        if self._after is not None and self._before is not None:
            self._decide(look, self._before, self._after)
        elif last is not None and look.like(last) < _OTHER:
            self._before, self._after = last, look

    def _decide(self, look: _Look, before: _Look, after: _Look) -> None:
        if look.like(after) < _SAME or look.like(before) > _SAME:
            self._before = self._after = None
        elif look.at_s - after.at_s >= _STAYS_S:
            self.at_s.append(after.at_s)
            self._before = self._after = None


def _grid(brightness: NDArray[np.uint8]) -> F32 | None:
    step = max(1, brightness.shape[0] // (4 * _GRID_WH[1]))
    small = np.ascontiguousarray(brightness[::step, ::step])
    grid = cv2.resize(small, _GRID_WH, interpolation=cv2.INTER_AREA).astype(np.float32)
    contrast = float(grid.std())
    return None if contrast < _LEAST_CONTRAST else np.asarray((grid - grid.mean()) / contrast, np.float32)
