"""The size of the shown pictures of one camera."""

from __future__ import annotations

import numpy as np

from passerby.ground.geometry.plane import GroundPlane

MAX_SHOWN_WH = (960, 960)
# A smaller picture cannot be recognised.
MIN_SHOWN_PX = 160


def shown_wh(wh: tuple[int, int], plane: GroundPlane | None, max_px_per_m: float) -> tuple[int, int]:
    """Return the size of shown pictures for pictures of `wh` pixels.

    It fits MAX_SHOWN_WH; on a known floor, no metre of it is wider than `max_px_per_m` pixels, except for pictures
    that would be smaller than MIN_SHOWN_PX along the longer side.
    """
    fits = min(MAX_SHOWN_WH[0] / wh[0], MAX_SHOWN_WH[1] / wh[1], 1.0)
    sharpest = nearest_px_per_m(wh, plane)
    capped = min(fits, max(max_px_per_m / sharpest, MIN_SHOWN_PX / max(wh))) if sharpest else fits
    return max(1, round(wh[0] * capped)), max(1, round(wh[1] * capped))


def nearest_px_per_m(wh: tuple[int, int], plane: GroundPlane | None) -> float | None:
    """Return the largest width in pixels of a metre of floor, on the edges of the picture; None without a
    floor."""
    if plane is None:
        return None
    w, h = wh
    across = np.linspace(0, w, 9)
    edge = np.concatenate([np.column_stack([across, np.full(9, y)]) for y in (0.0, float(h))])
    floor = plane.exact()
    left, right = (floor.to_floor(edge + np.array([step, 0.0])).pos_m for step in (-0.5, 0.5))
    m_per_px = np.linalg.norm(right - left, axis=1)
    px_per_m = 1 / m_per_px[np.isfinite(m_per_px) & (m_per_px > 1e-9)]
    return float(px_per_m.max()) if len(px_per_m) else None
