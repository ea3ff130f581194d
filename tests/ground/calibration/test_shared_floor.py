"""A published homography puts ground-truth feet where the ground truth says they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from passerby.ground.calibration.calibrate import fit_points
from passerby.ground.geometry.plane import GroundPlane

pytestmark = pytest.mark.shared

FILES = {"pets09-s2l1": "pets09-s2l1-f001-300.txt", "tud-stadtmitte": "tud-stadtmitte.txt"}


def feet_and_metres(shared: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    rows = np.loadtxt(shared / "groundtruth/mot" / FILES[name], delimiter=",")
    return np.column_stack([rows[:, 2] + rows[:, 4] / 2, rows[:, 3] + rows[:, 5]]), rows[:, 7:9]


@pytest.mark.parametrize("name", FILES)
def test_feet_lie_within_the_stated_residual(shared: Path, name: str) -> None:
    known = json.loads((shared / "groundtruth/mot/homographies.json").read_text())[name]
    feet, metres = feet_and_metres(shared, name)
    to_image = np.linalg.inv(np.array(known["image_to_world_m"]))
    depth = (np.column_stack([metres, np.ones(len(metres))]) @ to_image.T)[:, 2]
    floor = GroundPlane(to_image * np.sign(np.median(depth)), np.zeros((9, 9))).to_floor(feet)
    assert floor.valid.all()
    residual = np.linalg.norm(floor.pos_m - metres, axis=1)
    for share, stated in ((50, "median"), (90, "p90"), (99, "p99")):
        assert np.percentile(residual, share) == pytest.approx(known["residual_m"][stated], abs=0.005)


@pytest.mark.parametrize("name", FILES)
def test_a_dozen_of_those_feet_are_survey_enough(shared: Path, name: str) -> None:
    """A fit to twelve spots spread over the picture puts the other people within 0.3 m, as it says itself."""
    feet, metres = feet_and_metres(shared, name)
    picked = [int(np.argmin(np.linalg.norm(feet - spot, axis=1))) for spot in _spread(feet)]
    plane = fit_points(feet[picked], metres[picked], click_sd_px=1.0)
    floor = plane.to_floor(feet, 1.0)
    miss = np.linalg.norm(floor.pos_m - metres, axis=1)[floor.valid]
    assert floor.valid.mean() > 0.95
    assert np.median(miss) < 0.3
    assert (miss < 3 * floor.sd_m[floor.valid]).mean() > 0.9


def _spread(feet: np.ndarray) -> np.ndarray:
    xs, ys = (np.percentile(feet[:, axis], q) for axis, q in ((0, [2, 33, 66, 98]), (1, [2, 50, 98])))
    return np.array([(x, y) for x in xs for y in ys])
