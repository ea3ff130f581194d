"""A camera more and a camera less in the text of a configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerby.config.cameras_edit import with_camera, without_camera
from passerby.config.check import load_checked
from passerby.contracts.errors import UsageError
from passerby.contracts.new_camera import NewCamera

TEXT = """\
station: s   # of the river line
cameras:
  - name: a
    source: rtsp://h/1   # north
"""
NEW = NewCamera(name="b", address="rtsp://10.0.0.7:554/main", user="me", password="a:${HOME}@/{X}")


@pytest.mark.parametrize("text", [TEXT, "station: s\ncameras: []\n", "station: s\ncameras:\n", "station: s\n"])
def test_a_camera_is_added_with_its_login(text: str) -> None:
    after = with_camera(text, NEW)
    unit = load_checked(Path("unit.yaml"), env={}, text=after).unit
    assert unit.cameras[-1].name == "b"
    assert unit.cameras[-1].source == "rtsp://me:a%3A%24%7BHOME%7D%40%2F%7BX%7D@10.0.0.7:554/main"
    assert all(line in after for line in text.splitlines() if "#" in line)


def test_the_service_of_the_camera_has_the_same_login() -> None:
    after = with_camera(TEXT, NEW.model_copy(update={"onvif": "http://10.0.0.7/onvif", "password": "p"}))
    onvif = load_checked(Path("unit.yaml"), env={}, text=after).unit.cameras[1].onvif
    assert onvif is not None
    assert onvif.address == "http://me:p@10.0.0.7/onvif"


def test_a_camera_is_removed_and_the_others_stay() -> None:
    after = without_camera(with_camera(TEXT, NEW), "b")
    assert after == TEXT
    with pytest.raises(UsageError, match="camera c cannot be edited here"):
        without_camera(TEXT, "c")


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("/etc/passwd", "not the address of a camera"),
        ("http://h/1", "not the address of a camera"),
        ("rtsp://", "not a complete address"),
        ("rtsp://h:99999/1", "port 99999"),
    ],
)
def test_what_is_no_camera_is_refused(address: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        with_camera(TEXT, NewCamera(name="b", address=address))
