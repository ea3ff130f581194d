"""Staying too long, with moments outside forgiven."""

from __future__ import annotations

import pytest

from passerby.behaviour.continuity import Continuity
from passerby.behaviour.loitering import Loitering
from passerby.contracts.config import Zone
from passerby.contracts.rules import LoiteringRule
from passerby.contracts.scene import Scene
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState
from passerby.ground.geometry.places import Area
from support.rows import area, frame, scene

RULE = LoiteringRule(kind="loitering", zone="z", dwell_s=10.0, gap_s=4.0)
IN, OUT = (2.0, 2.0), (9.0, 9.0)

# Spans of seconds inside, within 40 s; what the dwell is at every second somebody is reported.
CASES = [
    ([(0, 9)], [], "9 s are fine"),
    ([(0, 10)], [10], "10 s are not"),
    ([(0, 12)], [10, 11, 12], "and it is told as long as it lasts"),
    ([(0, 9), (12, 13)], [12, 13], "3 s outside do not count against the stay"),
    ([(0, 8), (11, 12), (15, 16)], [11, 12, 15, 16], "nor do they twice"),
    ([(0, 9), (14, 15)], [14, 15], "seen outside for 3 s is forgiven"),
    ([(0, 9), (15, 24)], [], "for 4 s is not: two stays of 9 s"),
    ([(0, 9)], [], "who left after 9 s is not told during the gap"),
    ([(3, 14)], [10, 11], "a stay counts from its own beginning"),
]


@pytest.mark.parametrize(("spans", "dwells", "why"), CASES)
def test_dwell(spans: list[tuple[int, int]], dwells: list[int], why: str) -> None:
    watcher, reported = Loitering(1, RULE, area()), []
    for second in range(41):
        spot = IN if any(a <= second <= b for a, b in spans) else OUT
        reported += [h.measures[0].value for h in watcher.step(scene(second, {1: spot}))]
    assert reported == dwells, why


def test_a_hit_names_its_beginning_and_its_place() -> None:
    watcher = Loitering(1, RULE, area())
    hits = [h for s in range(5, 17) for h in watcher.step(scene(s, {4: IN}))]
    assert [(h.rule, h.kind, h.place, h.began_s, h.subject.track) for h in hits] == [
        (1, "loitering", "z", 5.0, 4)
    ] * 2


# Frames a second apart: who is where from then on, which tracks end when, and when the first is reported.
CORNER, FAR, NEAR = (0.2, 0.2), (3.8, 3.8), (2.7, 2.0)
HANDED_ON = [
    ({0: {1: IN}, 6: {}, 8: {2: NEAR}}, {6: [1]}, [10], "hidden for 3 s, back as another track: one stay"),
    ({0: {1: IN}, 6: {2: NEAR}}, {8: [1]}, [10], "the new track was there before the old one was given up"),
    ({0: {1: CORNER}, 6: {}, 8: {2: FAR}}, {6: [1]}, [18], "somebody 5 m away is somebody else"),
    ({0: {1: IN}, 6: {}, 10: {2: NEAR}}, {6: [1]}, [20], "after more than gap_s it is somebody else"),
    ({0: {1: IN, 2: OUT}, 6: {2: OUT}, 8: {2: NEAR}}, {6: [1]}, [18], "who was seen elsewhere takes nothing over"),
    ({0: {1: IN}, 4: {1: OUT}, 6: {}, 7: {2: NEAR}}, {6: [1]}, [17], "who was seen leaving is not taken over"),
    ({0: {1: IN, 2: IN}, 6: {}, 8: {3: NEAR}}, {6: [1, 2]}, [10], "one newcomer takes over one stay"),
]


@pytest.mark.parametrize(("changes", "removed", "first", "why"), HANDED_ON)
def test_a_dwell_outlives_its_track(
    changes: dict[int, dict[int, tuple[float, float]]], removed: dict[int, list[int]], first: list[int], why: str
) -> None:
    watcher, people, reported = Loitering(0, RULE, area()), changes[0], []
    continuity = Continuity()
    for second in range(25):
        people = changes.get(second, people)
        ended = removed.get(second, [])
        alive = {track: spot for track, spot in people.items() if track not in ended}
        ground = continuity.step(frame(second, alive, removed=ended))
        reported += [second for _ in watcher.step(Scene(ground))]
    assert reported[:1] == first, why


def test_two_people_have_two_clocks() -> None:
    watcher = Loitering(0, RULE, area())
    reported = [
        (s, h.subject.track)
        for s in range(16)
        for h in watcher.step(scene(s, {1: IN, **({2: IN} if s >= 4 else {})}))
    ]
    assert next(s for s, track in reported if track == 1) == 10
    assert next(s for s, track in reported if track == 2) == 14


def test_state_ends_with_the_track_and_with_the_picture() -> None:
    watcher = Loitering(0, RULE, area())
    watcher.step(scene(0, {1: IN, 2: IN}))
    watcher.step(scene(1, {2: IN}, removed=[1], ended=[]))
    assert len(watcher) == 2, "who was there may come back as another track"
    watcher.step(scene(4, {2: IN}))
    assert len(watcher) == 1, "not after gap_s"
    watcher.reset()
    assert len(watcher) == 0
    assert watcher.step(scene(30, {2: IN})) == []


DEPARTURES = RULE.model_copy(update={"clock": "departures", "gap_s": 10.0})
TRACK = Area.of(Zone(name="t", kind="track", polygon_px=((0, 400), (400, 400), (400, 500), (0, 500))), None)
# The zone of the track begins a metre above the zone's upper border; at its doors means within 1.5 m of it.
AT_DOORS = (2.0, 3.9)


def train(second: int, calls: list[tuple[int, int]]) -> tuple[TrainState, ...]:
    since = max([x for call in calls for x in call if x <= second], default=0)
    there = any(a <= second < b for a, b in calls)
    return (TrainState("t", there, Timestamp(since * 10**9), sum(b <= second for _, b in calls)),)


CALLS = [(20, 40), (80, 100)]
DWELLS = [
    ([(0, 120)], 100, "stays through two trains: told when the second has left"),
    ([(0, 95)], None, "boards the second"),
    ([(0, 30)], None, "boards the first"),
    ([(25, 120)], None, "came while the first stood: has let one go"),
    ([(0, 50), (58, 120)], 100, "was away for less than 10 s"),
    ([(0, 50), (62, 120)], None, "was away for longer: has let one go"),
]


@pytest.mark.parametrize(("spans", "first", "why"), DWELLS)
def test_the_clock_of_departures(spans: list[tuple[int, int]], first: int | None, why: str) -> None:
    watcher, reported = Loitering(0, DEPARTURES, area()), []
    for second in range(121):
        spot = IN if any(a <= second <= b for a, b in spans) else OUT
        moment = Scene(frame(second, {1: spot}), train(second, CALLS))
        reported += [(second, h.measures[1].name, h.measures[1].value) for h in watcher.step(moment)]
    assert reported[:1] == ([] if first is None else [(first, "trains_missed", 2)]), why


@pytest.mark.parametrize(("spot", "is_reported"), [(AT_DOORS, False), (IN, True)])
def test_who_alights_where_somebody_boarded_does_not_take_the_stay_over(
    spot: tuple[float, float], is_reported: bool
) -> None:
    watcher, reported = Loitering(0, DEPARTURES, area()), []
    continuity = Continuity()
    for second in range(121):
        people = {1: spot} if second < 90 else {2: spot} if second >= 93 else {}
        trains = train(second, CALLS)
        doors = [TRACK for state in trains if state.is_there]
        ground = continuity.step(frame(second, people, removed=[1] if second == 90 else []), doors)
        reported += watcher.step(Scene(ground, trains))
    assert bool(reported) == is_reported


def test_staff_are_not_judged_whatever_becomes_of_their_track() -> None:
    cabin = area(6.0, 6.0, 8.0, 8.0, kind="staff")
    watcher, continuity, reported = Loitering(0, RULE, area(), staff=[cabin]), Continuity(), []
    for second in range(40):
        people = {1: (7.0, 7.0), 5: IN} if second < 3 else {1: (1.0, 1.0), 5: IN}
        if second >= 15:
            people = {2: (1.0, 1.0), 5: IN}
        ground = continuity.step(frame(second, people, removed=[1] if second == 16 else []))
        reported += watcher.step(Scene(ground))
    assert {hit.subject.track for hit in reported} == {5}, (
        "the one who came out of the cabin is not, nor their next track"
    )
    watcher.reset()
    assert len(watcher) == 0
