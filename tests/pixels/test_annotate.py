from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.pixels.annotate import OUTLINE_BGR, PATH_BGR, Drawing, annotate
from passerby.pixels.redact import RedactedImage
from support.redacted import FILL_BGR, METHOD, redact
from support.seen import found, frame, noise, tracked

SQUARE = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
shares = st.tuples(*[st.floats(allow_nan=True, allow_infinity=True)] * 2)


def plain(wh: tuple[int, int] = (200, 100), level: int = 60) -> RedactedImage:
    raw = frame(wh, bgr=np.full((wh[1], wh[0], 3), level, np.uint8))
    return redact(raw, found(wh=wh), tracked(wh=wh))


def near(picture: Any, colour: tuple[int, int, int]) -> Any:
    return np.abs(picture.astype(int) - colour).max(axis=2) < 40


def test_outline_path_and_words_are_where_they_should_be() -> None:
    drawn = annotate(plain(), Drawing(SQUARE, True, ((0.5, 0.3), (0.5, 0.6)), "loitering  dwell 62.0 s")).bgr
    assert near(drawn, OUTLINE_BGR)[20, 40:160].mean() > 0.9
    assert near(drawn, OUTLINE_BGR)[20:70, 40].mean() > 0.9, "closed"
    assert near(drawn, PATH_BGR)[32:60, 100].all()
    assert near(drawn, PATH_BGR)[60, 98:103].all(), "a dot where the subject stands"
    assert drawn[80:].std() > 20, "words at the bottom"
    assert (drawn[:15] == 60).all(), "the rest is as it was"


def test_a_line_is_not_closed() -> None:
    drawn = annotate(plain(), Drawing(SQUARE, closed=False)).bgr
    assert not near(drawn, OUTLINE_BGR)[40:60, 40].any()


def test_what_it_draws_on_is_not_changed_and_stays_redacted() -> None:
    image = plain()
    drawn = annotate(image, Drawing(SQUARE))
    assert (image.bgr == 60).all()
    assert type(drawn) is RedactedImage
    assert (drawn.camera, drawn.at, drawn.covered, drawn.method) == (image.camera, image.at, image.covered, METHOD)
    assert not drawn.bgr.flags.writeable
    assert (annotate(image, Drawing()).bgr == image.bgr).all(), "nothing to draw"


def test_what_was_covered_stays_covered() -> None:
    """Nothing but the drawing's own colours may appear in a covered region."""
    raw = frame((200, 100), bgr=noise((200, 100)))
    image = redact(raw, found([(20, 10, 180, 95)], wh=raw.wh), tracked(wh=raw.wh))
    drawn = annotate(image, Drawing(SQUARE, True, ((0.3, 0.3), (0.7, 0.5)))).bgr[15:75, 30:170]
    changed = (drawn != FILL_BGR).any(axis=2)
    assert 0 < changed.mean() < 0.2


@given(st.lists(shares, max_size=5), st.lists(shares, max_size=5), st.text(max_size=40))
def test_no_drawing_breaks_it(outline: Any, path: Any, words: str) -> None:
    drawn = annotate(plain((64, 48)), Drawing(tuple(outline), True, tuple(path), words))
    assert drawn.wh == (64, 48)


@pytest.mark.parametrize("wh", [(1, 1), (2, 300), (301, 3), (1920, 1080)])
def test_any_size(wh: tuple[int, int]) -> None:
    assert annotate(plain(wh), Drawing(SQUARE, True, SQUARE, "x")).wh == wh


@pytest.mark.parametrize("other", [frame(), noise(), b"jpeg", None])
def test_a_raw_picture_is_not_drawn_on(other: Any) -> None:
    with pytest.raises(TypeError, match="only redacted pictures"):
        annotate(other, Drawing())


def test_one_thread_writes_all_words_because_the_library_keeps_memory_for_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write, threads = cv2.putText, set[int]()

    def seen(*arguments: Any) -> Any:
        threads.add(threading.get_ident())
        return write(*arguments)

    monkeypatch.setattr(cv2, "putText", seen)
    with ThreadPoolExecutor(4) as callers:
        drawn = [*callers.map(lambda _: annotate(plain(), Drawing(words="dwell 62.0 s")), range(8))]
    assert len(threads) == 1
    assert all((image.bgr == drawn[0].bgr).all() for image in drawn)
