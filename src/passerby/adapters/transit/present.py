"""The present feeds of a unit, from its store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from passerby.adapters.transit.figures import OLDEST_S, StopFigure, stop_figures
from passerby.adapters.transit.gtfs_occupancy import gtfs_occupancy
from passerby.adapters.transit.siri_fm import siri_fm
from passerby.contracts.events import ZoneSample
from passerby.contracts.transit import Transit
from passerby.store.filters import SampleFilter
from passerby.store.queries import Queries
from passerby.store.utc import now_ms, utc_text

Querying = Callable[[], AbstractContextManager[Queries]]
SIRI_FILE, GTFS_FILE = "siri-fm.xml", "gtfs-realtime.pb"


def transit_feed(name: str, transit: Transit, querying: Querying) -> bytes:
    """Return the feed SIRI_FILE or GTFS_FILE at this moment. Raises StoreError."""
    at_ms = now_ms()
    figures = _figures(transit, querying, at_ms)
    if name == SIRI_FILE:
        return siri_fm(figures, transit.producer, utc_text(at_ms))
    return gtfs_occupancy(figures, at_ms // 1000)


def _figures(transit: Transit, querying: Querying, at_ms: int) -> list[StopFigure]:
    wanted = SampleFilter(since=utc_text(at_ms - OLDEST_S * 1000))
    with querying() as queries:
        return stop_figures(transit, queries.samples(ZoneSample, wanted))
