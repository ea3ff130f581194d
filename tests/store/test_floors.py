"""A learned floor survives a restart; a file that is damaged is a warning and a new start."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from passerby.contracts.calibration import LearnedFloor
from passerby.store.floors import NAME, FloorFiles

FLOOR = LearnedFloor(
    picture_wh=(960, 540), given='{"people":true}', vector=(1.4, 0.35, 0.0, 6.5),
    cov=tuple(float(i % 5 == 0) * 1e-4 for i in range(16)), people_misfit=0.04,
    box_misfit=0.02, length_sd=0.05, walkers=80,
)  # fmt: skip


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    FloorFiles(tmp_path).save("platform-1", FLOOR)
    assert FloorFiles(tmp_path).load("platform-1") == FLOOR
    assert [p.name for p in (tmp_path / "platform-1").iterdir()] == [NAME]


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
    files, path = FloorFiles(tmp_path), tmp_path / "cam" / NAME
    files.save("cam", FLOOR)
    whole = path.read_text()
    path.write_text(whole.replace(text, instead) if text in whole and text else text)
    with caplog.at_level(logging.WARNING):
        assert files.load("cam") is None
    assert "learned anew" in caplog.text


def test_a_folder_that_cannot_be_written_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cam").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        FloorFiles(tmp_path).save("cam", FLOOR)
    assert "cannot be written" in caplog.text
