"""Counts per zone and line for each minute, without track data."""

from __future__ import annotations

from passerby.behaviour.occlusion import people_are_occluded
from passerby.behaviour.presence import Presence
from passerby.behaviour.service_levels import levels_of
from passerby.behaviour.sides import Crossings
from passerby.behaviour.trend import Trend
from passerby.behaviour.windows import Window, Windows
from passerby.contracts.arrays import Bools
from passerby.contracts.events import LineSample, ZoneSample
from passerby.contracts.people import GroundTracks
from passerby.ground.geometry.places import Area

# Seconds inside or outside before a person has entered or left: longer than the jitter of a foot point on the
# border. Equal, so that people are counted for the time they were there. Chosen by judgement; not varied in a
# measurement.
ENTER_S, LEAVE_S = 0.5, 0.5
# A window is a lower bound if people occluded each other for this fraction of its frames, or if less than this
# fraction of the floor is resolved. Chosen by judgement; not varied in a measurement.
OCCLUDED_TIME, RESOLVED_FLOOR = 0.25, 0.95


class ZoneMeter:
    """People in one zone: mean, maximum, entries and exits per window; `count` is the present number.

    The end of a track or of the picture ends a dwell: entries minus exits always equals the change of `count`.
    resolved: fraction of the zone's floor where people are large enough to be found; None without a floor.
    """

    def __init__(self, camera: str, area: Area, resolved: float | None = None) -> None:
        self._camera, self._area, self._resolved = camera, area, resolved
        self._presence, self._windows = Presence(area, ENTER_S, LEAVE_S), Windows()
        self._levels, self._trend = levels_of(area.zone), Trend()
        self._frames = self._occluded_frames = 0
        self.count = 0

    def __len__(self) -> int:
        return len(self._presence)

    def recalibrate(self, area: Area, resolved: float | None) -> None:
        """Use the zone's new size on a new floor, and its resolved fraction."""
        self._area, self._resolved = area, resolved

    def step(self, ground: GroundTracks) -> list[ZoneSample]:
        """Process one frame's rows; return the window that closed with it, if there is one."""
        step = self._presence.step(ground)
        self.count += step.entered - step.left
        samples = [
            self._sample(window) for window in self._windows.step(ground.at, self.count, step.entered, step.left)
        ]
        self._look(ground, step.inside)
        return samples

    def gap(self) -> None:
        """Reset the presence, because the picture was interrupted; the time does not count as covered."""
        self._windows.interrupt(minus=self._presence.reset())
        self._trend.reset()
        self.count = 0

    def close(self) -> list[ZoneSample]:
        """Return the last, unfinished window."""
        return [self._sample(window) for window in self._windows.last()]

    def _look(self, ground: GroundTracks, inside: Bools) -> None:
        self._frames += 1
        self._occluded_frames += people_are_occluded(ground, inside)
        if self._area.area_m2:
            self._trend.add(ground.at, self.count / self._area.area_m2)

    def _sample(self, window: Window) -> ZoneSample:
        density = round(window.mean / self._area.area_m2, 4) if self._area.area_m2 else None
        occluded, self._occluded_frames, self._frames = self._occluded_frames / max(self._frames, 1), 0, 0
        trend, resolved = self._trend.per_minute(), self._resolved
        return ZoneSample(
            camera=self._camera,
            zone=self._area.name,
            from_s=window.from_s,
            utc=window.utc,
            window_s=round(window.length_s, 3),
            count_mean=round(window.mean, 3),
            count_max=window.peak,
            density_per_m2=density,
            entries=window.plus,
            exits=window.minus,
            coverage=window.coverage,
            resolved=None if resolved is None else round(resolved, 3),
            level=None if density is None else self._levels.letter(density),
            trend_per_m2_min=None if trend is None else round(trend, 4) + 0.0,
            is_lower_bound=occluded >= OCCLUDED_TIME or (resolved is not None and resolved < RESOLVED_FLOOR),
        )


class LineMeter:
    """People over one line per window, by direction; `in_` and `out` are the totals so far."""

    def __init__(self, camera: str, crossings: Crossings) -> None:
        self._camera, self._crossings, self._windows = camera, crossings, Windows()
        self.in_ = self.out = 0

    def __len__(self) -> int:
        return len(self._crossings)

    def recalibrate(self, crossings: Crossings) -> None:
        """Use the same line on a new floor; a person on the line at this moment is not counted."""
        self._crossings = crossings

    def step(self, ground: GroundTracks) -> list[LineSample]:
        """Process one frame's rows; return the window that closed with it, if there is one."""
        directions = [c.direction for c in self._crossings.step(ground)]
        entering, leaving = directions.count("in"), directions.count("out")
        self.in_, self.out = self.in_ + entering, self.out + leaving
        return [self._sample(window) for window in self._windows.step(ground.at, 0, entering, leaving)]

    def gap(self) -> None:
        """Reset the sides of all tracks, because the picture was interrupted."""
        self._crossings.reset()
        self._windows.interrupt()

    def close(self) -> list[LineSample]:
        """Return the last, unfinished window."""
        return [self._sample(window) for window in self._windows.last()]

    def _sample(self, window: Window) -> LineSample:
        return LineSample(
            camera=self._camera,
            line=self._crossings.line,
            from_s=window.from_s,
            utc=window.utc,
            window_s=round(window.length_s, 3),
            in_=window.plus,
            out=window.minus,
            coverage=window.coverage,
        )
