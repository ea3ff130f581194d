"""Counts per zone and per line, minute by minute, without anybody's track in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from passerby.behaviour.crossing import Crossings
from passerby.behaviour.presence import Presence
from passerby.contracts.events import LineSample, ZoneSample
from passerby.contracts.people import GroundTracks
from passerby.contracts.time import Timestamp
from passerby.ground.places import Area, Gate

WINDOW_S = 60.0
# Seconds inside or outside before somebody has entered or left: longer than the jitter of a foot on the border.
ENTER_S, LEAVE_S = 0.3, 0.7
# A frame speaks for the time since the one before, but no longer than this.
FRAME_SPEAKS_S = 1.0


@dataclass(slots=True)
class _Window:
    """One window's sums; covered_s is the time that had a picture."""

    index: int = -1
    began: Timestamp | None = None
    covered_s: float = 0.0
    person_s: float = 0.0
    peak: int = 0
    plus: int = 0
    minus: int = 0


@dataclass(slots=True)
class _Ticker:
    """Cuts the frames' time into windows that start at whole multiples of WINDOW_S."""

    window: _Window = field(default_factory=_Window)
    last: Timestamp | None = None

    def tick(self, at: Timestamp) -> _Window | None:
        """Advance to `at`; return the window that closed with it, if any."""
        index = int(at.s // WINDOW_S)
        closed = self.window if index != self.window.index and self.window.began else None
        if index != self.window.index:
            self.window = _Window(index, at)
        return closed

    def share_s(self, at: Timestamp) -> float:
        """Return the seconds this frame speaks for, and remember it."""
        share = (
            0.0
            if self.last is None
            else min(at.since_s(self.last), FRAME_SPEAKS_S, at.s - self.window.index * WINDOW_S)
        )
        self.last = at
        self.window.covered_s += share
        return share


class ZoneMeter:
    """People in one zone: mean, most, entries, exits per window; `count` is the number now."""

    def __init__(self, camera: str, area: Area) -> None:
        self._camera, self._area = camera, area
        self._presence, self._ticker = Presence(area, ENTER_S, LEAVE_S), _Ticker()
        self.count = 0

    def step(self, ground: GroundTracks) -> list[ZoneSample]:
        """Take one frame's rows; return the window that closed with it, if any."""
        closed = self._ticker.tick(ground.at)
        window, step = self._ticker.window, self._presence.step(ground)
        self.count = int(step.inside.sum())
        window.person_s += self.count * self._ticker.share_s(ground.at)
        window.peak = max(window.peak, self.count)
        window.plus, window.minus = window.plus + step.entered, window.minus + step.left
        return [self._sample(closed, WINDOW_S)] if closed else []

    def gap(self) -> None:
        """Forget who is there, because the picture was interrupted; the time does not count as covered."""
        self._presence.forget()
        self._ticker.last, self.count = None, 0

    def close(self) -> list[ZoneSample]:
        """Return the last, unfinished window."""
        window, last = self._ticker.window, self._ticker.last
        return [self._sample(window, last.s - window.index * WINDOW_S)] if window.began and last else []

    def _sample(self, window: _Window, window_s: float) -> ZoneSample:
        mean = window.person_s / window.covered_s if window.covered_s > 0 else float(window.peak)
        return ZoneSample(
            camera=self._camera,
            zone=self._area.name,
            from_s=window.index * WINDOW_S,
            utc=_began_utc(window),
            window_s=round(window_s, 3),
            count_mean=round(mean, 3),
            count_max=window.peak,
            density_per_m2=round(mean / self._area.area_m2, 4) if self._area.area_m2 else None,
            entries=window.plus,
            exits=window.minus,
            coverage=_coverage(window, window_s),
        )


class LineMeter:
    """People over one line per window, by direction; `in_` and `out` are the totals so far."""

    def __init__(self, camera: str, gate: Gate) -> None:
        self._camera, self._gate = camera, gate
        self._crossings, self._ticker = Crossings(gate), _Ticker()
        self.in_ = self.out = 0

    def step(self, ground: GroundTracks) -> list[LineSample]:
        """Take one frame's rows; return the window that closed with it, if any."""
        closed = self._ticker.tick(ground.at)
        self._ticker.share_s(ground.at)
        directions = [c.direction for c in self._crossings.step(ground)]
        entering, leaving = directions.count("in"), directions.count("out")
        self._ticker.window.plus += entering
        self._ticker.window.minus += leaving
        self.in_, self.out = self.in_ + entering, self.out + leaving
        return [self._sample(closed, WINDOW_S)] if closed else []

    def gap(self) -> None:
        """Forget who stands where, because the picture was interrupted."""
        self._crossings.forget()
        self._ticker.last = None

    def close(self) -> list[LineSample]:
        """Return the last, unfinished window."""
        window, last = self._ticker.window, self._ticker.last
        return [self._sample(window, last.s - window.index * WINDOW_S)] if window.began and last else []

    def _sample(self, window: _Window, window_s: float) -> LineSample:
        return LineSample(
            camera=self._camera,
            line=self._gate.name,
            from_s=window.index * WINDOW_S,
            utc=_began_utc(window),
            window_s=round(window_s, 3),
            in_=window.plus,
            out=window.minus,
            coverage=_coverage(window, window_s),
        )


def _began_utc(window: _Window) -> str | None:
    return window.began.utc if window.began else None


def _coverage(window: _Window, window_s: float) -> float:
    return round(min(1.0, window.covered_s / window_s), 3) if window_s > 0 else 1.0
