from __future__ import annotations

import cv2
import numpy as np
import pytest

from passerby.pixels.axes import LEFT_PX, TOP_PX, enlarged
from passerby.pixels.floor_lines import FIVE_BGR, HORIZON_BGR, METRE_BGR, grid_png
from support.redacted import redact
from support.seen import found, frame, tracked

WH = (200, 100)
# The frame is twice as large as the shown picture, which is drawn four times as large.
FRAME_WH, TIMES = (400, 200), 4
LINE = np.array([[10.0, 160.0], [390.0, 160.0]])
UP = np.array([[100.0, 20.0], [100.0, 190.0]])
HORIZON = np.array([[0.0, 40.0], [399.0, 40.0]])


def test_lines_are_drawn_where_the_scale_puts_them_and_nothing_else_changes() -> None:
    image = redact(frame(WH), found(wh=WH), tracked(wh=WH))
    png = grid_png(image, [(True, LINE), (False, UP)], HORIZON, FRAME_WH)
    drawn = cv2.imdecode(np.frombuffer(png, np.uint8), 1)
    assert drawn is not None
    drawn = drawn[TOP_PX:, LEFT_PX:]
    for (row, column), colour in {(80, 100): FIVE_BGR, (60, 50): METRE_BGR, (20, 150): HORIZON_BGR}.items():
        assert drawn[TIMES * row, TIMES * column].tolist() == pytest.approx(colour, abs=25)
    rows, columns = slice(TIMES * 90, None), slice(TIMES * 60, None)
    assert (drawn[rows, columns] == enlarged(image)[rows, columns]).all()


def test_a_raw_frame_is_refused() -> None:
    with pytest.raises(TypeError, match="only redacted pictures"):
        grid_png(frame(WH), [], HORIZON, FRAME_WH)  # type: ignore[arg-type]
