"""Counts per zone and per line, minute by minute, without anybody's track in them."""

from __future__ import annotations

from passerby.behaviour.crossing import Crossings
from passerby.behaviour.presence import Presence
from passerby.behaviour.windows import WINDOW_S, Window, Windows
from passerby.contracts.events import LineSample, ZoneSample
from passerby.contracts.people import GroundTracks
from passerby.ground.places import Area, Gate

# Seconds inside or outside before somebody has entered or left: longer than the jitter of a foot on the border.
# Equal, so that the time people are counted for is the time they were there.
ENTER_S, LEAVE_S = 0.5, 0.5


class ZoneMeter:
    """People in one zone: mean, most, entries, exits per window; `count` is the number now.

    A track that ends, or a picture that stops, ends a stay: entries minus exits is always the change of `count`.
    """

    def __init__(self, camera: str, area: Area) -> None:
        self._camera, self._area = camera, area
        self._presence, self._windows = Presence(area, ENTER_S, LEAVE_S), Windows()
        self.count = 0

    def __len__(self) -> int:
        return len(self._presence)

    def resurvey(self, area: Area) -> None:
        """The floor is known better: take the same zone's new size."""
        self._area = area

    def step(self, ground: GroundTracks) -> list[ZoneSample]:
        """Take one frame's rows; return the window that closed with it, if any."""
        closed = self._windows.advance(ground.at)
        step = self._presence.step(ground)
        self.count += step.entered - step.left
        window = self._windows.say(ground.at, self.count)
        window.plus, window.minus = window.plus + step.entered, window.minus + step.left
        return [self._sample(closed, WINDOW_S)] if closed else []

    def gap(self) -> None:
        """Forget who is there, because the picture was interrupted; the time does not count as covered."""
        ended = self._presence.forget()
        if self._windows.window is not None:
            self._windows.window.minus += ended
        self._windows.interrupt()
        self.count = 0

    def close(self) -> list[ZoneSample]:
        """Return the last, unfinished window."""
        last = self._windows.last()
        return [self._sample(*last)] if last else []

    def _sample(self, window: Window, window_s: float) -> ZoneSample:
        mean = window.mean()
        return ZoneSample(
            camera=self._camera,
            zone=self._area.name,
            from_s=window.from_s,
            utc=window.utc,
            window_s=round(window_s, 3),
            count_mean=round(mean, 3),
            count_max=window.peak,
            density_per_m2=round(mean / self._area.area_m2, 4) if self._area.area_m2 else None,
            entries=window.plus,
            exits=window.minus,
            coverage=window.coverage(window_s),
        )


class LineMeter:
    """People over one line per window, by direction; `in_` and `out` are the totals so far."""

    def __init__(self, camera: str, gate: Gate) -> None:
        self._camera, self._gate = camera, gate
        self._crossings, self._windows = Crossings(gate), Windows()
        self.in_ = self.out = 0

    def __len__(self) -> int:
        return len(self._crossings)

    def resurvey(self, gate: Gate) -> None:
        """The floor is known better: take the same line on it; whoever is on the line now is not counted."""
        self._gate, self._crossings = gate, Crossings(gate)

    def step(self, ground: GroundTracks) -> list[LineSample]:
        """Take one frame's rows; return the window that closed with it, if any."""
        closed = self._windows.advance(ground.at)
        window = self._windows.say(ground.at, 0)
        directions = [c.direction for c in self._crossings.step(ground)]
        entering, leaving = directions.count("in"), directions.count("out")
        window.plus, window.minus = window.plus + entering, window.minus + leaving
        self.in_, self.out = self.in_ + entering, self.out + leaving
        return [self._sample(closed, WINDOW_S)] if closed else []

    def gap(self) -> None:
        """Forget who stands where, because the picture was interrupted."""
        self._crossings.forget()
        self._windows.interrupt()

    def close(self) -> list[LineSample]:
        """Return the last, unfinished window."""
        last = self._windows.last()
        return [self._sample(*last)] if last else []

    def _sample(self, window: Window, window_s: float) -> LineSample:
        return LineSample(
            camera=self._camera,
            line=self._gate.name,
            from_s=window.from_s,
            utc=window.utc,
            window_s=round(window_s, 3),
            in_=window.plus,
            out=window.minus,
            coverage=window.coverage(window_s),
        )
