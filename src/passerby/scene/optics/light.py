"""Brightness and colour of a sample: whether there is a picture at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import F32
from passerby.scene.optics.sample import OpticSample

# Grey levels. Dark: 95 % of the picture is below this. Saturated: a cell that shows nothing any more, and the
# fraction of them from which the picture is too bright. Chosen by judgement: people are found down to about 40.
DARK_BELOW, SATURATED, BRIGHT_SHARE = 30.0, 245.0, 0.5
# Standard deviation of a picture that is one flat colour, of a picture without structure, and the brightness up to
# which both are black. Chosen: the noise of a sensor is larger than the first.
FLAT, BARE, BLACK = 0.6, 3.0, 17.0
# A picture without colour, grey levels. Chosen: noise of a grey picture is below it after averaging.
GREY_BELOW = 2.0


@dataclass(frozen=True, slots=True)
class Light:
    """mean: brightness, 0 to 255. is_flat: one colour without noise, neither
    black nor white. is_bare: no structure. is_grey: no colour."""

    mean: float
    is_dark: bool
    is_bright: bool
    is_flat: bool
    is_bare: bool
    is_grey: bool


def light_of(sample: OpticSample) -> Light:
    """Return the light of a sample."""
    mean, high = float(sample.grey.mean()), _high(sample.grey[::2, ::2])
    spread, grain = float(sample.grey[::2].std()), float(sample.strips[::3].std())
    is_bare = spread < BARE
    return Light(
        mean=mean,
        is_dark=high < (BLACK if is_bare else DARK_BELOW),
        is_bright=float(np.mean(sample.grey >= SATURATED)) > BRIGHT_SHARE,
        is_flat=grain < FLAT and BLACK <= high < SATURATED,
        is_bare=is_bare,
        is_grey=sample.saturation < GREY_BELOW,
    )


def _high(grey: F32) -> float:
    """Return the brightness that 95 % of the cells do not exceed."""
    flat = grey.ravel()
    return float(np.partition(flat, len(flat) * 19 // 20)[len(flat) * 19 // 20])
