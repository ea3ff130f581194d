"""From tracks in pixels to positions and velocities on the floor, with their errors.

Velocity is the slope of a straight line fitted to the last second of positions, by least squares on the frames'
own times. Its standard deviation follows from the error of the feet, or from their scatter about the line if that
is larger, and from the error of the calibration. All tracks of a camera share one ring of frame times, so a step
is a few array operations.
"""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F32, F64, I64, Bools
from passerby.contracts.people import GroundTracks, Tracks
from passerby.contracts.time import NS_PER_S
from passerby.ground.foot import foot_is_seen, foot_sd_px
from passerby.ground.plane import GroundPlane, unit_vectors


class Motion:
    """One camera's floor positions and velocities; without a plane every row is off the floor.

    window_s: seconds of positions a velocity is fitted to; min_span_s: least stretch of them that gives one.
    """

    def __init__(self, plane: GroundPlane | None, window_s: float = 1.0, min_span_s: float = 0.5) -> None:
        self._plane, self._window_s, self._min_span_s = plane, window_s, min_span_s
        self._exact = None if plane is None else plane.exact()
        self._ring = _Ring()

    def __len__(self) -> int:
        return len(self._ring)

    def step(self, tracks: Tracks) -> GroundTracks:
        """Return the same rows as `tracks`, in the same order, on the floor."""
        height = tracks.xyxy_px[:, 3] - tracks.xyxy_px[:, 1]
        n = len(tracks)
        pos, pos_sd, on_floor = np.full((n, 2), np.nan), np.full(n, np.nan), np.zeros(n, bool)
        vel, speed_sd = np.full((n, 2), np.nan), np.full(n, np.nan)
        if self._plane is not None and n:
            sd_px = foot_sd_px(height, tracks.held)
            floor = self._plane.to_floor(tracks.foot_px.astype(np.float64), sd_px)
            on_floor = floor.valid & foot_is_seen(tracks.xyxy_px, tracks.frame_wh)
            pos = np.where(on_floor[:, None], floor.pos_m, np.nan)
            pos_sd = np.where(on_floor, floor.sd_m, np.nan)
            self._ring.add(tracks, pos, on_floor & ~tracks.held)
            vel, speed_sd = self._fit(tracks, pos, sd_px, on_floor)
        else:
            self._ring.forget(tracks.gone)
        return GroundTracks(
            camera=tracks.camera, at=tracks.at, id=tracks.id, foot_px=tracks.foot_px,
            height_px=height, width_px=tracks.xyxy_px[:, 2] - tracks.xyxy_px[:, 0],
            pos_m=pos, pos_sd_m=pos_sd.astype(np.float32), vel_mps=vel, speed_sd_mps=speed_sd.astype(np.float32),
            on_floor=on_floor,
            confirmed=tracks.confirmed, held=tracks.held, gone=tracks.gone,
        )  # fmt: skip

    def forget(self) -> None:
        """Drop everything, because the picture was interrupted."""
        self._ring = _Ring()

    def _fit(self, tracks: Tracks, pos: F64, sd_px: F64, on_floor: Bools) -> tuple[F64, F64]:
        """Fit velocities (N, 2) and speed errors (N,); `pos` becomes the fitted position where there is one."""
        t, points, used = self._ring.window(tracks, self._window_s)
        count = used.sum(axis=1)
        mean_t = np.divide((used * t).sum(axis=1), count, out=np.zeros(len(count)), where=count > 0)
        dt = np.where(used, t - mean_t[:, None], 0.0)
        spread = (dt**2).sum(axis=1)
        fits = on_floor & (count >= 3) & (np.ptp(np.where(used, t, mean_t[:, None]), axis=1) >= self._min_span_s)
        safe = np.where(spread > 0, spread, 1.0)
        mean_pos = (used[..., None] * points).sum(axis=1) / np.maximum(count, 1)[:, None]
        slope = (dt[..., None] * points).sum(axis=1) / safe[:, None]
        miss = np.where(used[..., None], points - mean_pos[:, None] - slope[:, None] * dt[..., None], 0.0)
        scatter = (miss**2).sum(axis=(1, 2)) / np.maximum(2 * count - 4, 1)
        pos[fits] = (mean_pos - slope * mean_t[:, None])[fits]
        speed_sd = np.full(len(pos), np.nan)
        speed_sd[fits] = self._speed_sd(tracks.foot_px[fits], sd_px[fits], slope[fits], scatter[fits], safe[fits])
        return np.where(fits[:, None], slope, np.nan), speed_sd

    def _speed_sd(self, foot_px: F32, sd_px: F64, vel: F64, scatter: F64, spread: F64) -> F64:
        """Return one standard deviation of the speeds: the feet's error, new in every frame, and the fit's."""
        assert self._plane is not None
        assert self._exact is not None
        floor = self._exact.to_floor(foot_px.astype(np.float64), sd_px)
        foot_var = np.maximum(_along(floor.cov_m2, vel), scatter) / spread
        return np.sqrt(foot_var + self._plane.fit_speed_var(floor.pos_m, vel))


def _along(cov: F64, direction: F64) -> F64:
    """Return the variance (N,) of positions along the direction (N, 2) people walk."""
    unit = unit_vectors(direction)
    return np.asarray(np.einsum("ni,nij,nj->n", unit, cov, unit))


class _Ring:
    """The last frames' times and, per track, the positions seen in them."""

    COLUMNS = 64

    def __init__(self) -> None:
        self._slot: dict[int, int] = {}
        self._free: list[int] = []
        self._column = 0
        self._t_ns = np.full(self.COLUMNS, -(2**62), np.int64)
        self._pos = np.zeros((0, self.COLUMNS, 2))
        self._seen = np.zeros((0, self.COLUMNS), bool)

    def __len__(self) -> int:
        return len(self._slot)

    def add(self, tracks: Tracks, pos_m: F64, seen: Bools) -> None:
        """Take one frame: positions (N, 2) of the tracks, and which of them were really seen."""
        self.forget(tracks.gone)
        self._column = (self._column + 1) % self.COLUMNS
        self._t_ns[self._column] = tracks.at.mono_ns
        self._seen[:, self._column] = False
        slots = self._slots(tracks.id)
        self._seen[slots, self._column] = seen
        self._pos[slots, self._column] = np.where(seen[:, None], pos_m, 0.0)

    def window(self, tracks: Tracks, window_s: float) -> tuple[F64, F64, Bools]:
        """Return times before now (COLUMNS,), positions (N, COLUMNS, 2) and which of them count (N, COLUMNS)."""
        t = (self._t_ns - tracks.at.mono_ns) / NS_PER_S
        slots = self._slots(tracks.id)
        recent = t >= -window_s
        return np.where(recent, t, 0.0), self._pos[slots], self._seen[slots] & recent

    def forget(self, gone: I64) -> None:
        """Free the rows of tracks that ended."""
        for track in gone.tolist():
            if (slot := self._slot.pop(track, None)) is not None:
                self._free.append(slot)

    def _slots(self, ids: I64) -> I64:
        for track in ids.tolist():
            if track not in self._slot:
                self._slot[track] = self._take_free()
        return np.array([self._slot[track] for track in ids.tolist()], np.int64)

    def _take_free(self) -> int:
        if not self._free:
            size = len(self._pos)
            grown = max(8, size)
            self._pos = np.concatenate([self._pos, np.zeros((grown, self.COLUMNS, 2))])
            self._seen = np.concatenate([self._seen, np.zeros((grown, self.COLUMNS), bool)])
            self._free = list(range(size, size + grown))
        slot = self._free.pop()
        self._seen[slot] = False
        return slot
