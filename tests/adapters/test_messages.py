"""Departures by message."""

from __future__ import annotations

from passerby.adapters.messages import DepartureMessages, ReceivedDepartures
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState


def test_a_departure_is_counted() -> None:
    messages = DepartureMessages(["a", "b"])
    assert [messages.left(name) for name in ("a", "a", "b")] == [True] * 3
    at = Timestamp(5)
    reported = ReceivedDepartures(messages, ["a"]).merged((TrainState("a", True, at, 0),), at)
    assert reported == (TrainState("a", True, at, 2),)


def test_a_track_that_nobody_expects_is_not_counted() -> None:
    messages = DepartureMessages(["a"])
    assert not messages.left("c")
    assert messages.counted(["a", "c"]) == {"a": 0, "c": 0}


def test_tracks_that_are_expected_later_leave_the_counts_as_they_are() -> None:
    messages = DepartureMessages(["a"])
    messages.left("a")
    messages.expect(["a", "c"])
    assert messages.left("c")
    assert messages.counted(["a", "c"]) == {"a": 1, "c": 1}


def test_a_follower_gets_each_departure_that_is_expected() -> None:
    messages, seen = DepartureMessages(["a"]), list[str]()
    messages.follow(seen.append)
    messages.left("a")
    messages.left("c")
    assert seen == ["a"]
