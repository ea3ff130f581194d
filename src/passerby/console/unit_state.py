"""Whether everything is watched: cameras, places, and the alarms of today beside what staff can handle."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from passerby.charts.wording import lasting, plain
from passerby.console.alarm_list import ListedAlarm
from passerby.contracts.config import Unit
from passerby.contracts.event_kinds import STATE_KINDS, kind_of
from passerby.contracts.events import CameraHealth, CameraStatus, Event, Severity, ZoneSample
from passerby.contracts.stream_status import stream_status
from passerby.store import events, samples
from passerby.store.filters import EventFilter, SampleFilter
from passerby.store.utc import now_ms, utc_ms
from passerby.translation.current import gettext as _

# Levels of service from which a place is shown in colour: people are hindered.
CROWDED_LEVELS = ("D", "E", "F")


@dataclass(frozen=True, slots=True)
class CameraNow:
    """One camera. words: its fault, or its pictures. is_well: nobody has to act. fps: of the last minute.

    state: whether its pictures arrive and show something. why: the reason if they do not, in English.
    """

    name: str
    words: str
    is_well: bool
    state: CameraStatus
    why: str = ""
    fps: float | None = None


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """One zone in the last minute. people: mean number. density: people per m², "" without calibration."""

    camera: str
    name: str
    people: str
    density: str
    level: str
    is_crowded: bool


@dataclass(frozen=True, slots=True)
class UnitNow:
    """The unit. alarms_today: started today. budget_today: alarms per day that staff can handle."""

    cameras: tuple[CameraNow, ...]
    places: tuple[PlaceNow, ...]
    alarms_today: int
    budget_today: str
    is_over_budget: bool


def state(connection: sqlite3.Connection, unit: Unit, found: Sequence[ListedAlarm]) -> UnitNow:
    """Return the present state. found: the newest alarms."""
    troubles = events.query(connection, EventFilter(open_only=True, kind=tuple(sorted(STATE_KINDS))))
    by_camera: dict[str, list[Event]] = {}
    for event in sorted(troubles, key=lambda event: event.severity.rank):
        by_camera.setdefault(event.camera, []).append(event)  # the most severe is the last
    today, budget = _today(found, unit.timezone), unit.alarms.budget_per_camera_day * len(unit.cameras)
    return UnitNow(
        tuple(_camera(connection, camera.name, by_camera.get(camera.name, [])) for camera in unit.cameras),
        tuple(place for camera in unit.cameras for place in _places(connection, camera.name, len(camera.zones))),
        today,
        plain(budget, 1),
        today > max(1.0, budget),
    )


def _camera(connection: sqlite3.Connection, name: str, troubles: Sequence[Event]) -> CameraNow:
    health = next(iter(samples.query(connection, CameraHealth, SampleFilter(camera=(name,), last=1))), None)
    silent_s = None if health is None or health.utc is None else (now_ms() - utc_ms(health.utc)) / 1000
    status = stream_status(health, troubles, silent_s)
    fps = None if health is None else health.fps
    if troubles:
        worst = troubles[-1]
        is_well = worst.severity is Severity.INFO
        return CameraNow(name, _(kind_of(worst.kind).title), is_well, status.state, status.why, fps)
    is_well = status.state in (CameraStatus.LIVE, CameraStatus.CONNECTING)
    return CameraNow(
        name, _words(status.state, fps or 0.0, silent_s or 0.0), is_well, status.state, status.why, fps
    )


def _words(state: CameraStatus, fps: float, silent_s: float) -> str:
    """Return the state of a camera without an open fault."""
    match state:
        case CameraStatus.CONNECTING:
            return _("in its first minute")
        case CameraStatus.STALE:
            return _("no report for %(time)s", time=lasting(silent_s))
        case CameraStatus.DOWN:
            return _("no picture")
        case _:
            return _("%(fps)s pictures per second", fps=plain(fps, 1))


def _places(connection: sqlite3.Connection, camera: str, zones: int) -> Iterable[PlaceNow]:
    if not zones:
        return ()
    found = samples.query(connection, ZoneSample, SampleFilter(camera=(camera,), last=zones))
    newest = {sample.zone: sample for sample in found}
    return tuple(_place(sample) for sample in newest.values())


def _place(sample: ZoneSample) -> PlaceNow:
    density = "" if sample.density_per_m2 is None else plain(sample.density_per_m2, 2)
    level, people = sample.level or "", plain(sample.count_mean, 1)
    return PlaceNow(
        sample.camera,
        sample.zone,
        _("at least %(people)s", people=people) if sample.is_lower_bound else people,
        density,
        level,
        level in CROWDED_LEVELS,
    )


def _today(found: Sequence[ListedAlarm], zone: str) -> int:
    """Return how many of the alarms began on this day of the unit's time zone."""
    local = ZoneInfo(zone)
    day = datetime.now(local).date()
    return sum(
        a.began is not None and datetime.fromisoformat(a.began).astimezone(local).date() == day for a in found
    )
