"""Stages grow from the canary stations; a refusal or worse health halts, and what was applied is undone."""

import pytest

from passerby.centre.fleet.rollout import RolloutPolicy, UnitProgress, stages_of, step_of, undoing

POLICY = RolloutPolicy(observed_s=100.0, longest_s=1000.0)
FINE = UnitProgress("u1", "applied")


@pytest.mark.parametrize(
    ("stations", "canaries", "sizes"),
    [
        ("abcdefghij", "c", [1, 4, 5]),  # four times as many each time, and the rest
        ("abc", "cb", [2, 1]),  # two canaries
        ("abc", "z", [1, 2]),  # a canary without units: the first station by name takes its place
        ("a", "a", [1]),
        ("", "a", []),
    ],
)
def test_stages_grow_and_hold_every_station_once(stations, canaries, sizes):
    stages = stages_of(tuple(stations), tuple(canaries), 4)
    assert [len(stage) for stage in stages] == sizes
    assert sorted(name for stage in stages for name in stage) == sorted(stations)


def test_85_stations_take_few_stages():
    assert [len(stage) for stage in stages_of([f"s{i}" for i in range(85)], ["s7"], 4)] == [1, 4, 16, 64]


@pytest.mark.parametrize(
    ("units", "stage_s", "since_s", "kind"),
    [
        ([FINE], 200, 100, "advance"),
        ([FINE], 200, 99, "wait"),  # not observed for long enough
        ([FINE, UnitProgress("u2")], 200, 150, "wait"),  # one has not reported
        ([FINE, UnitProgress("u2")], 1000, 800, "halt"),  # nor within the longest time
        ([FINE, UnitProgress("u2", "refused")], 1, 0, "halt"),  # at once, not after the time
        ([UnitProgress("u1", "applied", 1, 2)], 1, 0, "halt"),  # one more camera fails
        ([UnitProgress("u1", "applied", 2, 2)], 200, 150, "advance"),  # failed before as well
        ([UnitProgress("u1", "applied", 2, 1)], 200, 150, "advance"),  # better
        ([UnitProgress("u1", "applied", is_silent=True)], 1, 0, "halt"),
        ([UnitProgress("u1", None, 0, 3)], 1, 0, "wait"),  # has not applied it: another cause
    ],
)
def test_the_next_step_follows_from_reports_and_health(units, stage_s, since_s, kind):
    assert step_of(units, POLICY, stage_s, since_s, is_last=False).kind == kind


def test_the_last_stage_finishes():
    assert step_of([FINE], POLICY, 200, 100, is_last=True).kind == "finish"


def test_a_tolerance_counts_units_of_all_stages():
    refused = [UnitProgress(f"u{i}", "refused") for i in range(5)]
    assert step_of(refused[:1], RolloutPolicy(most_refused=1), 1, 0, is_last=False).kind == "wait"
    halt = step_of(refused, RolloutPolicy(most_refused=1), 1, 0, is_last=False)
    assert halt.reason == "refused by u0, u1, u2 and 2 more"


def test_only_units_that_applied_are_undone():
    units = [FINE, UnitProgress("u2", "refused"), UnitProgress("u3"), UnitProgress("u4", "applied")]
    before = {"u1": {"alarms": {"rearm_s": None}}, "u2": {"x": 1}, "u4": {}}
    assert undoing(units, before) == {"u1": {"alarms": {"rearm_s": None}}}
