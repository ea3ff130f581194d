"""Figures: boxes hold every drawn pixel, feet stand on the floor, looks vary evenly."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.sim.backdrop import Backdrop
from passerby.sim.camera import SimCamera
from passerby.sim.figure import People, draw_people, world_balls
from passerby.sim.looks import SKIN, random_look
from passerby.sim.parts import NAMES, Wardrobe
from passerby.sim.pose import Posture
from passerby.sim.raster import Occluders, stamp

CAMERA = SimCamera("c", (0.0, 0.0, 4.0), 0, 20, 500, (640, 360))


def crowd(seed: int, n: int = 4, posture: Posture = Posture.UPRIGHT, speed: float = 1.3) -> People:
    rng = np.random.default_rng(seed)
    xyz = np.column_stack([rng.uniform(5, 14, n), rng.uniform(-2.5, 2.5, n), np.zeros(n)])
    looks = [random_look(rng, child=k == 1) for k in range(n)]
    turn = rng.uniform(-3, 3, n)
    return People(
        np.arange(1, n + 1),
        xyz,
        turn,
        np.full(n, speed),
        turn * 2,
        np.full(n, posture, dtype=np.int64),
        Wardrobe.of(looks),
    )


def blank() -> tuple[np.ndarray, np.ndarray, Occluders]:
    far = Backdrop(
        np.zeros((360, 640, 3), np.uint8), np.full((360, 640), 1e4, np.float32), np.zeros((360, 640), bool)
    )
    return np.zeros((360, 640, 4), np.uint8), np.zeros((360, 640), np.uint16), Occluders.of(far)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(list(Posture)))
def test_a_box_holds_every_pixel_of_its_figure(seed: int, posture: Posture) -> None:
    frame, owner, free = blank()
    people = crowd(seed, 1, posture)
    before = frame.copy()
    done = stamp(frame, owner, free, draw_people(people, CAMERA), people.id)
    rows, columns = np.nonzero((frame != before).any(-1))
    x0, y0, x1, y1 = done.box_px[0]
    assert len(rows) > 50
    assert rows.min() >= y0
    assert rows.max() < y1
    assert columns.min() >= x0
    assert columns.max() < x1
    inside = min(x0, y0) >= 0 and x1 <= 640 and y1 <= 360
    assert done.seen_px[0] == done.whole_px[0] if inside else done.seen_px[0] <= done.whole_px[0]


@given(st.integers(0, 10_000), st.floats(0, 4))
def test_the_lower_foot_stands_on_the_floor(seed: int, speed: float) -> None:
    centres, radii, _ = world_balls(crowd(seed, 3, speed=speed))
    feet = [k for k, name in enumerate(NAMES) if name.startswith("shoe")]
    sole = (centres[:, feet][..., 2] - radii[:, feet]).min(axis=(1, 2))
    assert (np.abs(sole) < 0.06).all()


def test_who_is_nearer_hides_who_is_farther() -> None:
    frame, owner, free = blank()
    people = crowd(3, 2)
    people.xyz_m[:] = [[6, 0, 0], [7, 0, 0]]
    done = stamp(frame, owner, free, draw_people(people, CAMERA), people.id)
    assert done.seen_px[0] == done.whole_px[0]
    assert done.seen_px[1] < 0.8 * done.whole_px[1]


@pytest.mark.parametrize(("wall_m", "hidden"), [(5.0, True), (9.0, False)])  # before and behind the person
def test_a_wall_hides_by_depth(wall_m: float, hidden: bool) -> None:
    frame, owner, _ = blank()
    wall = Backdrop(frame[..., :3], np.full((360, 640), wall_m, np.float32), np.zeros((360, 640), bool))
    people = crowd(5, 1)
    people.xyz_m[:] = [[7, 0, 0]]
    done = stamp(frame, owner, Occluders.of(wall), draw_people(people, CAMERA), people.id)
    assert bool(done.seen_px[0] == 0) is hidden


def test_faces_are_found_only_where_they_look_at_the_camera() -> None:
    people = crowd(1, 2)
    people.heading_rad[:] = [np.pi, 0.0]
    face = draw_people(people, CAMERA).face_px
    assert not np.isnan(face[0]).any()
    assert np.isnan(face[1]).all()


def test_skin_tones_are_spread_evenly_from_light_to_dark() -> None:
    light = np.array([cv2.cvtColor(np.uint8([[tone]]), cv2.COLOR_BGR2LAB)[0, 0, 0] for tone in SKIN], float)
    assert (np.diff(light) < 0).all()
    rng = np.random.default_rng(0)
    near = [int(np.abs(SKIN - random_look(rng).skin).sum(1).argmin()) for _ in range(2000)]
    share = np.bincount(near, minlength=len(SKIN)) / 2000
    assert share.min() > 0.06
    assert share.max() < 0.14


def test_a_left_bag_is_drawn_and_nothing_else() -> None:
    from passerby.sim.looks import left_bag

    worn = Wardrobe.of([left_bag(np.random.default_rng(0))]).worn[0]
    assert [name for name, on in zip(NAMES, worn, strict=True) if on] == ["bag_alone"]
