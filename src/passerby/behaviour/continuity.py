"""Which tracks are one person: the only place that decides it.

A person who was occluded often returns as another track. When a track is seen for the first time, it continues a
track that is not seen any more, if it is near enough to the place where that person is expected by then. Two
tracks that the tracker swapped are swapped back: the person who stood at a spot still stands there. Evidence is
place, time and velocity with their errors, within one camera's picture; nothing here depends on appearance.

Every link, late or early, is one operation: two tracks exchange the persons that they carry. All state is in
memory and ends at most `STANDING_S` after a track was last seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from passerby.contracts.arrays import F64, I64, Bools
from passerby.contracts.columns import TrackColumns
from passerby.contracts.people import GroundTracks
from passerby.ground.geometry.places import Area, body_scale_m

# Longest occlusion of a person who walked, seconds: after it a path predicts little. Measured against 10 s, which
# adds 12 false crossings of 691 on the real walks and finds no further person (decision 0015).
WALKING_S = 4.0
# Longest occlusion of a person who stood, seconds. Chosen: the bound of everything that is stored here.
STANDING_S = 15.0
# Error of the expected position: a jump of a partly occluded box, metres, and one standard deviation of the change
# of a walker's velocity, of an unknown velocity, and of a person who stands, m/s. Gate in standard deviations.
# Chosen by judgement; only the whole was measured (decisions 0015, 0028), the values were not varied one by one.
JUMP_M, CHANGE_MPS, UNKNOWN_MPS, STANDS_MPS, GATE_SD = 0.3, 0.35, 0.7, 0.1, 2.5
# Averaging time of the velocity of a person off the floor, and the mean age of its observations from which it is
# known, seconds. Chosen by judgement; not varied in a measurement.
PATH_S, LEAST_PATH_S = 1.0, 0.15
# A standing person sways less than SPOT_M, metres. The spot belongs to a person who stood there for SPOT_S, and
# for LATELY_S after they left. A person who passes by is there for less than STOOD_S. Seconds. Chosen by judgement
# (decision 0016); checked in simulation, not varied one by one.
SPOT_M, SPOT_S, LATELY_S, STOOD_S = 0.6, 10.0, 4.0, 2.0
# A faster person does not stand, although far from the camera a step towards it hardly moves the foot point. m/s.
# Chosen: half of a walk at 1.34 m/s (Weidmann 1993); without it `cleaner`, seed 404, has a false exchange.
STANDS_MOST_MPS = 0.7
# Within this distance of a track zone with a train, people board and alight. Metres.
# Chosen by judgement (decision 0010); not varied in a measurement.
DOOR_M = 1.5

_NOWHERE = (np.nan, np.nan)


class Continuity:
    """The links between the tracks of one camera. `step` takes frames in order."""

    def __init__(self) -> None:
        # person: the number it carries. seen_s: last observation; px, height_px, m, vel_mps: what it showed.
        # mean_s, mean_px: averages of the last second. spot_*: where it stands, since when, and last there.
        # heir: the track that took its person. lost: removed by the tracker.
        self._tracks = TrackColumns(
            person=-1, seen_s=np.nan, px=_NOWHERE, height_px=1.0, m=_NOWHERE, vel_mps=_NOWHERE,
            mean_s=np.nan, mean_px=_NOWHERE,
            spot_px=_NOWHERE, spot_height_px=1.0, spot_since_s=np.nan, spot_last_s=np.nan,
            heir=-1, lost=False,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self._tracks)

    def reset(self) -> None:
        """Reset all links, because the picture was interrupted."""
        self._tracks.reset()

    def step(self, ground: GroundTracks, doors: Sequence[Area] = ()) -> GroundTracks:
        """Return the frame with the columns `continues` and `ended`.

        doors: track zones with a train. A person who stood there and is not seen any more has boarded.
        """
        now_s, table = ground.at.s, self._tracks
        ended = self._let_go(ground, doors)
        rows = table.rows(ground.id)
        table["person"][rows] = np.where(table["person"][rows] < 0, ground.id, table["person"][rows])
        seen = np.flatnonzero(ground.seen)
        self._take_back(rows[seen])
        is_first = np.isnan(table["seen_s"][rows[seen]])
        if is_first.any():
            self._link(ground, seen[is_first], rows[seen], doors)
        self._see(ground, seen, rows[seen])
        self._set_right(now_s)
        ended += self._drop(table["lost"] & (table["heir"] >= 0))
        return replace(ground, continues=table["person"][table.rows(ground.id)], ended=np.array(ended, np.int64))

    def _let_go(self, ground: GroundTracks, doors: Sequence[Area]) -> list[int]:
        """Drop the tracks that ended, unless their persons may return in time; return the persons of those."""
        table = self._tracks
        removed = table.rows_of(ground.removed)
        table["lost"][removed] = True
        if not table["lost"].any():
            return []
        may_return = (table["heir"] < 0) & (ground.at.s - table["seen_s"] <= self._longest_s())
        may_return[removed] &= ~self._boarded(removed, doors)
        return self._drop(table["lost"] & ~may_return)

    def _drop(self, rows: Bools) -> list[int]:
        persons: list[int] = self._tracks["person"][rows].tolist()
        self._tracks.drop(rows)
        return persons

    def _take_back(self, rows: I64) -> None:
        """Give tracks their persons back if they were only unseen for a moment while another continued them."""
        table = self._tracks
        for row in rows[table["heir"][rows] >= 0].tolist():
            for heir in table.rows_of(table["heir"][row : row + 1]).tolist():
                self._exchange(row, heir)
            table["heir"][row] = -1

    def _link(self, ground: GroundTracks, fresh: I64, seen_rows: I64, doors: Sequence[Area]) -> None:
        """Let tracks that are seen for the first time, rows `fresh` of the frame, continue unseen ones."""
        table = self._tracks
        is_unseen = np.isfinite(table["seen_s"]) & (table["heir"] < 0)
        is_unseen[seen_rows] = False
        unseen = np.flatnonzero(is_unseen)
        unseen = unseen[~self._boarded(unseen, doors)]
        if not len(unseen):
            return
        residual = self._residual(unseen, ground, fresh)
        before, after = linear_sum_assignment(np.minimum(residual, 10 * GATE_SD))
        is_near = residual[before, after] <= GATE_SD
        heirs = table.rows(ground.id[fresh[after[is_near]]])
        for row, heir in zip(unseen[before[is_near]].tolist(), heirs.tolist(), strict=True):
            self._exchange(row, heir)
            table["heir"][row] = table.number[heir]

    def _residual(self, unseen: I64, ground: GroundTracks, fresh: I64) -> F64:
        """Return the distances (L, M) of new tracks from the expected positions, in standard deviations; inf if
        too late."""
        old = {name: self._tracks[name][unseen][:, None] for name in ("px", "height_px", "m", "seen_s")}
        later_s = ground.at.s - old["seen_s"]
        scale = body_scale_m(np.maximum(old["height_px"], ground.height_px[fresh]))
        by_body = scale[..., None] * (ground.foot_px[fresh] - old["px"])
        on_floor = ground.pos_m[fresh] - old["m"]
        # Displacement and velocity in the same unit: a foot point cut off by the picture's edge has no position.
        is_known: Bools = np.asarray(np.isfinite(on_floor).all(axis=-1))
        stands = self._stands()[unseen][:, None]
        velocity = np.where(is_known[..., None], self._tracks["vel_mps"][unseen][:, None], self._by_body(unseen))
        velocity = np.where(stands[..., None], 0.0, velocity)
        is_known_speed: Bools = np.asarray(np.isfinite(velocity).all(axis=-1))
        change_mps = np.where(stands, STANDS_MPS, np.where(is_known_speed, CHANGE_MPS, UNKNOWN_MPS))
        expected = np.where(is_known_speed[..., None], velocity, 0.0) * later_s[..., None]
        miss: F64 = np.where(is_known[..., None], on_floor, by_body) - expected
        residual = np.hypot(miss[..., 0], miss[..., 1]) / np.hypot(JUMP_M, change_mps * later_s)
        return np.asarray(np.where(later_s <= self._longest_s()[unseen][:, None], residual, np.inf))

    def _by_body(self, rows: I64) -> F64:
        """Return velocities (L, 1, 2) by body heights, m/s; NaN for tracks that are too short."""
        table = self._tracks
        age_s = (table["seen_s"] - table["mean_s"])[rows]
        scale = body_scale_m(table["height_px"][rows]) / np.where(age_s >= LEAST_PATH_S, age_s, np.nan)
        return np.asarray((scale[:, None] * (table["px"] - table["mean_px"])[rows])[:, None])

    def _see(self, ground: GroundTracks, seen: I64, rows: I64) -> None:
        """Add the observations in the rows `seen` of the frame, which are `rows` of the table."""
        table, now_s = self._tracks, ground.at.s
        share = 1 - np.exp((table["seen_s"][rows] - now_s) / PATH_S)
        px, height = ground.foot_px[seen].astype(np.float64), ground.height_px[seen].astype(np.float64)
        table.put(rows, seen_s=now_s, px=px, height_px=height, m=ground.pos_m[seen], vel_mps=ground.vel_mps[seen])
        for name, value in (("mean_s", np.full(len(rows), now_s)), ("mean_px", px)):
            mean, weight = table[name][rows], share if value.ndim == 1 else share[:, None]
            table[name][rows] = np.where(np.isnan(mean), value, mean + weight * (value - mean))
        self._see_spots(rows, now_s)

    def _see_spots(self, rows: I64, now_s: float) -> None:
        table = self._tracks
        px, height = table["px"][rows], table["height_px"][rows]
        is_there = _apart_m(table["spot_px"][rows], table["spot_height_px"][rows], px, height) <= SPOT_M
        stood_s = table["spot_last_s"][rows] - table["spot_since_s"][rows]
        moves = ~is_there & ~((stood_s >= SPOT_S) & (now_s - table["spot_last_s"][rows] <= LATELY_S))
        table["spot_last_s"][rows[is_there]] = now_s
        self._settle(rows[moves], now_s)

    def _settle(self, rows: I64, now_s: float) -> None:
        """Let the spots of these tracks begin where they are."""
        table = self._tracks
        table.put(
            rows, spot_px=table["px"][rows], spot_height_px=table["height_px"][rows],
            spot_since_s=now_s, spot_last_s=now_s,
        )  # fmt: skip

    def _stands(self) -> Bools:
        """Return which tracks (M,) stood when they were last seen."""
        table = self._tracks
        stood_s = table["spot_last_s"] - table["spot_since_s"]
        walks = np.hypot(table["vel_mps"][:, 0], table["vel_mps"][:, 1]) > STANDS_MOST_MPS
        return np.asarray((table["spot_last_s"] == table["seen_s"]) & (stood_s >= STOOD_S) & ~walks)

    def _longest_s(self) -> F64:
        return np.where(self._stands(), STANDING_S, WALKING_S)

    def _set_right(self, now_s: float) -> None:
        """Exchange the persons of tracks that left their spot, or were lost there, and of tracks that came there
        meanwhile and stand."""
        table = self._tracks
        has_spot = table["spot_last_s"] - table["spot_since_s"] >= SPOT_S
        left = has_spot & (table["lost"] | (table["seen_s"] > table["spot_last_s"]))
        if not left.any():
            return
        stands = self._stands() & (table["seen_s"] == now_s) & ~has_spot
        for row in np.flatnonzero(left).tolist():
            came = np.flatnonzero(stands & (table["spot_since_s"] < table["spot_last_s"][row]))
            apart = _apart_m(
                table["spot_px"][row], table["spot_height_px"][row],
                table["spot_px"][came], table["spot_height_px"][came],
            )  # fmt: skip
            for other in came[apart <= SPOT_M][:1].tolist():
                self._exchange(row, other)
                stands[other] = False
                table["heir"][row] = table.number[other] if table["lost"][row] else -1
                table["spot_since_s"][other] = table["spot_since_s"][row]
                self._settle(np.array([row]), now_s)

    def _boarded(self, rows: I64, doors: Sequence[Area]) -> Bools:
        """Return which unseen tracks (K,) stood at the doors of a train."""
        away_px = np.array(
            [[area.distance_px((x, y)) for x, y in self._tracks["px"][rows].tolist()] for area in doors]
        )
        m_per_px = body_scale_m(self._tracks["height_px"][rows])
        is_near = m_per_px * away_px.reshape(len(doors), len(rows)) <= DOOR_M
        return np.asarray(self._stands()[rows] & is_near.any(axis=0))

    def _exchange(self, row: int, other: int) -> None:
        person = self._tracks["person"]
        person[row], person[other] = person[other], person[row]


def _apart_m(a_px: F64, a_height_px: F64, b_px: F64, b_height_px: F64) -> F64:
    """Return the distances (N,) of foot points, measured in body heights, metres; NaN from nowhere."""
    away = np.asarray(a_px - b_px)
    return np.asarray(body_scale_m(np.maximum(a_height_px, b_height_px)) * np.hypot(away[..., 0], away[..., 1]))
