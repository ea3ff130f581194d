"""Scenario files: all load, mistakes are reported with file, line and cure; the truth keeps what they promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.contracts.errors import ConfigError, UsageError
from passerby.sim.library import load_scenario, names
from passerby.sim.record import watch
from passerby.sim.station import Station
from passerby.sim.verdict import differences

QUICK = [
    "child-and-parent",
    "turns-back",
    "sways-on-line",
    "speeds",
    "track-intruder",
    "empty-night",
    "ticket-queue",
]
SLOW = sorted(set(names()) - set(QUICK))


def check(name: str) -> list[str]:
    station = Station.load(name)
    scenario, camera = station.scenario, station.model().name
    ledger = watch(station, camera, scenario.seconds)
    world = station.world(scenario.seconds)
    world.at(max((a.start_s for a in scenario.actors), default=0.0) + 0.1)
    actors = {person.name: number for number, person in world.people.items() if person.name}
    return differences(scenario, camera, ledger, actors)


@pytest.mark.parametrize("name", QUICK)
def test_the_truth_keeps_what_the_scenario_promises(name: str) -> None:
    assert check(name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_the_truth_keeps_what_the_longer_scenarios_promise(name: str) -> None:
    assert check(name) == []


def test_there_are_at_least_twenty_and_every_one_promises_something() -> None:
    assert len(names()) >= 20
    for name in names():
        scenario = load_scenario(name)
        promised = scenario.expected.model_dump(exclude_defaults=True)
        assert promised or scenario.faults, name


def test_a_check_that_cannot_fail_is_worthless() -> None:
    station = Station.load("turns-back")
    wrong = station.scenario.expected.model_copy(update={"lines": {"gate": (1, 1)}, "nothing": True})
    ledger = watch(station, "passage-1", 60)
    scenario = station.scenario.model_copy(update={"expected": wrong})
    assert len(differences(scenario, "passage-1", ledger, {})) == 2


HEAD = "station: platform\ntitle: T\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (HEAD + "speed: 3\n", 3, "Extra inputs"),  # an unknown key
        (HEAD + "actors:\n  - {name: a, at: [1, 2], script: [{do: go}]}\n", 4, "needs to"),
        (HEAD + "trains: [{track: nowhere, first_s: 3}]\n", None, "no track 'nowhere'"),
        (HEAD + "flows: [{kind: wait, per_hour: 3}]\n", 3, "needs source and area and track"),
        (HEAD + "cameras: [{name: platform-1, tilt_deg: 100}]\n", 3, "less than or equal to 90"),
        (
            HEAD + "cameras: [{name: platform-1, position_m: [0, 1, 5.5]}]\n",
            None,
            "cameras.platform-1: 5.5 m up is above the ceiling at 4.8 m; lower the camera",
        ),
        ("station: moon\ntitle: T\n", 1, "no such station"),
        ("title: [\n", 2, "is not YAML"),
        ("- 1\n", 1, "mapping"),
    ],
)
def test_mistakes_name_file_line_and_cure(tmp_path: Path, text: str, line: int | None, says: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_scenario(path)
    assert says in str(error.value)
    if line is not None:
        assert f"wrong.yaml:{line}:" in str(error.value)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"there are .*platform"):
        load_scenario("plattform")
