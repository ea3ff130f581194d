"""A place whose camera was focused: its background is learned again where the picture is different."""

from __future__ import annotations

import cv2
import numpy as np

from passerby.pixels.look import Look
from passerby.scene.background import RELEARN_S
from passerby.scene.place import Place
from support.seen import found, frame, tracked

WH = (160, 96)
_BLOBS = np.random.default_rng(5).integers(40, 200, (12, 20, 3)).astype(np.uint8)
_BLOBS[:, 10:] = 120
SHARP = cv2.resize(_BLOBS, WH, interpolation=cv2.INTER_NEAREST)
SOFT = cv2.GaussianBlur(SHARP, (0, 0), 6.0)


def watched(place: Place, picture: np.ndarray, from_s: float, to_s: float) -> Look:
    """The last look of two frames a second, after somebody was tracked in the first ones."""
    for k in range(int(2 * from_s), int(2 * to_s)):
        boxes = [(4.0, 40.0, 14.0, 70.0)] if k < 6 else []
        look = place.step(frame(WH, k / 2, bgr=picture), found(boxes, k / 2, wh=WH), tracked(boxes, k / 2, wh=WH))
    return look


def test_what_a_focused_lens_shows_differently_is_learned_again_at_once() -> None:
    place = Place(WH, WH)
    assert watched(place, SOFT, 0, 60).foreground.known.mean() > 0.9
    place.revalidate()
    first = watched(place, SHARP, 90, 91).foreground
    assert 0.1 < first.known.mean() < 0.9, "covered where it differs, shown where it does not"
    later = watched(place, SHARP, 91, 240).foreground
    assert later.known.mean() > 0.9
    assert (later.known & later.differs).mean() < 0.05
    assert RELEARN_S > 240, "sooner than what changes by itself"
