"""Footage for a calibration has pictures of one size."""

from __future__ import annotations

import pytest

from passerby.camera.watching import watch_walkers
from passerby.contracts.errors import InputError
from support.fakes import ColourDetector, ListSource
from support.figures import WH
from support.seen import frame
from support.stage import camera


def test_pictures_of_several_sizes_give_no_floor() -> None:
    of = camera()
    frames = [frame(wh, n / 4, camera=of.name) for n, wh in enumerate([WH, WH, (160, 120)])]
    with pytest.raises(InputError, match="changed from 320 x 240 to 160 x 120 px; calibrate with pictures of one"):
        watch_walkers(ListSource(frames), of, ColourDetector(), None, lambda _: None)
