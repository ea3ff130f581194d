"""Measures of focus: each is highest for the sharp picture in good light."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.evals.focus_measures import LIGHTS, MEASURES, PictureLight
from support.optics import blurred, view


# The share of the middle frequencies is highest for a picture that is a little soft; see the table.
@pytest.mark.parametrize("name", [name for name in MEASURES if not name.startswith("DCT")])
def test_a_sharp_picture_has_the_highest_value(name: str) -> None:
    values = [MEASURES[name](blurred(sigma)(view()) if sigma else view()) for sigma in (0.0, 1.0, 3.0)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 1.2 * values[2]


def test_each_light_changes_the_picture_as_it_says() -> None:
    rng, base = np.random.default_rng(1), view()
    taken = {light.name: light.taken(base, rng) for light in LIGHTS}
    assert taken["low light"].mean() < 0.4 * base.mean()
    assert np.ptp(PictureLight("grey", is_grey=True, sensor=0.0).taken(base, rng), axis=2).max() <= 1
    assert taken["noise"].std() > taken["day"].std()
    assert all(picture.shape == base.shape for picture in taken.values())
