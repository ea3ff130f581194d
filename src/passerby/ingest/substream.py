"""Opens the smallest stream of a camera that is good enough, and its main stream otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from passerby.contracts.errors import StreamLost, StreamRefused
from passerby.ingest.reader import Connect, Connection
from passerby.ingest.rtsp import RtspConnection

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Substream:
    """The address or path of a smaller stream. fault: says why pictures of a size, px, are not good enough, or
    None."""

    address: str
    fault: Callable[[tuple[int, int]], str | None]


@dataclass(slots=True)
class SmallestStream:
    """A Connect that decides again at every connection, because the camera's settings may have changed.

    Each reason to read the main stream is logged once.
    """

    camera: str
    substream: Substream
    connect: Connect = RtspConnection
    _known: set[str] = field(default_factory=set)

    def __call__(self, url: str, open_s: float, read_s: float) -> Connection:
        """Open the substream, or else the main stream `url`. Raises as RtspConnection does."""
        try:
            smaller = self.connect(self.substream.address, open_s, read_s)
        except StreamRefused:  # both streams have one login
            raise
        except StreamLost as lost:
            why: str | None = str(lost)
        else:
            why = self.substream.fault(smaller.info.wh)
            if why is None:
                return smaller
            smaller.close()
        main = self.connect(url, open_s, read_s)
        self._say(str(why))
        return main

    def _say(self, why: str) -> None:
        if why not in self._known:
            self._known.add(why)
            log.warning("camera %s: the main stream is analysed, not the substream: %s", self.camera, why)
