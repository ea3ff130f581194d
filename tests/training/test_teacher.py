"""Photos labelled by a stronger detector, with drawn photos and a detector that says what it is told to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training.samples import Cache, write_cache
from training.teacher import PERHAPS, SURE, lessons, taught

from passerby.contracts.people import Detections
from passerby.evals.detector_labels import Labelled, quads
from passerby.evals.detector_quality import ScoredBoxes
from passerby.pixels.frame import RawFrame

BY_HAND, DOUBTED = [10.0, 10.0, 30.0, 70.0], [60.0, 10.0, 80.0, 70.0]
SEEN = [12.0, 11.0, 31.0, 72.0]


def photo_by_hand(name: str = "0.jpg") -> Labelled:
    bgr = np.full((90, 120, 3), 70, np.uint8)
    return Labelled(bgr, quads([BY_HAND]), quads([DOUBTED]), "coco-person", name)


class Teacher:
    """Says the same of every photo."""

    def __init__(self, boxes: list[list[float]], scores: list[float]) -> None:
        self._boxes, self._scores = quads(boxes), np.array(scores, np.float32)

    def detect(self, frames: list[RawFrame]) -> list[Detections]:
        return [Detections(f.camera, f.at, (120, 90), self._boxes, self._scores) for f in frames]


@pytest.mark.parametrize(
    ("score", "people", "doubted"),
    [
        (0.9, [SEEN], [DOUBTED]),  # sure: the teacher's box, not the hand's
        (SURE, [SEEN], [DOUBTED]),  # the limit itself is sure
        (0.34, [], [DOUBTED, SEEN]),  # half seen: no opinion
        (PERHAPS, [], [DOUBTED, SEEN]),
    ],
)
def test_what_becomes_of_a_box_depends_on_how_sure_the_teacher_is(
    score: float, people: list[list[float]], doubted: list[list[float]]
) -> None:
    lesson = taught(photo_by_hand(), ScoredBoxes(quads([SEEN]), np.array([score], np.float32)))
    assert lesson.boxes.tolist() == people
    assert lesson.ignore.tolist() == doubted


def test_a_photo_in_which_the_teacher_sees_nobody_is_one_without_people() -> None:
    lesson = taught(photo_by_hand(), ScoredBoxes(quads([]), np.zeros(0, np.float32)))
    assert lesson.boxes.shape == (0, 4)
    assert lesson.ignore.tolist() == [DOUBTED], "the photo's own doubts stay"


def test_a_box_on_a_photo_labelled_as_empty_is_the_mistake_of_the_teacher() -> None:
    photo = replace(photo_by_hand(), boxes=quads([]))
    lesson = taught(photo, ScoredBoxes(quads([SEEN]), np.array([0.9], np.float32)))
    assert len(lesson.boxes) == 0
    assert lesson.ignore.tolist() == [DOUBTED]


def test_the_lessons_are_the_photos_with_other_labels(tmp_path: Path) -> None:
    teacher = Teacher([SEEN, [90.0, 10.0, 110.0, 60.0]], [0.8, 0.2])
    assert (
        write_cache(tmp_path / "taught", lessons(teacher, [photo_by_hand("0.jpg"), photo_by_hand("1.jpg")])) == 2
    )
    cache = Cache(tmp_path / "taught")
    assert cache.sources == ["coco-person", "coco-person"], "the licence goes by the photo"
    for number in range(2):
        assert cache[number].name == f"{number}.jpg"
        assert np.array_equal(cache[number].bgr, photo_by_hand().bgr)
        assert cache[number].boxes.tolist() == [SEEN]
        assert cache[number].ignore.tolist() == [DOUBTED, [90.0, 10.0, 110.0, 60.0]]
