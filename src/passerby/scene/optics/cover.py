"""Something close to the lens: an opaque cover hides the place, and water shows it elsewhere.

Both are out of focus, so their edges are soft. They differ in their colour. An opaque thing replaces the fraction
m of each cell by its one colour: now = usual + m * (colour - usual), so each changes towards the same colour.
A drop of water is a lens: behind it are as many colours as in the place, and its cells change in all directions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.scene.optics.blocks import cells_of
from passerby.scene.optics.edges import BestEdges, EdgeMeter

# If the edges of the thing that hides the view are less steep than this fraction of the usual, it is close to the
# lens. Chosen by judgement.
SOFT = 0.55
# A cell changed if it differs by more than this, grey levels; its new value may lie beyond the one colour by as
# much. Chosen: four times the noise of a sensor by day.
CHANGED_GREY = 8.0
# Fraction of the change that must be towards one colour. Measured: docs/camera-health.md.
ONE_COLOUR = 0.85
# The colours that are tried, grey levels. Chosen: two steps are the width of the tolerance.
_COLOURS = np.arange(0, 256, CHANGED_GREY, dtype=np.float32)[:, None]
# Every second row and column of cells is compared. Chosen: a block has 25 cells left.
_EVERY = 2


@dataclass(frozen=True, slots=True, eq=False)
class NearLens:
    """Blocks, bool (rows, columns), behind an opaque thing or behind water close to the lens.

    sharpness: steepness of the edges behind water, as a fraction of the usual; None without enough edges.
    """

    covered: Bools
    refracted: Bools
    sharpness: float | None = None


def near_lens(
    now: F32,
    usual: F32,
    lost: Bools,
    edges: EdgeMeter,
    best: BestEdges,
    usual_steepness: float,
    *,
    is_blurred: bool,
) -> NearLens:
    """Return what is close to the lens before the `lost` blocks of a view.

    now, usual: cells of the sample and of the usual view. is_blurred: the picture as a whole is out of focus; then
    soft edges do not show that something is close, only their absence does.
    """
    nothing = np.zeros_like(lost)
    steepness = _steepness(edges, best, lost)
    if not lost.any() or (steepness is not None and steepness >= SOFT * usual_steepness):
        return NearLens(nothing, nothing)
    if not is_of_one_colour(now, usual, cells_of(lost)):
        return NearLens(nothing, lost, None if steepness is None else steepness / usual_steepness)
    return NearLens(nothing if is_blurred and steepness is not None else lost, nothing)


def is_of_one_colour(now: F32, usual: F32, cells: Bools) -> bool:
    """Return whether the change from `usual` to `now` in `cells` is towards one colour."""
    chosen = cells[::_EVERY, ::_EVERY]
    after, before = now[::_EVERY, ::_EVERY][chosen], usual[::_EVERY, ::_EVERY][chosen]
    change = np.abs(after - before)
    change[change <= CHANGED_GREY] = 0
    low, high = np.minimum(before, _COLOURS) - CHANGED_GREY, np.maximum(before, _COLOURS) + CHANGED_GREY
    towards = ((low <= after) & (after <= high)) @ change
    return bool(towards.max() >= ONE_COLOUR * change.sum())


def _steepness(edges: EdgeMeter, best: BestEdges, lost: Bools) -> float | None:
    """Return the steepness of the edges in `lost` blocks; of new edges if there are enough.

    The place may be seen between spots of paint, and its edges are steep.
    """
    new = edges.steepness(best.segments(lost) & ~best.is_edge)
    return edges.steepness(best.segments(lost)) if new is None else new
