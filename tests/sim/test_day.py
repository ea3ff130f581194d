"""The day of a station: what the timetable promises, and one seed gives one day."""

from __future__ import annotations

import numpy as np

from passerby.sim.day import CAST, DAY_S, HOUR_S, station_day
from passerby.sim.station import Station
from passerby.sim.surroundings import stops_of


def test_a_day_has_its_trains_its_actors_and_a_closed_night() -> None:
    day = station_day(3)
    stops = stops_of(day.trains)
    assert 250 < len(stops) < 400
    assert max(stop.depart_s for stop in stops) < 21.2 * HOUR_S < DAY_S, "no train while the station is closed"
    names = [actor.name.rsplit("-", 1)[0] for actor in day.actors]
    assert {kind: names.count(kind) for kind in CAST} == CAST
    assert np.diff([stop.arrive_s for stop in stops]).max() > 480, "a train fails, or the night begins"


def test_a_seed_repeats_and_another_one_is_another_day() -> None:
    assert station_day(3) == station_day(3)
    assert station_day(3).actors != station_day(4).actors


def test_time_without_people_is_passed_over_and_changes_nothing() -> None:
    """The first train comes after five; until then the world is empty and takes no time."""
    station = Station(station_day(3), 3)
    slow, fast = station.world(DAY_S), station.world(DAY_S)
    for k in range(100):
        slow.at(3540.0 + k)
    first, second = slow.at(3700.0), fast.at(3700.0)
    assert first.id.tolist() == second.id.tolist() != []
    assert np.array_equal(first.xyz_m, second.xyz_m)


def test_a_later_part_of_a_scenario_shows_the_same_people() -> None:
    station = Station.load("counting", 3)
    whole = [truth for *_, truth in station.frames(seconds=1.2, size_px=(160, 90), fps=5)]
    late = [truth for *_, truth in station.frames(seconds=1.2, size_px=(160, 90), fps=5, from_s=0.8)]
    assert [truth.t_s for truth in late] == [truth.t_s for truth in whole[4:]]
    assert all(np.array_equal(a.box_px, b.box_px) for a, b in zip(late, whole[4:], strict=True))


def test_a_day_has_a_name() -> None:
    assert Station.load("day-3").scenario == station_day(3)
    assert Station.load("day-3").seed == 3
