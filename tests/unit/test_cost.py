from __future__ import annotations

import re
from pathlib import Path

import pytest

from passerby.contracts.config import Camera
from passerby.unit.cost import DECODE_MS_PER_MPX, FRAME_MS, needed_cores, overload_note

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


def cameras(number: int, **more: object) -> list[Camera]:
    return [Camera.model_validate({"name": f"c{k}", "source": f"rtsp://c{k}/1", **more}) for k in range(number)]


FILES = [Camera(name="f", source="hall.mp4")] * 40
SMALL = {"substream": "rtsp://c/2", "picture_px": (1920, 1080), "analysis_fps": 5.0}


@pytest.mark.parametrize(
    ("configured", "cores", "expected", "why"),
    [
        (cameras(4), 2, None, "four cameras at the usual rate"),
        (cameras(8), 2, "2.8 of 2 processor cores", "eight are too many"),
        (cameras(8), 4, None, "not for four cores"),
        (cameras(8, analysis_fps=2.0), 2, None, "nor at a lower rate"),
        (cameras(12, **SMALL), 2, None, "substreams"),
        (FILES, 2, None, "files are not read in real time"),
    ],
)
def test_cameras_that_need_more_than_the_machine_has(
    configured: list[Camera], cores: int, expected: str | None, why: str
) -> None:
    note = overload_note(configured, cores)
    assert (note is None) == (expected is None), why
    assert (expected or "") in (note or ""), why


def test_the_sentence_of_one_camera_speaks_of_one() -> None:
    note = overload_note(cameras(1, analysis_fps=60.0), 1)
    assert note is not None
    assert note.startswith("while its picture shows people, the live camera needs about 1.7 of 1 processor core")
    assert "fewer cameras" not in note


def test_the_figures_are_not_below_those_of_the_page() -> None:
    """The newest figures of both videos, in ms per camera-second at 5 analysed frames/s."""
    text = PAGE.read_text("utf-8")
    found = {
        (video, program): float(ms)
        for video, program, ms in re.findall(r"^\| (\S+) \| (decode|passerby) \| ([\d.]+) \|", text, re.MULTILINE)
    }
    videos = {video for video, _ in found}
    assert videos
    for video in videos:
        assert (found[video, "passerby"] - found[video, "decode"]) / 5 <= FRAME_MS, video
        size = re.search(r"(1080|720)p", video)
        assert size is not None
        mpx = {"1080": 1.92 * 1.08, "720": 1.28 * 0.72}[size[1]]
        assert found[video, "decode"] / (25 * mpx) <= DECODE_MS_PER_MPX * 1.05, video


def test_substreams_cost_less() -> None:
    assert needed_cores(cameras(1, **SMALL)) < needed_cores(cameras(1, analysis_fps=5.0)) / 1.5
