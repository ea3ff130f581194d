"""What `render` writes: the same bytes for the same seed, files that agree, a unit.yaml that loads strictly."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import av
import numpy as np
import pytest
from ruamel.yaml import YAML

from passerby.contracts.config import Unit
from passerby.sim.library import load_scenario, names
from passerby.sim.record import record, watch
from passerby.sim.station import Station, camera_of
from passerby.sim.truthfiles import TruthFiles

SMALL = (320, 180)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("one")
    record(Station.load("platform", 7), "platform-1", out, 4, size_px=SMALL)
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    record(Station.load("platform", 7), "platform-1", tmp_path, 4, size_px=SMALL, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert "video.mp4" in names
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_the_video_has_every_frame_at_its_time(folder: Path) -> None:
    with av.open(str(folder / "video.mp4")) as video:
        times = [frame.time for frame in video.decode(video=0)]
    assert np.allclose(times, np.arange(100) / 25, atol=1e-4)
    assert [float(row["sent_s"]) for row in rows(folder / "truth_frames.csv")] == pytest.approx(times, abs=1e-4)


def test_unit_yaml_loads_strictly_and_its_points_are_the_camera(folder: Path) -> None:
    unit = Unit.model_validate(YAML(typ="safe").load((folder / "unit.yaml").read_text(encoding="utf-8")))
    (camera,) = unit.cameras
    assert {rule.kind for rule in camera.rules} >= {"line_crossing", "fast_movement", "loitering", "intrusion"}
    assert camera.calibration is not None
    true = camera_of(Station.load("platform").model(), SMALL)
    for point in camera.calibration.points:
        assert np.allclose(true.to_floor(np.array(point.px)), point.m, atol=0.01)
    for x, y in (corner for zone in camera.zones for corner in zone.polygon_px):
        assert 0 <= x <= 319
        assert 0 <= y <= 179


def test_tracks_ground_and_summary_speak_of_the_same_people(folder: Path) -> None:
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    ground = {int(row["person"]) for row in rows(folder / "truth_ground.csv")}
    tracks = np.loadtxt(folder / "truth_tracks.txt", delimiter=",")
    assert set(tracks[:, 1].astype(int)) <= ground
    assert {entry["person"] for entry in truth["people"]} <= ground
    assert tracks[:, 0].min() == 1
    assert tracks[:, 0].max() == 100
    assert ((tracks[:, 8] > 0) & (tracks[:, 8] <= 1)).all()
    assert truth["camera"]["floor_homography"]


def test_zone_counts_agree_with_the_stays(folder: Path) -> None:
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    stays = [e for e in truth["events"] if e["kind"] == "stay" and e["place"] == "platform"]
    first = next(row for row in rows(folder / "truth_zones.csv") if row["zone"] == "platform")
    assert int(first["people"]) == sum(stay["from_s"] == 0 for stay in stays)


def test_an_object_left_behind_is_in_the_truth_with_its_owner(tmp_path: Path) -> None:
    station = at_fps(Station.load("left-bag"), 2)
    watch(station, "passage-1", station.scenario.seconds, TruthFiles(tmp_path))
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    (bag,) = truth["bags"]
    left = [event for event in truth["events"] if event["kind"] == "thing"]
    assert {event["person"] for event in left} == {bag["person"]}
    assert {event["actor"] for event in left} == {bag["actor"]}


def at_fps(station: Station, fps: float) -> Station:
    """The same scenario with cameras of another frame rate."""
    cameras = tuple(model.model_copy(update={"fps": fps}) for model in station.scenario.cameras)
    return Station(station.scenario.model_copy(update={"cameras": cameras}), station.seed)


VIEWS = [(name, model.name) for name in names() for model in load_scenario(name).cameras]


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "camera"), VIEWS)
def test_every_scenario_renders_with_its_complete_truth(tmp_path: Path, scenario: str, camera: str) -> None:
    """Some pictures of each, and everything that happens in it: a bag may be left after two minutes."""
    done = record(Station.load(scenario), camera, tmp_path / "pictures", 0.2, size_px=(64, 36))
    assert done.frames > 0
    assert {"video.mp4", "truth.json", "unit.yaml"} <= {path.name for path in done.folder.iterdir()}
    (tmp_path / "truth").mkdir()
    station = at_fps(Station.load(scenario), 2)
    watch(station, camera, station.scenario.seconds, TruthFiles(tmp_path / "truth"), (64, 36))
    truth = json.loads((tmp_path / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert truth["scenario"] == scenario
    assert all(event["person"] > 0 for event in truth["events"])
