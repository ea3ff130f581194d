"""The sharpness of the background while a lens is moved: the edges of the usual view, without people.

A view with too few edges, as a small or a dark one has, is measured by its gradient energy.
"""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.contracts.time import Timestamp
from passerby.pixels.frame import RawFrame
from passerby.scene.optics.blocks import block_means
from passerby.scene.optics.edges import BestEdges, EdgeMeter
from passerby.scene.optics.gradient_energy import GradientEnergy
from passerby.scene.optics.sample import sample_of

# Pictures on the way when the lens arrives are from before, seconds; then so many are measured.
SETTLE_S, PICTURES = 1.0, 6
# Sharpness of a picture without any edge.
NO_EDGE = 0.01
# A block whose cells change by more while the lens stands shows a person or a train, grey levels. Chosen: above
# the noise of a picture in infrared.
MOVING_GREY = 8.0


class FocusMeasure:
    """One measurement, at one position of the lens.

    best: the edges of the background; without them the gradient energy of the picture counts. The unit of the two
    differs, so all measurements of one search need the same.
    """

    def __init__(self, best: BestEdges | None = None) -> None:
        self._best = best if best is not None and best.is_enough else None
        self._edges, self._energy = EdgeMeter(), GradientEnergy()
        self._since: Timestamp | None = None
        self._first: F32 | None = None
        self._still: Bools | None = None
        self._seen = 0

    def add(self, frame: RawFrame) -> float | None:
        """Add a picture that was received after the lens arrived; return the sharpness once there are enough."""
        self._since = self._since or frame.at
        if frame.at.since_s(self._since) < SETTLE_S:
            return None
        sample = sample_of(frame.bgr, frame.at)
        if self._best is None:
            self._energy.add(frame.bgr)
        else:
            self._edges.step(sample.strips)
        self._exclude_motion(sample.grey)
        self._seen += 1
        return self._value() if self._seen >= PICTURES else None

    def _exclude_motion(self, grey: F32) -> None:
        if self._first is None or self._still is None or grey.shape != self._first.shape:
            self._first, self._still = grey, np.ones(block_means(grey).shape, bool)
        self._still &= block_means(cv2.absdiff(grey, self._first)) <= MOVING_GREY

    def _value(self) -> float:
        assert self._still is not None
        if self._best is None:
            return self._energy.value(self._still) or NO_EDGE
        everywhere = np.ones_like(self._still)
        ratio = self._best.ratio(self._edges.slope, self._still) or self._best.ratio(self._edges.slope, everywhere)
        return ratio or NO_EDGE
