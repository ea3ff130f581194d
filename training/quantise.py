"""Makes the 8-bit file of a float one; the ranges of weights and activations come from training pictures.

The two last convolutions remain float: their outputs are logarithms of distances, where a step of 8 bits is a
step in the height of each person. Weights use 7 of the 8 bits, so that processors without VNNI cannot overflow.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nncf
import numpy as np
import onnx
from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters, OverflowFix

from passerby.pixels.frame import U8
from training.mixture import Mixture
from training.samples import Cache, Joined

PICTURES, SEED = 400, 77
FLOAT_LAYERS = ("/net/out/Conv", "/net/broad_out/Conv")


def calibration(caches: Sequence[Cache], wh: tuple[int, int], count: int = PICTURES) -> U8:
    """Return `count` pictures (count, H, W, 3) as training sees them, half of them simulated."""
    drawn = [cache for cache in caches if set(cache.sources) == {"simulated"}]
    photos = next(cache for cache in caches if cache not in drawn)
    mixture = Mixture(photos, Joined(drawn), 0.5, wh, SEED)
    return np.stack([mixture.sample(number).bgr for number in range(count)])


def quantise(path: Path, pictures: U8, out: Path) -> Path:
    """Write the 8-bit file `out` of the float network in `path`; both run on either runtime.

    pictures: uint8 (N, H, W, 3) BGR, from which the ranges of the activations are taken.
    """
    found = nncf.quantize(
        onnx.load(str(path)),
        nncf.Dataset([{"image": picture[None]} for picture in pictures]),
        subset_size=len(pictures),
        preset=nncf.QuantizationPreset.MIXED,
        ignored_scope=nncf.IgnoredScope(names=list(FLOAT_LAYERS)),
        advanced_parameters=AdvancedQuantizationParameters(overflow_fix=OverflowFix.ENABLE),
    )
    onnx.save(found, str(out))
    return out
