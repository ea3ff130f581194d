"""Walkers keep to where one can walk, go around what is in the way, and do what their script says."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from passerby.sim.geometry import PIT_M, ground_of
from passerby.sim.library import load_scenario
from passerby.sim.outline import survey, zone_px
from passerby.sim.route import Routes, crossing, inside
from passerby.sim.scenario import ScriptStep
from passerby.sim.station import Station, camera_of

spots = st.tuples(st.floats(-10, 10), st.floats(-10, 10))


def test_nobody_walks_through_walls_or_over_the_edge() -> None:
    station = Station.load("platform", 7)
    ground, world = ground_of(station.scenario.layout), station.world(30)
    for k in range(60):
        snapshot = world.at(k / 2)
        assert not inside(snapshot.xyz_m[:, :2], ground.blocked).any()
        down = inside(snapshot.xyz_m[:, :2], ground.pits).any()
        assert not down, f"somebody is on the track at {k / 2} s, and no train stands there"


def test_people_keep_apart() -> None:
    world = Station.load("against-the-flow").world(30)
    gaps = []
    for k in range(10, 30):
        xy = world.at(float(k)).xyz_m[:, :2]
        gap = np.linalg.norm(xy[:, None] - xy[None], axis=-1) + np.eye(len(xy)) * 9
        gaps.append(gap.min())
    assert np.median(gaps) > 0.3


@given(spots, spots)
def test_a_segment_crosses_a_box_as_sampling_says(start: tuple[float, float], end: tuple[float, float]) -> None:
    box = np.array([[-2.0, -1.0, 3.0, 2.0]])
    share = np.linspace(0, 1, 2001)[1:-1, None]
    way = np.array(start) * (1 - share) + np.array(end) * share
    deep = inside(way, box + np.array([0.05, 0.05, -0.05, -0.05])).any()
    far = not inside(way, box + np.array([-0.05, -0.05, 0.05, 0.05])).any()
    said = bool(crossing(np.array([start]), np.array([end]), box)[0, 0])
    assert said or not deep
    assert not said or not far


def test_the_way_around_a_wall_is_the_shorter_one() -> None:
    wall = np.array([[0.0, -10.0, 0.5, 2.0]])
    aim = Routes(wall).aim(np.array([-3.0, 0.0]), np.array([3.0, 0.0]))
    assert aim[1] == pytest.approx(2.45)
    free = np.array([3.0, 5.0])
    assert np.array_equal(Routes(wall).aim(np.array([-3.0, 5.0]), free), free)


@pytest.mark.parametrize(
    ("step", "lacks"),
    [({"do": "go"}, "to"), ({"do": "miss", "track": "t"}, "departures"), ({"do": "queue"}, "queue and seconds")],
)
def test_a_step_that_lacks_something_is_refused(step: dict[str, str], lacks: str) -> None:
    with pytest.raises(ValueError, match=f"needs {lacks}"):
        ScriptStep.model_validate(step)


@pytest.mark.parametrize("name", ["platform", "island"])
def test_a_track_zone_is_the_bed_that_no_platform_hides(name: str) -> None:
    scenario = load_scenario(name)
    camera = camera_of(scenario.cameras[0])
    floors = scenario.layout.floors
    for zone in (z for z in scenario.zones if z.kind == "track"):
        drawn = shapely.Polygon(zone_px(zone, camera, floors))
        seen = camera.to_floor(np.array(drawn.exterior.coords))
        for floor in floors:
            inner = shapely.box(floor.x_m[0], floor.y_m[0], floor.x_m[1], floor.y_m[1]).buffer(-0.15)
            assert not shapely.intersects_xy(inner, seen[:, 0], seen[:, 1]).any(), "what the platform hides"
        middle = np.mean(zone.polygon_m, axis=0)
        foot, _ = camera.project(np.array([[*middle, PIT_M]]))
        assert drawn.contains(shapely.Point(foot[0])), "the middle of the bed, at the bed's own height"


@pytest.mark.parametrize("name", ["platform", "island", "hall-rush", "counting"])
def test_survey_points_and_zones_lie_in_the_picture(name: str) -> None:
    scenario = load_scenario(name)
    camera = camera_of(scenario.cameras[0])
    points = survey(scenario, camera)
    assert len(points) >= 8
    for px, metres in points:
        assert np.allclose(camera.to_floor(np.array(px)), metres, atol=1e-6)
    for zone in scenario.zones:
        ring = np.array(zone_px(zone, camera, scenario.layout.floors))
        assert len(ring) >= 3
        assert (ring >= 0).all()
        assert (ring <= np.array(camera.size_px) - 1).all()
