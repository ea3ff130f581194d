"""The units of all stations, with what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request

from passerby.centre.console.ports import ReportedUnit
from passerby.centre.console.services import centre, user
from passerby.charts.wording import lasting, plain
from passerby.store.utc import now_ms
from passerby.translation.current import gettext as _
from passerby.translation.current import ngettext

# A unit reports at least every 20 s: four reports missed is silence.
SILENT_MS = 90_000
MOST_SKEW_S = 1.0
LEAST_DISK_FREE = 0.1


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One unit. now_ms: when it was asked for, UTC."""

    unit: ReportedUnit
    now_ms: int

    @property
    def is_silent(self) -> bool:
        """Whether nothing came from it for too long."""
        return self.unit.last_seen_ms is None or self.now_ms - self.unit.last_seen_ms > SILENT_MS

    @property
    def seen(self) -> str:
        """When it was heard last, in words."""
        last = self.unit.last_seen_ms
        if last is None:
            return _("never")
        return _("%(age)s ago", age=lasting(max(0, self.now_ms - last) / 1000))

    @property
    def skew(self) -> str:
        """How far its clock is off, "" if it is unknown."""
        skew_s = self.unit.clock_skew_s
        return "" if skew_s is None else f"{'+' if skew_s >= 0 else '−'}{plain(abs(skew_s), 1)} s"

    @property
    def disk(self) -> str:
        """The free part of its disk, "" if it is unknown."""
        free = self.unit.disk_free
        return "" if free is None else f"{plain(100 * free, 0)} %"

    @property
    def faults(self) -> list[str]:
        """What is wrong, in words; empty if nothing is."""
        found = [_("silent, last seen: %(when)s", when=self.seen)] if self.is_silent else []
        unwell = len(self.unit.cameras_unwell)
        if unwell:
            found.append(
                ngettext("%(num)s camera without good pictures", "%(num)s cameras without good pictures", unwell)
            )
        if self.unit.clock_skew_s is not None and abs(self.unit.clock_skew_s) > MOST_SKEW_S:
            found.append(_("its clock is wrong by %(skew)s", skew=self.skew))
        if self.unit.disk_free is not None and self.unit.disk_free < LEAST_DISK_FREE:
            found.append(_("its disk is almost full"))
        return found


@dataclass(frozen=True, slots=True)
class ListedStation:
    """One station with its units."""

    name: str
    line: str
    units: tuple[ListedUnit, ...]

    @property
    def faults(self) -> list[str]:
        """What is wrong at its units."""
        return [fault for unit in self.units for fault in unit.faults]


def found(request: Request) -> list[ListedUnit]:
    """Return the units that the user may see, by line, station and name."""
    now = now_ms()
    return [ListedUnit(one, now) for one in centre(request).ports.reported.units(user(request).reach)]


def stations(units: Iterable[ListedUnit]) -> list[ListedStation]:
    """Return the stations of units, in their order."""
    of: dict[tuple[str, str], list[ListedUnit]] = {}
    for one in units:
        of.setdefault((one.unit.station, one.unit.line), []).append(one)
    return [ListedStation(name, line, tuple(mine)) for (name, line), mine in of.items()]
