from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from passerby.contracts.arrays import frozen


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (np.zeros((3, 4)), (None, 4)),
        (np.zeros((0, 4)), (None, 4)),
        ([[1, 2, 3, 4]], (None, 4)),
        ([], (None,)),
        ((), (0,)),
        (5.0, ()),
        (np.zeros((2, 2, 3)), (None, None, 3)),
    ],
)
def test_a_fitting_array_is_taken(value: Any, shape: tuple[int | None, ...]) -> None:
    array = frozen("x", value, "float32", shape)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, np.asarray(value, np.float32))


@pytest.mark.parametrize(
    ("value", "shape", "got"),
    [
        (np.zeros((3, 5)), (None, 4), "(3, 5)"),
        (np.zeros(4), (None, 4), "(4,)"),
        (np.zeros((1, 3, 4)), (None, 4), "(1, 3, 4)"),
        ([], (None, 4), "(0,)"),
        (np.zeros(3), (2,), "(3,)"),
        (1.0, (None,), "()"),
        (np.zeros(1), (), "(1,)"),
    ],
)
def test_another_shape_is_named_with_the_field(value: Any, shape: tuple[int | None, ...], got: str) -> None:
    with pytest.raises(ValueError, match="field_m") as caught:
        frozen("field_m", value, "float64", shape)
    assert str(caught.value) == f"field_m: expected shape {shape}, got {got}"


@pytest.mark.parametrize("value", [[[1, 2], [3]], "text", [object()]])
def test_what_is_no_array_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        frozen("x", value, "float64", (None, 2))


@given(hnp.arrays(np.float32, st.integers(0, 5)))
def test_it_cannot_be_written_and_the_owner_s_array_still_can(value: np.ndarray) -> None:
    array = frozen("x", value, "float32", (None,))
    assert not array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        array[...] = 1
    assert value.flags.writeable
    assert array.size == 0 or np.shares_memory(array, value)  # looking at it costs no copy
