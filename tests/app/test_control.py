from __future__ import annotations

import json
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from passerby.app.control import Control
from passerby.config.check import load_checked
from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.drawing import DrawnFloor, DrawnLine, DrawnPlaces, DrawnZone
from passerby.contracts.errors import PasserbyError, UsageError
from passerby.contracts.new_camera import NewCamera
from passerby.ground.geometry.mounting import Mounting
from passerby.store.floors import FloorFiles
from passerby.unit.trials import Trials
from support import stage
from support.figures import WH

SQUARE = ((10.0, 150.0), (200.0, 150.0), (200.0, 230.0), (10.0, 230.0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return stage.unit(tmp_path / "unit.yaml", {"source": "rtsp://127.0.0.1:9/1"})


def drawing(*more: DrawnZone, name: str = "platform") -> DrawnPlaces:
    zones = (
        DrawnZone(name=name, was="platform", kind="platform", polygon_px=SQUARE),
        DrawnZone(
            name="track", was="track", kind="track", polygon_px=((60, 140), (260, 140), (250, 92), (70, 92))
        ),
        *more,
    )
    line = DrawnLine(name="stairs", was="stairs", from_px=(160, 235), to_px=(160, 150))
    return DrawnPlaces(camera="platform-1", picture_px=WH, zones=zones, lines=(line,))


TRIALS = Trials()


def control(path: Path) -> tuple[Control, threading.Event]:
    reload = threading.Event()
    return Control(
        path, reload, lambda: {"platform-1"}, lambda _: None, TRIALS, FloorFiles(path.parent / "data")
    ), reload


def test_a_drawing_is_written_and_applied(path: Path) -> None:
    path.chmod(0o640)
    made, reload = control(path)
    assert made.check_places(drawing(name="north")) == []
    assert not reload.is_set()
    made.save_places(drawing(name="north"))
    assert reload.is_set()
    camera = load_checked(path).unit.cameras[0]
    assert camera.zones[0].polygon_px == SQUARE
    assert "north" in [rule.place for rule in camera.rules]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [*path.parent.iterdir()] == [path]


CROSSED = DrawnZone(name="bow", polygon_px=((0, 150), (100, 200), (100, 150), (0, 200)))


@pytest.mark.parametrize(
    ("drawn", "says"),
    [
        (drawing(name="track"), "track"),
        (drawing(CROSSED), "zones[2].polygon_px"),
        (drawing(DrawnZone(name="", polygon_px=SQUARE)), "zones[2].name"),
        (drawing(DrawnZone(name="far", polygon_px=((0, 0), (9000, 0), (9000, 90)))), "outside the picture"),
        (DrawnPlaces(camera="platform-1", picture_px=WH), "platform"),
        (DrawnPlaces(camera="none", picture_px=WH), "cannot be edited here"),
    ],
)
def test_a_drawing_with_problems_changes_nothing(path: Path, drawn: DrawnPlaces, says: str) -> None:
    made, reload = control(path)
    before = path.read_bytes()
    assert any(says in problem for problem in made.check_places(drawn)), made.check_places(drawn)
    with pytest.raises(UsageError):
        made.save_places(drawn)
    assert path.read_bytes() == before
    assert not reload.is_set()


def test_a_link_to_the_configuration_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    made, _ = control(link)
    made.save_places(drawing(name="north"))
    assert link.is_symlink()
    assert "north" in path.read_text()


def test_a_restart_is_asked_for_once(path: Path) -> None:
    made, _ = control(path)
    made.restart("platform-1")
    made.restart("platform-1")
    assert list(made.restarts()) == ["platform-1"]
    assert list(made.restarts()) == []
    with pytest.raises(UsageError, match="camera none is not running"):
        made.restart("none")


def test_a_camera_is_added_and_removed(path: Path) -> None:
    made, reload = control(path)
    made.add_camera(NewCamera(name="hall 2", address="rtsp://127.0.0.1:9/2", user="a", password="b"))
    assert reload.is_set()
    assert load_checked(path).unit.cameras[1].source == "rtsp://a:b@127.0.0.1:9/2"
    before = path.read_bytes()
    for name, address, says in (
        ("hall 2", "rtsp://h/3", "another camera has the name"),
        ("hall", "/etc/passwd", "not the address of a camera"),
    ):
        with pytest.raises(PasserbyError, match=says):
            made.add_camera(NewCamera(name=name, address=address))
        assert path.read_bytes() == before
    made.remove_camera("hall 2")
    assert [camera.name for camera in load_checked(path).unit.cameras] == ["platform-1"]


def test_a_trial_runs_the_changed_camera_and_changes_no_file(path: Path) -> None:
    made, reload = control(path)
    before = path.read_bytes()
    made.try_places(drawing(name="north"), "anna")
    tried = TRIALS.camera("platform-1")
    assert tried is not None
    assert tried.zones[0].name == "north"
    assert (path.read_bytes(), reload.is_set()) == (before, False)
    made.stop_trial("platform-1")
    assert TRIALS.camera("platform-1") is None
    with pytest.raises(UsageError, match="zones"):
        made.try_places(drawing(CROSSED), "anna")


def floor(**more: Any) -> DrawnFloor:
    return DrawnFloor.model_validate({"camera": "platform-1", "picture_px": WH, **more}, strict=False)


POINTS = stage.CAMERA["calibration"]["points"]


def test_a_floor_is_tried_with_residuals_errors_and_a_grid(path: Path) -> None:
    made, reload = control(path)
    tried = made.try_floor(floor(points=[*POINTS, {"px": [160, 230], "m": [3.2, 0]}]))
    assert tried.problems == ()
    assert len(tried.residuals) == 5
    assert max(one.cm for one in tried.residuals) > 3
    assert tried.residuals[4].what == "point 5 at [160, 230]"
    assert len(tried.bands) == 9
    assert tried.bands[0].px_per_m == pytest.approx(47, abs=5)
    assert 0 < tried.usable <= 1
    assert {len(row) for row in tried.errors} == {32}
    assert any(sd is not None for sd in tried.errors[-1])
    assert any(line.bold for line in tried.grid)
    assert all(-1 <= x <= WH[0] for line in tried.grid for x, _ in line.px)
    assert json.loads(json.dumps(asdict(tried)))["grid"]
    assert not reload.is_set()


@pytest.mark.parametrize(
    ("drawn", "says"),
    [
        (floor(), "give at least 4 points, or height_m and tilt_deg"),
        (floor(points=POINTS[:3]), "need at least 4 points, got 3"),
        (floor(points=[POINTS[0]] * 4), "are the same point"),
        (floor(points=POINTS, hfov_deg=70), "not both"),
        (floor(lengths=[{"px": [[10, 10], [20, 20]], "m": 1}]), "give more lengths in different directions"),
        (floor(hfov_deg=900, height_m=3, tilt_deg=20), "170"),
    ],
)
def test_a_floor_that_is_not_determined_says_why(path: Path, drawn: DrawnFloor, says: str) -> None:
    made, _ = control(path)
    tried = made.try_floor(drawn)
    assert says in " ".join(tried.problems), tried.problems
    before = path.read_bytes()
    with pytest.raises(UsageError):
        made.save_floor(drawn)
    assert path.read_bytes() == before


def test_a_floor_is_written_and_applied(path: Path) -> None:
    made, reload = control(path)
    made.save_floor(floor(points=[*POINTS, {"px": [160, 230], "m": [3, 0]}]))
    assert reload.is_set()
    calibration = load_checked(path).unit.cameras[0].calibration
    assert calibration is not None
    assert len(calibration.points) == 5


def test_the_floor_from_people_is_compared_with_a_drawn_one_and_accepted(path: Path) -> None:
    made, reload = control(path)
    drawn = floor(points=POINTS)
    assert made.try_floor(drawn).learned is None
    with pytest.raises(UsageError, match="no floor from people yet"):
        made.use_learned_floor("platform-1")
    given = '{"people":true,"hfov_deg":65.0}'
    vector = tuple(Mounting.of(4, 20, 0, 250).vector.tolist())
    kept = LearnedFloor(WH, given, vector, (0.0,) * 16, 0.04, 0.02, 0.05, 40)
    FloorFiles(path.parent / "data").save("platform-1", kept)
    learned = made.try_floor(drawn).learned
    assert learned is not None
    assert (learned.walkers, learned.sd) == (40, 0.05)
    assert learned.grid
    assert learned.ratio is not None
    undrawn = made.try_floor(floor()).learned
    assert undrawn is not None
    assert undrawn.ratio is None
    made.use_learned_floor("platform-1")
    assert reload.is_set()
    calibration = load_checked(path).unit.cameras[0].calibration
    assert calibration is not None
    assert calibration.model_dump_json(exclude_defaults=True) == given
