"""When a camera is refocused."""

from __future__ import annotations

import pytest

from passerby.unit.focus.schedule import EVERY_S, REQUEST, RETRY_S, SETTLE_S, FocusNeed, FocusSchedule

NIGHT, BLURRED, ALARM = FocusNeed(is_night=True), FocusNeed(is_blurred=True), FocusNeed(has_alarm=True)


@pytest.fixture
def schedule() -> FocusSchedule:
    """A schedule that knows two cameras since 0 s."""
    known = FocusSchedule()
    for camera in "ab":
        assert known.due(camera, 0, FocusNeed()) is None
    return known


def test_a_camera_is_checked_every_three_hours_but_not_during_an_alarm(schedule: FocusSchedule) -> None:
    assert schedule.due("a", EVERY_S - 1, FocusNeed()) is None
    assert schedule.due("a", EVERY_S, ALARM) is None
    assert schedule.due("a", EVERY_S + 60, FocusNeed()) == "regular check"
    schedule.done("a", EVERY_S + 70)
    assert schedule.due("a", EVERY_S + 80, FocusNeed()) is None


def test_a_switch_to_infrared_refocuses_once_it_has_settled(schedule: FocusSchedule) -> None:
    assert schedule.due("a", 100, NIGHT) is None
    assert schedule.due("a", 100 + SETTLE_S, NIGHT) == "day/night switch"
    schedule.done("a", 130)
    assert schedule.due("a", 140 + SETTLE_S, NIGHT) is None


def test_one_camera_of_a_place_at_a_time(schedule: FocusSchedule) -> None:
    assert schedule.due("a", EVERY_S, FocusNeed()) == "regular check"
    assert schedule.due("b", EVERY_S, FocusNeed()) is None
    schedule.done("a", EVERY_S + 9)
    assert schedule.due("b", EVERY_S + 9, FocusNeed()) == "regular check"


def test_a_blurred_camera_is_tried_at_once_but_not_without_end(schedule: FocusSchedule) -> None:
    assert schedule.due("a", 10, BLURRED) == "blurred"
    schedule.done("a", 40)
    assert schedule.due("a", 40 + RETRY_S - 1, BLURRED) is None
    assert schedule.due("a", 40 + RETRY_S, BLURRED) == "blurred"


def test_a_request_comes_first_and_once(schedule: FocusSchedule) -> None:
    schedule.request("b")
    assert schedule.due("b", 1, FocusNeed()) == REQUEST
    schedule.done("b", 9)
    assert schedule.due("b", 10, FocusNeed()) is None
    schedule.keep_only(frozenset("a"))
    with pytest.raises(KeyError):
        schedule.request("b")
