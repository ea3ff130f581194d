"""The health suite reads `expected.health`, and the quiet suite finds no fault in ordinary life."""

from __future__ import annotations

import pytest

from passerby.contracts.camera_faults import FAULT_TYPES
from passerby.evals.health import REPORTED_AS, HealthTake, play_health
from passerby.evals.health_suite import fault_names, health_report, health_suite, with_health
from passerby.evals.quiet_suite import quiet_suite
from passerby.sim.library import health_names, load_scenario, names


def test_every_expected_kind_is_one_that_the_product_reports() -> None:
    assert len(health_names()) >= 20
    assert not set(health_names()) & set(names())
    for name in fault_names():
        assert set(load_scenario(name).expected.health) <= set(FAULT_TYPES), name
    assert set(REPORTED_AS.values()) <= set(FAULT_TYPES)
    assert with_health(["fault-covered", "fault-timing", "demo"]) == ["fault-covered"]


PLAYED = ["fault-covered", "turned-1"]


@pytest.mark.parametrize("name", PLAYED)
def test_a_fault_of_the_simulation_is_reported_in_time(name: str) -> None:
    scenario = load_scenario(name).model_copy(update={"seconds": 36.0})
    take = play_health(scenario, scenario.cameras[0].name, width_px=480, fps=1.0)
    (delay_s,) = take.delays_s.values()
    assert take.false == ()
    assert delay_s is not None
    assert delay_s <= 10


# One of each kind; `passerby eval health` plays all.
KEPT = [
    "fault-blurred",
    "fault-infrared",
    "fault-light",
    "fault-signal",
    "fault-sprayed",
    "cleaning",
    "covered-third",
    "drops-few",
    "flicker",
    "frozen-empty",
    "headlights",
    "spray-dot",
    "spray-small",
    "standing-train",
    "sun-patch",
    "tilted-2",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT)
def test_a_fault_scenario_keeps_what_it_expects(name: str) -> None:
    scenario = load_scenario(name)
    take = play_health(scenario, scenario.cameras[0].name, width_px=640, fps=1.0)
    assert (take.false, take.lasting) == ((), ())
    assert None not in take.delays_s.values()


# Paint and water of other seeds than the scenarios' own.
OTHER_SEEDS = [("spray-small", 2), ("spray-small", 3), ("spray-thin", 3), ("drops-many", 3)]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), OTHER_SEEDS)
def test_paint_and_water_are_distinguished_with_other_seeds(name: str, seed: int) -> None:
    scenario = load_scenario(name).model_copy(update={"seconds": 36.0})
    take = play_health(scenario, scenario.cameras[0].name, seed, width_px=640, fps=1.0)
    (delay_s,) = take.delays_s.values()
    assert take.false == ()
    assert delay_s is not None
    assert delay_s <= 10


def test_a_report_counts_what_is_missed_late_and_false() -> None:
    takes = [
        HealthTake("a", 1, 60, {"camera_dark": 4.0}, (), ()),
        HealthTake("b", 1, 60, {"camera_dark": 12.0}, ("camera_moved",), ("camera_dark",)),
        HealthTake("c", 1, 60, {"camera_dark": None}, ("camera_infrared",), ()),
    ]
    report = health_report(takes, 640, 1.0)
    dark = next(row for row in report.tables[0].rows if row[0] == "camera_dark")
    assert dark == ("camera_dark", 3, 2, 1, 12.0, 12.0, 0, 1)
    figures = {aim.key: aim.figure for aim in report.aims}
    assert figures["health.camera_dark"] == pytest.approx(1 / 3)
    assert figures["health.false"] == 1, "a switch to infrared is no fault"


def test_ordinary_life_raises_no_fault() -> None:
    report = quiet_suite(days=0.03, cameras=[("hall-rush", True)])
    assert [aim.figure for aim in report.aims] == [0.0]


def test_a_whole_day_can_be_played() -> None:
    report = health_suite(["day-1"], seconds=8, width_px=160, fps=0.5)
    assert dict(report.settings)["plays"] == "1"
    assert next(aim.figure for aim in report.aims if aim.key == "health.false") == 0
