"""One slot between a camera's reading thread and the loop: the newest item wins, the camera never waits."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """Stores at most one item; `dropped` counts those replaced before they were taken."""

    def __init__(self) -> None:
        self.dropped = 0
        self._item: T | None = None
        self._there = threading.Condition()

    def put(self, item: T) -> None:
        """Put an item in place of the present one."""
        with self._there:
            self.dropped += self._item is not None
            self._item = item
            self._there.notify()

    def take(self, timeout_s: float) -> T | None:
        """Take the item, waiting up to `timeout_s`; None if none arrived."""
        with self._there:
            self._there.wait_for(lambda: self._item is not None, timeout_s)
            item, self._item = self._item, None
            return item
