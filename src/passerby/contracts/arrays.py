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
    if array.shape != shape and not _fits(array.shape, shape):
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array


def _fits(got: tuple[int, ...], shape: tuple[int | None, ...]) -> bool:
    return len(got) == len(shape) and all(want in (None, n) for want, n in zip(shape, got, strict=True))
