from __future__ import annotations

import copy
import multiprocessing
import pickle  # noqa: TID251  to show that it is refused
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest

from passerby.pixels.frame import RawFrame
from support.seen import at, frame, noise

REFUSAL = "a raw frame stays in the process and thread that decoded it: redact it instead"


@pytest.mark.parametrize(
    "attempt",
    [
        pickle.dumps,
        lambda raw: pickle.dumps(raw, protocol=0),
        lambda raw: pickle.dumps({"inside": [raw]}),
        copy.copy,
        copy.deepcopy,
        lambda raw: copy.deepcopy([raw]),
        ForkingPickler.dumps,  # what every process queue and pipe uses
        lambda raw: multiprocessing.SimpleQueue().put(raw),
        lambda raw: raw.__getstate__(),
        lambda raw: raw.__reduce__(),
    ],
)
def test_it_will_not_be_copied_or_sent(attempt: Callable[[RawFrame], object]) -> None:
    with pytest.raises(TypeError) as caught:
        attempt(frame())
    assert str(caught.value) == REFUSAL


def test_a_process_pipe_carries_nothing_of_it() -> None:
    here, there = multiprocessing.Pipe()
    with here, there:
        with pytest.raises(TypeError, match="redact it instead"):
            here.send(frame())
        assert not there.poll(0.05)


def test_its_repr_shows_no_pixel() -> None:
    raw = frame((64, 48), 2.5, number=7)
    assert repr(raw) == str(raw) == f"{raw}" == "RawFrame('platform-1', 7, 2.500 s, 64x48)"


def test_its_pixels_cannot_be_written() -> None:
    raw = frame((4, 3))
    with pytest.raises(ValueError, match="read-only"):
        raw.bgr[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        raw.bgr.fill(0)
    with pytest.raises((AttributeError, TypeError)):
        raw.bgr = noise((4, 3))  # type: ignore[misc]


def test_the_decoder_s_picture_is_not_copied() -> None:
    """A 1080p picture is 6 MB: taking it must cost nothing."""
    picture = noise((64, 48))
    assert np.shares_memory(frame(bgr=picture).bgr, picture)
    assert picture.flags.writeable  # the decoder's own array stays as it was


@pytest.mark.parametrize("shape", [(48, 64), (48, 64, 1), (48, 64, 4), (2, 48, 64, 3), ()])
def test_a_picture_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"bgr: expected shape \(None, None, 3\), got"):
        RawFrame("platform-1", 1, at(0), np.zeros(shape, np.uint8))


@pytest.mark.parametrize("wh", [(1, 1), (641, 3)])
def test_width_comes_first(wh: tuple[int, int]) -> None:
    assert frame(wh).wh == wh


def test_two_frames_are_never_equal_by_content() -> None:
    """Comparing pictures is the first step to recognising them; frames compare by identity."""
    raw = frame()
    assert raw == raw  # noqa: PLR0124
    assert raw != frame()
