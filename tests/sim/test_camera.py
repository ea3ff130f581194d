"""The camera is exact in both directions, with and without a bending lens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.sim.camera import SimCamera

cameras = st.builds(
    SimCamera,
    name=st.just("any"),
    position_m=st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.floats(2.2, 8)),
    yaw_deg=st.floats(-180, 180),
    tilt_deg=st.floats(8, 80),
    focal_px=st.floats(400, 2500),
    size_px=st.just((1920, 1080)),
    roll_deg=st.floats(-10, 10),
    distortion=st.sampled_from([(0.0, 0.0), (-0.06, 0.008), (0.04, 0.0)]),
)


@given(cameras, st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_a_foot_pixel_maps_back_to_its_metre_within_a_centimetre(camera: SimCamera, u: float, v: float) -> None:
    floor = camera.to_floor(np.array([u * 1919, v * 1079]))
    if np.isnan(floor).any() or np.linalg.norm(floor - camera.position_m[:2]) > 60:
        return
    px, depth = camera.project(np.append(floor, 0.0))
    assert depth > 0
    back = camera.to_floor(px)
    assert np.linalg.norm(back - floor) < 0.01


@given(cameras)
def test_the_floor_homography_agrees_with_the_projection_without_distortion(camera: SimCamera) -> None:
    straight = SimCamera("s", camera.position_m, camera.yaw_deg, camera.tilt_deg, camera.focal_px, camera.size_px)
    ahead = np.array(straight.position_m[:2]) + straight.rotation[2, :2] * 7
    if straight.project(np.append(ahead, 0.0))[1] < 0.5:
        return
    flat = straight.floor_homography @ np.array([*ahead, 1.0])
    px, _ = straight.project(np.append(ahead, 0.0))
    assert np.allclose(flat[:2] / flat[2], px, atol=1e-6)


def test_k_r_t_are_what_they_say() -> None:
    camera = SimCamera("c", (1.0, 2.0, 4.0), 30, 20, 1000, (1920, 1080), roll_deg=5)
    assert np.allclose(camera.rotation @ camera.rotation.T, np.eye(3))
    assert np.linalg.det(camera.rotation) == pytest.approx(1.0)
    assert np.allclose(camera.rotation @ np.array(camera.position_m) + camera.translation, 0)


@pytest.mark.parametrize(
    ("point", "where"),
    [
        ((10.0, 0.0, 4.0), "middle"),  # straight ahead at the camera's height
        ((10.0, 2.0, 4.0), "left"),  # y grows to the left
        ((10.0, 0.0, 6.0), "above"),  # z grows upwards, rows downwards
    ],
)
def test_directions(point: tuple[float, float, float], where: str) -> None:
    px, _ = SimCamera("c", (0.0, 0.0, 4.0), 0, 0, 1000, (1921, 1081)).project(np.array(point))
    side = {"middle": px[0] == 960 and px[1] == 540, "left": px[0] < 960, "above": px[1] < 540}
    assert side[where]


def test_above_the_horizon_there_is_no_floor() -> None:
    camera = SimCamera("c", (0.0, 0.0, 4.0), 0, 10, 1000, (1920, 1080))
    assert np.isnan(camera.to_floor(np.array([960.0, 10.0]))).all()


def test_a_scaled_camera_sees_the_same() -> None:
    camera = SimCamera("c", (0.0, 1.0, 4.2), 9, 19, 1300, (1920, 1080), distortion=(-0.06, 0.008))
    point = np.array([9.0, 2.0, 0.0])
    big, small = camera.project(point)[0], camera.scaled(0.5).project(point)[0]
    assert np.allclose((big + 0.5) * 0.5 - 0.5, small)
