"""Where people stand, for the plan of a camera with an open incident: points without track, order or history."""

from __future__ import annotations

from passerby.camera.result import FrameResult

Dots = tuple[tuple[float, float], ...]


def floor_dots(result: FrameResult) -> Dots:
    """Return the foot points of the people in the picture, px, sorted, so that a place in the list means nobody.

    Empty while no incident is open.
    """
    if not result.open_incidents:
        return ()
    ground = result.ground
    seen = ground.foot_px[ground.confirmed & ~ground.predicted]
    return tuple(sorted((float(x), float(y)) for x, y in seen))
