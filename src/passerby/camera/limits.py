"""What a detector can find, as the step needs to know it."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.results import ModelInfo
from passerby.ground.geometry.foot import reduction, resolution_px

# In the picture that the detector gets. Of simulated people this tall and in plain view it finds half.
LEAST_HEIGHT_INPUT_PX = 16.0


@dataclass(frozen=True, slots=True)
class DetectorLimits:
    """score: lowest score that may start a track.

    resolution_px: pixels of the picture for one pixel that the detector sees. least_height_px: it hardly finds
    people who are less tall.
    """

    score: float
    resolution_px: float = 1.0
    least_height_px: float = 0.0

    @classmethod
    def of(cls, model: ModelInfo, wh: tuple[int, int]) -> DetectorLimits:
        """Return the limits of a model for pictures of `wh`."""
        least_px = LEAST_HEIGHT_INPUT_PX * reduction(wh, model.input_wh)
        return cls(model.score, resolution_px(wh, model.input_wh), least_px)


EXACT_BOXES = DetectorLimits(score=0.5)
"""For boxes that no network made: labels and the truth of a simulation."""
