"""The focus aid on pictures that become sharper and softer again."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from passerby.app import focus_aid
from passerby.app.focus_aid import readings
from passerby.contracts.errors import InputError
from support.fakes import ListSource
from support.optics import blurred, frame_of, noisy, view


def test_the_bar_is_full_at_the_sharpest_position_and_falls_behind_it() -> None:
    sigmas = np.concatenate([np.linspace(4, 0.1, 24), np.linspace(0.1, 3, 16)])
    frames = [frame_of(noisy(blurred(float(s))(view()), k), k * 0.25) for k, s in enumerate(sigmas)]
    found = list(readings(ListSource(frames), threading.Event(), None))
    best = [reading.sharpness / reading.best for reading in found]
    assert max(best[:12]) == 1.0
    assert best[-1] < 0.7
    assert found[-1].best == max(reading.sharpness for reading in found)
    assert "100% of the best" in str(found[10])


def test_it_ends_after_its_time_and_says_what_is_wrong_with_a_bare_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    frames = [frame_of(noisy(view(), k), k * 0.25) for k in range(80)]
    source = ListSource(frames)
    monkeypatch.setattr(focus_aid, "open_source", lambda *_, **__: source)
    focus_aid.aid("rtsp://h/1", seconds=3)
    bare = [frame_of(np.full((90, 160, 3), 120, np.uint8), k * 0.25) for k in range(20)]
    with pytest.raises(InputError, match="no picture with edges"):
        list(readings(ListSource(bare), threading.Event(), None))
