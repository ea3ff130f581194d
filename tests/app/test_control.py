from __future__ import annotations

import threading
from pathlib import Path

import pytest

from passerby.app.control import Control
from passerby.config.check import load_checked
from passerby.contracts.drawing import DrawnLine, DrawnPlaces, DrawnZone
from passerby.contracts.errors import UsageError
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


def control(path: Path) -> tuple[Control, threading.Event]:
    reload = threading.Event()
    return Control(path, reload, lambda: {"platform-1"}), reload


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
