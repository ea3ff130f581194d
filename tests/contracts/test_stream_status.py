from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from passerby.contracts.events import CameraHealth, CameraStatus, Measure
from passerby.contracts.stream_status import SILENT_S, StreamStatus, picture_status, reported_status, stream_status
from support.stored import HEALTH, an_event

DOWN = replace(HEALTH, state=CameraStatus.DOWN)
WHY = (Measure("why", "the camera is silent"),)


@pytest.mark.parametrize(
    ("health", "kinds", "silent_s", "state", "why"),
    [
        (None, [], None, CameraStatus.CONNECTING, "no report so far"),
        (None, ["camera_lost"], None, CameraStatus.DOWN, "the camera is silent"),
        (HEALTH, [], 30.0, CameraStatus.LIVE, ""),
        (HEALTH, ["camera_blurred"], 30.0, CameraStatus.LIVE, ""),
        (HEALTH, [], SILENT_S + 60, CameraStatus.STALE, "no report for 5 min"),
        (HEALTH, ["camera_frozen"], 30.0, CameraStatus.STALE, "Picture is frozen"),
        (HEALTH, ["camera_covered"], 30.0, CameraStatus.BLIND, "Lens is covered"),
        (HEALTH, ["camera_dark", "camera_no_signal"], 30.0, CameraStatus.BLIND, "No video signal"),
        (HEALTH, ["camera_lost", "camera_covered"], 30.0, CameraStatus.DOWN, "the camera is silent"),
        (replace(HEALTH, state=CameraStatus.BLIND, why="Lens is covered"), [], 30.0, CameraStatus.LIVE, ""),
        (DOWN, [], None, CameraStatus.DOWN, "no pictures in this report"),
    ],
)
def test_the_state_of_a_camera(
    health: CameraHealth | None, kinds: Sequence[str], silent_s: float | None, state: CameraStatus, why: str
) -> None:
    opened = [an_event(kind, kind=kind, measures=WHY) for kind in kinds]
    assert stream_status(health, opened, silent_s) == StreamStatus(state, why)


def test_a_loss_without_a_reason_has_a_title() -> None:
    assert stream_status(HEALTH, [an_event("x", kind="camera_lost", measures=())]).why == "Camera lost"


def test_a_frozen_picture_explains_what_it_shows() -> None:
    stale = StreamStatus(CameraStatus.STALE, "Picture is frozen")
    assert picture_status({"camera_dark", "camera_frozen"}) == stale
    assert picture_status({"camera_blurred"}) == StreamStatus(CameraStatus.LIVE)


def test_a_report_has_the_state_of_its_window() -> None:
    blind = replace(HEALTH, state=CameraStatus.BLIND, why="Lens is covered")
    assert reported_status(blind) == StreamStatus(CameraStatus.BLIND, "Lens is covered")
    assert reported_status(DOWN).why == "no pictures in this report"
