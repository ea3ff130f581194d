"""A dwell belongs to whoever stands there: two tracks that exchange their people, and who goes on after a gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from passerby.behaviour.presence import Presence, PresenceStep
from support.rows import Spot, area, frame

FPS = 8
ZONE = area(0.0, 0.0, 20.0, 6.0)
Way = Callable[[float], Spot | None]

STOOD_AT, PACE_MPS = (6.0, 2.0), 1.4


def stands(from_s: float = 0.0, to_s: float = 99.0, at: Spot = STOOD_AT) -> Way:
    return lambda t_s: at if from_s <= t_s < to_s else None


def walks(from_s: float, to_s: float, start: Spot, speed_mps: float = PACE_MPS) -> Way:
    return lambda t_s: (start[0] + speed_mps * (t_s - from_s), start[1]) if from_s <= t_s < to_s else None


def then(*ways: Way) -> Way:
    return lambda t_s: next((spot for way in ways if (spot := way(t_s)) is not None), None)


def last_step(ways: Mapping[int, Way], seconds: float, *, presence: Presence | None = None) -> PresenceStep:
    presence = Presence(ZONE, 0.0, 10.0, hands_over=True) if presence is None else presence
    before: set[int] = set()
    for k in range(round(seconds * FPS)):
        spots = {track: spot for track, way in ways.items() if (spot := way(k / FPS)) is not None}
        step = presence.step(frame(k / FPS, spots, removed=before - spots.keys()))
        before = set(spots)
    return step


def since_s(ways: Mapping[int, Way], seconds: float) -> dict[int, float]:
    return {track: since.s for track, since in last_step(ways, seconds).since.items()}


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
    """Track 1 stays where it is and is not seen from 21 s on, while track 2 stands before it."""
    presence = Presence(ZONE, 0.0, 10.0, hands_over=True)
    for k in range(25 * FPS + 1):
        t_s = k / FPS
        spots = {1: STOOD_AT, **({2: spot} if (spot := EXCHANGED[2](t_s)) is not None else {})}
        is_occluded = t_s >= 21.0 and not (comes_back and t_s == 25.0)
        step = presence.step(frame(t_s, spots, predicted=[1] * is_occluded))
    assert {track: since.s for track, since in step.since.items()} == {1: 0.0, 2: 16.0}


def test_who_came_and_stands_there_goes_on_for_one_who_is_lost() -> None:
    """Track 2 took the place of the one who stands; track 1, of whom nothing is left, is given up."""
    ways = {1: stands(to_s=21.0), 2: EXCHANGED[2]}
    assert since_s(ways, 25.0) == {2: 0.0}
    assert since_s({1: stands(to_s=21.0), 2: walks(16.0, 99.0, (0.4, 2.2))}, 25.0) == {2: 16.0}


def test_that_somebody_is_staff_goes_with_the_dwell() -> None:
    office = area(5.5, 1.95, 6.05, 2.05)
    presence = Presence(ZONE, 0.0, 10.0, hands_over=True, staff=[office])
    assert 2 in last_step(EXCHANGED, 25.0, presence=presence).staff


@pytest.mark.parametrize(
    ("before", "gap_s", "after", "goes_on", "why"),
    [
        (stands(to_s=10.0), 8.0, STOOD_AT, True, "who stood is hidden for 8 s"),
        (stands(to_s=10.0), 12.0, STOOD_AT, False, "for longer than a stay waits"),
        (stands(9.0, 10.0), 4.0, STOOD_AT, False, "who was there for a second may have walked on"),
        (walks(6.0, 10.0, (0.4, 2.0)), 4.0, (6.0, 2.0), False, "who walked is elsewhere after 4 s"),
        (walks(6.0, 10.0, (0.4, 2.0)), 0.25, (6.2, 2.0), True, "a walker's track breaks off and goes on"),
    ],
)
def test_who_goes_on_after_a_gap(before: Way, gap_s: float, after: Spot, goes_on: bool, why: str) -> None:
    appears_s = 10.0 + gap_s
    ways = {1: before, 2: stands(appears_s, at=after)}
    assert (since_s(ways, appears_s + 3.0)[2] < appears_s) is goes_on, why
