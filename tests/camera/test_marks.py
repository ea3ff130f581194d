"""Who is drawn in the accent colour, and who is drawn lying."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passerby.camera.marks import Marking
from passerby.camera.result import FrameResult
from passerby.contracts.config import Zone
from passerby.contracts.people import Hit, Subject
from passerby.scene.view import NOTHING_SEEN
from support.rows import frame, px
from support.seen import tracked

HALL = Zone(name="hall", polygon_px=tuple(map(px, ((0, 0), (4, 0), (4, 4), (0, 4)))))
PEOPLE = {1: (1.0, 1.0), 2: (2.0, 2.0), 3: (9.0, 9.0)}


def result(*hits: Hit, wide: tuple[int, ...] = ()) -> FrameResult:
    ground = frame(1.0, PEOPLE, unconfirmed=[2])
    width = np.where(np.isin(ground.id, wide), 1.0, 0.4) * ground.height_px
    ground = replace(ground, width_px=width.astype(np.float32))
    return FrameResult(tracked(), ground, NOTHING_SEEN, (), (), {str(k): hit for k, hit in enumerate(hits)})


def hit(subject: Subject, place: str = "hall") -> Hit:
    return Hit(0, "crowding", place, subject, 1, (), 0.0)


@pytest.mark.parametrize(
    ("hits", "marked", "why"),
    [
        ([], set(), "no incident"),
        ([hit(Subject(3))], {3}, "its own track, wherever it is now"),
        ([hit(Subject(1)), hit(Subject(3))], {1, 3}, "two incidents"),
        ([hit(Subject(None, group=(2, 3)))], {2, 3}, "a group, and nobody else in the zone"),
        ([hit(Subject(None))], {1}, "a whole zone: the confirmed people in it"),
        ([hit(Subject(-4, (100.0, 900.0), 20.0))], {-4}, "an object, which no figure has as its track"),
        ([hit(Subject(None), "gone")], set(), "a place that is no zone"),
    ],
)
def test_the_people_of_open_incidents_are_marked(hits: list[Hit], marked: set[int], why: str) -> None:
    assert Marking([HALL]).of(result(*hits), None).of_incident == marked, why


def test_people_who_lie_are_marked() -> None:
    assert Marking([]).of(result(wide=(3,)), None).lying == {3}
