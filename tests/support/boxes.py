"""Boxes for tests, on whole pixels so that a reference can count cells."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from passerby.contracts.arrays import F32

Box = tuple[float, float, float, float]


def boxes_of(n_max: int = 12, side: int = 20) -> st.SearchStrategy[F32]:
    """Boxes on whole pixels, so that a reference can count cells; may be empty or inverted."""
    shape = st.integers(0, n_max).map(lambda n: (n, 4))
    return hnp.arrays(np.float32, shape, elements=st.integers(0, side).map(float))


def cells(box: F32) -> set[tuple[int, int]]:
    x0, y0, x1, y1 = (int(v) for v in box)
    return {(x, y) for x in range(x0, x1) for y in range(y0, y1)}


def as_boxes(*rows: Box) -> F32:
    return np.array(rows, np.float32).reshape(-1, 4)
