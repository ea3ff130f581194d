"""Filters for queries. An empty tuple or None sets no limit.

since, until: since <= time < until, in seconds since the first frame or as RFC 3339 text. last: only this many of
the newest records. by_time: in the order of their times; otherwise in the order in which they were stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from passerby.store.where import When


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The limits that every query can have."""

    camera: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    since: When | None = None
    until: When | None = None
    last: int | None = None
    by_time: bool = False

    def allowed(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each field that takes one of several values, and those values."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple):
                yield field.name, value


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFilter(Filter):
    """Samples; the place is a sample's zone, line or place, and the time is the start of its window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter(Filter):
    """Events; open_only: the newest event of each incident without an end."""

    id: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    open_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilter(Filter):
    """The newest line of each alarm; open_only: of alarms that have not ended."""

    id: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    open_only: bool = False
