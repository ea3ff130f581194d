"""State per track as columns: arrays of equal length, one row per track number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import I64, Bools


class TrackColumns:
    """Columns by name, `columns["since_ns"]`, for the track numbers in `number`; rows keep the order of arrival.

    defaults: by name, the value of a new track's row: a number, a truth value or a sequence of floats.
    """

    def __init__(self, **defaults: Any) -> None:
        self._defaults: dict[str, NDArray[Any]] = {name: np.asarray(value) for name, value in defaults.items()}
        self._number: I64
        self._row: dict[int, int]
        self._columns: dict[str, NDArray[Any]]
        self.clear()

    def __len__(self) -> int:
        return len(self._row)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def __contains__(self, number: int) -> bool:
        return number in self._row

    @property
    def number(self) -> I64:
        """The track numbers (M,)."""
        return self._number

    def rows(self, number: I64) -> I64:
        """Return the row (N,) of each number (N,), which must differ; numbers without a row get one."""
        numbers = number.tolist()
        fresh = [n for n in numbers if n not in self._row]
        if fresh:
            self._add(fresh)
        return np.fromiter(map(self._row.__getitem__, numbers), np.int64, len(numbers))

    def rows_of(self, number: I64) -> I64:
        """Return the rows (K,) of those of the numbers that have one."""
        return np.array([self._row[n] for n in number.tolist() if n in self._row], np.int64)

    def drop(self, rows: I64 | Bools) -> None:
        """Remove these rows; those behind them move up."""
        kept = np.full(len(self._number), fill_value=True)
        kept[rows] = False
        if kept.all():
            return
        self._number = self._number[kept]
        self._columns = {name: values[kept] for name, values in self._columns.items()}
        self._row = {n: row for row, n in enumerate(self._number.tolist())}

    def clear(self) -> None:
        """Remove all rows."""
        self._number = np.zeros(0, np.int64)
        self._row = {}
        self._columns = {n: np.zeros((0, *value.shape), value.dtype) for n, value in self._defaults.items()}

    def _add(self, fresh: list[int]) -> None:
        self._row |= {n: len(self._number) + k for k, n in enumerate(fresh)}
        self._number = np.append(self._number, fresh)
        for name, value in self._defaults.items():
            more = np.broadcast_to(value, (len(fresh), *value.shape))
            self._columns[name] = np.concatenate([self._columns[name], more])
