from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
import pytest

from passerby.pixels.foreground import Foreground
from passerby.pixels.grid import Grid
from passerby.scene.background import (
    BLIND_S,
    LATEST_S,
    MOVED_S,
    REFRESH_S,
    RELEARN_S,
    Background,
)
from passerby.scene.stillness import FREE_S
from support.seen import frame

WH = (320, 180)
GRID = Grid.of(WH)
NOBODY = np.zeros((GRID.rows, GRID.columns), bool)
Painter = Callable[[np.ndarray, float], None]


def place(t_s: float, paint: Painter = lambda _picture, _t_s: None, shift: int = 0) -> np.ndarray:
    """A still scene of smooth blobs with a little noise, and whatever is painted on it."""
    blobs = np.random.default_rng(5).integers(40, 200, (14, 20, 3)).astype(np.uint8)
    picture = np.roll(cv2.resize(blobs, WH, interpolation=cv2.INTER_CUBIC), shift, axis=1)
    paint(picture, t_s)
    grain = np.random.default_rng(round(1000 * t_s)).normal(0, 3, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


class Camera:
    """A background and the time it is at."""

    def __init__(self, trusted: bool = True) -> None:
        self.background, self.t_s, self.trusted = Background(GRID, WH), 0.0, trusted

    def watch(
        self, until_s: float, paint: Painter = lambda _p, _t: None, *, boxes: bool = False, shift: int = 0,
        fps: float = 4.0, where: np.ndarray | None = None,
    ) -> Foreground:  # fmt: skip
        touched = NOBODY
        if boxes:
            touched = GRID.touched(np.array([BOX], np.float32), WH) if where is None else where
        while True:
            raw = frame(WH, self.t_s, bgr=place(self.t_s, paint, shift))
            seen = self.background.step(raw, touched.astype(np.float32), self.trusted)
            self.t_s += 1 / fps
            if self.t_s >= until_s:
                return seen


BOX = (140, 60, 180, 150)
INSIDE = np.zeros_like(NOBODY)
INSIDE[15:37, 35:45] = True


def somebody(picture: np.ndarray, _: float) -> None:
    picture[60:150, 140:180] = (20, 30, 220)


def walker(picture: np.ndarray, t_s: float) -> None:
    x = int(40 * t_s) % 280
    picture[60:150, x : x + 40] = (20, 30, 220)


def test_nothing_is_known_at_first_and_all_of_a_still_place_within_seconds() -> None:
    camera = Camera()
    assert not camera.watch(1.0).known.any()
    seen = camera.watch(6.0)
    assert seen.known.all()
    assert seen.empty.all()
    assert np.abs(camera.background.picture.bgr.astype(int) - place(6.0).astype(int)).mean() < 4


def test_the_shown_picture_follows_its_samples_once_in_a_while() -> None:
    camera = Camera()
    camera.watch(8.0)
    pictures = []
    for until_s in np.arange(9.0, 9.0 + 2 * REFRESH_S):
        camera.watch(until_s)
        pictures.append(camera.background.picture.bgr)
    changes = sum(not np.array_equal(a, b) for a, b in pairwise(pictures))
    assert 1 <= changes <= 2, "otherwise a recording of an empty place changes everywhere, all the time"


def test_a_block_is_known_together_with_its_picture() -> None:
    camera = Camera()
    camera.watch(8.0, somebody, boxes=True)
    for until_s in np.arange(8.5, 20.0, 0.5):
        seen = camera.watch(until_s)
        shown = camera.background.picture.bgr.astype(int)
        off = np.abs(shown - place(until_s).astype(int)).max(axis=2)
        known = GRID.spread(seen.known, WH) > 0
        assert off[known].mean() < 8, "no block is shown before its picture is there"
    assert seen.known.all()


def test_without_a_detector_that_sees_people_it_takes_minutes() -> None:
    camera = Camera(trusted=False)
    assert not camera.watch(5 * BLIND_S, fps=0.25).known.any()
    assert camera.watch(7 * BLIND_S, fps=0.25).known.all()


def test_somebody_new_is_seen_in_their_shape_with_or_without_a_box() -> None:
    camera = Camera()
    camera.watch(8.0)
    seen = camera.watch(10.0, somebody)
    assert seen.differs[INSIDE].mean() > 0.95
    assert seen.differs[~INSIDE].mean() < 0.02
    cells = seen.cells > 0
    assert cells[60:150, 140:180].mean() > 0.97
    assert seen.known.all()


def test_a_place_with_somebody_in_it_is_not_learned_while_a_box_or_motion_is_there() -> None:
    boxed, moving = Camera(), Camera()
    assert not boxed.watch(60.0, somebody, boxes=True).known[INSIDE].any()
    assert not moving.watch(60.0, lambda p, t: somebody(p, t) if t % 3 < 1.5 else None).known[INSIDE].any()


def test_where_somebody_left_is_learned_only_after_they_are_gone_for_long() -> None:
    camera = Camera()
    camera.watch(20.0, somebody, boxes=True)
    assert not camera.watch(20.0 + FREE_S, fps=4).known[INSIDE].any()
    assert camera.watch(60.0).known.all()
    assert np.abs(camera.background.picture.bgr.astype(int) - place(60.0).astype(int)).max() < 40, (
        "they are not in it"
    )


def test_those_who_pass_leave_no_trace() -> None:
    camera = Camera()
    camera.watch(40.0, walker)
    seen = camera.watch(100.0)
    picture = camera.background.picture.bgr.astype(int)
    known = GRID.spread(seen.known, WH) > 0
    assert np.abs(picture - place(100.0).astype(int))[known].max() < 40


def test_somebody_still_whom_no_detector_sees_is_covered_for_ten_minutes() -> None:
    """Then they are taken for furniture; the limit is stated, not occluded."""
    camera = Camera()
    camera.watch(200.0, fps=1)
    seen = camera.watch(200.0 + RELEARN_S - 20, somebody, fps=0.25)
    assert seen.differs[INSIDE].mean() > 0.95
    assert camera.watch(200.0 + RELEARN_S + 12 * LATEST_S, somebody, fps=0.25).known.all()


def test_a_box_once_in_a_while_keeps_them_covered_for_ever() -> None:
    camera = Camera()
    camera.watch(100.0, fps=1)
    for minute in range(1, 25):
        camera.watch(100.0 + 60 * minute, somebody, fps=0.1)
        seen = camera.watch(101.0 + 60 * minute, somebody, boxes=True, fps=1)
    assert seen.differs[INSIDE].mean() > 0.95


@pytest.mark.parametrize("gain", [0.7, 0.85, 1.2])
def test_a_change_of_light_does_not_cover_the_place(gain: float) -> None:
    camera = Camera()
    camera.watch(30.0)

    def light(picture: np.ndarray, _: float) -> None:
        np.copyto(picture, np.clip(picture * gain, 0, 255).astype(np.uint8))

    assert camera.watch(32.0, light).differs.mean() < 0.05


def test_a_place_that_turns_grey_for_the_night_is_learned_anew() -> None:
    camera = Camera()
    camera.watch(30.0)

    def infrared(picture: np.ndarray, _: float) -> None:
        picture[...] = 255 - picture.max(axis=2, keepdims=True)

    seen = camera.watch(33.0, infrared)
    assert seen.differs.mean() > 0.6
    assert camera.watch(34.0 + MOVED_S + 10, infrared).empty.mean() > 0.95


def test_a_camera_that_moved_starts_over_and_shows_nothing_meanwhile() -> None:
    camera = Camera()
    camera.watch(30.0)
    seen = camera.watch(30.0 + MOVED_S, shift=60)
    assert seen.empty.mean() < 0.4
    assert not camera.watch(30.0 + MOVED_S + 2, shift=60).known.any()
    assert camera.watch(30.0 + MOVED_S + 10, shift=60).empty.all()


def test_a_lens_that_is_covered_is_not_a_camera_that_moved() -> None:
    camera = Camera()
    camera.watch(30.0)

    def cloth(picture: np.ndarray, _: float) -> None:
        picture[...] = (10, 12, 9)

    seen = camera.watch(30.0 + 3 * MOVED_S, cloth, fps=2)
    assert seen.known.all(), "what was learned is kept for when it is taken off"
    assert camera.watch(33.0 + 3 * MOVED_S).empty.mean() > 0.95


def test_after_a_break_nothing_is_taken_for_still() -> None:
    camera = Camera()
    camera.watch(2.0)
    camera.t_s = 1000.0
    assert not camera.watch(1000.5, somebody).known.any()


def test_forgotten_blocks_are_unknown_until_learned_again() -> None:
    camera = Camera()
    camera.watch(20.0)
    camera.background.reset(INSIDE)
    seen = camera.watch(20.3)
    np.testing.assert_array_equal(seen.known, ~INSIDE)
    assert not seen.differs[INSIDE].any()
    assert not (seen.empty & INSIDE).any()


@pytest.mark.parametrize("sd", [0, 6, 10])
def test_noise_is_neither_motion_nor_somebody(sd: float) -> None:
    camera, chance = Camera(), np.random.default_rng(1)

    def grain(picture: np.ndarray, _: float) -> None:
        noisy = np.clip(picture + chance.normal(0, sd, picture.shape), 0, 255)
        np.copyto(picture, noisy.astype(np.uint8))

    assert camera.watch(20.0, grain).empty.mean() > 0.95


@pytest.mark.parametrize("wh", [(1, 1), (3, 500), (641, 479)])
def test_any_size_of_picture(wh: tuple[int, int]) -> None:
    background = Background(Grid.of(wh), wh)
    grid = background.grid
    touched = np.zeros((grid.rows, grid.columns), bool)
    for k in range(40):
        grey = np.full((wh[1], wh[0], 3), 120, np.uint8)
        seen = background.step(frame(wh, k / 4, bgr=grey), touched.astype(np.float32), True)
    assert seen.empty.all()
    assert (background.picture.bgr == 120).all()


def test_the_foreground_of_a_frame_cannot_be_written() -> None:
    seen = Camera().watch(1.0)
    for array in (seen.known, seen.differs, seen.cells):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1
