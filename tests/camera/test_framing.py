"""The picture that shows most of a camera's place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from passerby.camera.framing import SETTLED_S, FrameWanted, LearnedFrame, learned_frame
from passerby.contracts.config import Camera
from passerby.contracts.errors import InputError
from passerby.contracts.events import Gap
from passerby.pixels.frame import RawFrame
from support.fakes import CAMERA, ColourDetector, ListSource
from support.figures import MAGENTA, WH, Figure, drawn
from support.seen import frame

LEAVES_S = 8.0
CROSSES = Figure(MAGENTA, ((0.0, 40, 200), (LEAVES_S, 280, 200)))


def frames(until_s: float) -> list[RawFrame | Gap]:
    """Somebody crosses the place until LEAVES_S."""
    times = [k / 4 for k in range(round(4 * until_s))]
    pictures = [drawn([CROSSES] if t < LEAVES_S else [], t) for t in times]
    return [
        frame(WH, t, bgr=bgr, camera=CAMERA, number=k)
        for k, (t, bgr) in enumerate(zip(times, pictures, strict=True), 1)
    ]


def best(items: Sequence[RawFrame | Gap], until: FrameWanted | None = None) -> LearnedFrame:
    source = ListSource(items)
    camera = Camera(name=CAMERA, source="drawn.mp4")
    return learned_frame(source, camera, ColourDetector(), until or FrameWanted(), lambda _: None)


def test_it_waits_until_people_have_left() -> None:
    shown = best(frames(40))
    assert shown.at_s > LEAVES_S
    assert shown.image.covered < 0.05
    assert shown.covered is not None
    assert shown.covered.share == pytest.approx(shown.image.covered, abs=0.001)
    assert shown.picture_wh == WH


def test_it_stops_when_nothing_more_is_learned() -> None:
    source = ListSource(frames(200))
    seen: list[float] = []
    learned_frame(source, Camera(name=CAMERA, source="d.mp4"), ColourDetector(), FrameWanted(), seen.append)
    assert seen[-1] < 40 + SETTLED_S
    assert source.left.is_set()


@pytest.mark.parametrize(
    ("until", "at_s", "why"),
    [
        (FrameWanted(at_s=3.0), 3.0, "a given time"),
        (FrameWanted(limit_s=2.0), 0.0, "as long as all is covered the first picture is as good as any"),
        (FrameWanted(limit_s=30.0, at_s=20.0), 20.0, "a time before the limit"),
    ],
)
def test_time_and_limit(until: FrameWanted, at_s: float, why: str) -> None:
    assert best(frames(40), until).at_s == at_s, why


@pytest.mark.parametrize(
    ("items", "until", "words"),
    [
        ([], FrameWanted(), "no picture received"),
        ([Gap(CAMERA, 0.0, 1.0, None, "lost")], FrameWanted(), "no picture received"),
        (frames(3), FrameWanted(at_s=9.0), "there is no picture at 9 s; the last one is at 2.8 s"),
    ],
)
def test_what_cannot_be_shown(items: list[RawFrame | Gap], until: FrameWanted, words: str) -> None:
    with pytest.raises(InputError, match=words):
        best(items, until)
