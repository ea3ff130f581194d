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
_HALF = np.linspace(0.0, np.pi, 13)


def people(scene: U8, boxes_px: F64, lying: Bools, of_incident: Bools) -> None:
    """Draw a figure in each of the boxes (N, 4), px of the scene, from far to near: the lowest box is nearest.

    lying, of_incident: bool (N,).
    """
    rim = 1 + 2 * max(1, round(scene.shape[0] / 360))
    for row in np.argsort(boxes_px[:, 3], kind="stable").tolist():
        colour = INCIDENT_BGR if of_incident[row] else PERSON_BGR
        parts = [_fixed(part) for part in (_lying(boxes_px[row]) if lying[row] else _upright(boxes_px[row]))]
        cv2.polylines(scene, parts, True, RIM_BGR, rim, cv2.LINE_AA, _FRACTION_BITS)
        for part in parts:
            cv2.fillPoly(scene, [part], colour, cv2.LINE_AA, _FRACTION_BITS)


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


def _upright(box: F64) -> tuple[F64, F64]:
    """Return body and head (K, 2) of a figure that fills the height of the box (4,)."""
    (x0, y0, x1, y1), middle = box.tolist(), float(box[0] + box[2]) / 2
    return _standing(middle, y0, x1 - x0, y1 - y0)


def _lying(box: F64) -> tuple[F64, F64]:
    """Return the same for a person who lies: across the picture, on the lower edge of the box."""
    x0, y0, x1, y1 = box.tolist()
    length = max(x1 - x0, y1 - y0)
    thick = min(y1 - y0, LYING_SHARE * length)
    body, head = _standing(0.0, 0.0, thick, length)
    left, centre = (x0 + x1 - length) / 2, y1 - thick / 2
    return body[:, ::-1] + (left, centre), head[:, ::-1] + (left, centre)


def _standing(middle: float, top: float, width: float, height: float) -> tuple[F64, F64]:
    radius = HEAD[0] * width + HEAD[1] * height
    shoulders = min(SHOULDERS[0] * width, SHOULDERS[1] * height)
    feet, neck, sole = FEET_SHARE * shoulders, top + 2.3 * radius, top + height
    above, below = min(shoulders, 0.4 * (sole - neck)), min(0.5 * feet, 0.2 * (sole - neck))
    head = _arc(middle, top + radius, radius, -radius), _arc(middle, top + radius, -radius, radius)
    body = _arc(middle, neck + above, shoulders, -above), _arc(middle, sole - below, -feet, below)
    return np.concatenate(body), np.concatenate(head)


def _arc(x: float, y: float, across: float, down: float) -> F64:
    """Return half an ellipse about (x, y), from one end of its horizontal axis to the other."""
    return np.column_stack([x + across * np.cos(_HALF), y + down * np.sin(_HALF)])


def _fixed(points: F64) -> NDArray[np.int32]:
    return np.asarray(np.round(points * 2**_FRACTION_BITS), np.int32).reshape(-1, 1, 2)
