"""The limits of a detector, for the step."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.results import ModelInfo
from passerby.ground.geometry.foot import reduction, resolution_px

# Height in the detector's input. The detector finds half of simulated, unoccluded people with this height
# (decision 0017).
LEAST_HEIGHT_INPUT_PX = 16.0


@dataclass(frozen=True, slots=True)
class DetectorLimits:
    """score: lowest score that may start a track.

    resolution_px: pixels of the picture per pixel of the detector's input. least_height_px: the detector hardly
    finds people with a smaller height.
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
"""For boxes without a network: labels and ground truth."""
