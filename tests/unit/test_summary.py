from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.contracts.config import Camera
from passerby.contracts.results import Summary
from passerby.contracts.version import __version__
from passerby.ingest.source import Losses, SourceInfo
from passerby.unit.summary import Circumstances, summarise
from support.fakes import INFO, ColourDetector, ListSink, ListSource, every, frames_of
from support.figures import WH
from support.redacted import METHOD
from support.stage import CAST, camera

SECRET = "rtsp://viewer:hunter2@camera1/stream1"


def run(folder: Path, of: Camera, until_s: float = 3.0, **source: Any) -> tuple[CameraLoop, ListSource]:
    frames = ListSource(frames_of(CAST, every(0.1, until_s)), **source)
    loop = CameraLoop(of, frames, CameraServices(ColourDetector(), ListSink(), Outputs(folder)))
    loop.run(threading.Event())
    return loop, frames


def other_notes(reported: Summary) -> list[str]:
    """The notes but the one on covered pictures: a run of seconds is too short to learn the place."""
    return [note for note in reported.notes if "mostly covered" not in note]


def around(of: Camera, info: SourceInfo | None = None, frames_written: int = 7) -> Circumstances:
    return Circumstances("Riverside", of, INFO, info, 1.23456, frames_written)


def test_what_the_loop_counted_and_what_it_cannot_know(tmp_path: Path) -> None:
    of = camera()
    info = SourceInfo(WH, 10.0, "drawn", time_is_assumed=True)
    reported = summarise(*run(tmp_path, of, notes=("odd",)), around(of, info))
    assert (reported.station, reported.camera, reported.version, reported.redaction) == (
        "Riverside",
        of.name,
        __version__,
        METHOD,
    )
    assert (reported.frames, reported.frames_analysed, reported.frames_written) == (30, 30, 7)
    assert (reported.people_max, reported.people_total, reported.picture_wh) == (2, 2, WH)
    assert reported.events == {"crowding": 1, "line_crossing": 1}
    assert (reported.model, reported.wall_s, reported.time_is_assumed, other_notes(reported)) == (
        INFO,
        1.235,
        True,
        ["odd"],
    )
    assert reported.calibration_rms_cm == 0.0


@pytest.mark.parametrize(
    ("seconds", "stopped", "at_s", "why"),
    [
        (30.0, True, 3.0, "in the middle"),
        (None, True, 3.0, "nobody knows how much was left"),
        (3.0, True, None, "the signal came with the last frame"),
        (30.0, False, None, "the file ended before its header says: that is a note"),
    ],
)
def test_where_a_run_was_interrupted(
    tmp_path: Path, seconds: float | None, stopped: bool, at_s: float | None, why: str
) -> None:
    of = camera()
    circumstances = replace(around(of, SourceInfo(WH, 10.0, "drawn", seconds=seconds)), stopped=stopped)
    told = summarise(*run(tmp_path, of), circumstances)
    assert (told.stopped_at_s, told.recording_s) == (at_s, seconds), why


@pytest.mark.parametrize(
    ("info", "seconds", "why"),
    [
        (SourceInfo(WH, 10.0, "drawn"), 3.0, "the last frame lasts as long as the others"),
        (SourceInfo(WH, None, "drawn"), 2.9, "nobody knows how long it lasts"),
        (None, 2.9, "a live camera"),
    ],
)
def test_the_length_is_from_the_first_frame_to_the_end_of_the_last(
    tmp_path: Path, info: SourceInfo | None, seconds: float, why: str
) -> None:
    of = camera()
    assert summarise(*run(tmp_path, of), around(of, info)).seconds == seconds, why


def test_a_run_without_a_picture(tmp_path: Path) -> None:
    of = camera()
    reported = summarise(*run(tmp_path, of, until_s=0.0), around(of, frames_written=0))
    assert (reported.seconds, reported.frames, reported.people_max, reported.people_total) == (0.0, 0, 0, 0)
    assert (reported.events, reported.stages, reported.calibration_rms_cm) == ({}, (), None)


def test_the_address_is_shown_without_its_password(tmp_path: Path) -> None:
    of = camera(source=SECRET)
    reported = summarise(*run(tmp_path, of), around(of))
    assert reported.source == "rtsp://viewer:***@camera1/stream1"
    assert "hunter2" not in repr(reported)


def test_losses_are_reported_in_words_and_only_where_there_are_any(tmp_path: Path) -> None:
    of = camera()
    losses = Losses(decode_errors=1, dropped=2, reconnects=3)
    loop, source = run(tmp_path, of, losses=losses)
    loop.lost["pictures that could not be redacted"] = 5
    assert summarise(loop, source, around(of)).lost == {
        "damaged packets or pictures": 1,
        "frames skipped for newer ones": 2,
        "connections lost": 3,
        "pictures that could not be redacted": 5,
    }
    assert summarise(*run(tmp_path, of), around(of)).lost == {}


@pytest.mark.parametrize(
    ("changes", "hints"),
    [
        ({}, []),
        ({"calibration": None}, ["calibration"]),
        ({"rules": []}, ["rules"]),
        ({"lines": [], "rules": []}, ["lines", "rules"]),
        ({"calibration": None, "zones": [], "lines": [], "rules": []}, ["calibration", "zones", "lines", "rules"]),
    ],
)
def test_hints_say_what_a_configuration_would_add(
    tmp_path: Path, changes: dict[str, Any], hints: list[str]
) -> None:
    of = camera(**changes)
    reported = summarise(*run(tmp_path, of, until_s=0.5), around(of))
    assert [hint.split(":")[0] for hint in reported.hints] == hints


def test_coordinates_drawn_on_a_picture_of_another_shape_are_reported(tmp_path: Path) -> None:
    of = camera(picture_px=[640, 360])
    reported = summarise(*run(tmp_path, of), around(of))
    assert other_notes(reported) == [
        "the coordinates were drawn on 640 x 360 px, the picture has 320 x 240 px with another aspect ratio: "
        "zones and metres are wrong until they are drawn again.",
    ]
    same_shape = camera(picture_px=[640, 480])
    assert other_notes(summarise(*run(tmp_path, same_shape), around(same_shape))) == []
