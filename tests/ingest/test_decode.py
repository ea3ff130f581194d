"""Packets of a damaged file: an error of reading is counted, and what comes after it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
import pytest

from passerby.ingest.decode import MAX_READ_ERRORS, packets
from passerby.ingest.source import Losses


class Container:
    """Yields packets and raises errors in the given order, as the reader of a damaged file."""

    def __init__(self, items: list[Any]) -> None:
        self._items = iter(items)

    def demux(self, _: object) -> Iterator[Any]:
        for item in self._items:
            if isinstance(item, Exception):
                raise item
            yield item


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (av.error.InvalidDataError(1, "damaged", None), "libav's own"),
        (IndexError("list index out of range"), "PyAV's, for a stream that begins in the middle of a file"),
    ],
)
def test_an_error_of_reading_is_counted_and_passed_over(error: Exception, why: str) -> None:
    losses = Losses()
    read = packets(Container([1, error, 2, error, error, 3]), None, losses)  # type: ignore[arg-type]
    assert list(read) == [1, 2, 3], why
    assert losses.decode_errors == 3


def test_a_file_that_only_fails_ends() -> None:
    losses = Losses()
    endless = Container([IndexError()] * 1000)
    assert list(packets(endless, None, losses)) == []  # type: ignore[arg-type]
    assert losses.decode_errors == MAX_READ_ERRORS
