from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from passerby.contracts.config import ModelChoice
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.pixels.frame import U8, RawFrame
from passerby.vision.detector import MOST_BOXES, Detector, PersonDetector
from passerby.vision.layouts import OMZ_ATSS, OMZ_SSD, PASSERBY, OutputLayout
from passerby.vision.load import load_detector
from passerby.vision.sessions import Shapes
from support import models
from support.seen import frame

Outputs = dict[str, NDArray[np.float32]]


class Reported:
    """A session that answers as told, and remembers how many pictures each call had."""

    runtime, input_wh, batch = "told", (100, 100), 8

    def __init__(self, answer: Callable[[U8], Outputs]) -> None:
        self._answer, self.calls = answer, list[int]()
        self._pictures = np.zeros((self.batch, 100, 100, 3), np.uint8)
        self.outputs: Shapes = {}

    def pictures(self) -> U8:
        return self._pictures

    def run(self, count: int = 1) -> Outputs:
        self.calls.append(count)
        return self._answer(self._pictures[:count])


def detector(session: Reported, layout: OutputLayout = PASSERBY) -> PersonDetector:
    return PersonDetector(session, layout, ModelInfo("told", "", "told", (100, 100), layout.score))


def saying(rows: Sequence[Sequence[float]]) -> PersonDetector:
    """A detector whose network says these boxes and scores of every picture."""
    table = np.array(rows, np.float32).reshape(-1, 5)

    def answer(pictures: U8) -> Outputs:
        boxes, scores = np.stack([table[:, :4]] * len(pictures)), np.stack([table[:, 4]] * len(pictures))
        return {"boxes": boxes, "scores": scores}

    return detector(Reported(answer))


def test_rows_come_strongest_first_in_frame_pixels_and_the_weak_ones_too() -> None:
    person = saying([[10, 0, 20, 50, 0.3], [40, 0, 50, 50, 0.9], [70, 0, 80, 50, 0.12], [0, 0, 9, 9, 0.09]])
    (seen,) = person.detect([frame((200, 100), 2.5)])
    assert seen.score.tolist() == pytest.approx([0.9, 0.3, 0.12])  # 0.12 is too weak to track, but redacted
    assert seen.xyxy_px.tolist() == [[80, 0, 100, 100], [20, 0, 40, 100], [140, 0, 160, 100]]
    assert (seen.camera, seen.at.s, seen.frame_wh) == ("platform-1", 2.5, (200, 100))


@pytest.mark.parametrize(
    ("row", "kept", "why"),
    [
        ((10, 10, 20, 20, 0.5), True, "an honest box"),
        ((-50, -50, 500, 500, 0.5), True, "larger than the picture: cut to it"),
        ((10, 10, 12, 12, 0.5), True, "4 px² is just enough"),
        ((10, 10, 11.5, 12, 0.5), False, "too small to be anybody"),
        ((20, 20, 10, 10, 0.5), False, "inverted"),
        ((-30, 10, -10, 60, 0.5), False, "outside"),
        ((np.nan, 10, 20, 20, 0.5), False, "no number"),
        ((10, 10, np.inf, 20, 0.5), False, "endless"),
        ((10, 10, 20, 20, np.nan), False, "no score"),
        ((10, 10, 20, 20, 1.5), True, "a score over 1 is cut to 1"),
        ((10, 10, 20, 20, 0.1), True, "just the floor"),
    ],
)
def test_what_counts_as_a_box(row: Sequence[float], kept: bool, why: str) -> None:
    (seen,) = saying([row]).detect([frame((100, 100))])
    assert len(seen) == kept, why
    assert ((seen.xyxy_px >= 0) & (seen.xyxy_px <= 100)).all()
    assert (seen.score <= 1).all()


def test_of_two_boxes_on_one_person_the_stronger_stays() -> None:
    (seen,) = saying([[10, 10, 30, 60, 0.6], [11, 10, 31, 60, 0.8]]).detect([frame((100, 100))])
    assert seen.xyxy_px.tolist() == [[11, 10, 31, 60]]


def test_no_frame_no_call() -> None:
    session = Reported(lambda _: {})
    assert detector(session).detect([]) == []
    assert session.calls == []


@pytest.mark.parametrize(("layout", "calls"), [(PASSERBY, [8, 3]), (OMZ_SSD, [1] * 11), (OMZ_ATSS, [1] * 11)])
def test_pictures_go_together_as_far_as_network_and_layout_take_them(
    layout: OutputLayout, calls: list[int]
) -> None:
    def nobody(pictures: U8) -> Outputs:
        n = len(pictures)
        return {
            "passerby-v1": {"boxes": np.zeros((n, 0, 4), np.float32), "scores": np.zeros((n, 0), np.float32)},
            "omz-ssd": {"out": np.zeros((1, 1, 0, 7), np.float32)},
            "omz-atss": {"boxes": np.zeros((0, 5), np.float32), "labels": np.zeros(0, np.float32)},
        }[layout.name]

    session = Reported(nobody)
    person = detector(session, layout)
    assert [len(seen) for seen in person.detect([frame()] * 11)] == [0] * 11
    assert session.calls == calls
    assert person.batch == calls[0]


def coloured(index: int) -> RawFrame:
    """Frames of different sizes, cameras and times."""
    wh = [(64, 32), (100, 50), (33, 77), (1, 1)][index % 4]
    picture = np.full((wh[1], wh[0], 3), 100 + index, np.uint8)
    return frame(wh, float(index), bgr=picture, camera=f"camera-{index % 3}")


def as_rows(seen: Detections) -> tuple[object, ...]:
    return seen.camera, seen.at, seen.frame_wh, seen.xyxy_px.tolist(), seen.score.tolist()


@pytest.mark.parametrize("batch", ["batch", 1, 3])
def test_a_batch_of_different_frames_equals_one_at_a_time(tmp_path: Path, batch: int | str) -> None:
    person: Detector = load_detector(ModelChoice(path=str(models.ours(tmp_path / "ours.onnx", batch=batch))))
    frames = [coloured(i) for i in range(19)]
    alone = [as_rows(person.detect([one])[0]) for one in frames]
    assert [as_rows(seen) for seen in person.detect(frames)] == alone
    assert len(set(map(str, alone))) == 19  # each frame had its own answer
    assert all(len(person.detect([one])[0]) for one in frames if one.wh != (1, 1))


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_called_from_several_threads(tmp_path: Path, runtime: str) -> None:
    choice = ModelChoice.model_validate({"path": str(models.ours(tmp_path / "ours.onnx")), "runtime": runtime})
    person = load_detector(choice)
    expected = [as_rows(person.detect([coloured(i)])[0]) for i in range(4)]
    answers: dict[int, list[tuple[object, ...]]] = {i: [] for i in range(4)}

    def watch(i: int) -> None:
        answers[i] = [as_rows(person.detect([coloured(i)])[0]) for _ in range(50)]

    threads = [threading.Thread(target=watch, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers[i] == [expected[i]] * 50 for i in range(4))


def test_the_layout_says_how_a_picture_is_laid_in() -> None:
    """A wide picture: letterboxed it fills the upper half of the input, stretched all of it."""
    seen: list[U8] = []

    def answer(pictures: U8) -> Outputs:
        seen.append(pictures.copy())
        return {"boxes": np.zeros((1, 0, 4), np.float32), "scores": np.zeros((1, 0), np.float32)}

    for layout in (PASSERBY, replace(PASSERBY, letterbox=False)):
        detector(Reported(answer), layout).detect([frame((200, 100), bgr=np.full((100, 200, 3), 255, np.uint8))])
    assert (seen[0] == 255).mean() == 0.5
    assert (seen[1] == 255).all()


def test_of_very_many_boxes_the_strongest_are_looked_at() -> None:
    """Suppression compares every two boxes, so a low threshold must not make a picture take seconds."""
    rows = [[8 * (n % 12), 8 * (n // 12 % 12), 8 * (n % 12) + 6, 8 * (n // 12 % 12) + 6, 0.2] for n in range(5000)]
    (seen,) = saying([*rows, [0, 0, 50, 90, 0.9]]).detect([frame((100, 100))])
    assert seen.score[0] == pytest.approx(0.9)
    assert 100 < len(seen.score) <= MOST_BOXES
