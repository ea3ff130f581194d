"""What the pages of a control room need: chosen in app, replaced in tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from passerby.centre.fleet.fleet_desk import FleetDesk
from passerby.console.ports import ConsoleStore
from passerby.contracts.alarms import Alarm
from passerby.contracts.events import Event

PictureKind = Literal["still", "clip"]


@dataclass(frozen=True, slots=True)
class StaffReach:
    """What one user may see. stations: names, None for all. alarms: single alarms besides, by id."""

    stations: frozenset[str] | None
    alarms: frozenset[str] = frozenset()

    def includes(self, station: str) -> bool:
        """Return whether all of a station may be seen."""
        return self.stations is None or station in self.stations


@dataclass(frozen=True, slots=True)
class AlarmWanted:
    """Which alarms. line, station: "" for any. id: one alarm, "" for any. last: most of them.

    is_urgent_first: those that last come first, of these the highest priority, so that no number of later alarms
    crowds out one that lasts; otherwise the newest come first.
    """

    line: str = ""
    station: str = ""
    id: str = ""
    last: int = 300
    is_urgent_first: bool = False


@dataclass(frozen=True, slots=True)
class ReportedAlarm:
    """An alarm, as its unit reported it last, with its incident's events. line: "" if the station has none."""

    unit: str
    station: str
    line: str
    alarm: Alarm
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class ReportedUnit:
    """A unit, as it reported last.

    last_seen_ms: UTC, None if it never reported. clock_skew_s: its clock minus the centre's, seconds.
    disk_free: fraction of its disk. cameras_unwell: names of the cameras that deliver no good pictures.
    """

    name: str
    station: str
    line: str
    version: str
    last_seen_ms: int | None
    clock_skew_s: float | None
    disk_free: float | None
    cameras: int
    cameras_unwell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportedFlow:
    """People over one line of a camera in one direction in a quarter of an hour. at_ms: its begin, UTC."""

    station: str
    unit: str
    camera: str
    crossing: str
    direction: str
    at_ms: int
    people: int
    coverage: float


class ReportedQueries(Protocol):
    """Reads what the units reported, never beyond a reach. Each call raises StoreError if it is unavailable."""

    def alarms(self, reach: StaffReach, wanted: AlarmWanted) -> Sequence[ReportedAlarm]:
        """Return alarms in the wanted order."""
        ...

    def units(self, reach: StaffReach) -> Sequence[ReportedUnit]:
        """Return all units of the stations, by line, station and name. Single alarms give no unit."""
        ...

    def flows(self, reach: StaffReach, since_ms: int, until_ms: int, station: str) -> Iterator[ReportedFlow]:
        """Yield counts in the order of time. station: "" for all."""
        ...

    def newest(self) -> int:
        """Return a number that grows whenever an alarm was reported."""
        ...


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """A look at the evidence of one alarm. who: for the unit's audit log. bytes_range: of HTTP, "" for all."""

    unit: str
    alarm: str
    kind: PictureKind
    who: str
    bytes_range: str = ""


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """What the unit answered. status: of HTTP. chunks: of the picture, to be streamed and not stored."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


class PictureSource(Protocol):
    """Asks units for redacted pictures."""

    def ask(self, wanted: PictureRequest) -> PictureAnswer:
        """Return the answer of the unit. Raises InputError if it cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class CentrePorts:
    """Everything that the pages of a control room read.

    store: accounts, sessions, acts and the audit log, in the folder `results`. reported: what the units sent.
    fleet: what the control room does with its units. name: in the title of each page. timezone: of its staff.
    """

    store: ConsoleStore
    results: Path
    reported: ReportedQueries
    pictures: PictureSource
    fleet: FleetDesk
    name: str
    timezone: str
