"""Single frames of ground tracks, written by hand: 100 px per metre seen from above, y pointing up the picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from passerby.contracts.config import Line, Zone
from passerby.contracts.occlusion import occluded_rows
from passerby.contracts.people import GroundTracks
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ground.geometry.places import Area, Gate

PX_PER_M, HEIGHT_PX = 100.0, 170.0
Spot = tuple[float, float]


def frame(
    t_s: float,
    people: Mapping[int, Spot] | None = None,
    *,
    removed: Iterable[int] = (),
    predicted: Iterable[int] = (),
    unconfirmed: Iterable[int] = (),
    vel_mps: Mapping[int, Spot] | None = None,
    speed_sd: float = 0.05,
    utc_ns: int | None = None,
    continues: Mapping[int, int] | None = None,
    ended: Iterable[int] | None = None,
) -> GroundTracks:
    """People by number at a place in metres; a velocity only for those in `vel_mps`.

    Without `ended`, the removed tracks end their persons.
    """
    people, vel_mps = people or {}, vel_mps or {}
    ids, n = list(people), len(people)
    removed, before = list(removed), continues or {}
    nowhere = (np.nan, np.nan)
    feet, is_confirmed = (
        np.array([px(people[i]) for i in ids]).reshape(n, 2),
        [i not in set(unconfirmed) for i in ids],
    )
    half = 0.2 * HEIGHT_PX
    boxes = np.column_stack([feet[:, 0] - half, feet[:, 1] - HEIGHT_PX, feet[:, 0] + half, feet[:, 1]])
    return GroundTracks(
        camera="cam", at=Timestamp(round(t_s * NS_PER_S), utc_ns), id=np.array(ids, np.int64),
        foot_px=feet, height_px=np.full(n, HEIGHT_PX),
        width_px=np.full(n, 0.4 * HEIGHT_PX),
        pos_m=np.full((n, 2), np.nan), pos_sd_m=np.full(n, np.nan),
        vel_mps=np.array([vel_mps.get(i, nowhere) for i in ids]).reshape(n, 2),
        speed_sd_mps=np.array([speed_sd if i in vel_mps else np.nan for i in ids]),
        on_floor=np.zeros(n, bool), confirmed=np.array(is_confirmed, bool),
        predicted=np.array([i in set(predicted) for i in ids], bool),
        occluded=occluded_rows(boxes, np.array(is_confirmed, bool)), removed=np.array(removed, np.int64),
        continues=np.array([before.get(i, i) for i in ids], np.int64),
        ended=np.array(removed if ended is None else list(ended), np.int64),
    )  # fmt: skip


def scene(t_s: float, people: Mapping[int, Spot] | None = None, **how: Any) -> Scene:
    """The same as a scene without trains and things: what a rule is given."""
    return Scene(frame(t_s, people, **how))


def px(spot_m: Spot) -> Spot:
    """Metres to pixels."""
    return (PX_PER_M * spot_m[0], 1000.0 - PX_PER_M * spot_m[1])


def area(x0: float = 0.0, y0: float = 0.0, x1: float = 4.0, y1: float = 4.0, kind: str = "area") -> Area:
    """A rectangular zone in metres, without a floor."""
    return zone_px([px(corner) for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))], kind)


def zone_px(corners_px: Iterable[Spot], kind: str = "area") -> Area:
    """A zone in pixels, without a floor."""
    return Area.of(Zone(name="z", kind=kind, polygon_px=tuple(corners_px)), None)  # type: ignore[arg-type]


def gate(from_m: Spot = (-5.0, 0.0), to_m: Spot = (5.0, 0.0)) -> Gate:
    """A line in metres, without a floor; with the defaults, walking down (towards -y) is in."""
    return Gate.of(Line(name="l", from_px=px(from_m), to_px=px(to_m)), None)
