"""Axes in pixels of the frame around a redacted picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from passerby.pixels.axes import GRID_BGR, INK_BGR, LEFT_PX, MOST_TICKS, TOP_PX, enlarged, with_axes
from support.redacted import redact
from support.seen import found, frame, tracked

PLAIN = np.full((450, 800, 3), 90, np.uint8)


def decoded(png: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture)


def ticks(picture: np.ndarray) -> list[int]:
    """Columns of the shown picture below a tick of the axis above it."""
    row = picture[TOP_PX - 2, LEFT_PX:]
    return np.flatnonzero((row == INK_BGR).all(-1)).tolist()


@pytest.mark.parametrize(
    ("picture_wh", "step_px"),
    [((800, 450), 50), ((1280, 720), 100), ((1920, 1080), 100), ((4000, 3000), 200), ((64, 48), 5)],
)
def test_ticks_are_where_the_frame_has_round_pixels(picture_wh: tuple[int, int], step_px: int) -> None:
    at = ticks(decoded(with_axes(PLAIN, picture_wh, grid=True)))
    assert at == [round(px * 800 / picture_wh[0]) for px in range(0, picture_wh[0], step_px)]
    assert 2 < len(at) <= MOST_TICKS


def test_the_grid_is_faint_and_only_on_request() -> None:
    with_grid, without = (decoded(with_axes(PLAIN, (800, 450), grid=grid)) for grid in (True, False))
    assert (without[TOP_PX:, LEFT_PX:] == PLAIN).all()
    line = with_grid[TOP_PX + 20, LEFT_PX + 100].tolist()
    assert 90 < line[0] < GRID_BGR[0]
    assert (with_grid[TOP_PX + 20, LEFT_PX + 120] == 90).all()


@pytest.mark.parametrize(
    ("wh", "shown"), [((200, 100), (800, 400)), ((960, 540), (960, 540)), ((1, 1), (800, 800))]
)
def test_a_small_picture_is_enlarged(wh: tuple[int, int], shown: tuple[int, int]) -> None:
    picture = enlarged(redact(frame(wh), found(wh=wh), tracked(wh=wh)))
    assert picture.shape == (shown[1], shown[0], 3)
    assert decoded(with_axes(picture, wh, grid=True)).shape == (shown[1] + TOP_PX, shown[0] + LEFT_PX, 3)


def test_a_raw_frame_is_refused() -> None:
    with pytest.raises(TypeError, match="only redacted pictures"):
        enlarged(frame((200, 100)))  # type: ignore[arg-type]
