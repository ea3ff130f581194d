"""Truth of the simulation as training labels."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("passerby.sim.variety", reason="this checkout has no simulated station")

from training.simulated import frames, labelled


def test_hidden_people_are_neither_learned_nor_background() -> None:
    boxes = np.asarray([[10, 10, 30, 60], [40, 10, 60, 60], [70, 10, 90, 60], [-18, 10, 2, 60]], np.float32)
    visibility = np.asarray([1.0, 0.2, 0.0, 1.0], np.float32)  # seen, mostly hidden, hidden, cut off
    item = labelled(np.zeros((80, 100, 3), np.uint8), boxes, visibility, "x")
    assert item.boxes.tolist() == [[10, 10, 30, 60]]
    assert item.ignore.tolist() == [[40, 10, 60, 60], [0, 10, 2, 60]]


def test_a_seed_is_the_same_pictures_every_time() -> None:
    one, two = (list(frames(range(3, 4), 2, (192, 108))) for _ in range(2))
    assert len(one) == 2
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a.bgr, b.bgr)
        assert np.array_equal(a.boxes, b.boxes)
        assert a.source == "simulated"
