"""Trains let go: which of them count for whom."""

from __future__ import annotations

import pytest

from passerby.behaviour.missed import MissedTrains
from passerby.contracts.scene import Scene
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.contracts.trains import TrainState
from support.rows import frame


def at(t_s: float) -> Timestamp:
    return Timestamp(round(t_s * NS_PER_S))


def play(calls: dict[str, list[tuple[float, float]]], seconds: int, track: str | None = None) -> MissedTrains:
    """Trains in view over spans of seconds; a frame a second."""
    missed = MissedTrains(track)
    for t in range(seconds + 1):
        states = []
        for name, spans in calls.items():
            there = any(a <= t < b for a, b in spans)
            since = max([x for span in spans for x in span if x <= t], default=0)
            states.append(TrainState(name, there, at(since), sum(b <= t for _, b in spans)))
        missed.step(Scene(frame(t), tuple(states)))
    return missed


ONE = {"a": [(20, 40), (80, 100), (140, 160)]}
CASES = [
    (0, 39, 0, "it has not left"),
    (0, 40, 1, "one"),
    (0, 159, 2, "two"),
    (0, 160, 3, "three"),
    (19, 100, 2, "there just before it came into view"),
    (20, 100, 1, "came with the train: it does not count"),
    (30, 100, 1, "came while it stood"),
    (41, 100, 1, "came after it"),
]


@pytest.mark.parametrize(("since", "now", "number", "why"), CASES)
def test_trains_let_go(since: int, now: int, number: int, why: str) -> None:
    assert play(ONE, now).since(at(since), at(now)) == number, why


def test_with_two_tracks_every_one_must_have_been_let_go() -> None:
    calls = {"a": [(20, 40), (80, 100)], "b": [(50, 70)]}
    assert play(calls, 110).since(at(0), at(110)) == 1
    assert play(calls, 110, track="a").since(at(0), at(110)) == 2
    assert play(calls, 110, track="c").since(at(0), at(110)) == 0, "nothing is known of this one"


def test_nobody_waits_for_a_track_out_of_service() -> None:
    calls = {"a": [(1300, 1320), (1360, 1380)], "b": []}
    assert play(calls, 1100).since(at(0), at(1100)) == 0
    assert play(calls, 1390).since(at(1250), at(1390)) == 2


def test_departures_reported_from_elsewhere_count_for_who_could_have_boarded() -> None:
    missed = MissedTrains(None)
    for t in range(101):
        missed.step(Scene(frame(t), (TrainState("a", False, at(0), int(t >= 100)),)))
    assert [missed.since(at(s), at(100)) for s in (60, 69, 71, 90)] == [1, 1, 0, 0]


def test_departures_before_the_session_count_for_nobody() -> None:
    missed = MissedTrains(None)
    missed.step(Scene(frame(0), (TrainState("a", False, at(0), 17),)))
    assert missed.since(at(0), at(1)) == 0


def test_an_interruption_resets_what_was_let_go() -> None:
    missed = play(ONE, 110)
    missed.reset()
    assert missed.since(at(0), at(110)) == 0
