from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from passerby.app.floor_plan import plan_of
from passerby.ground.geometry.plane import GroundPlane
from support import stage

# Ten pixels per metre, seen from above; the picture may be turned and mirrored against the axes of the floor.
FLOORS = {
    "as the picture": np.diag([10.0, 10.0, 1.0]),
    "turned by 90 degrees": np.array([[0.0, -10.0, 320.0], [10.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
    "mirrored": np.array([[-10.0, 0.0, 320.0], [0.0, 10.0, 0.0], [0.0, 0.0, 1.0]]),
}


def loop(plane: GroundPlane | None, dots: tuple[tuple[float, float], ...] = ()) -> Any:
    return SimpleNamespace(
        state=SimpleNamespace(camera=stage.camera(), frame_wh=(320, 240), plane=plane), dots=dots
    )


@pytest.mark.parametrize("name", FLOORS)
def test_the_plan_is_seen_as_the_picture_whatever_the_axes_of_the_floor_are(name: str) -> None:
    plan = plan_of(loop(GroundPlane(FLOORS[name], np.zeros((9, 9))), ((100.0, 50.0), (110.0, 70.0))))
    assert plan is not None
    assert plan.is_metres
    (x0, y0), (x1, y1) = plan.dots
    assert (x1 - x0, y1 - y0) == pytest.approx((1.0, 2.0))
    assert [zone.name for zone in plan.zones] == ["platform", "track"]


def test_without_a_floor_the_plan_is_in_pixels() -> None:
    plan = plan_of(loop(None, ((100.0, 50.0),)))
    assert plan is not None
    assert not plan.is_metres
    assert plan.dots == ((100.0, 50.0),)


def test_there_is_no_plan_before_the_first_picture() -> None:
    assert plan_of(SimpleNamespace(state=None, dots=())) is None  # type: ignore[arg-type]
