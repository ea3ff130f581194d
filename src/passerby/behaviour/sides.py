"""One person beside a line: the side, and the moment of crossing. A flicker never counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from passerby.contracts.arrays import F64
from passerby.contracts.people import Subject
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.places import Gate

Direction = Literal["in", "out"]

# A side counts when the person is this far from the line, or this many standard deviations of the foot point if
# that is more, for this long. 0.25 m is half a step; the sway of a standing person is below it. With one standard
# deviation, white noise of the foot point and 5 frames per second, a person standing on a line 18 m away made 26
# crossings in four minutes; with two, none (measured with simulated positions; the command was not kept). The
# time is chosen: a second observation at 5 frames per second. Band and time were not varied in a measurement.
BAND_M, BAND_SD, SETTLE_S = 0.25, 2.0, 0.2
# A first side needs no minimum time, because tracks may start shortly before the line, unless it is left faster
# than a person runs: then the box had jumped. m/s; chosen by judgement, not varied in a measurement.
FASTEST_MPS = 4.0
# A person who is seen no more before a side settled has crossed if they were this far beyond, in widths of the
# band: 0.38 m. Chosen; measured with other changes of line crossings, not alone: on the real walks of decision
# 0015, 653 of 691 crossings are reported (617 before), and one false crossing (five before).
CLEAR = 1.5


@dataclass(frozen=True, slots=True)
class Crossing:
    """A crossing: its last observation, and the moment on the line, seconds."""

    subject: Subject
    direction: Direction
    began_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One observation of a person. subject: whose; foot_px (2,).

    offset_m, sd_m: signed distance from the line and its standard deviation.
    """

    at: Timestamp
    subject: Subject
    foot_px: F64
    offset_m: float
    sd_m: float


@dataclass(slots=True)
class Walk:
    """One person. settled: the side (-1 left, 0 unknown, 1 right), of which `near` is the last observation.

    tried: the first observation of another side. over: the observations around the latest moment on the line.
    """

    last: Observation | None = None
    settled: int = 0
    since: Timestamp | None = None
    near: Observation | None = None
    tried: Observation | None = None
    over: tuple[Observation, Observation] | None = None

    def step(self, observation: Observation, gate: Gate) -> Crossing | None:
        """Add the next observation; return the crossing that it completes."""
        before, self.last = self.last or observation, observation
        if before.offset_m * observation.offset_m <= 0 and before.offset_m:
            self.over = before, observation
        side = _side(observation)
        if self.settled == 0:
            self._stand(side, observation)
        elif side in (0, self.settled):
            self.tried = None
            self.near = observation if side else self.near
        elif self.tried is None and self._was_a_jump(observation):
            self._stand(side, observation)
        else:
            return self._try(observation, gate)
        return None

    def end(self, gate: Gate) -> Crossing | None:
        """Return the crossing of a person who was last seen beyond the line before the side settled."""
        if (
            not (self.tried and self.near and self.over and self.last)
            or _clear(self.last) < CLEAR
            or _is_jump(self.near, self.tried)
        ):
            return None
        return self._crossing(self.over, -self.settled, gate)

    def _stand(self, side: int, observation: Observation) -> None:
        self.settled, self.near, self.tried, self.since = side, observation, None, observation.at

    def _was_a_jump(self, observation: Observation) -> bool:
        """Return whether a side observed for less than `SETTLE_S` was left faster than a person runs."""
        assert self.near is not None
        assert self.since is not None
        return self.near.at.since_s(self.since) < SETTLE_S and _is_jump(self.near, observation)

    def _try(self, observation: Observation, gate: Gate) -> Crossing | None:
        self.tried = self.tried or observation
        if observation.at.since_s(self.tried.at) < SETTLE_S:
            return None
        self.since, self.settled = self.tried.at, _side(observation)
        self.near, self.tried = observation, None
        return None if self.over is None else self._crossing(self.over, self.settled, gate)

    def _crossing(self, over: tuple[Observation, Observation], side: int, gate: Gate) -> Crossing | None:
        before, after = over
        if not gate.is_crossed(before.foot_px, after.foot_px):
            return None
        assert self.last is not None
        span_m = before.offset_m - after.offset_m
        share = before.offset_m / span_m if span_m else 0.0
        began_s = before.at.s + share * after.at.since_s(before.at)
        return Crossing(self.last.subject, "in" if side > 0 else "out", began_s)


def _is_jump(before: Observation, after: Observation) -> bool:
    return abs(after.offset_m - before.offset_m) > FASTEST_MPS * after.at.since_s(before.at)


def _clear(observation: Observation) -> float:
    """Return the distance from the line, in widths of the band."""
    return abs(observation.offset_m) / max(BAND_M, BAND_SD * observation.sd_m)


def _side(observation: Observation) -> int:
    if _clear(observation) >= 1:
        return 1 if observation.offset_m > 0 else -1
    return 0
