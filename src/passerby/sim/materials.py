"""Surfaces: the computed colour of a wall, a floor or a track bed at a point.

Each material takes two coordinates on its plane in metres, float32 arrays (M,), and returns BGR float32 (M, 3).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from passerby.contracts.arrays import F32

Material = Callable[[F32, F32], F32]
_CELLS = 512


def _grain() -> tuple[F32, F32]:
    """White noise and smoothed noise, both tiling, float32 (512, 512), mean 0, deviation 1."""
    white = np.random.default_rng(2718).normal(size=(_CELLS, _CELLS)).astype(np.float32)
    wide = cv2.GaussianBlur(np.tile(white, (3, 3)), (0, 0), 6)
    smooth = wide[_CELLS : 2 * _CELLS, _CELLS : 2 * _CELLS]
    return white, np.asarray(smooth / smooth.std(), dtype=np.float32)


_WHITE, _SMOOTH = _grain()


def _sample(table: F32, u: F32, v: F32, per_m: float) -> F32:
    rows = np.floor(v * per_m).astype(np.int64) % _CELLS
    columns = np.floor(u * per_m).astype(np.int64) % _CELLS
    picked: F32 = table[rows, columns]
    return picked


def _plain(bgr: tuple[int, int, int], stain: float = 5.0, speckle: float = 2.0) -> Material:
    def paint(u: F32, v: F32) -> F32:
        tone = stain * _sample(_SMOOTH, u, v, 9) + speckle * _sample(_WHITE, u, v, 60)
        return np.asarray(np.array(bgr) + tone[:, None], dtype=np.float32)

    return paint


def _tiles(
    bgr: tuple[int, int, int], size_m: tuple[float, float], joint: float, each: float, gap_m: float = 0.012
) -> Material:
    """Tiles of `size_m`, every one a little different, with joints `joint` darker."""
    base = _plain(bgr, 5, 2)

    def paint(u: F32, v: F32) -> F32:
        colour = base(u, v) + each * _sample(_WHITE, u, v, 1 / size_m[0])[:, None]
        near_u = np.abs((u / size_m[0] + 0.5) % 1 - 0.5) * size_m[0]
        near_v = np.abs((v / size_m[1] + 0.5) % 1 - 0.5) * size_m[1]
        line = np.clip(1.5 - np.minimum(near_u, near_v) / gap_m, 0, 1)
        return np.asarray(colour - joint * line[:, None], dtype=np.float32)

    return paint


def _tactile(bgr: tuple[int, int, int]) -> Material:
    base = _plain(bgr, 5, 3)

    def paint(u: F32, v: F32) -> F32:
        bump = np.cos(u * (2 * np.pi / 0.06)) * np.cos(v * (2 * np.pi / 0.06))
        return np.asarray(base(u, v) + 12 * bump[:, None], dtype=np.float32)

    return paint


def _track(u: F32, v: F32) -> F32:
    """Ballast, sleepers every 0.65 m and two rails along; v runs across the track from its low edge."""
    colour = np.array((44, 48, 52), np.float32) + 13 * _sample(_WHITE, u, v, 22)[:, None]
    sleeper = (np.abs((u / 0.65) % 1 - 0.5) < 0.2) & (v > 0.35) & (v < 2.75)
    colour[sleeper] = np.array((58, 60, 64), np.float32) + 4 * _sample(_WHITE, u, v, 30)[sleeper, None]
    rail = (np.abs(v - 0.83) < 0.045) | (np.abs(v - 2.27) < 0.045)
    colour[rail] = (128, 134, 140)
    colour[(np.abs(v - 0.90) < 0.03) | (np.abs(v - 2.34) < 0.03)] = (26, 28, 30)
    return np.asarray(colour, dtype=np.float32)


def _ceiling(u: F32, v: F32) -> F32:
    """Dark slats with bands of lamps every 3 m."""
    colour = np.array((92, 92, 92), np.float32) - 22 * (np.abs((u / 0.4) % 1 - 0.5) < 0.06)[:, None]
    lamp = np.abs((v / 3.0) % 1 - 0.5) < 0.05
    colour[lamp] = (248, 252, 252)
    return np.asarray(colour, dtype=np.float32)


def _posters(bgr: tuple[int, int, int]) -> Material:
    """A tiled wall with framed posters every 5 m; v is the height."""
    wall = _tiles(bgr, (0.3, 0.15), 16, 3, 0.006)

    def paint(u: F32, v: F32) -> F32:
        colour = wall(u, v)
        cell, inside = np.floor(u / 5).astype(np.int64), u % 5
        frame = (inside > 1.35) & (inside < 3.05) & (v > 0.85) & (v < 2.15)
        sheet = (inside > 1.42) & (inside < 2.98) & (v > 0.92) & (v < 2.08)
        colour[frame] = (60, 60, 62)
        tint = np.stack([90 + 60 * np.sin(cell * k + 1.3 * k) for k in (1.7, 2.9, 4.1)], -1)
        pattern = (
            26 * np.sin(3 * inside + 5 * v * np.cos(cell))[:, None] + 16 * _sample(_SMOOTH, u, v, 14)[:, None]
        )
        colour[sheet] = (tint + pattern)[sheet]
        return np.asarray(colour, dtype=np.float32)

    return paint


def _hazard(u: F32, v: F32) -> F32:
    stripe = ((u + v) / 0.25) % 1 < 0.5
    return np.where(stripe[:, None], (30, 190, 225), (35, 35, 38)).astype(np.float32)


MATERIALS: dict[str, Material] = {
    "tiles": _tiles((148, 150, 152), (0.6, 0.6), 26, 5),
    "tiles_dark": _tiles((92, 94, 98), (0.6, 0.6), 22, 5),
    "tiles_warm": _tiles((120, 138, 150), (0.45, 0.45), 24, 6),
    "terrazzo": _plain((142, 148, 154), 6, 9),
    "concrete": _plain((112, 114, 116), 9, 4),
    "concrete_dark": _plain((62, 63, 65), 8, 4),
    "edge": _plain((176, 180, 182), 5, 3),
    "yellow": _tactile((44, 176, 214)),
    "track": _track,
    "ceiling": _ceiling,
    "wall": _posters((176, 180, 178)),
    "wall_blue": _posters((150, 128, 104)),
    "wall_plain": _tiles((168, 170, 170), (0.3, 0.3), 14, 3, 0.006),
    "metal": _plain((134, 132, 128), 3, 3),
    "metal_dark": _plain((70, 68, 66), 3, 3),
    "wood": _tiles((62, 92, 128), (2.0, 0.09), 24, 4, 0.01),
    "stair": _plain((128, 130, 132), 5, 4),
    "hazard": _hazard,
    "dark": _plain((24, 24, 25), 2, 2),
    "glow": _plain((228, 236, 236), 2, 1),
    "red": _plain((52, 48, 168), 4, 3),
    "green": _plain((92, 150, 58), 4, 3),
}
