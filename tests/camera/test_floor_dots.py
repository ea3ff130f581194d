from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from passerby.camera.floor_dots import floor_dots


def result(open_incidents: dict[str, object], feet: list[tuple[float, float]], predicted: int = -1) -> Any:
    rows = np.arange(len(feet))
    ground = SimpleNamespace(foot_px=np.array(feet, np.float32), confirmed=rows >= 0, predicted=rows == predicted)
    return SimpleNamespace(open_incidents=open_incidents, ground=ground)


def test_there_are_no_dots_without_an_open_incident() -> None:
    assert floor_dots(result({}, [(5.0, 6.0)])) == ()


def test_a_place_in_the_list_says_nothing_about_the_track() -> None:
    one = floor_dots(result({"i": None}, [(5.0, 6.0), (1.0, 2.0), (9.0, 9.0)], predicted=2))
    other = floor_dots(result({"i": None}, [(1.0, 2.0), (5.0, 6.0)]))
    assert one == other == ((1.0, 2.0), (5.0, 6.0))
