"""Which track continues which, and whose dwell it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.behaviour.continuity import STANDING_S, WALKING_S, Continuity
from passerby.behaviour.presence import Presence, PresenceStep
from passerby.contracts.people import GroundTracks
from support.rows import Spot, area, frame

FPS = 8
ZONE = area(0.0, 0.0, 20.0, 6.0)
KEPT_S = 1.5
Way = Callable[[float], Spot | None]

STOOD_AT, PACE_MPS = (6.0, 2.0), 1.4


def stands(from_s: float = 0.0, to_s: float = 99.0, at: Spot = STOOD_AT) -> Way:
    return lambda t_s: at if from_s <= t_s < to_s else None


def walks(from_s: float, to_s: float, start: Spot, speed_mps: float = PACE_MPS) -> Way:
    return lambda t_s: (start[0] + speed_mps * (t_s - from_s), start[1]) if from_s <= t_s < to_s else None


def then(*ways: Way) -> Way:
    return lambda t_s: next((spot for way in ways if (spot := way(t_s)) is not None), None)


class Watched:
    """Tracks as a tracker gives them: predicted where they were last for 1.5 s, then removed."""

    def __init__(self, ways: Mapping[int, Way]) -> None:
        self._ways, self._last = ways, dict[int, tuple[float, Spot]]()
        self._continuity = Continuity()

    def step(self, t_s: float) -> GroundTracks:
        seen = {track: spot for track, way in self._ways.items() if (spot := way(t_s)) is not None}
        self._last |= {track: (t_s, spot) for track, spot in seen.items()}
        removed = [track for track, (last_s, _) in self._last.items() if t_s - last_s > KEPT_S]
        for track in removed:
            del self._last[track]
        predicted = [track for track in self._last if track not in seen]
        people = {track: spot for track, (_, spot) in self._last.items()}
        return self._continuity.step(frame(t_s, people, predicted=predicted, removed=removed))


def persons(ways: Mapping[int, Way], seconds: float) -> dict[int, int]:
    """The person of each track in the frame at `seconds`."""
    watched = Watched(ways)
    for k in range(round(seconds * FPS) + 1):
        ground = watched.step(k / FPS)
    return dict(zip(ground.id.tolist(), ground.continues.tolist(), strict=True))


START = (0.0, 2.0)


@pytest.mark.parametrize(
    ("before", "after", "goes_on", "why"),
    [
        (walks(0, 2, START), walks(3, 9, (4.2, 2.0)), True, "on the way, one second later"),
        (walks(0, 2, START), walks(2.1, 9, (3.0, 2.0)), True, "at once, while the first is still predicted"),
        (walks(0, 2, START), walks(5.75, 9, (8.05, 2.0)), True, "just within the time"),
        (walks(0, 2, START), walks(6.5, 9, (9.1, 2.0)), False, "too late for one who walked"),
        (walks(0, 2, START), walks(1.5, 9, (2.8, 2.0)), False, "seen at the same time"),
        (walks(0, 2, START), walks(3, 9, (4.2, 5.0)), False, "three metres beside"),
        (walks(0, 2, START), stands(3, at=(0.0, 2.0)), False, "far behind, where a walker cannot be"),
        (walks(0, 0.2, START), stands(0.5, at=(0.6, 2.0)), True, "no velocity yet, near"),
        (walks(0, 0.2, START), stands(0.5, at=(3.0, 2.0)), False, "no velocity yet, far"),
        (stands(to_s=9), stands(17), True, "stood and is occluded for 8 s"),
        (stands(to_s=9), stands(25), False, "for longer than anything is stored"),
        (stands(to_s=9), stands(11, at=(9.0, 2.0)), False, "stood 3 m away"),
        (stands(8, 9), stands(14), False, "was there for a second and may have walked on"),
    ],
)
def test_a_new_track_continues_a_lost_one(before: Way, after: Way, goes_on: bool, why: str) -> None:
    begins_s = next(k / FPS for k in range(400) if after(k / FPS) is not None)
    assert persons({1: before, 2: after}, begins_s)[2] == (1 if goes_on else 2), why


@settings(max_examples=40)
@given(st.floats(0.2, 2.5), st.floats(0.2, WALKING_S - 0.2), st.floats(0, 2 * math.pi))
def test_a_walker_who_keeps_the_way_is_continued(mps: float, occluded_s: float, heading: float) -> None:
    def at(t_s: float) -> Spot:
        return 50 + mps * t_s * math.cos(heading), 50 + mps * t_s * math.sin(heading)

    again_s = 2.0 + occluded_s
    ways = {1: lambda t_s: at(t_s) if t_s <= 2.0 else None, 2: lambda t_s: at(t_s) if t_s >= again_s else None}
    assert persons(ways, math.ceil(again_s * FPS) / FPS)[2] == 1


def test_who_is_seen_again_has_the_person_back() -> None:
    """Track 1 is unseen for a second; track 2, which began there, is somebody else."""
    blink = then(stands(to_s=4.0), stands(5.0))
    ways = {1: blink, 2: stands(4.25, at=(6.3, 2.0))}
    assert persons(ways, 4.5) == {1: 2, 2: 1}
    assert persons(ways, 5.0) == {1: 1, 2: 2}


def test_of_a_group_that_is_occluded_everybody_is_continued_by_the_nearest() -> None:
    rows = {n: stands(to_s=5.0, at=(2.0 * n, 2.0)) for n in range(1, 5)}
    again = {10 + n: stands(8.0, at=(2.0 * n + 0.3, 2.0)) for n in range(1, 5)}
    assert persons({**rows, **again}, 8.0) == {10 + n: n for n in range(1, 5)}


def test_a_velocity_on_the_floor_is_not_compared_with_a_displacement_in_the_picture() -> None:
    """A person who enters at the lower edge, where no foot is on the floor, is compared by body heights only."""
    continuity = Continuity()
    for k in range(17):
        ground = frame(k / FPS, {1: (4.0, 2.0 + 1.2 * k / FPS)}, vel_mps={1: (0.0, 1.2)})
        continuity.step(replace(ground, pos_m=np.array([[4.0, 2.0 + 1.2 * k / FPS]]), on_floor=np.array([True])))
    continuity.step(frame(4.0, removed=[1]))
    assert continuity.step(frame(5.0, {2: (4.0, 8.0)})).continues.tolist() == [1]


def test_persons_end_in_time_and_nothing_stays() -> None:
    """Every person ends once, at most `STANDING_S` after the last observation."""
    watched, ended = Watched({1: stands(to_s=9.0), 2: walks(3.0, 5.0, START)}), dict[int, float]()
    for k in range(30 * FPS):
        for person in watched.step(k / FPS).ended.tolist():
            assert person not in ended
            ended[person] = k / FPS
    assert ended[2] == pytest.approx(5.0 + WALKING_S, abs=2 / FPS)
    assert ended[1] == pytest.approx(9.0 + STANDING_S, abs=2 / FPS)
    assert len(watched._continuity) == 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 40), st.floats(0, 6), st.floats(-1.5, 1.5)),
        min_size=1,
        max_size=6,
    )
)
def test_no_person_is_in_two_rows_or_returns_after_the_end(people: list[tuple[int, int, float, float]]) -> None:
    ways = {
        n: walks(begin / FPS, (begin + last) / FPS, (x, 2.0), mps)
        for n, (begin, last, x, mps) in enumerate(people, 1)
    }
    watched, ended = Watched(ways), set[int]()
    for k in range(26 * FPS):  # the last one ends 15 s after a person who was last seen at 10 s
        ground = watched.step(k / FPS)
        ended |= set(ground.ended.tolist())
        assert len(set(ground.continues.tolist())) == len(ground)
        assert not ended & set(ground.continues.tolist())
    assert ended == set(ways)


def test_who_stood_at_the_doors_of_a_train_has_boarded() -> None:
    doors = [area(5.0, 3.0, 9.0, 5.0, kind="track")]
    for there, expected in (([], 1), (doors, 2)):
        continuity = Continuity()
        for k in range(5 * FPS):
            continuity.step(frame(k / FPS, {1: STOOD_AT}), there)
        continuity.step(frame(6.0, removed=[1]), there)
        assert continuity.step(frame(7.0, {2: STOOD_AT}), there).continues.tolist() == [expected]


@pytest.mark.parametrize(("mps", "exchanges"), [(0.2, True), (1.3, False)])
def test_who_walks_towards_the_camera_does_not_stand(mps: float, exchanges: bool) -> None:
    """Far away the foot point of a walker hardly moves in the picture; the velocity on the floor tells."""
    continuity = Continuity()
    for k in range(25 * FPS):
        t_s = k / FPS
        people = {track: spot for track, way in EXCHANGED.items() if (spot := way(t_s)) is not None}
        ground = continuity.step(frame(t_s, people, vel_mps=dict.fromkeys(people, (mps, 0.0))))
    assert ground.continues.tolist() == ([2, 1] if exchanges else [1, 2])


# Dwells of people over their tracks.


def last_step(ways: Mapping[int, Way], seconds: float, presence: Presence) -> tuple[list[int], PresenceStep]:
    watched = Watched(ways)
    for k in range(round(seconds * FPS)):
        ground = watched.step(k / FPS)
        step = presence.step(ground)
    return ground.id.tolist(), step


def since_s(ways: Mapping[int, Way], seconds: float) -> dict[int, float]:
    ids, step = last_step(ways, seconds, Presence(ZONE, 0.0, 10.0, of_people=True))
    return {
        track: ns / 1e9 for track, ns, seen in zip(ids, step.since_ns.tolist(), step.seen, strict=True) if seen
    }


# At 20 s somebody who came in at 16 s passes one who has stood there since 0 s. From then on track 2 has the place
# of the one who stands, and track 1 walks away.
COMES = walks(16.0, 20.0, (0.4, 2.2))
EXCHANGED = {1: then(stands(to_s=20.0), walks(20.0, 99.0, STOOD_AT)), 2: then(COMES, stands(20.0, at=(6.1, 2.1)))}


@pytest.mark.parametrize(
    ("ways", "since", "why"),
    [
        (EXCHANGED, {1: 16.0, 2: 0.0}, "who stands has been there all the time"),
        ({1: stands(), 2: walks(16.0, 99.0, (0.4, 2.2))}, {1: 0.0, 2: 16.0}, "the walker walks on"),
        (
            {1: then(stands(to_s=20.0), walks(20.0, 99.0, STOOD_AT)), 2: walks(16.0, 99.0, (0.4, 2.2))},
            {1: 0.0, 2: 16.0},
            "both walk on: nobody stands there",
        ),
        (
            {1: then(stands(15.0, 20.0), walks(20.0, 99.0, STOOD_AT)), 2: EXCHANGED[2]},
            {1: 15.0, 2: 16.0},
            "who stood for 5 s had no place yet",
        ),
        (
            {1: EXCHANGED[1], 2: then(walks(18.0, 22.0, (0.4, 2.2)), stands(22.0, at=(6.1, 2.1)))},
            {1: 0.0, 2: 18.0},
            "the next one in a queue comes when the place is free",
        ),
        (
            {1: EXCHANGED[1], 2: stands(5.0, at=(6.3, 2.1))},
            {1: 0.0, 2: 5.0},
            "of two who stood together one goes",
        ),
    ],
)
def test_who_has_been_there_since_when(ways: Mapping[int, Way], since: dict[int, float], why: str) -> None:
    assert since_s(ways, 25.0) == pytest.approx(since), why


@pytest.mark.parametrize("comes_back", [True, False])
def test_who_is_only_occluded_by_somebody_who_came_keeps_the_dwell(comes_back: bool) -> None:
    """Track 1 stays where it is and is not seen from 23.6 s on, while track 2 stands before it."""
    hidden = stands(to_s=23.6)
    ways = {1: then(hidden, stands(24.9)) if comes_back else hidden, 2: EXCHANGED[2]}
    assert since_s(ways, 25.0)[2] == 16.0


def test_who_came_and_stands_there_goes_on_for_one_who_is_lost() -> None:
    """Track 2 took the place of the one who stands; track 1, of whom nothing is left, is given up."""
    ways = {1: stands(to_s=21.0), 2: EXCHANGED[2]}
    assert since_s(ways, 25.0) == {2: 0.0}
    assert since_s({1: stands(to_s=21.0), 2: walks(16.0, 99.0, (0.4, 2.2))}, 25.0) == {2: 16.0}


def test_that_somebody_is_staff_goes_with_the_dwell() -> None:
    office = area(5.5, 1.95, 6.05, 2.05)
    ids, step = last_step(EXCHANGED, 25.0, Presence(ZONE, 0.0, 10.0, of_people=True, staff=[office]))
    assert step.staff[ids.index(2)]


@pytest.mark.parametrize(
    ("before", "gap_s", "after", "goes_on", "why"),
    [
        (stands(to_s=10.0), 8.0, STOOD_AT, True, "who stood is hidden for 8 s"),
        (stands(to_s=10.0), 12.0, STOOD_AT, False, "for longer than a stay waits"),
        (stands(9.0, 10.0), 5.0, STOOD_AT, False, "who was there for a second may have walked on"),
        (walks(6.0, 10.0, (0.4, 2.0)), 4.0, (6.0, 2.0), False, "who walked is elsewhere after 4 s"),
        (walks(6.0, 10.0, (0.4, 2.0)), 0.25, (6.2, 2.0), True, "a walker's track breaks off and goes on"),
    ],
)
def test_whose_dwell_goes_on_after_a_gap(before: Way, gap_s: float, after: Spot, goes_on: bool, why: str) -> None:
    appears_s = 10.0 + gap_s
    ways = {1: before, 2: stands(appears_s, at=after)}
    assert (since_s(ways, appears_s + 3.0)[2] < appears_s) is goes_on, why
