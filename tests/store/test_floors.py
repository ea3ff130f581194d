"""A learned floor survives a restart; a file that is damaged is a warning and a new start."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.calibration import LearnedFloor
from passerby.store.cameras import camera_folder, old_camera_folder
from passerby.store.floors import NAME, FloorFiles

FLOOR = LearnedFloor(
    picture_wh=(960, 540), given='{"people":true}', vector=(1.4, 0.35, 0.0, 6.5),
    cov=tuple(float(i % 5 == 0) * 1e-4 for i in range(16)), people_misfit=0.04,
    box_misfit=0.02, length_sd=0.05, walkers=80,
)  # fmt: skip


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    FloorFiles(tmp_path).save("platform-1", FLOOR)
    assert FloorFiles(tmp_path).load("platform-1") == FLOOR
    assert [p.name for p in camera_folder(tmp_path, "platform-1").iterdir()] == [NAME]


@pytest.mark.parametrize("camera", ["platform-1", "cameras"])
def test_what_an_earlier_version_kept_is_read_until_there_is_a_newer_floor(tmp_path: Path, camera: str) -> None:
    files = FloorFiles(tmp_path)
    files.save(camera, FLOOR)
    old_camera_folder(tmp_path, camera).mkdir(exist_ok=True)
    (camera_folder(tmp_path, camera) / NAME).rename(old_camera_folder(tmp_path, camera) / NAME)
    assert files.load(camera) == FLOOR
    newer = replace(FLOOR, walkers=160)
    files.save(camera, newer)
    assert files.load(camera) == newer


def test_a_file_of_ours_by_the_cameras_name_is_not_its_floor(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "passerby.db").write_bytes(b"SQLite")
    assert FloorFiles(tmp_path).load("passerby.db") is None
    assert not caplog.records


def test_nothing_kept_is_nothing(tmp_path: Path) -> None:
    assert FloorFiles(tmp_path).load("platform-1") is None


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("", ""),
        ("[]", ""),
        ('"vector": [', '"vectr": ['),
        ("1.4", '"a"'),
        ("1.4", "NaN"),
        ("0.0001", "-1.0"),
        ("960", '"w"'),
    ],
)
def test_a_damaged_file_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, instead: str
) -> None:
    files, path = FloorFiles(tmp_path), camera_folder(tmp_path, "cam") / NAME
    files.save("cam", FLOOR)
    whole = path.read_text()
    path.write_text(whole.replace(text, instead) if text in whole and text else text)
    with caplog.at_level(logging.WARNING):
        assert files.load("cam") is None
    assert "learned again" in caplog.text


def test_a_folder_that_cannot_be_written_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    camera_folder(tmp_path, "cam").parent.mkdir()
    camera_folder(tmp_path, "cam").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        FloorFiles(tmp_path).save("cam", FLOOR)
    assert "cannot be written" in caplog.text
