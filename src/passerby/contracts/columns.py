"""State per track as columns: arrays of equal length, one row per track number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import I64, Bools

# In a column of times, nanoseconds: nothing happened yet.
NEVER = -1


class TrackColumns:
    """Columns by name, `columns["since_ns"]`, for the track numbers in `number`; rows keep the order of arrival.

    defaults: by name, the value of a new track's row: a number, a truth value or a sequence of floats.
    """

    def __init__(self, **defaults: Any) -> None:
        self._defaults: dict[str, NDArray[Any]] = {name: np.asarray(value) for name, value in defaults.items()}
        self._number: I64
        self._row: dict[int, int]
        self._columns: dict[str, NDArray[Any]]
        self._asked: tuple[bytes, I64] | None
        self.reset()

    def __len__(self) -> int:
        return len(self._row)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def put(self, rows: I64, **values: Any) -> None:
        """Set columns of these rows (K,), by name: to one value, or to one of K each."""
        for name, value in values.items():
            self._columns[name][rows] = value

    def __contains__(self, number: int) -> bool:
        return number in self._row

    @property
    def number(self) -> I64:
        """The track numbers (M,)."""
        return self._number

    def rows(self, number: I64) -> I64:
        """Return the row (N,) of each number (N,), which must differ; numbers without a row get one."""
        # Nearly always the numbers are those of the frame before.
        asked = number.tobytes()
        if self._asked is None or self._asked[0] != asked:
            numbers = number.tolist()
            fresh = [n for n in numbers if n not in self._row]
            if fresh:
                self._add(fresh)
            self._asked = asked, np.array([self._row[n] for n in numbers], np.int64)
        return self._asked[1]

    def rows_of(self, number: I64) -> I64:
        """Return the rows (K,) of those of the numbers that have one."""
        return np.array([self._row[n] for n in number.tolist() if n in self._row], np.int64)

    def drop(self, rows: I64 | Bools) -> None:
        """Remove these rows; those behind them move up."""
        if not len(rows):
            return
        removed = np.zeros(len(self._number), bool)
        removed[rows] = True
        if removed.any():
            self._columns = {name: values[~removed] for name, values in self._columns.items()}
            self._rename(self._number[~removed])

    def rename(self, names: Mapping[int, int]) -> None:
        """Give rows other numbers, by their present ones; a row that already has such a number is removed."""
        self.drop(self.rows_of(np.array([n for n in names.values() if n not in names], np.int64)))
        self._rename(np.array([names.get(n, n) for n in self._number.tolist()], np.int64))

    def reset(self) -> None:
        """Remove all rows."""
        self._rename(np.zeros(0, np.int64))
        self._columns = {n: np.zeros((0, *value.shape), value.dtype) for n, value in self._defaults.items()}

    def _rename(self, number: I64) -> None:
        self._number, self._asked = number, None
        self._row = {n: row for row, n in enumerate(number.tolist())}

    def _add(self, fresh: list[int]) -> None:
        self._row |= {n: len(self._number) + k for k, n in enumerate(fresh)}
        self._number = np.append(self._number, fresh)
        for name, value in self._defaults.items():
            more = np.full((len(fresh), *value.shape), value)
            self._columns[name] = np.concatenate([self._columns[name], more])
