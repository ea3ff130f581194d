"""People beside a line: the side of each, and the moment of crossing. A flicker never counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from passerby.behaviour.rule import subject, subject_of
from passerby.contracts.arrays import F64, I64, Bools
from passerby.contracts.columns import NEVER, TrackColumns
from passerby.contracts.people import GroundTracks, Subject
from passerby.contracts.time import NS_PER_S
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


class Crossings:
    """Crossings of one line, `line` is its name. "in" is from left to right when walking along the line as drawn.

    A walk is that of a person over all tracks that continue each other (continuity.py), so a crossing counts once,
    also if no single track shows it. The rule and the counter of a line share one object, so each frame is
    processed once.
    """

    def __init__(self, gate: Gate) -> None:
        self.line, self._gate = gate.name, gate
        self._frame: GroundTracks | None = None
        self._crossed: list[Crossing] = []
        # last_*, clear: the last observation, of `track`; m is the distance from the line. settled: the side (-1
        # left, 0 unknown, 1 right), since `since_ns`; near_*: its last observation. tried_*: the first observation
        # of the other side. over_s: the latest moment on the line, NaN without one between its ends.
        self._walks = TrackColumns(
            track=NEVER, last_ns=NEVER, last_m=0.0, last_px=(0.0, 0.0), foot_px=(0.0, 0.0), height_px=0.0,
            clear=0.0, settled=0, since_ns=NEVER, near_ns=NEVER, near_m=0.0, tried_ns=NEVER,
            tried_m=0.0, over_s=np.nan,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self._walks)

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        self._walks.reset()
        self._frame = None

    def step(self, ground: GroundTracks) -> list[Crossing]:
        """Return the crossings of this frame; only confirmed, matched tracks are used.

        A repeated call with the same rows returns the same result.
        """
        if self._frame is not ground:
            self._frame, self._crossed = ground, self._cross(ground)
        return self._crossed

    def _cross(self, ground: GroundTracks) -> list[Crossing]:
        crossed = self._end(self._walks.rows_of(ground.ended))
        seen = np.flatnonzero(ground.seen)
        if not len(seen):
            return crossed
        self._keep_with_tracks(ground.id[seen].tolist(), ground.continues[seen].tolist())
        rows, side = self._look(ground, seen)
        done = self._settle(rows, side, ground.at.mono_ns)
        over_s = self._walks["over_s"][rows]
        return crossed + [
            Crossing(subject_of(ground, int(seen[k])), _direction(side[k]), float(over_s[k]))
            for k in np.flatnonzero(done & ~np.isnan(over_s)).tolist()
        ]

    def _end(self, rows: I64) -> list[Crossing]:
        """Drop the people in these rows; return the crossings of those last seen beyond the line before the side
        settled."""
        if not len(rows):
            return []
        walks = self._walks
        tried_ns, tried_m, over_s, clear = (
            walks[name][rows] for name in ("tried_ns", "tried_m", "over_s", "clear")
        )
        beyond = (
            (tried_ns != NEVER) & (clear >= CLEAR) & ~np.isnan(over_s) & ~self._is_jump(rows, tried_ns, tried_m)
        )
        shown = walks["track"], walks["foot_px"], walks["height_px"], walks.number
        crossed = [
            Crossing(subject(*(column[row] for column in shown)), _direction(-walks["settled"][row]), moment_s)
            for row, moment_s in zip(rows[beyond].tolist(), over_s[beyond].tolist(), strict=True)
        ]
        walks.drop(rows)
        return crossed

    def _keep_with_tracks(self, tracks: list[int], persons: list[int]) -> None:
        """Let walks follow their tracks where two seen tracks exchanged persons: nobody walked between them."""
        followed = dict(zip(self._walks["track"].tolist(), self._walks.number.tolist(), strict=True))
        moved = {followed.get(t, p): p for t, p in zip(tracks, persons, strict=True) if followed.get(t, p) != p}
        if moved:
            self._walks.rename(moved)

    def _look(self, ground: GroundTracks, seen: I64) -> tuple[I64, I64]:
        """Add the observations in the rows `seen` of the frame; return their walks (K,) and sides (K,)."""
        walks, now_ns = self._walks, ground.at.mono_ns
        rows = walks.rows(ground.continues[seen])
        (offset_m, sd_m), feet_px = self._gate.offset_m(ground), self._gate.feet_px(ground)[seen]
        m, clear = offset_m[seen], np.abs(offset_m[seen]) / np.maximum(BAND_M, BAND_SD * sd_m[seen])
        before_m, before_ns = walks["last_m"][rows], walks["last_ns"][rows]
        over = np.flatnonzero((before_m * m <= 0) & (before_m != 0))
        if len(over):
            share = before_m[over] / (before_m[over] - m[over])
            moment_s = (before_ns[over] + share * (now_ns - before_ns[over])) / NS_PER_S
            is_crossed = self._gate.is_crossed(walks["last_px"][rows[over]], feet_px[over])
            walks["over_s"][rows[over]] = np.where(is_crossed, moment_s, np.nan)
        walks.put(rows, track=ground.id[seen], foot_px=ground.foot_px[seen], height_px=ground.height_px[seen])
        walks.put(rows, last_ns=now_ns, last_m=m, last_px=feet_px, clear=clear)
        return rows, np.where(clear >= 1, np.sign(m), 0).astype(np.int64)

    def _settle(self, rows: I64, side: I64, now_ns: int) -> Bools:
        """Update the sides of the walks `rows`, which differ; return which of them (K,) changed from one settled
        side to the other."""
        walks, m = self._walks, self._walks["last_m"][rows]
        settled, is_trying = walks["settled"][rows], walks["tried_ns"][rows] != NEVER
        other = (settled != 0) & (side == -settled)
        # A side observed for less than SETTLE_S, and left faster than a person runs, was a jump of the box.
        stood_s = (walks["near_ns"][rows] - walks["since_ns"][rows]) / NS_PER_S
        jumps = other & ~is_trying & (stood_s < SETTLE_S) & self._is_jump(rows, now_ns, m)
        begins = other & ~jumps & ~is_trying
        walks.put(rows[begins], tried_ns=now_ns, tried_m=m[begins])
        tried_ns = walks["tried_ns"][rows]
        done = other & ~jumps & ((now_ns - tried_ns) / NS_PER_S >= SETTLE_S)
        stands = (settled == 0) | jumps
        since_ns = np.where(done, tried_ns, np.where(stands, now_ns, walks["since_ns"][rows]))
        walks.put(rows, since_ns=since_ns, settled=np.where(done | stands, side, settled))
        is_near = done | stands | (side == settled)
        walks.put(rows[is_near], near_ns=now_ns, near_m=m[is_near])
        walks["tried_ns"][rows[~other | jumps | done]] = NEVER
        return np.asarray(done)

    def _is_jump(self, rows: I64, to_ns: I64 | int, to_m: F64) -> Bools:
        """Return which of these walks would have moved faster than a person runs, from their settled side."""
        walks = self._walks
        most_m = FASTEST_MPS * (to_ns - walks["near_ns"][rows]) / NS_PER_S
        return np.asarray(np.abs(to_m - walks["near_m"][rows]) > most_m)


def _direction(side: int) -> Direction:
    return "in" if side > 0 else "out"
