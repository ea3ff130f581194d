from __future__ import annotations

import csv
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from passerby.camera.trace import GROUND_HEADER, Trace
from passerby.contracts.errors import StoreError
from passerby.contracts.people import GroundTracks, Tracks
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.motion.velocity import Motion
from support.seen import person, tracked
from support.stage import camera

WH = (320, 240)


def floor() -> Motion:
    calibration = camera().calibration
    assert calibration is not None
    return Motion(make_plane(calibration, WH))


def seen(*boxes: tuple[float, float, float, float], t_s: float = 0.0) -> Tracks:
    return tracked(boxes, t_s, wh=WH)


def write(folder: Path, frames: list[tuple[int, Tracks]], motion: Motion | None = None) -> None:
    motion = Motion(None) if motion is None else motion
    trace = Trace(folder)
    for number, tracks in frames:
        trace.add(number, tracks, motion.step(tracks))
    trace.close()


def test_the_motchallenge_format(tmp_path: Path) -> None:
    write(tmp_path, [(1, seen((10.04, 20, 30.5, 80))), (3, seen((12, 20, 32, 80), (100, 50, 120, 110), t_s=0.2))])
    assert (tmp_path / "tracks.txt").read_text() == (
        "1,1,10.04,20.00,20.46,60.00,1.0000,-1,-1,-1\n"
        "3,1,12.00,20.00,20.00,60.00,1.0000,-1,-1,-1\n"
        "3,2,100.00,50.00,20.00,60.00,1.0000,-1,-1,-1\n"
    )


def test_only_who_is_certain_and_really_seen(tmp_path: Path) -> None:
    two = seen((10, 20, 30, 80), (100, 50, 120, 110))
    doubtful = replace(two, confirmed=np.array([True, False]))
    hidden = replace(two, predicted=np.array([False, True]))
    write(tmp_path, [(1, doubtful), (2, replace(hidden, at=seen(t_s=0.1).at))])
    rows = [line.split(",")[:2] for line in (tmp_path / "tracks.txt").read_text().splitlines()]
    assert rows == [["1", "1"], ["2", "1"]]


def test_metres_and_speeds_where_there_is_a_floor(tmp_path: Path) -> None:
    frames = [(n + 1, seen(person(100 + 6 * n, 200, 60), t_s=n / 10)) for n in range(20)]
    write(tmp_path, frames, floor())
    text = (tmp_path / "ground.csv").read_text()
    assert text.startswith(GROUND_HEADER)
    rows = [*csv.DictReader(text.splitlines())]
    assert len(rows) == 20
    assert rows[0]["speed_mps"] == rows[0]["speed_sd_mps"] == "", "no speed from one picture"
    assert float(rows[-1]["t_s"]) == 1.9
    walked_m = float(rows[-1]["x_m"]) - float(rows[9]["x_m"])
    assert float(rows[-1]["speed_mps"]) == pytest.approx(walked_m / 1.0, rel=0.1)
    assert float(rows[-1]["speed_sd_mps"]) > 0


def test_no_floor_no_metres(tmp_path: Path) -> None:
    write(tmp_path, [(1, seen((10, 20, 30, 80)))])
    assert (tmp_path / "ground.csv").read_text() == GROUND_HEADER


def test_a_row_off_the_floor_has_a_box_but_no_metres(tmp_path: Path) -> None:
    ground = floor().step(seen((10, 20, 30, 80)))
    off = GroundTracks(**{name: getattr(ground, name) for name in GroundTracks.__slots__} | {"on_floor": [False]})
    trace = Trace(tmp_path)
    trace.add(1, seen((10, 20, 30, 80)), off)
    trace.close()
    assert (tmp_path / "tracks.txt").read_text().count("\n") == 1
    assert (tmp_path / "ground.csv").read_text() == GROUND_HEADER


@pytest.mark.parametrize("name", ["tracks.txt", "ground.csv"])
@pytest.mark.parametrize("frames", [3, 2000], ids=["noticed when closing", "noticed when writing"])
def test_a_full_disk_is_one_sentence_and_the_other_file_is_finished(
    tmp_path: Path, name: str, frames: int
) -> None:
    (tmp_path / name).symlink_to("/dev/full")
    trace, motion = Trace(tmp_path), floor()

    def work() -> None:
        with closing(trace):
            for n in range(frames):
                tracks = seen(person(160, 200, 60), t_s=n / 10)
                trace.add(n + 1, tracks, motion.step(tracks))

    with pytest.raises(StoreError, match=rf"{name} cannot be written \(No space left on device\)"):
        work()
    trace.close()  # twice is harmless
    other = "ground.csv" if name == "tracks.txt" else "tracks.txt"
    assert (tmp_path / other).read_text().endswith("\n")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"tracks\.txt cannot be written"):
        Trace(tmp_path / "absent")
