"""Queues: who is in one, how long it is, when it is reported, and how long the wait is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.behaviour.queue import Queue, chain
from passerby.contracts.calibration_settings import Calibration, CalibrationPoint
from passerby.contracts.errors import CalibrationError
from passerby.contracts.people import Hit
from passerby.contracts.rules import QueueRule
from passerby.contracts.scene import Scene
from passerby.ground.calibration.calibrate import make_plane
from support.rows import Spot, area, frame, px

CORNERS = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
PLANE = make_plane(Calibration(points=tuple(CalibrationPoint(px=px(m), m=m) for m in CORNERS)), (1000, 1000))
RULE = QueueRule(kind="queue", zone="z", head_px=px((1.0, 1.0)), people=3, hold_s=2.0)
FLOOR = area(0, 0, 10, 10)


def watcher(**changes: object) -> Queue:
    return Queue(0, RULE.model_copy(update=changes), FLOOR, PLANE)


def row(n: int, gap_m: float = 0.9) -> dict[int, Spot]:
    return {k: (1.0, 1.2 + gap_m * k) for k in range(n)}


def look(
    t_s: float, people: dict[int, Spot], moving: tuple[int, ...] = (), removed: tuple[int, ...] = ()
) -> Scene:
    still = {k: (1.2, 0.0) if k in moving else (0.0, 0.0) for k in people}
    ground = frame(t_s, people, vel_mps=still, removed=removed)
    on_floor = replace(
        ground, pos_m=np.array(list(people.values())).reshape(-1, 2), on_floor=np.ones(len(people), bool)
    )
    return Scene(on_floor)


def last(queue: Queue, scenes: list[Scene]) -> list[Hit]:
    hits: list[Hit] = []
    for scene in scenes:
        hits = queue.step(scene)
    return hits


def figures(hit: Hit) -> dict[str, object]:
    return {m.name: m.value for m in hit.measures}


@pytest.mark.parametrize(
    ("people", "moving", "reported", "why"),
    [
        (row(2), (), None, "two are fine"),
        (row(3), (), (3, 2.0), "three; the last stands 0.2 + 2 x 0.9 m from the head"),
        ({**row(3), 9: (6.0, 6.0)}, (), (3, 2.0), "one who waits elsewhere in the zone is no part of it"),
        ({**row(3), 9: (1.0, 4.5)}, (), (4, 3.5), "one within the gap is"),
        (row(3, 2.0), (), None, "too far apart to be a queue"),
        (row(3), (1, 2), None, "two of them walk past"),
        ({0: (1.0, 1.0), 1: (2.0, 1.0), 2: (2.0, 2.0), 3: (1.0, 2.0)}, (), (4, 2.0), "a bend: the nearest way in"),
    ],
)
def test_who_is_in_it(
    people: dict[int, Spot], moving: tuple[int, ...], reported: tuple[int, float] | None, why: str
) -> None:
    hits = last(watcher(), [look(t / 2, people, moving) for t in range(7)])
    assert [(h.people, figures(h)["length"]) for h in hits] == ([] if reported is None else [reported]), why


def test_it_must_last_and_is_over_when_clearly_shorter() -> None:
    queue = watcher()
    reported = [bool(queue.step(look(t, row(3)))) for t in range(4)]
    assert reported == [False, False, True, True]
    assert not queue.step(look(4.0, row(2), removed=(2,))), "two are below 80 % of three"
    assert not queue.step(look(5.0, row(3))), "and the time begins anew"


def test_moving_up_does_not_break_it() -> None:
    queue = watcher()
    scenes = [look(t / 2, row(3), moving=(0, 1, 2) if 3 <= t < 6 else ()) for t in range(12)]
    assert all(queue.step(s) for s in scenes if queue.step(s) or s.at.s >= 2.0)


def test_length_in_metres() -> None:
    queue = watcher(people=None, length_m=2.5)
    assert not last(queue, [look(t, row(3)) for t in range(5)])
    (hit,) = last(watcher(people=None, length_m=2.5), [look(t, row(4)) for t in range(5)])
    assert (hit.people, figures(hit)["length"]) == (4, 2.9)


def test_the_wait_is_people_times_the_time_one_takes() -> None:
    """Somebody is served every 10 s and the queue stays four long: the last one waits 40 s."""
    queue, reported = watcher(), None
    for t in range(60):
        served = t // 10
        people = {served + k: (1.0, 1.2 + 0.9 * k) for k in range(4)}
        hits = queue.step(look(float(t), people, removed=(served - 1,) if t % 10 == 0 and t else ()))
        reported = figures(hits[0]).get("wait") if hits else None
        assert reported is None or t >= 30, "not before three were served"
    assert reported == 40


def test_without_a_floor_it_is_refused() -> None:
    with pytest.raises(CalibrationError, match="calibration that covers its head"):
        Queue(0, RULE, FLOOR, None)


@given(st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), max_size=12), st.randoms())
def test_a_chain_does_not_depend_on_the_order_of_rows(spots: list[Spot], random: object) -> None:
    pos = np.array(spots).reshape(-1, 2)
    order, along = chain(pos, np.zeros(2), 1.6)
    back, _ = chain(pos[::-1], np.zeros(2), 1.6)
    assert len(order) == len(set(order)) == len(back)
    assert sorted(pos[order].tolist()) == sorted(pos[::-1][back].tolist())
    assert all(a <= 1.6 * (k + 1) + 1e-9 for k, a in enumerate(along))


def test_resetting_leaves_nothing() -> None:
    queue = watcher()
    last(queue, [look(t, row(3)) for t in range(4)])
    assert len(queue) == 3
    queue.reset()
    assert len(queue) == 0
    assert not queue.step(look(9.0, row(3)))
