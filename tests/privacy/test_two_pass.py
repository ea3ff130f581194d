"""The leak table of decision 0025: what `analyze --two-pass` shows, although its first pass sees the whole film.

A pattern is on every head, and on somebody who sits as still as a thing does. Nothing that is shown may hold it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from passerby.contracts.people import Detections
from passerby.pixels.frame import U8, RawFrame
from passerby.sim.truth import FrameTruth
from support.canary import DICTIONARY, NUMBER, everything_in, found_in
from support.leaking import (
    LOW,
    SECONDS,
    SURE,
    Crafted,
    Film,
    Sees,
    Shot,
    every_second,
    everybody,
    filmed,
    first_half,
    nobody,
    shots_of,
)
from support.wired import command_with

HALF_S = SECONDS / 2
# Where somebody sits: left, top, right, bottom; and by how much the camera is moved, px.
SEAT, MOVED_PX = (500, 190, 548, 300), 40
SLOW = pytest.mark.slow


def seated(picture: U8, from_s: float, to_s: float, t_s: float) -> U8:
    """The picture with somebody on the seat, who has the pattern for a head."""
    if not from_s <= t_s < to_s:
        return picture
    x0, y0, x1, y1 = SEAT
    shown = picture.copy()
    shown[y0:y1, x0:x1] = (40, 60, 120)
    head = cv2.aruco.generateImageMarker(DICTIONARY, NUMBER, 60)
    shown[y0 : y0 + 36, x0 + 6 : x0 + 42] = cv2.resize(head, (36, 36), interpolation=cv2.INTER_AREA)[..., None]
    return shown


def sits(from_s: float, to_s: float) -> Callable[[], list[Shot]]:
    return lambda: [(t, seated(bgr, from_s, to_s, t), truth) for t, bgr, truth in shots_of("demo")]


def moved() -> list[Shot]:
    """The camera is moved at half time."""
    return [aside(shot) if shot[0] >= HALF_S else shot for shot in shots_of("demo")]


def aside(shot: Shot) -> Shot:
    t_s, bgr, truth = shot
    shift = np.array([MOVED_PX, 0, MOVED_PX, 0])
    return t_s, np.roll(bgr, MOVED_PX, axis=1), replace(truth, box_px=truth.box_px + shift)


def cut() -> list[Shot]:
    """At half time the film goes on in another station, in which somebody sits where nobody sat before."""
    second = [(t + HALF_S, seated(bgr, 0, SECONDS, t), truth) for t, bgr, truth in shots_of("hall-rush", HALF_S)]
    return [*(shot for shot in shots_of("demo") if shot[0] < HALF_S), *second]


@dataclass(frozen=True)
class SeesSeat(Crafted):
    """Finds the one on the seat with a probability, in frames from `from_s` on."""

    share: float = 0.0
    from_s: float = 0.0

    def _found(self, frame: RawFrame) -> Detections:
        found = super()._found(frame)
        chance = np.random.default_rng([frame.number, 9]).random()
        if frame.at.s < self.from_s or chance >= self.share:
            return found
        boxes = np.concatenate([found.xyxy_px, np.array([SEAT], np.float32)])
        return replace(found, xyxy_px=boxes, score=np.append(found.score, np.float32(self.score)))


Detects = Callable[[dict[int, FrameTruth]], Crafted]


def people(sees: Sees, score: float = SURE) -> Detects:
    return lambda truths: Crafted(truths, sees, score)


def and_seat(share: float, from_s: float = 0.0, score: float = SURE) -> Detects:
    return lambda truths: SeesSeat(truths, everybody, score, share=share, from_s=from_s)


def shown_by(film: Film, detects: Detects, folder: Path) -> list[U8]:
    answer = command_with(
        lambda *_: detects(film.truths),
        *("analyze", "--config", film.config(folder, "silhouette"), "--out", folder / "out", "--two-pass"),
        "--quiet",
    )
    assert answer.code == 0, answer.err
    return [*everything_in(folder / "out")]


@pytest.mark.parametrize(
    ("shots", "detects"),
    [
        pytest.param(sits(0, HALF_S), people(every_second), id="seated for half, never found; recall 50 %"),
        pytest.param(cut, and_seat(0.5), marks=SLOW, id="a hard cut to a place where somebody sits"),
        pytest.param(sits(0, SECONDS), and_seat(0.5), marks=SLOW, id="seated, found in half of the frames"),
        pytest.param(moved, people(every_second), marks=SLOW, id="the camera is moved, recall 50 %"),
        pytest.param(sits(HALF_S, SECONDS), people(everybody), marks=SLOW, id="sits down later, never found"),
        pytest.param(sits(0, SECONDS), and_seat(1.0, 0.9 * SECONDS), marks=SLOW, id="seated, found at the end"),
        pytest.param(sits(0, SECONDS), and_seat(0.5, score=LOW), marks=SLOW, id="seated, scores below 0.4"),
        pytest.param(moved, people(everybody), marks=SLOW, id="the camera is moved"),
        pytest.param(cut, people(first_half), marks=SLOW, id="blind after a hard cut"),
        pytest.param(sits(0, 0), people(everybody), marks=SLOW, id="detector on"),
        pytest.param(sits(0, 0), people(nobody), marks=SLOW, id="detector never on"),
        pytest.param(sits(0, 0), people(first_half), marks=SLOW, id="blind in the second half"),
        pytest.param(sits(0, 0), people(everybody, LOW), marks=SLOW, id="no box above 0.39"),
    ],
)
def test_no_picture_of_the_second_pass_holds_the_pattern(
    shots: Callable[[], list[Shot]], detects: Detects, tmp_path: Path
) -> None:
    made = shots()
    film = filmed("demo", tmp_path, made)
    assert film.with_pattern > 0.8 * len(made), "in the film it can be found"
    shown = shown_by(film, detects, tmp_path)
    assert len(shown) > len(made), "every frame of the video, and the picture of the report"
    assert [k for k, picture in enumerate(shown) if found_in(picture)] == []
