"""A scene's rows are checked like everybody's, and a track nobody watches is no empty track."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.scene import NO_OBJECTS, Scene, StillObjects, TrainState
from support.rows import frame

BAG = {"id": np.array([3]), "xyxy_px": np.array([[10, 20, 30, 40]]), "still_s": np.array([61.5])}


def test_rows_are_typed_and_read_only() -> None:
    bag = StillObjects(**BAG)
    assert len(bag) == 1
    assert bag.xyxy_px.dtype == np.float32
    assert bag.id.dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        bag.still_s[0] = 0


@pytest.mark.parametrize(("field", "value"), [("xyxy_px", np.zeros((1, 3))), ("still_s", np.zeros(2))])
def test_rows_that_do_not_belong_together_are_refused(field: str, value: np.ndarray) -> None:
    with pytest.raises(ValueError, match=field):
        StillObjects(**{**BAG, field: value})


def test_a_scene_knows_the_trains_somebody_looked_for() -> None:
    here = TrainState("track 1", True, frame(3.0).at, 2)
    scene = Scene(frame(7.0), (here,))
    assert scene.train("track 1") is here
    assert scene.train("track 2") is None
    assert scene.at.s == 7.0
    assert scene.objects is NO_OBJECTS
    assert len(NO_OBJECTS) == 0
