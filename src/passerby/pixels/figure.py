"""Plain figures of people, a head and a body with an outline, drawn one by one from far to near."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import F64, Bools
from passerby.pixels.frame import U8

Colour = tuple[int, int, int]
# Colours (blue, green, red): people, people of an open incident, and the outline of both. Chosen by eye.
PERSON_BGR, INCIDENT_BGR, RIM_BGR = (206, 204, 200), (40, 120, 240), (36, 30, 28)
# Proportions of a figure: the head's radius as fractions of the box's width and height; the largest half width of
# the shoulders as fractions of both; the feet as a fraction of the shoulders. Chosen by eye.
HEAD, SHOULDERS, FEET_SHARE = (0.055, 0.06), (0.46, 0.22), 0.6
# The box of a person who lies is at least this many times as wide as high. Chosen: as in ground/motion/lying.py.
LYING_WIDE = 0.9
# Thickness of a lying figure as a fraction of its length. Chosen by eye.
LYING_SHARE = 0.42
# Points are drawn to a sixteenth of a pixel. Chosen by judgement.
_FRACTION_BITS = 4
# Points of half an ellipse. Chosen: corners are invisible in the largest shown picture.
_COS, _SIN = np.cos(np.linspace(0.0, np.pi, 13)), np.sin(np.linspace(0.0, np.pi, 13))


def people(scene: U8, boxes_px: F64, lying: Bools, of_incident: Bools) -> None:
    """Draw a figure in each of the boxes (N, 4), px of the scene, from far to near: the lowest box is nearest.

    lying, of_incident: bool (N,).
    """
    # The outline is a larger figure behind it: filling both takes a quarter of the time of a wide line.
    rim_px = np.repeat([1.0 + max(1, round(scene.shape[0] / 360)), 0.0], len(boxes_px))
    rims, inner = np.split(_figures(np.tile(boxes_px, (2, 1)), np.tile(lying, 2), rim_px), 2)
    for row in np.argsort(boxes_px[:, 3], kind="stable").tolist():
        colour = INCIDENT_BGR if of_incident[row] else PERSON_BGR
        for part in rims[row]:
            cv2.fillConvexPoly(scene, part, RIM_BGR, cv2.LINE_AA, _FRACTION_BITS)
        for part in inner[row]:
            cv2.fillConvexPoly(scene, part, colour, cv2.LINE_AA, _FRACTION_BITS)


def boxes(scene: U8, boxes_px: F64, of_incident: Bools) -> None:
    """Fill the boxes (N, 4), px of the scene, each with an outline, from far to near."""
    rim = max(1, round(scene.shape[0] / 360))
    for row in np.argsort(boxes_px[:, 3], kind="stable").tolist():
        low, high = np.floor(boxes_px[row, :2]).astype(int), np.ceil(boxes_px[row, 2:]).astype(int) - 1
        cv2.rectangle(scene, low.tolist(), high.tolist(), INCIDENT_BGR if of_incident[row] else PERSON_BGR, -1)
        cv2.rectangle(scene, low.tolist(), high.tolist(), RIM_BGR, rim)


def dots(scene: U8, feet_px: F64, of_incident: Bools) -> None:
    """Draw a dot with an outline at each foot (N, 2), px of the scene, from far to near."""
    radius = max(2, round(max(scene.shape[:2]) / 120))
    h, w = scene.shape[:2]
    inside = (feet_px >= -radius).all(axis=1) & (feet_px <= (w + radius, h + radius)).all(axis=1)
    feet_px, of_incident = feet_px[inside], of_incident[inside]
    for row in np.argsort(feet_px[:, 1], kind="stable").tolist():
        colour = INCIDENT_BGR if of_incident[row] else PERSON_BGR
        foot = np.rint(feet_px[row]).astype(int).tolist()
        cv2.circle(scene, foot, radius + max(1, radius // 4), RIM_BGR, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(scene, foot, radius, colour, cv2.FILLED, cv2.LINE_AA)


def _figures(boxes_px: F64, lying: Bools, rim: F64) -> NDArray[np.int32]:
    """Return body and head (N, 2, K, 2) of the figures in the boxes (N, 4), larger by `rim` px (N,) on all sides.

    A figure fills the height of its box; that of a person who lies is across the picture, on the lower edge.
    """
    x0, y0, x1, y1 = boxes_px.T
    long, high = np.maximum(x1 - x0, y1 - y0), y1 - y0
    thick = np.minimum(high, LYING_SHARE * long)
    upright = _standing((x0 + x1) / 2, y0, x1 - x0, high, rim)
    flat = _standing(np.zeros_like(x0), np.zeros_like(x0), thick, long, rim)[..., ::-1]
    corner = np.stack([(x0 + x1 - long) / 2, y1 - thick / 2], axis=1)
    points = np.where(lying[:, None, None, None], flat + corner[:, None, None, :], upright)
    return np.asarray(np.round(points * 2**_FRACTION_BITS), np.int32)


def _standing(middle: F64, top: F64, width: F64, height: F64, rim: F64) -> F64:
    """Return body and head (N, 2, K, 2) of upright figures of that place and size (N,)."""
    radius = HEAD[0] * width + HEAD[1] * height
    shoulders = np.minimum(SHOULDERS[0] * width, SHOULDERS[1] * height)
    feet, neck, sole = FEET_SHARE * shoulders, top + 2.3 * radius, top + height
    above = np.minimum(shoulders, 0.4 * (sole - neck))
    below = np.minimum(0.5 * feet, 0.2 * (sole - neck))
    body = _halves(middle, neck + above, sole - below, (shoulders + rim, above + rim), (feet + rim, below + rim))
    head = _halves(middle, top + radius, top + radius, (radius + rim, radius + rim), (radius + rim, radius + rim))
    return np.stack([body, head], axis=1)


def _halves(x: F64, upper_y: F64, lower_y: F64, upper: tuple[F64, F64], lower: tuple[F64, F64]) -> F64:
    """Return an outline (N, K, 2) of two half ellipses about (x, upper_y) and (x, lower_y).

    upper, lower: half axes across and down (N,).
    """
    points = np.empty((len(x), 2 * len(_COS), 2))
    for part, y, (across, down), sign in (
        (slice(None, len(_COS)), upper_y, upper, 1.0),
        (slice(len(_COS), None), lower_y, lower, -1.0),
    ):
        points[:, part, 0] = x[:, None] + sign * across[:, None] * _COS
        points[:, part, 1] = y[:, None] - sign * down[:, None] * _SIN
    return points
