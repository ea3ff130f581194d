"""Rows of tracks: each number keeps its values, whatever other rows come and go."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.arrays import I64
from passerby.contracts.columns import TrackColumns


def numbers(*number: int) -> I64:
    return np.array(number, np.int64)


@pytest.fixture
def columns() -> TrackColumns:
    made = TrackColumns(since_ns=-1, at_m=(0.0, 0.5))
    made.put(made.rows(numbers(7, 3, 9)), since_ns=numbers(70, 30, 90))
    return made


def stored(columns: TrackColumns) -> dict[int, int]:
    return dict(zip(columns.number.tolist(), columns["since_ns"].tolist(), strict=True))


def test_new_numbers_have_the_defaults_and_known_ones_their_values(columns: TrackColumns) -> None:
    rows = columns.rows(numbers(9, 4))
    assert columns["since_ns"][rows].tolist() == [90, -1]
    assert columns["at_m"][rows].tolist() == [[0.0, 0.5]] * 2
    assert stored(columns) == {7: 70, 3: 30, 9: 90, 4: -1}


def test_one_value_or_one_of_each_is_put_into_rows(columns: TrackColumns) -> None:
    columns.put(columns.rows_of(numbers(3, 9)), since_ns=1, at_m=[(1.0, 2.0), (3.0, 4.0)])
    assert stored(columns) == {7: 70, 3: 1, 9: 1}
    assert columns["at_m"].tolist() == [[0.0, 0.5], [1.0, 2.0], [3.0, 4.0]]


def test_rows_behind_a_dropped_one_keep_their_numbers(columns: TrackColumns) -> None:
    asked = columns.rows(numbers(7, 3, 9)).tolist()
    columns.drop(columns.rows_of(numbers(3, 5)))
    assert (stored(columns), len(columns), 3 in columns) == ({7: 70, 9: 90}, 2, False)
    assert columns.rows(numbers(7, 3, 9)).tolist() != asked, "3 is new, at the end"
    assert stored(columns) == {7: 70, 9: 90, 3: -1}


def test_a_renamed_row_takes_the_place_of_one_with_that_number(columns: TrackColumns) -> None:
    columns.rename({7: 3})
    assert stored(columns) == {3: 70, 9: 90}


def test_two_rows_exchange_their_numbers(columns: TrackColumns) -> None:
    columns.rename({7: 3, 3: 7})
    assert stored(columns) == {3: 70, 7: 30, 9: 90}


def test_after_a_reset_nothing_is_known(columns: TrackColumns) -> None:
    columns.reset()
    assert (len(columns), columns.rows_of(numbers(7)).tolist()) == (0, [])
