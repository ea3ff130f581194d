"""The usual view of a camera in one light, and what is different from it now."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import Bools
from passerby.contracts.time import Timestamp
from passerby.scene.optics.cover import NearLens, near_lens
from passerby.scene.optics.edges import BestEdges, EdgeMeter
from passerby.scene.optics.reference import ViewMatch, ViewReference
from passerby.scene.optics.sample import OpticSample
from passerby.scene.optics.shift import shift_of

# The mean of the edges is made of about as many samples (edges.NEWEST).
SAMPLES_OF_EDGES = 4
# With fewer blocks to compare, a view is not judged. Chosen by judgement.
FEWEST_BLOCKS = 12
# The steepness of edges until that of the camera is known (docs/camera-health.md), and the weight of a new one.
# Chosen: the picture in which something comes before the lens is learned, and must not be usual.
USUAL, NEW = 0.38, 0.1
# A cover hides at least this fraction of the view where no train can be. Chosen: some trains have plain sides.
BESIDE_TRAINS = 0.05
# Time between two searches for a shift while the view is in place, seconds. Chosen: they cost as much as the rest.
SEARCH_S = 3.9
# Time between two learned samples, seconds. Chosen: learning costs as much as comparing.
LEARN_EVERY_S = 3.9
# A view with this fraction in place was not shifted by much. Chosen by judgement.
MOSTLY = 0.9
# With less than this fraction in place, the present blocks may be there by chance. Chosen by judgement.
SOME = 0.5
# Edges that are less steep than this may have been shifted away from their places. Chosen by judgement.
SHARP = 0.8


@dataclass(frozen=True, slots=True)
class ViewState:
    """One sample against the usual view; fractions are of the blocks that can be compared.

    in_place: fraction that shows the usual thing. hidden: fraction that shows something else without motion.
    covered: fraction that something opaque close to the lens hides, also where a train may be. refracted: fraction
    behind water. shift: of the view, as a fraction of the picture's width; 0 if it was not found, None
    if it was not searched. sharpness: as a fraction of the best; None if it cannot be measured. correlation: of
    the whole view.
    """

    in_place: float
    hidden: float
    covered: float
    refracted: float
    shift: float | None
    sharpness: float | None
    correlation: float


class UsualView:
    """Learned from samples of a healthy picture. edges: those of the background; None until they are known."""

    def __init__(self) -> None:
        self._reference = ViewReference()
        self.edges: BestEdges | None = None
        self._match: ViewMatch | None = None
        self._searched: Timestamp | None = None
        self._unlearned_s = 0.0
        self._people: deque[Bools] = deque(maxlen=SAMPLES_OF_EDGES)
        self._bare: Bools = np.zeros((0, 0), bool)
        self._usual_steepness, self._steepness_known = USUAL, 1

    def compare(
        self,
        sample: OpticSample,
        edges: EdgeMeter,
        ignored: Bools | None,
        people: Bools,
        *,
        is_blurred: bool = False,
    ) -> ViewState | None:
        """Compare a sample; None while the view is being learned, or without enough structure.

        edges: of this sample. ignored: blocks where a train is. people: blocks where people are. is_blurred: the
        picture as a whole is known to be out of focus.
        """
        match = self._match = self._reference.match(sample, ignored, people)
        if match is None or match.correlation is None or np.count_nonzero(match.usable) < FEWEST_BLOCKS:
            return None
        # As if the light had not changed since the first reference.
        slope, self._bare = edges.slope / match.gain, match.present & ~self._recent(people)
        if self.edges is None:
            self.edges = BestEdges(slope, match.usable.shape)
            self.edges.restart(np.zeros_like(slope), ~self._bare)
        usable = int(np.count_nonzero(match.usable))
        hidden = int(np.count_nonzero(match.lost & match.usable)) / usable
        near = self._near(sample, match, edges, hidden, is_blurred=is_blurred)
        refracted = int(np.count_nonzero(near.refracted & match.usable)) / usable
        is_there = match.share_present + refracted >= SOME
        # The sharpness is that of the larger part of the view. Behind water no edge is in its place.
        ratio = near.sharpness if refracted > match.share_present else self.edges.ratio(slope, self._bare)
        ratio = ratio if is_there else None
        shift = self._shift(sample, match, is_doubtful=ratio is None or ratio < SHARP)
        return ViewState(
            in_place=match.share_present,
            hidden=hidden,
            covered=int(np.count_nonzero(near.covered)) / usable,
            refracted=refracted,
            shift=shift,
            sharpness=None if ratio is None or shift else ratio,
            correlation=match.correlation,
        )

    def learn(self, sample: OpticSample, edges: EdgeMeter, dt_s: float) -> None:
        """Learn from the sample that was compared last: the picture is healthy."""
        self._unlearned_s += dt_s
        if self._match is None or self.edges is None or self._unlearned_s < LEARN_EVERY_S:
            return
        slope = edges.slope / self._match.gain
        self.edges.restart(slope, self._reference.learn(sample, self._match, self._unlearned_s))
        self._learn_steepness(edges.steepness())
        self.edges.learn(slope, self._bare, self._unlearned_s)
        self._unlearned_s = 0.0

    def interrupt(self) -> None:
        """Handle an interrupted picture."""
        self._reference.interrupt()

    def _recent(self, people: Bools) -> Bools:
        """Return the blocks in which people were in the pictures that the edges are the mean of."""
        self._people.append(people)
        same = [one for one in self._people if one.shape == people.shape]
        return np.asarray(np.any(same, axis=0))

    def _near(
        self, sample: OpticSample, match: ViewMatch, edges: EdgeMeter, hidden: float, *, is_blurred: bool
    ) -> NearLens:
        """Return what is close to the lens; nothing if hardly anything is hidden where no train can be."""
        assert self._reference.grey is not None
        assert self.edges is not None
        lost = match.lost if hidden >= BESIDE_TRAINS else np.zeros_like(match.lost)
        usual = self._reference.grey
        return near_lens(sample.grey, usual, lost, edges, self.edges, self._usual_steepness, is_blurred=is_blurred)

    def _learn_steepness(self, steepness: float | None) -> None:
        if steepness is not None:
            self._steepness_known += 1
            weight = max(NEW, 1 / self._steepness_known)
            self._usual_steepness += weight * (steepness - self._usual_steepness)

    def _shift(self, sample: OpticSample, match: ViewMatch, *, is_doubtful: bool) -> float | None:
        is_due = self._searched is None or sample.at.since_s(self._searched) >= SEARCH_S
        if match.share_present >= MOSTLY and not is_due and not is_doubtful:
            return None
        self._searched = sample.at
        assert self._reference.grey is not None
        found = shift_of(self._reference.grey, sample.grey, match.usable)
        return math.hypot(*found) if found else 0.0
