"""Reads a live source in this thread, item by item, for tests of faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from passerby.contracts.events import Gap
from passerby.ingest.reader import Patience
from passerby.ingest.reconnect import LiveSource
from passerby.pixels.frame import RawFrame
from support.clock import MachineClock
from support.waiting import PATIENCE_S

# Where a camera is lost on purpose; a machine that is busy with other work never keeps one waiting for so long.
QUICK = Patience(
    open_s=30, read_s=3, lost_after_s=3, first_after_s=30, retry_first_s=0.1, retry_most_s=0.5, refused_s=600
)
# Where nothing is lost, and where waiting must not keep anything else up.
FOR_EVER_S = 86_400.0
PATIENT = Patience(
    open_s=FOR_EVER_S,
    read_s=FOR_EVER_S,
    lost_after_s=FOR_EVER_S,
    first_after_s=FOR_EVER_S,
    retry_first_s=FOR_EVER_S,
    retry_most_s=FOR_EVER_S,
)
Item = RawFrame | Gap


class Watch:
    """Reads a live source in this thread, item by item, and checks what must always hold."""

    def __init__(self, url: str, patience: Patience = QUICK) -> None:
        self.source = LiveSource(url, "gate", MachineClock(), patience)
        self.stop = threading.Event()
        self.items: list[Item] = []
        self._frames = self.source.frames(self.stop)

    def until(self, enough: Callable[[Item], bool], limit_s: float = PATIENCE_S) -> Item:
        began = time.monotonic()
        for item in self._frames:
            self._check(item)
            if enough(item):
                return item
            assert time.monotonic() - began < limit_s, f"waited in vain; the last of {len(self.items)} was {item}"
        raise AssertionError("the source ended")

    def frames(self, count: int) -> list[RawFrame]:
        start = len(self.items)
        self.until(lambda _: sum(isinstance(item, RawFrame) for item in self.items[start:]) >= count)
        return [item for item in self.items[start:] if isinstance(item, RawFrame)]

    @property
    def gaps(self) -> list[Gap]:
        return [item for item in self.items if isinstance(item, Gap)]

    def _check(self, item: Item) -> None:
        now_s = item.to_s if isinstance(item, Gap) else item.at.s
        if self.items:
            last = self.items[-1]
            assert now_s >= (last.to_s if isinstance(last, Gap) else last.at.s), "time ran backwards"
        self.items.append(item)

    def end(self) -> None:
        """Stop."""
        self.stop.set()
        assert not [item for item in self._frames if isinstance(item, Gap)]
        self.source.close()
