"""Paint close to the lens has one colour and hides; water shows the place elsewhere."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from passerby.contracts.arrays import F32
from passerby.pixels.frame import U8
from passerby.scene.optics.cover import is_of_one_colour
from passerby.scene.optics.sample import sample_of
from passerby.scene.optics.watch import OpticsWatch
from support.optics import WH, Change, as_it_is, blurred, frame_of, run, view

WARM_S, FAULT_S = 30, 16


def spots(share: float, radius_px: tuple[int, int], soft_px: float, seed: int = 3) -> F32:
    """A mask (H, W, 1) of round spots out of focus that cover `share` of the picture."""
    rng, mask = np.random.default_rng(seed), np.zeros(WH[::-1], np.float32)
    while mask.mean() < share:
        x, y = (int(v) for v in rng.integers(0, WH))
        cv2.circle(mask, (x, y), int(rng.integers(*radius_px)), 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), soft_px), np.float32)[..., None]


PAINTED = spots(0.6, (20, 50), 5.0)
WET = spots(0.66, (6, 26), 2.6)


def painted(bgr: tuple[int, int, int], opaque: float = 0.95) -> Change:
    """Many small spots of paint, between which the place can be seen."""
    mask = PAINTED * np.float32(opaque)
    return lambda picture: np.asarray(picture * (1 - mask) + mask * np.array(bgr, np.float32), np.uint8)


def wet(picture: U8) -> U8:
    """Drops of water: each shows the place turned round and out of focus."""
    return np.asarray(picture * (1 - WET) + WET * blurred(7.7)(picture)[::-1, ::-1], np.uint8)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (painted((40, 40, 190)), "camera_covered"),
        (painted((235, 230, 225)), "camera_covered"),
        (painted((40, 40, 190), opaque=0.8), "camera_covered"),
        (wet, "camera_blurred"),
    ],
    ids=["dark paint", "white paint", "thin paint", "water"],
)
def test_paint_is_a_cover_and_water_a_blur(change: Change, kind: str) -> None:
    watch = OpticsWatch((), WH)
    assert run(watch, as_it_is, 0, WARM_S) == []
    found = run(watch, change, WARM_S, WARM_S + FAULT_S)
    assert [name for _, name in found] == [kind]
    assert found[0][0] <= 10


@pytest.mark.parametrize("seed", range(1, 6))
def test_paint_changes_every_cell_towards_its_colour_and_water_does_not(seed: int) -> None:
    place = view(seed)
    usual, dry, water = (
        sample_of(one, frame_of(place, 0.0).at).grey
        for one in (place, painted((120, 125, 120))(place), wet(place))
    )
    everywhere = np.ones(usual.shape, bool)
    assert is_of_one_colour(dry, usual, everywhere)
    assert not is_of_one_colour(water, usual, everywhere)


def test_the_first_picture_behind_paint_does_not_make_soft_edges_usual() -> None:
    """The view is learned until the paint is still, which takes one sample more."""
    watch, paint = OpticsWatch((), WH), painted((40, 40, 190))
    assert run(watch, as_it_is, 0, 15) == []
    run(watch, paint, 15, 17)
    run(watch, as_it_is, 17, 25)
    assert [kind for _, kind in run(watch, paint, 25, 41)] == ["camera_covered"]
