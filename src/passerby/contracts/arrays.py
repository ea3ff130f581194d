"""Checks an array once, when a value is created, and makes it read-only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


def frozen(name: str, value: Any, dtype: DTypeLike, shape: tuple[int | None, ...]) -> NDArray[Any]:
    """Return `value` as a read-only array of `dtype`; None in `shape` allows any length.

    Raises ValueError naming the field, the expected and the actual shape.
    """
    array = np.asarray(value, dtype=dtype)
    fits = array.ndim == len(shape) and all(
        want is None or want == got for want, got in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
    array = array.view()
    array.flags.writeable = False
    return array
